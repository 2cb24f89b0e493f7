"""The recorder: one row a month into arrays made beforehand; tables are built when asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cxsim.customers.tables import SUM
from cxsim.firms.table import BARRIER, GAMING, LEVER, PRICE
from cxsim.market.ledger import C, F, MonthBook, R, entries
from cxsim.results.columns import FIRMS, MONTHLY, SEGMENTS

if TYPE_CHECKING:
    from cxsim.market.model import Market

_MONTHLY = tuple(column.name for column in MONTHLY if column.name not in ("replication", "month"))
_FIRM_NUMBERS = tuple(
    column.name
    for column in FIRMS
    if column.name not in ("replication", "month", "firm", "strategy", "active", "cartel_member")
)
_SEGMENTS = tuple(column.name for column in SEGMENTS if column.name not in ("replication", "month", "segment"))


class Recorder:
    """Keeps what the reported months showed."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self.months: list[int] = []
        self.books: list[MonthBook] = []
        self._monthly: list[list[float]] = []
        self._firms: list[np.ndarray] = []
        self._flags: list[np.ndarray] = []
        self._segments: list[np.ndarray] = []

    def record(self, sums: np.ndarray, book: MonthBook, start_customers: np.ndarray) -> None:
        """Record the month that has just ended.

        Args:
            sums: of the compiled month.
            book: the month's ledger.
            start_customers: people with a supplier at the start of the month, by segment (simulated).
        """
        market = self._market
        self.months.append(market.month)
        self.books.append(book)
        self._segments.append(_segments(market, sums, book, start_customers))
        self._firms.append(_firms(market, sums))
        self._flags.append(np.stack([market.table.active[1:], market.table.cartel[1:]]))
        self._monthly.append(_monthly(market, sums, book, start_customers))

    def frames(self) -> dict[str, pd.DataFrame]:
        """The tables ``monthly``, ``firms``, ``segments`` and ``ledger`` (without the replication column)."""
        market = self._market
        monthly = pd.DataFrame(np.array(self._monthly).reshape(-1, len(_MONTHLY)), columns=list(_MONTHLY))
        for name in ("cases", "cartel_members", "n_firms"):
            monthly[name] = monthly[name].astype(np.int64)
        monthly.insert(0, "month", np.array(self.months, np.int64))
        names = [firm.name if firm else "" for firm in market.by_slot]
        return {
            "monthly": monthly,
            "firms": self._firm_frame(market),
            "segments": self._segment_frame(market),
            "ledger": entries(self.months, self.books, market.population.segment_names, names),
        }

    def _firm_frame(self, market: Market) -> pd.DataFrame:
        counts = [rows.shape[1] for rows in self._firms]
        slots = np.concatenate([np.arange(1, count + 1) for count in counts]) if counts else np.zeros(0, int)
        numbers = np.concatenate(self._firms, axis=1) if counts else np.zeros((len(_FIRM_NUMBERS), 0))
        flags = np.concatenate(self._flags, axis=1) if counts else np.zeros((2, 0), bool)
        names = np.array([firm.name if firm else "" for firm in market.by_slot], dtype=object)
        strategies = np.array([firm.strategy_name if firm else "" for firm in market.by_slot], dtype=object)
        columns = dict(zip(_FIRM_NUMBERS, numbers, strict=True)) | {
            "month": np.repeat(np.array(self.months, np.int64), counts),
            "firm": names[slots],
            "strategy": strategies[slots],
            "active": flags[0].astype(bool),
            "cartel_member": flags[1].astype(bool),
        }
        return pd.DataFrame({column.name: columns[column.name] for column in FIRMS if column.name != "replication"})

    def _segment_frame(self, market: Market) -> pd.DataFrame:
        names = market.population.segment_names
        numbers = np.concatenate(self._segments) if self._segments else np.zeros((0, len(_SEGMENTS)))
        frame = pd.DataFrame(numbers, columns=list(_SEGMENTS))
        frame.insert(0, "month", np.repeat(np.array(self.months, np.int64), len(names)))
        frame.insert(1, "segment", np.tile(np.array(names, dtype=object), len(self.months)))
        return frame


def _ratio(amount: float, count: float) -> float:
    return float(amount / count) if count > 0 else 0.0


