"""A measure: one number of a run, told in words that a file can hold.

A measure picks rows and months of one of the four result tables and says how they become one number. Two measures can be taken from or
divided by each other: the profit of one strategy less that of another, complaints per open problem.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from cxsim.config.errors import BadValueError, nearest
from cxsim.results.columns import TABLES
from cxsim.results.window import window

if TYPE_CHECKING:
    import pandas as pd

ACROSS = ("customers", "mean", "sum", "max", "min", "sd")
"""How the rows of one month become one number: weighted by customers, or as the word says."""

STATISTICS = ("mean", "change", "slope", "total", "max", "min", "sd")
"""How the months become one number."""

_KEYS = frozenset({"replication", "month"})
_WORDS = frozenset({"firm", "strategy", "segment", "payer", "payee", "conduct"})


@dataclasses.dataclass(frozen=True)
class Measure:
    """One number of a run.

    Attributes:
        table: ``monthly``, ``firms``, ``segments`` or ``ledger``.
        column: a column of it that holds numbers.
        where: which rows count: for columns that hold words the word or words wanted.
        months: first month and the month after the last; negative ones count from the end, ``None`` is an open end. Without it the last
            months of the run, at most twelve.
        across: one of :data:`ACROSS`. Without it ``sum`` for the ledger and ``customers`` for firms and segments.
        statistic: one of :data:`STATISTICS`: the months' mean, their last year less their first (at most half of them each), the
            least-squares slope a year, their sum, their largest, least, or standard deviation.
        correlate: another column of the same table: the measure is then the correlation (Pearson) of the two columns' means over the
            months, across firms or segments; not a number with fewer than three of them, or where one column does not vary.
        minus: a measure to be taken off.
        per: a measure to divide by, before ``minus`` is taken off; not a number where it is zero.
    """

    table: str
    column: str
    where: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    months: tuple[int | None, int | None] | None = None
    across: str = ""
    statistic: str = "mean"
    correlate: str = ""
    minus: Measure | None = None
    per: Measure | None = None

    @classmethod
    def parse(cls, name: str, given: Any) -> Measure:
        """A measure from a mapping as a file holds it, or from the name of a monthly column.

        Args:
            name: what the error messages call it.
            given: a column's name, or a mapping of the attributes; ``table`` may be left out for ``monthly``.

        Raises:
            BadValueError: an attribute, table, column or word that there is not.
        """
        if isinstance(given, str):
            given = {"column": given}
        if not isinstance(given, Mapping) or "column" not in given:
            raise BadValueError(name, given, "the name of a column, or a mapping with table and column")
        known = [field.name for field in dataclasses.fields(cls)]
        for key in given:
            if key not in known:
                raise BadValueError(f"{name}.{key}", given[key], f"only {', '.join(known)}", nearest(str(key), known))
        table = _among(f"{name}.table", given.get("table", "monthly"), tuple(TABLES))
        column = _column(f"{name}.column", given["column"], table)
        across = given.get("across", "")
        correlate = given.get("correlate", "")
        return cls(
            table=table,
            column=column,
            where=_where(name, given.get("where", {}), table),
            months=_months(f"{name}.months", given.get("months")),
            across=_among(f"{name}.across", across, ACROSS) if across else "",
            statistic=_among(f"{name}.statistic", given.get("statistic", "mean"), STATISTICS),
            correlate=_column(f"{name}.correlate", correlate, table) if correlate else "",
            minus=None if given.get("minus") is None else cls.parse(f"{name}.minus", given["minus"]),
            per=None if given.get("per") is None else cls.parse(f"{name}.per", given["per"]),
        )

    def described(self) -> dict[str, Any]:
        """The measure as plain mappings, ready for JSON, in one form however it was written; `parse` takes it back."""
        plain: dict[str, Any] = {"table": self.table, "column": self.column}
        if self.where:
            plain["where"] = {key: list(words) for key, words in sorted(self.where.items())}
        if self.months is not None:
            plain["months"] = list(self.months)
        for key in ("across", "correlate"):
            if getattr(self, key):
                plain[key] = getattr(self, key)
        if self.statistic != "mean":
            plain["statistic"] = self.statistic
        for key, part in (("minus", self.minus), ("per", self.per)):
            if part is not None:
                plain[key] = part.described()
        return plain

    @property
    def unit(self) -> str:
        """Unit of the number; empty for a pure one."""
        if self.correlate:
            return ""
        unit = next(column.unit for column in TABLES[self.table] if column.name == self.column)
        if self.per is not None:
            return "" if self.per.unit == unit else f"{unit or '1'} per {self.per.unit or 'unit'}"
        if self.statistic == "slope":
            return f"{unit or '1'} a year"
        if self.statistic == "total":
            return unit.removesuffix("/month")
        return unit

    def of(self, tables: Mapping[str, pd.DataFrame]) -> float:
        """The number, from the tables of one replication; not a number where no row or month is left.

        Args:
            tables: the result tables by name.
        """
        frame = self._selected(tables[self.table])
        value = self._correlation(frame) if self.correlate else self._over_time(frame)
        if self.per is not None:
            below = self.per.of(tables)
            value = value / below if below else np.nan
        return float(value - self.minus.of(tables)) if self.minus is not None else float(value)

    def _selected(self, frame: pd.DataFrame) -> pd.DataFrame:
        length = int(frame["month"].max()) + 1 if len(frame) else 0
        start, stop, _ = slice(*(self.months or (-window(length) if length else None, None))).indices(length)
        keep = (frame["month"] >= start) & (frame["month"] < stop)
        if self.table == "firms":
            keep &= frame["active"]
        for key, words in self.where.items():
            keep &= frame[key].isin(words)
        return frame[keep]

    def _over_time(self, frame: pd.DataFrame) -> float:
        by_month = self._by_month(frame)
        series = by_month[np.isfinite(by_month)]
        if not len(series):
            return np.nan
        if self.statistic == "change":
            ends = max(1, min(12, len(series) // 2))
            return float(series[-ends:].mean() - series[:ends].mean()) if len(series) > 1 else np.nan
        if self.statistic == "slope":
            return float(np.polyfit(np.arange(len(series)) / 12.0, series, 1)[0]) if len(series) > 1 else np.nan
        reduce = {"mean": series.mean, "total": series.sum, "max": series.max, "min": series.min, "sd": series.std}[self.statistic]
        return float(reduce())

    def _by_month(self, frame: pd.DataFrame) -> np.ndarray:
        if self.table == "monthly":
            return frame[self.column].to_numpy(float)
        across = self.across or ("sum" if self.table == "ledger" else "customers")
        groups = frame.groupby("month", sort=True)
        if across != "customers":
            reduce = {"sd": lambda column: column.std(ddof=0)}.get(across, across)
            return groups[self.column].agg(reduce).to_numpy(float)
        weighted = (frame[self.column] * frame["customers"]).groupby(frame["month"], sort=True).sum().to_numpy(float)
        weights = groups["customers"].sum().to_numpy(float)
        return np.divide(weighted, weights, out=np.full(len(weights), np.nan), where=weights > 0)

    def _correlation(self, frame: pd.DataFrame) -> float:
        name = {"firms": "firm", "segments": "segment"}.get(self.table, "month")
        means = frame.groupby(name, observed=True)[[self.column, self.correlate]].mean().dropna().to_numpy(float)
        if len(means) < 3 or (np.ptp(means, axis=0) <= 1e-12 * np.abs(means).max(axis=0)).any():
            return np.nan
        return float(np.corrcoef(means.T)[0, 1])


def _among(key: str, given: Any, allowed: tuple[str, ...]) -> str:
    if given not in allowed:
        raise BadValueError(key, given, ", ".join(allowed), nearest(str(given), allowed))
    return str(given)


def _column(key: str, given: Any, table: str) -> str:
    names = tuple(column.name for column in TABLES[table] if column.name not in _KEYS | _WORDS)
    return _among(key, given, names)


def _where(name: str, given: Any, table: str) -> dict[str, tuple[str, ...]]:
    words = tuple(column.name for column in TABLES[table] if column.name in _WORDS)
    if not isinstance(given, Mapping) or (given and not words):
        raise BadValueError(f"{name}.where", given, f"a mapping from {' or '.join(words)} to words" if words else "nothing")
    return {
        _among(f"{name}.where", key, words): tuple(map(str, value)) if isinstance(value, list | tuple) else (str(value),)
        for key, value in given.items()
    }


def _months(key: str, given: Any) -> tuple[int | None, int | None] | None:
    if given is None:
        return None
    whole = isinstance(given, list | tuple) and len(given) == 2
    if not whole or not all(end is None or (isinstance(end, int) and not isinstance(end, bool)) for end in given):
        raise BadValueError(key, given, "two whole numbers or null: the first month and the month after the last")
    return given[0], given[1]
