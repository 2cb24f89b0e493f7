"""The self-funded regulator's path: money, cases and rule-breaking over the years, by the share of fines that it keeps."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from cxsim.config.errors import BadValueError
from cxsim.config.keys import coerce
from cxsim.frontier.maps import Grid
from cxsim.results.intervals import Interval, mean_interval
from cxsim.sweeps.design import Design, factorial

if TYPE_CHECKING:
    import pandas as pd

    from cxsim.config.run import Config

SHARE = "regulator.self_funding_share"
SHARES = (0.0, 0.5, 1.0)
SERIES = ("regulator_budget", "regulator_spend", "fines", "cases", "violations", "hidden_fees")
SMALL, GREW, RESERVES, STARVED, UNDECIDED = "stayed small", "grew", "grew, then lived on reserves", "grew and starved", "undecided"
"""What became of a regulator; `UNDECIDED` where its spending rose on average and the replications do not agree."""
GROWN, DRIED = 1.5, 0.5
"""Spending counts as grown from this many times what it was at first; money counts as dried up below this share of its best years."""


@dataclasses.dataclass(frozen=True)
class Path:
    """One regulator's years.

    Attributes:
        panel: number of the map whose market it works in.
        share: share of fines kept.
        months: for each series an array of shape (replications, months), from the regulator's first month.
    """

    panel: int
    share: float
    months: Mapping[str, np.ndarray]

    def by_period(self, series: np.ndarray) -> tuple[int, np.ndarray]:
        """A series of £ a month as £ a year by period: of two years, in a short run of one, so that a case every other year is seen.

        Returns:
            Months of a period; £ a year, shape (replications, periods).
        """
        months = series.shape[1]
        length = next((length for length in (24, 12) if months >= 3 * length), max(1, months // 3))
        periods = months // length
        return length, 12 * series[:, : length * periods].reshape(len(series), periods, length).mean(axis=2)

    @property
    def kept(self) -> np.ndarray:
        """Fines kept (£/month), shape (replications, months)."""
        return self.share * self.months["fines"]


@dataclasses.dataclass(frozen=True)
class Fate:
    """What became of a regulator.

    Attributes:
        verdict: `SMALL`, `GREW`, `RESERVES`, `STARVED` or `UNDECIDED`.
        first, best, last: spending in the first, the best and the last period (£ a year), means over replications.
        months: first month and the month after the last of the best period.
        growth: best period less the first (£ a year), with its interval over replications.
        decline: last period less the best.
        kept_best, kept_last: fines kept in their best and in the last period (£ a year).
        drying: fines kept in the last period less those in the best.
        reserve: money in hand in the end (£).
    """

    verdict: str
    first: float
    best: float
    last: float
    months: tuple[int, int]
    growth: Interval
    decline: Interval
    kept_best: float
    kept_last: float
    drying: Interval
    reserve: float


def shares(given: str | Sequence[float]) -> tuple[float, ...]:
    """Shares of fines kept, as typed or as numbers, ascending, each once.

    Raises:
        CxsimError: a share that is none.
    """
    parts = given.split(",") if isinstance(given, str) else list(given)
    try:
        found = sorted({float(coerce(SHARE, float(part))) for part in parts})
    except (TypeError, ValueError):
        raise BadValueError("--self-funded", given, "shares from 0 to 1 with commas between them, for example 0,0.5,1") from None
    return tuple(found)


def start(base: Config, grid: Grid) -> dict[str, float | None]:
    """Where the paths start: the least public money of the map and its highest cap, so that growth has to come from fines.

    A lever that is no axis of the map keeps the base's value.
    """
    found: dict[str, float | None] = {}
    for axis in (grid.x, grid.y):
        if axis.key == "regulator.annual_funding":
            found[axis.key] = next((level for level in axis.numbers if level > 0), axis.numbers[0])
        if axis.key in {"regulator.fine_cap", "regulator.fine_cap_share_of_turnover"}:
            found[axis.key] = axis.levels[-1]
    return found


def design(grid: Grid, kept: Sequence[float]) -> Design:
    """A path for each map and each share of fines kept."""
    levels = {} if grid.panels is None or grid.panels.key == SHARE else {grid.panels.key: list(grid.panels.levels)}
    return factorial({**levels, SHARE: list(kept)})


def arranged(monthly: pd.DataFrame, made: Design) -> list[Path]:
    """The paths, from the monthly series of a sweep over `design`."""
    ordered = monthly.sort_values(["point", "replication", "month"], kind="stable")
    replications, months = ordered["replication"].nunique(), ordered["month"].nunique()
    grids = {name: ordered[name].to_numpy(float).reshape(len(made), replications, months) for name in SERIES}
    kept = len(made.levels[-1])
    return [
        Path(point // kept, float(made[point][SHARE]), {name: grid[point] for name, grid in grids.items()}) for point in range(len(made))
    ]


def fate(path: Path) -> Fate:
    """Growth and starvation, from spending and from the fines kept, by period.

    It grew when the best period's spending exceeds the first's beyond doubt (95 % interval of the paired difference above zero)
    and by half or more. Its fines dried up when those of the last period fall short of the best's beyond doubt and are below half
    of them; it starved when its spending did so too, and lived on reserves when it did not.
    """
    period, spent = path.by_period(path.months["regulator_spend"])
    _, kept = path.by_period(path.kept)
    means, income = spent.mean(axis=0), kept.mean(axis=0)
    best, richest = int(means.argmax()), int(income.argmax())
    growth, decline = mean_interval(spent[:, best] - spent[:, 0]), mean_interval(spent[:, -1] - spent[:, best])
    drying = mean_interval(kept[:, -1] - kept[:, richest])
    dry = drying.high < 0 and income[-1] < DRIED * income[richest]
    starved = decline.high < 0 and means[-1] < DRIED * means[best]
    if means[best] < GROWN * means[0]:
        verdict = SMALL
    elif not growth.low > 0:
        verdict = UNDECIDED
    else:
        verdict = STARVED if starved else RESERVES if dry else GREW
    return Fate(
        verdict, float(means[0]), float(means[best]), float(means[-1]), (best * period, (best + 1) * period), growth, decline,
        float(income[richest]), float(income[-1]), drying, float(path.months["regulator_budget"][:, -1].mean()),
    )  # fmt: skip