def _monthly(market: Market, sums: np.ndarray, book: MonthBook, start_customers: np.ndarray) -> list[float]:
    table, scale = market.table, market.population.scale
    by_slot = sums.sum(axis=0)
    total = by_slot[1:].sum(axis=0)
    heads = total[SUM["customers"]]
    everyone = by_slot[:, SUM["customers"]].sum()
    weight = by_slot[:, SUM["customers"]]
    share = weight[1:] / heads if heads > 0 else weight[1:]
    flows = book.customers.sum(axis=(0, 1))
    real = heads * scale
    premium = flows[C["loyalty_premium"]] + flows[C["personal_premium"]]
    revenue = book.revenue().sum()
    active = table.active
    values = {
        "experience": 100.0 * _ratio(total[SUM["experience"]], heads),
        "job_outcome": _ratio(total[SUM["job_outcome"]], heads),
        "service": 1.0 - _ratio(total[SUM["problems"]], heads) if heads > 0 else 0.0,
        "harm": _ratio(total[SUM["harm"]], heads),
        "satisfaction": _ratio(total[SUM["satisfaction"]], heads),
        "trust": _ratio(total[SUM["trust"]], heads),
        "price": float(share @ table.levers[1:, PRICE]),
        "price_paid": _ratio(revenue, real),
        "loyalty_premium": _ratio(premium, real),
        "hidden_fees": _ratio(flows[C["hidden_fee"]], real),
        "exit_barriers": float(share @ table.levers[1:, BARRIER]),
        "quality": float(share @ table.quality[1:].mean(axis=1)),
        "churn": 12.0 * _ratio(total[SUM["leavers"]], start_customers.sum()),
        "complaints": _ratio(total[SUM["complaints"]], heads),
        "coverage": _ratio(heads, everyone),
        "hhi": 10_000.0 * float(share @ share),
        "consumer_surplus": _ratio(by_slot[:, SUM["surplus"]].sum(), everyone),
        "profit": float(book.profit().sum()),
        "fines": float(book.firms[:, [F["fine"], F["fine_retained"]]].sum()),
        "redress": float(flows[C["redress"]]),
        "regulator_budget": float(market.regulator.budget),
        "regulator_spend": float(book.regulator[R["enforcement"]]),
        "cases": len(market.regulator.open_cases),
        "violations": float(share @ (table.severity[1:] > market.violation_threshold)),
        "detection_perceived": float(table.perceived_detection[active].mean()) if active.any() else 0.0,
        "cartel_members": int(table.cartel.sum()),
        "overcharge": _ratio(flows[C["overcharge"]], real),
        "switching_costs": _ratio(flows[C["switching_cost"]], everyone * scale),
        "margin": _ratio(revenue - book.operating_cost().sum(), revenue),
        "n_firms": int(active.sum()),
    }
    return [values[name] for name in _MONTHLY]


def _firms(market: Market, sums: np.ndarray) -> np.ndarray:
    table = market.table
    held = table.customers[1:].sum()
    quality = table.quality.mean(axis=1)
    gaming = table.levers[:, GAMING]
    score = np.clip(
        table.satisfaction + table.proxy_bias * market.config.firms.score_gaming_gain * gaming, 0.0, 1.0
    )
    heads = np.where(table.customers > 0, table.customers, 1.0)
    values = {name: table.levers[:, column] for name, column in LEVER.items()} | {
        "customers": table.customers,
        "share": table.customers / held if held > 0 else np.zeros(len(table)),
        "quality": quality,
        "survey_score": score,
        "experience": 100.0 * table.experience,
        "complaints": table.complaints / heads,
        "detection_perceived": table.perceived_detection,
    }
    rows = [values[name] if name in values else getattr(table, name) for name in _FIRM_NUMBERS]
    return np.array(rows)[:, 1:]


def _segments(market: Market, sums: np.ndarray, book: MonthBook, start_customers: np.ndarray) -> np.ndarray:
    scale = market.population.scale
    served = sums[:, 1:].sum(axis=1)
    everyone = sums[:, :, SUM["customers"]].sum(axis=1)
    heads = served[:, SUM["customers"]]
    flows = book.customers.sum(axis=1)
    paid = flows[:, C["bill"] : C["hidden_fee"] + 1].sum(axis=1)

    def per(amount: np.ndarray, count: np.ndarray) -> np.ndarray:
        return np.where(count > 0, amount / np.where(count > 0, count, 1.0), 0.0)

    values = {
        "customers": everyone * scale,
        "experience": 100.0 * per(served[:, SUM["experience"]], heads),
        "satisfaction": per(served[:, SUM["satisfaction"]], heads),
        "trust": per(served[:, SUM["trust"]], heads),
        "harm": per(served[:, SUM["harm"]], heads),
        "price_paid": per(paid, heads * scale),
        "loyalty_premium": per(flows[:, C["loyalty_premium"]] + flows[:, C["personal_premium"]], heads * scale),
        "hidden_fees": per(flows[:, C["hidden_fee"]], heads * scale),
        "switching_costs": per(flows[:, C["switching_cost"]], everyone * scale),
        "churn": 12.0 * per(served[:, SUM["leavers"]], start_customers),
        "complaints": per(served[:, SUM["complaints"]], heads),
        "coverage": per(heads, everyone),
        "consumer_surplus": per(sums[:, :, SUM["surplus"]].sum(axis=1), everyone),
    }
    return np.stack([values[name] for name in _SEGMENTS], axis=1)


