"""Paired differences between futures of one market: month by month, over periods, and in pounds.

Futures share everything up to the day, and the same luck after it, so a replication's difference is what the change did to that market;
the spread between replications says how far that depends on luck.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from cxsim.results.columns import MONTHLY, SEGMENTS, Column
from cxsim.results.intervals import mean_interval
from cxsim.results.run import Run
from cxsim.results.summary import KEYS

_FUTURE = Column("future", "", "Name of the future that is set against the one in which nothing changes.")
_SEGMENT = Column("segment", "", "Segment of the customers concerned; empty for the whole market.")
_METRIC = Column("metric", "", "What is measured; see the columns of the tables monthly and segments.")
_UNIT = Column("unit", "", "Unit of the metric.")
_VALUES = (
    Column("base", "", "Value where nothing changes, mean over replications, in the metric's unit."),
    Column("value", "", "Value in the future, mean over replications."),
    Column("difference", "", "Value less base within each replication, mean over replications."),
    Column("low", "", "Lower end of the 95 % t interval of the difference over replications; missing with fewer than two."),
    Column("high", "", "Upper end."),
)
BY_MONTH = (_FUTURE, _SEGMENT, Column("month", "months", "Month of the report.", 0), _METRIC, _UNIT, *_VALUES)
BY_PERIOD = (
    _FUTURE,
    _SEGMENT,
    Column("period", "", "first: the first months after the change, at most a year; last: as many at the end; all: every month since."),
    Column("start", "months", "First month of the period.", 0),
    Column("months", "months", "Length of the period.", 1),
    _METRIC,
    _UNIT,
    *_VALUES,
)
IN_POUNDS = (
    _FUTURE,
    Column("party", "", "Who gains or loses."),
    Column("period", "", "As in the table of effects."),
    Column("start", "months", "First month of the period.", 0),
    Column("months", "months", "Length of the period.", 1),
    Column("difference", "£/year", "Gain a year against the future in which nothing changes, for the real population."),
    Column("low", "£/year", "Lower end of its 95 % t interval over replications; missing with fewer than two."),
    Column("high", "£/year", "Upper end."),
)

PARTIES = {
    "customers": "Consumer surplus and redress.",
    "firms": "Profit, after fines and redress.",
    "public purse": "Fines and franchise payments, less what the regulator spends.",
    "all together": "The sum of the three: what society gains. Every pound that changes hands is in it twice, with opposite signs.",
}
"""Who gains or loses, and what is counted."""

_TO_THE_PUBLIC = ("fine", "fine_retained", "franchise")


@dataclasses.dataclass(frozen=True)
class Period:
    """Some months after the change."""

    name: str
    start: int
    stop: int


def periods(month: int, months: int) -> list[Period]:
    """The periods that effects are told for: the first and the last year after the change, or halves of what there is, and all."""
    width = max(1, min(12, (months - month) // 2))
    return [Period("first", month, month + width), Period("last", months - width, months), Period("all", month, months)]


def grids(run: Run, columns: tuple[Column, ...], frame: pd.DataFrame) -> dict[str, np.ndarray]:
    """Each metric of a table as an array of shape (replications, months)."""
    shape = (run.config.replications, run.config.months)
    where = frame["replication"].to_numpy(), frame["month"].to_numpy()
    found = {}
    for column in columns:
        if column.name not in KEYS:
            grid = np.full(shape, np.nan)
            grid[where] = frame[column.name].to_numpy()
            found[column.name] = grid
    return found


def _tables(run: Run) -> dict[str, tuple[tuple[Column, ...], dict[str, np.ndarray]]]:
    """The grids of the whole market under the empty word, and of each segment under its name."""
    tables: dict[str, tuple[tuple[Column, ...], dict[str, np.ndarray]]] = {"": (MONTHLY, grids(run, MONTHLY, run.monthly))}
    for segment in run.segments["segment"].cat.categories:
        tables[segment] = SEGMENTS, grids(run, SEGMENTS, run.segments[run.segments["segment"] == segment])
    return tables


def by_month(base: Run, futures: Mapping[str, Run], month: int) -> pd.DataFrame:
    """Differences month by month, from the change on; columns are those of :data:`BY_MONTH`."""
    parts = []
    held = _tables(base)
    when = np.arange(month, base.config.months)
    for name, run in futures.items():
        for segment, (columns, grid) in _tables(run).items():
            for column in columns:
                if column.name in KEYS:
                    continue
                one, other = held[segment][1][column.name][:, month:], grid[column.name][:, month:]
                difference = mean_interval(other - one)
                values = (mean_interval(one).mean, mean_interval(other).mean, *difference)
                words = {"future": name, "segment": segment, "month": when, "metric": column.name, "unit": column.unit}
                numbers = dict(zip([each.name for each in _VALUES], values, strict=True))
                parts.append(pd.DataFrame({**words, **numbers}))
    return pd.concat(parts, ignore_index=True)


def by_period(base: Run, futures: Mapping[str, Run], month: int) -> pd.DataFrame:
    """Differences of means over periods; columns are those of :data:`BY_PERIOD`."""
    rows = []
    held = _tables(base)
    for name, run in futures.items():
        for segment, (columns, grid) in _tables(run).items():
            for column in columns:
                if column.name in KEYS:
                    continue
                for period in periods(month, base.config.months):
                    span = slice(period.start, period.stop)
                    one, other = (part[column.name][:, span].mean(axis=1) for part in (held[segment][1], grid))
                    rows.append((name, segment, *_when(period), column.name, column.unit, *_told(one, other)))
    return pd.DataFrame(rows, columns=[column.name for column in BY_PERIOD])


def in_pounds(base: Run, futures: Mapping[str, Run], month: int) -> pd.DataFrame:
    """Who gains and who loses, in pounds a year for the real population; columns are those of :data:`IN_POUNDS`."""
    rows = []
    held = _gains(base)
    for name, run in futures.items():
        gains = {party: grid - held[party] for party, grid in _gains(run).items()}
        for party, grid in gains.items():
            for period in periods(month, base.config.months):
                yearly = 12.0 * grid[:, period.start : period.stop].mean(axis=1)
                rows.append((name, party, *_when(period), *mean_interval(yearly)))
    return pd.DataFrame(rows, columns=[column.name for column in IN_POUNDS])


def _gains(run: Run) -> dict[str, np.ndarray]:
    """What each party has of a month, in pounds, up to what no future changes; arrays of shape (replications, months)."""
    grid = grids(run, MONTHLY, run.monthly)
    public = run.ledger["conduct"].isin(_TO_THE_PUBLIC).to_numpy()
    paid = np.zeros((run.config.replications, run.config.months))
    rows = run.ledger[public]
    np.add.at(paid, (rows["replication"].to_numpy(), rows["month"].to_numpy()), rows["amount"].to_numpy())
    customers = grid["consumer_surplus"] * run.config.market.population + grid["redress"]
    purse = paid - grid["regulator_spend"]
    return dict(zip(PARTIES, (customers, grid["profit"], purse, customers + grid["profit"] + purse), strict=True))


def _when(period: Period) -> tuple[str, int, int]:
    return period.name, period.start, period.stop - period.start


def _told(one: np.ndarray, other: np.ndarray) -> tuple[Any, ...]:
    return (mean_interval(one).mean, mean_interval(other).mean, *mean_interval(other - one))


def first_felt(base: Run, future: Run, month: int) -> int | None:
    """The first month in which anything differs in any replication; ``None`` if nothing ever does."""
    one, other = base.monthly, future.monthly
    numbers = [column.name for column in MONTHLY if column.name not in KEYS]
    differs = (one[numbers].to_numpy() != other[numbers].to_numpy()).any(axis=1)
    months = one["month"].to_numpy()[differs & (one["month"].to_numpy() >= month)]
    return int(months.min()) if len(months) else None
