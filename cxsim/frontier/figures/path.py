"""The self-funded regulator's years: money, cases and rule-breaking, a line for each share of fines kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from cxsim.frontier.figures.words import kept_words
from cxsim.frontier.maps import Grid
from cxsim.frontier.path import Path
from cxsim.results.figures import lines as drawn
from cxsim.results.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = (style.BLACK, style.BLUE, style.VERMILION, style.GREEN, style.PURPLE, style.ORANGE)
DASHES = ((0, (1.5, 1.5)), (0, (5, 2)), "-", (0, (5, 1.5, 1, 1.5)), "-", "-")
COLUMNS = (
    ("regulator_budget", "Money in hand", "", 0.0, None),
    ("fines", "Fines kept in the past year", "", 0.0, None),
    ("cases", "Open cases, mean of the past year", "cases", 0.0, None),
    ("violations", "Violations", "% of customers at a firm that breaks a rule", 0.0, 100.0),
    ("hidden_fees", "Hidden fees", "£ a month, mean over customers", 0.0, None),
)


def draw(paths: Sequence[Path], grid: Grid, title: str, lines: Sequence[str]) -> Figure:
    """The paths, a row of panels for each market.

    Args:
        paths: the paths of all markets and shares.
        grid: what the maps go through.
        title: the figure's title.
        lines: what a reader must know, below the title.
    """
    rows = sorted({path.panel for path in paths})
    figure = style.headed(title, lines, (16.5, 1.4 + 2.75 * len(rows)))
    panels = figure.subplots(len(rows), len(COLUMNS), squeeze=False)
    for row, panel in enumerate(rows):
        mine = [path for path in paths if path.panel == panel]
        for column, (series, name, unit, low, high) in enumerate(COLUMNS):
            where = f"{grid.panel_name(panel)}: {name.lower()}" if grid.panel_name(panel) and column == 0 else name
            _panel(panels[row, column], mine, series, where, unit, low, high)
            if row + 1 < len(rows):
                panels[row, column].set_xlabel("")
    return figure


def _panel(axes: Axes, paths: Sequence[Path], series: str, name: str, unit: str, low: float | None, high: float | None) -> None:
    tables = [_shown(path, series) for path in paths]
    divisor = 1.0
    if not unit:
        divisor, unit = style.pounds(max(float(np.nanmax(table.mean(axis=0), initial=0.0)) for table in tables))
    intervals = [
        drawn.band(axes, table / divisor, COLOURS[place % len(COLOURS)], dash=DASHES[place % len(DASHES)], low=low, high=high)
        for place, table in enumerate(tables)
    ]
    style.finish(axes, name, unit, tables[0].shape[1], ticks=4)
    whole = drawn.drawn(*intervals)
    style.span(axes, [0, *whole[np.isfinite(whole)]], 1e-9 if np.nanmax(whole, initial=0.0) > 0 else 1.0, low, high)
    ends = [(drawn.last(one.mean), kept_words(path.share), COLOURS[place % len(COLOURS)])
            for place, (one, path) in enumerate(zip(intervals, paths, strict=True))]  # fmt: skip
    drawn.name_ends(axes, ends, 7.5)


def _shown(path: Path, series: str) -> np.ndarray:
    """A series as drawn, shape (replications, months): fines and cases over the past twelve months, as they come in lumps."""
    if series == "violations":
        return 100 * path.months[series]
    if series == "fines":
        return _past(path.kept, mean=False)
    return _past(path.months[series], mean=True) if series == "cases" else path.months[series]


def _past(table: np.ndarray, mean: bool) -> np.ndarray:
    """Sums or means over the past twelve months, at the start over those there are."""
    total = np.cumsum(np.pad(table, ((0, 0), (1, 0))), axis=1)
    month = np.arange(1, table.shape[1] + 1)
    sums = total[:, month] - total[:, np.maximum(month - 12, 0)]
    return sums / np.minimum(month, 12) if mean else sums
