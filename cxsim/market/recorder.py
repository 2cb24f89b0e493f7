"""The recorder: keeps what a month left behind as it is; the tables are worked out for all months at once when asked for."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from cxsim.customers.tables import SUM
from cxsim.firms.table import ANNOUNCEMENT, BARRIER, GAMING, LEVER, NUMBERS, PRICE
from cxsim.market.ledger import CUSTOMER_FLOWS, FIRM_FLOWS, REGULATOR_FLOWS, REVENUE, C, F, MonthBook, R
from cxsim.results.columns import FIRMS, MONTHLY, SEGMENTS
from cxsim.results.tables import Columns, Frames, Words, frame, words

if TYPE_CHECKING:
    from cxsim.market.model import Market

_NUMBER = {name: position for position, name in enumerate(NUMBERS)}
_NO_LEVERS, _NO_QUALITY, _NO_NUMBERS = np.empty((0, 0)), np.empty(0), np.empty((0, 0))
_WHOLE = ("cases", "cartel_members", "n_firms")
_FLOWS = CUSTOMER_FLOWS | FIRM_FLOWS | REGULATOR_FLOWS


class MonthRecord(NamedTuple):
    """What one month left behind.

    Attributes:
        month: its number.
        sums: segments x slots x sums of the compiled month, in simulated customers.
        book: the ledger's entries.
        levers, quality, numbers, active, cartel: copies of the firm table (quality: mean over outcomes).
        held: people with a supplier at the start of the month, by segment (simulated).
        budget, cases: of the regulator.
    """

    month: int
    sums: np.ndarray
    book: MonthBook
    levers: np.ndarray
    quality: np.ndarray
    numbers: np.ndarray
    active: np.ndarray
    cartel: np.ndarray
    held: np.ndarray
    budget: float
    cases: int


class Recorder:
    """Keeps what the reported months left behind.

    Attributes:
        records: one per reported month.
    """

    def __init__(self, market: Market) -> None:
        self._market = market
        self.records: list[MonthRecord] = []

    @property
    def months(self) -> list[int]:
        """The months recorded."""
        return [record.month for record in self.records]

    @property
    def books(self) -> list[MonthBook]:
        """The ledger of each month recorded."""
        return [record.book for record in self.records]

    def room(self, *, kept: bool = True) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Room for levers, mean quality and numbers of the firm table at the end of a month; for none where it is not to be kept."""
        table = self._market.table
        if not kept:
            return _NO_LEVERS, _NO_QUALITY, _NO_NUMBERS
        return np.empty(table.levers.shape), np.empty(len(table)), np.empty(table.numbers.shape)

    def record(self, sums: np.ndarray, book: MonthBook, held: np.ndarray, kept: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
        """Record the month that has just ended; see :class:`MonthRecord`, and :meth:`room` for what was kept of the firm table."""
        market, table, regulator = self._market, self._market.table, self._market.regulator
        budget, cases = float(regulator.budget), len(regulator.open_cases)
        self.records.append(MonthRecord(market.month, sums, book, *kept, table.active.copy(), table.cartel.copy(), held, budget, cases))

    def tables(self) -> Frames:
        """The tables of the months so far, each worked out when it is first asked for (without the replication column)."""
        return Frames(self.history())

    def frames(self) -> dict[str, pd.DataFrame]:
        """The tables ``monthly``, ``firms``, ``segments`` and ``ledger`` (without the replication column)."""
        return dict(self.tables())

    def history(self, last: int | None = None) -> History:
        """All recorded months side by side, or only so many of the last."""
        market = self._market
        records = self.records if last is None else self.records[-last:]
        return History(records, len(market.table), len(market.population.segment_names), market)


class History:
    """Recorded months side by side: arrays with the month first, padded to the final number of slots.

    Args:
        records: the months.
        slots, segments: how many there are.
        market: the market that they are of; it is not kept.
    """

    def __init__(self, records: list[MonthRecord], slots: int, segments: int, market: Market):
        self.segment_names = list(market.population.segment_names)
        self.firm_names = [firm.name if firm else "" for firm in market.by_slot]
        self.strategies = [firm.strategy_name if firm else "" for firm in market.by_slot]
        count = len(records)
        whole = not count or len(records[0].active) == slots  # firms come and never go, so later months are whole too
        padded = functools.partial(_padded, slots=slots, whole=whole)
        fields = MonthRecord._fields
        kept = dict(zip(fields, zip(*records, strict=True) if records else [()] * len(fields), strict=True))
        books = kept["book"]
        self.scale = market.population.scale
        self.gaming_gain = market.config.firms.score_gaming_gain
        self.threshold = market.violation_threshold
        self.month = np.array(kept["month"], np.int64)
        self.present = np.array([len(active) for active in kept["active"]], np.int64)
        self.sums = padded(kept["sums"], 1, shape=(count, segments, slots, len(SUM)))
        self.flows = padded([book.customers for book in books], 1, shape=(count, segments, slots, len(C)))
        self.costs = padded([book.firms for book in books], 0, shape=(count, slots, len(F)))
        self.regulator = padded([book.regulator for book in books], 0, shape=(count, len(R)), whole=True)
        self.levers = padded(kept["levers"], 0, shape=(count, slots, len(LEVER)))
        self.quality = padded(kept["quality"], 0, shape=(count, slots))
        self.numbers = padded(kept["numbers"], 1, shape=(count, len(NUMBERS), slots))
        self.active = padded(kept["active"], 0, shape=(count, slots))
        self.cartel = padded(kept["cartel"], 0, shape=(count, slots))
        self.held = padded(kept["held"], 0, shape=(count, segments), whole=True)
        self.budget = np.array(kept["budget"])
        self.cases = np.array(kept["cases"], np.int64)
        self.revenue = self.flows[..., REVENUE].sum(axis=(1, 3))
        self.operating = self.costs[..., F["production"] : F["overhead"] + 1].sum(axis=2)

    def number(self, name: str) -> np.ndarray:
        """One number of the firm table: months x slots."""
        return self.numbers[:, _NUMBER[name]]

    def monthly(self) -> pd.DataFrame:
        """The table of the whole market."""
        return frame(self.market_columns())

    def columns(self, name: str) -> Columns:
        """The columns of one of the tables."""
        made: Columns = getattr(self, _COLUMNS[name])()
        return made

    def market_columns(self) -> dict[str, np.ndarray]:
        """The columns of the table of the whole market, each of shape (months,)."""
        by_slot = self.sums.sum(axis=1)
        total = by_slot[:, 1:].sum(axis=1)
        heads = total[:, SUM["customers"]]
        everyone = by_slot[:, :, SUM["customers"]].sum(axis=1)
        share = _per(by_slot[:, 1:, SUM["customers"]], heads[:, None])
        flows = self.flows.sum(axis=(1, 2))
        real, revenue = heads * self.scale, self.revenue.sum(axis=1)
        profit = revenue - flows[:, C["redress"]] - self.costs.sum(axis=(1, 2))
        firms = self.active.sum(axis=1)
        perceived = (self.number("perceived_detection") * self.active).sum(axis=1)

        def mean(name: str) -> np.ndarray:
            return _per(total[:, SUM[name]], heads)

        def weighted(values: np.ndarray) -> np.ndarray:
            return (share * values[:, 1:]).sum(axis=1)

        values = {
            "month": self.month,
            "experience": 100.0 * mean("experience"),
            "job_outcome": mean("job_outcome"),
            "service": np.where(heads > 0, 1.0 - mean("problems"), 0.0),
            "harm": mean("harm"),
            "satisfaction": mean("satisfaction"),
            "trust": mean("trust"),
            "price": weighted(self.levers[:, :, PRICE]),
            "price_paid": _per(revenue, real),
            "loyalty_premium": _per(flows[:, C["loyalty_premium"]] + flows[:, C["personal_premium"]], real),
            "hidden_fees": _per(flows[:, C["hidden_fee"]], real),
            "unwanted_extras": _per(flows[:, C["unwanted_extra"]], real),
            "exit_barriers": weighted(self.levers[:, :, BARRIER]),
            "quality": weighted(self.quality),
            "announcement": weighted(self.levers[:, :, ANNOUNCEMENT]),
            "credibility": weighted(self.number("credibility")),
            "churn": 12.0 * _per(total[:, SUM["leavers"]], self.held.sum(axis=1)),
            "complaints": mean("complaints"),
            "recoveries": mean("recovered"),
            "coverage": _per(heads, everyone),
            "hhi": 10_000.0 * (share**2).sum(axis=1),
            "consumer_surplus": _per(by_slot[:, :, SUM["surplus"]].sum(axis=1), everyone),
            "profit": profit,
            "fines": self.costs[:, :, [F["fine"], F["fine_retained"]]].sum(axis=(1, 2)),
            "redress": flows[:, C["redress"]],
            "regulator_budget": self.budget,
            "regulator_spend": self.regulator[:, R["enforcement"]],
            "cases": self.cases,
            "violations": weighted(self.number("severity") > self.threshold),
            "detection_perceived": _per(perceived, firms),
            "cartel_members": self.cartel.sum(axis=1),
            "overcharge": _per(flows[:, C["overcharge"]], real),
            "switching_costs": _per(flows[:, C["switching_cost"]], everyone * self.scale),
            "avoidance": _per(flows[:, C["avoidance"]], everyone * self.scale),
            "margin": _per(revenue - self.operating.sum(axis=1), revenue),
            "n_firms": firms,
        }
        names = [column.name for column in MONTHLY if column.name != "replication"]
        return {name: values[name].astype(np.int64) if name in _WHOLE else values[name] for name in names}

    def firm_columns(self) -> Columns:
        """The columns of the table of firms; a firm that has left keeps its rows, one that has yet to come has none."""
        held = self.number("customers")[:, 1:].sum(axis=1)
        customers = self.number("customers")
        score = self.number("satisfaction") + self.number("proxy_bias") * self.gaming_gain * self.levers[:, :, GAMING]
        values = {name: self.levers[:, :, column] for name, column in LEVER.items()} | {
            "share": _per(customers, held[:, None]),
            "quality": self.quality,
            "survey_score": np.clip(score, 0.0, 1.0),
            "experience": 100.0 * self.number("experience"),
            "complaints": _per(self.number("complaints"), customers),
            "detection_perceived": self.number("perceived_detection"),
            "active": self.active,
            "cartel_member": self.cartel,
        }
        slots = self.levers.shape[1]
        here = np.arange(slots)[None, :] < self.present[:, None]
        here[:, 0] = False
        when, slot = np.nonzero(here)
        known = {"month": self.month[when], "firm": words(slot, self.firm_names), "strategy": words(slot, self.strategies)}
        columns: dict[str, np.ndarray | Words] = {}
        row = when * slots + slot
        for column in FIRMS:
            if column.name in known:
                columns[column.name] = known[column.name]
            elif column.name != "replication":
                grid = values[column.name] if column.name in values else self.number(column.name)
                columns[column.name] = grid.take(row)
        return columns

    def segment_columns(self) -> Columns:
        """The columns of the table of segments."""
        served = self.sums[:, :, 1:].sum(axis=2)
        everyone = self.sums[..., SUM["customers"]].sum(axis=2)
        heads = served[..., SUM["customers"]]
        flows = self.flows.sum(axis=2)
        real, all_real = heads * self.scale, everyone * self.scale
        months = len(self.month)

        def mean(name: str) -> np.ndarray:
            return _per(served[..., SUM[name]], heads)

        values = {
            "customers": all_real,
            "experience": 100.0 * mean("experience"),
            "satisfaction": mean("satisfaction"),
            "trust": mean("trust"),
            "harm": mean("harm"),
            "price_paid": _per(flows[..., REVENUE].sum(axis=2), real),
            "loyalty_premium": _per(flows[..., C["loyalty_premium"]] + flows[..., C["personal_premium"]], real),
            "hidden_fees": _per(flows[..., C["hidden_fee"]], real),
            "unwanted_extras": _per(flows[..., C["unwanted_extra"]], real),
            "switching_costs": _per(flows[..., C["switching_cost"]], all_real),
            "avoidance": _per(flows[..., C["avoidance"]], all_real),
            "churn": 12.0 * _per(served[..., SUM["leavers"]], self.held),
            "complaints": mean("complaints"),
            "coverage": _per(heads, everyone),
            "consumer_surplus": _per(self.sums[..., SUM["surplus"]].sum(axis=2), everyone),
        }
        places = np.arange(len(self.segment_names))
        known = {"month": np.repeat(self.month, len(places)), "segment": words(np.tile(places, months), self.segment_names)}
        return {**known, **{column.name: values[column.name].ravel() for column in SEGMENTS if column.name in values}}

    def ledger_columns(self) -> Columns:
        """The columns of the ledger: what is not zero, by month, and within a month customers' flows, then firms', then the regulator's."""
        months, segments, slots, _ = self.flows.shape
        sheets = self.flows, self.costs, self.regulator
        booked = np.concatenate([sheet.reshape(months, math.prod(sheet.shape[1:])) for sheet in sheets], axis=1)
        found = np.flatnonzero(booked != 0.0)
        when, kind = np.divmod(found, booked.shape[1])
        conduct, segment, slot = (codes[kind] for codes in _kinds(segments, slots))
        payers, payees = zip(*_FLOWS.values(), strict=True)
        return {
            "month": self.month[when],
            "payer": words(conduct, payers),
            "payee": words(conduct, payees),
            "conduct": words(conduct, tuple(_FLOWS)),
            "segment": words(segment, [*self.segment_names, ""]),
            "firm": words(slot, self.firm_names),
            "amount": booked.take(found),
        }


_COLUMNS = {"monthly": "market_columns", "firms": "firm_columns", "segments": "segment_columns", "ledger": "ledger_columns"}


@functools.lru_cache(64)
def _kinds(segments: int, slots: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Conduct, segment (the number of segments for none) and slot (0 for none) of each entry that a month may have, in order."""
    shapes = ((segments, slots, len(CUSTOMER_FLOWS)), (1, slots, len(FIRM_FLOWS)), (1, 1, len(REGULATOR_FLOWS)))
    segment, slot, flow = zip(*(np.indices(shape).reshape(3, -1) for shape in shapes), strict=True)
    starts = (0, len(CUSTOMER_FLOWS), len(CUSTOMER_FLOWS) + len(FIRM_FLOWS))
    conduct = np.concatenate([places + start for places, start in zip(flow, starts, strict=True)])
    return conduct, np.concatenate([segment[0], segment[1] + segments, segment[2] + segments]), np.concatenate(slot)


def _padded(arrays: Sequence[np.ndarray], axis: int, slots: int, shape: tuple[int, ...], *, whole: bool) -> np.ndarray:
    """Stack arrays whose slot axis may be shorter in early months, before firms came (``whole``: no month is)."""
    if not arrays:
        return np.zeros(shape)
    if whole:
        return np.concatenate(arrays).reshape(shape)
    out = np.zeros(shape, arrays[0].dtype)
    for position, array in enumerate(arrays):
        place = [slice(None)] * array.ndim
        place[axis] = slice(0, array.shape[axis])
        out[(position, *place)] = array
    return out


def _per(amount: np.ndarray, count: np.ndarray) -> np.ndarray:
    """Amount per count, zero where there is nobody to count."""
    there = count > 0
    return np.asarray(np.where(there, amount, 0.0) / np.where(there, count, 1.0))
