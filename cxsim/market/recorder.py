"""The recorder: keeps what a month left behind as it is; the tables are worked out for all months at once when asked for."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from cxsim.customers.tables import SUM
from cxsim.firms.table import LEVER, NUMBER, NUMBERS
from cxsim.market import totals
from cxsim.market.ledger import CUSTOMER_FLOWS, FIRM_FLOWS, REGULATOR_FLOWS, C, F, MonthBook, R
from cxsim.market.rows import STANDING, entries, firm_rows, sources
from cxsim.market.shelf import Kept, Shelf, room_for
from cxsim.results.columns import FIRMS, LEDGER, MONTHLY, SEGMENTS
from cxsim.results.tables import Columns, Frames, Layout, Table, Words, frame

if TYPE_CHECKING:
    from cxsim.market.model import Market

_WHOLE = ("month", "cases", "cartel_members", "n_firms")
_MARKET, _FIRMS, _SEGMENTS, _LEDGER = (Layout(columns, _WHOLE) for columns in (MONTHLY, FIRMS, SEGMENTS, LEDGER))
_MARKET_RATES, _SEGMENT_RATES = totals.rates(_MARKET.numbers, totals.MARKET), totals.rates(_SEGMENTS.numbers, totals.SEGMENT)
(_BUDGET, _SPENT), _STANDING = _MARKET.rows_of(("regulator_budget", "regulator_spend")), _FIRMS.rows_of(STANDING)
_LOOKED_UP = sources(_FIRMS.numbers)
_COLUMNS = {"monthly": "market_columns", "firms": "firm_columns", "segments": "segment_columns", "ledger": "ledger_columns"}


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
        self._shelf = Shelf(market.config.months, len(market.config.customers.segments))

    @property
    def months(self) -> list[int]:
        """The months recorded."""
        return [record.month for record in self.records]

    @property
    def books(self) -> list[MonthBook]:
        """The ledger of each month recorded."""
        return [record.book for record in self.records]

    def room(self, *, kept: bool = True) -> Kept:
        """Room for what the month to come leaves behind; for none of the firm table where it is not to be kept."""
        market = self._market
        return self._shelf.room(market.table) if kept else room_for(market.table, len(market.population.segment_names), firms=False)

    def record(self, book: MonthBook, held: np.ndarray, kept: Kept) -> None:
        """Record the month that has just ended; see :class:`MonthRecord`, and :meth:`room` for what was kept."""
        market, regulator = self._market, self._market.regulator
        budget, cases = float(regulator.budget), len(regulator.open_cases)
        record = MonthRecord(market.month, kept.sums, book, *kept.of_firms(), held, budget, cases)
        self.records.append(record)
        self._shelf.put(record, kept)

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
        shelved = self._shelf.side_by_side(records)
        return History(records, len(market.table), len(market.population.segment_names), market, shelved)


class History:
    """Recorded months side by side: arrays with the month first, padded to the final number of slots.

    Args:
        records: the months.
        slots, segments: how many there are.
        market: the market that they are of; it is not kept.
        shelved: what is kept of them, where it is side by side already.
    """

    def __init__(self, records: list[MonthRecord], slots: int, segments: int, market: Market, shelved: Kept | None = None):
        self.segment_names = list(market.population.segment_names)
        self.firm_names = [firm.name if firm else "" for firm in market.by_slot]
        self.strategies = [firm.strategy_name if firm else "" for firm in market.by_slot]
        count = len(records)
        whole = not count or len(records[0].active) == slots  # firms come and never go, so later months are whole too
        padded = functools.partial(_padded, slots=slots, whole=whole)
        fields = MonthRecord._fields
        kept = dict(zip(fields, zip(*records, strict=True) if records else [()] * len(fields), strict=True))
        self.scale = market.population.scale
        self.gaming_gain = market.config.firms.score_gaming_gain
        self.threshold = market.violation_threshold
        self.month = np.array(kept["month"], np.int64)
        self.present = np.full(count, slots) if whole else np.array([len(active) for active in kept["active"]])
        if shelved is None or not whole:
            books = kept["book"]
            shelved = Kept(
                padded(kept["levers"], 0, shape=(count, slots, len(LEVER))),
                padded(kept["quality"], 0, shape=(count, slots)),
                padded(kept["numbers"], 1, shape=(count, len(NUMBERS), slots)),
                padded(kept["active"], 0, shape=(count, slots), kind=np.bool_),
                padded(kept["cartel"], 0, shape=(count, slots), kind=np.bool_),
                padded(kept["sums"], 1, shape=(count, segments, slots, len(SUM))),
                padded([book.customers for book in books], 1, shape=(count, segments, slots, len(C))),
                padded([book.firms for book in books], 0, shape=(count, slots, len(F))),
                padded([book.regulator for book in books], 0, shape=(count, len(R)), whole=True),
            )
        self.levers, self.quality, self.numbers, self.active, self.cartel, self.sums, self.flows, self.costs, self.regulator = shelved
        self.held = padded(kept["held"], 0, shape=(count, segments), whole=True)
        self.budget = np.array(kept["budget"])
        self.cases = np.array(kept["cases"], np.int64)

    def number(self, name: str) -> np.ndarray:
        """One number of the firm table: months x slots."""
        return self.numbers[:, NUMBER[name]]

    def monthly(self) -> pd.DataFrame:
        """The table of the whole market."""
        return frame(self.market_columns())

    def columns(self, name: str) -> Columns:
        """The columns of one of the tables."""
        made: Columns = getattr(self, _COLUMNS[name])()
        return made

    @functools.cached_property
    def _segments(self) -> np.ndarray:
        """What there is of everything in each segment: months x segments x amounts."""
        amounts = np.zeros((*self.held.shape, len(totals.SEGMENT)))
        totals.add_segments(self.sums, self.flows, self.held, self.scale, amounts)
        return amounts

    def market_columns(self) -> Table:
        """The columns of the table of the whole market, each of shape (months,)."""
        months = len(self.month)
        amounts, numbers = np.zeros((months, 1, len(totals.MARKET))), np.empty((len(_MARKET.numbers), months))
        kept = self.levers, self.quality, self.numbers, self.active
        totals.add_market(self._segments, self.scale, self.sums, self.costs, kept, self.threshold, amounts)
        totals.rate(amounts, *_MARKET_RATES, numbers)
        numbers[_BUDGET], numbers[_SPENT] = self.budget, self.regulator[:, R["enforcement"]]
        whole = {"month": self.month, "cases": self.cases, "n_firms": self.active.sum(axis=1), "cartel_members": self.cartel.sum(axis=1)}
        return Table(_MARKET, (numbers, np.array([whole[name] for name in _MARKET.whole], np.int64)))

    def firm_columns(self) -> Table:
        """The columns of the table of firms; a firm that has left keeps its rows, one that has yet to come has none."""
        rows = int(self.present.sum()) - len(self.present)
        months, slots = np.empty(rows, np.int64), np.empty(rows, np.int64)
        numbers, flags = np.empty((len(_FIRMS.numbers), rows)), np.empty((len(_FIRMS.flags), rows), np.bool_)
        kept = self.levers, self.quality, self.numbers, self.active, self.cartel
        firm_rows(self.present, kept, self.gaming_gain, _LOOKED_UP, _STANDING, months, slots, numbers, flags)
        names = Words(slots, tuple(self.firm_names)), Words(slots, tuple(self.strategies))
        return Table(_FIRMS, (numbers, self.month[None, months], flags), names)

    def segment_columns(self) -> Table:
        """The columns of the table of segments."""
        months, segments = self.held.shape
        numbers = np.empty((len(_SEGMENTS.numbers), months * segments))
        totals.rate(self._segments, *_SEGMENT_RATES, numbers)
        names = Words(np.tile(np.arange(segments), months), tuple(self.segment_names))
        return Table(_SEGMENTS, (numbers, np.repeat(self.month, segments)[None]), (names,))

    def ledger_columns(self) -> Table:
        """The columns of the ledger: what is not zero, by month, and within a month customers' flows, then firms', then the regulator's."""
        months = len(self.month)
        sheets = tuple(sheet.reshape(months, math.prod(sheet.shape[1:])) for sheet in (self.flows, self.costs, self.regulator))
        when, kinds, amounts = entries(self.month, sheets)
        names = _kinds(tuple(self.segment_names), tuple(self.firm_names))
        return Table(_LEDGER, (amounts[None], when[None]), [Words(kinds, words) for words in names])


