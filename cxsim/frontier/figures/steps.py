"""What going further with one lever changes, at each level of the other: where the lines lie flat, the lever has stopped mattering."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import to_hex

from cxsim.frontier.axes import Axis
from cxsim.frontier.figures.maps import PALETTE
from cxsim.frontier.maps import Maps
from cxsim.results.columns import Column
from cxsim.results.figures import lines as drawn
from cxsim.results.figures import style
from cxsim.results.intervals import mean_interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DASHES = ("-", (0, (5, 2)), (0, (1.5, 1.5)), (0, (5, 1.5, 1, 1.5)))


def draw(maps: Maps, metric: Column, title: str, lines: Sequence[str], margin: float) -> Figure:
    """Change of a metric against the lowest level, along each lever.

    Args:
        maps: what came out.
        metric: the metric.
        title: the figure's title.
        lines: what a reader must know, below the title.
        margin: what counts as no difference, in the metric's unit; drawn as a band.
    """
    grid = maps.grid
    count = grid.shape[0]
    figure = style.headed(title, lines, (min(18.0, 2.2 + 4.2 * count), 7.6))
    panels = figure.subplots(2, count, squeeze=False, sharey=True)
    values = maps.values[metric.name]
    unit = metric.unit or "change"
    every: list[np.ndarray] = []
    for panel in range(count):
        for row, (along, held, table) in enumerate(((grid.x, grid.y, values[panel]), (grid.y, grid.x, values[panel].swapaxes(0, 1)))):
            axes = panels[row, panel]
            every += _panel(axes, along, held, table, margin)
            name = grid.panel_name(panel)
            style.head(axes, f"{name + ': raising' if name else 'Raising'} {along.name}", f"{unit}, change against the lowest level")
    for axes in panels.ravel():
        style.span(axes, np.concatenate([*every, np.array([-2 * margin, 2 * margin])]), 1e-9)
    for panel in range(count):
        for row, (held, table) in enumerate(((grid.y, values[panel]), (grid.x, values[panel].swapaxes(0, 1)))):
            ends = (table[:, -1] - table[:, 0]).mean(axis=1)
            colours = _colours(len(held))
            drawn.name_ends(panels[row, panel], [(end, _level(held, place), colours[place]) for place, end in enumerate(ends)], 8)
    return figure


def _panel(axes: Axes, along: Axis, held: Axis, table: np.ndarray, margin: float) -> list[np.ndarray]:
    """Draw the rows of one table, shape (held, along, replications); gives back all that was drawn."""
    axes.axhspan(-margin, margin, color=style.FAINT, alpha=0.6, linewidth=0)
    colours, found = _colours(len(held)), []
    places = np.arange(len(along), dtype=float)
    for row, colour in enumerate(colours):
        middle, low, high = mean_interval(table[row] - table[row, :1], axis=1)
        shift = 0.05 * (row - (len(held) - 1) / 2)
        axes.plot(places + shift, middle, color=colour, linestyle=DASHES[row % len(DASHES)], marker="o", markersize=3.5)
        axes.vlines(places + shift, low, high, color=colour, linewidth=1.1, alpha=0.7)
        found += [low[np.isfinite(low)], high[np.isfinite(high)], middle]
    many = len(along) > 4
    axes.set_xticks(places, [text.partition(" a ")[0] for text in along.labels()], rotation=45 if many else 0,
                    ha="right" if many else "center", rotation_mode="anchor")  # fmt: skip
    axes.set_xlabel(f"{along.name.capitalize()}{f' ({along.unit})' if along.unit else ''}")
    axes.set_xlim(-0.3, len(along) - 0.7)
    return found


def _colours(count: int) -> list[str]:
    """From the light to the dark end, the lightest left out as it would not show on white."""
    return [to_hex(PALETTE(part)) for part in np.linspace(0.35, 1.0, count)]


def _level(axis: Axis, place: int) -> str:
    text = axis.label(axis.levels[place]).partition(" a ")[0]
    return text if axis.levels[place] is None else f"{text} {axis.name.rpartition(' ')[2]}"
