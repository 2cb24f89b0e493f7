"""Maps: every combination of two levers, for each of several markets, each run with the same luck."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from cxsim.frontier.axes import Axis
from cxsim.results.intervals import Interval, mean_interval
from cxsim.sweeps.design import Design, factorial

if TYPE_CHECKING:
    import pandas as pd

    from cxsim.config.run import Config


@dataclasses.dataclass(frozen=True)
class Grid:
    """What a map goes through.

    Attributes:
        x, y: the two levers.
        panels: a parameter each of whose levels makes a map of its own; ``None`` for one map.
    """

    x: Axis
    y: Axis
    panels: Axis | None = None

    @property
    def shape(self) -> tuple[int, int, int]:
        """Maps, levels of y and levels of x."""
        return (1 if self.panels is None else len(self.panels), len(self.y), len(self.x))

    def design(self) -> Design:
        """Every combination; panels change slowest, x fastest."""
        axes = [self.y, self.x] if self.panels is None else [self.panels, self.y, self.x]
        return factorial({axis.key: list(axis.levels) for axis in axes})

    def panel_name(self, panel: int) -> str:
        """What tells a map from the others: ``2 firms``; ``""`` for the only one."""
        if self.panels is None:
            return ""
        level = self.panels.levels[panel]
        if self.panels.unit and level is not None:
            return self.panels.label(level)
        return f"{self.panels.name} {self.panels.label(level)}"

    def settings(self, panel: int) -> dict[str, float | int | None]:
        """The values that make a map's market."""
        return {} if self.panels is None else {self.panels.key: self.panels.levels[panel]}


@dataclasses.dataclass(frozen=True)
class Maps:
    """What came out.

    Attributes:
        grid: what was gone through.
        values: for each metric an array of shape (maps, levels of y, levels of x, replications).
    """

    grid: Grid
    values: Mapping[str, np.ndarray]

    def interval(self, name: str) -> Interval:
        """Mean over replications with its interval, each of shape (maps, levels of y, levels of x)."""
        return mean_interval(self.values[name], axis=3)

    def apart(self, name: str) -> Interval:
        """Difference of each cell from the first of its map (lowest level of both levers), replications paired.

        What luck does to all cells alike is not in it, so that it says more of how cells differ than the intervals of the means do.
        """
        values = self.values[name]
        return mean_interval(values - values[:, :1, :1, :], axis=3)

    @property
    def replications(self) -> int:
        """Replications of every cell."""
        return int(next(iter(self.values.values())).shape[3])


def arranged(table: pd.DataFrame, grid: Grid, names: Sequence[str]) -> Maps:
    """A sweep's table as maps.

    Args:
        table: a row a run, with ``point`` and ``replication``; all points of ``grid.design()`` with as many replications each.
        grid: what was gone through.
        names: columns to take.
    """
    ordered = table.sort_values(["point", "replication"], kind="stable")
    shape = (*grid.shape, -1)
    return Maps(grid, {name: ordered[name].to_numpy(float).reshape(shape) for name in names})


def theory(base: Config, grid: Grid, per_cell: int = 9) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    """Expected penalty over gain between the levels of each map.

    Args:
        base: the configuration the levers are set in.
        grid: what is gone through.
        per_cell: points along a cell's side, odd so that one lies on the level itself.

    Returns:
        Places along x and along y (0 is the first level, 1 the second), and for each map an array of shape (places of y,
        places of x); NaN where no offence brings money.
    """
    from cxsim.config.load import with_values
    from cxsim.frontier.deterrence import deterrence

    places = [np.arange(len(axis) * per_cell) / per_cell - (per_cell - 1) / 2 / per_cell for axis in (grid.x, grid.y)]
    found = []
    for panel in range(grid.shape[0]):
        market = with_values(base, grid.settings(panel)) if grid.panels is not None else base
        ratio = np.empty((len(places[1]), len(places[0])))
        for row, column in np.ndindex(ratio.shape):
            x, y = grid.x.at(float(places[0][column])), grid.y.at(float(places[1][row]))
            ratio[row, column] = deterrence(with_values(market, {grid.x.key: _whole(grid.x, x), grid.y.key: _whole(grid.y, y)}))
        found.append(ratio)
    return places[0], places[1], found


def _whole(axis: Axis, value: float | int | None) -> float | int | None:
    """A place between the levels of a whole-number lever is at the nearest whole number."""
    if value is None or any(isinstance(level, float) for level in axis.levels):
        return value
    return round(value)