@functools.lru_cache(32)
def _kinds(segments: tuple[str, ...], firms: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """What the ledger says of each entry that a month may have, in order: payers, payees, conducts, segments, firms (given by slot)."""
    kinds = [
        *((*flow, segment, firm) for segment in segments for firm in firms for flow in _told(CUSTOMER_FLOWS)),
        *((*flow, "", firm) for firm in firms for flow in _told(FIRM_FLOWS)),
        *((*flow, "", "") for flow in _told(REGULATOR_FLOWS)),
    ]
    return tuple(zip(*kinds, strict=True))


def _told(flows: Mapping[str, tuple[str, str]]) -> list[tuple[str, str, str]]:
    return [(payer, payee, conduct) for conduct, (payer, payee) in flows.items()]


def _padded(
    arrays: Sequence[np.ndarray], axis: int, slots: int, shape: tuple[int, ...], *, whole: bool, kind: type = np.float64
) -> np.ndarray:
    """Stack arrays whose slot axis may be shorter in early months, before firms came (``whole``: no month is)."""
    if arrays and whole:
        return np.concatenate(arrays).reshape(shape)
    out: np.ndarray = np.zeros(shape, kind)
    for position, array in enumerate(arrays):
        place = [slice(None)] * array.ndim
        place[axis] = slice(0, array.shape[axis])
        out[(position, *place)] = array
    return out
