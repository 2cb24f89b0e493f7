"""Maps: a cell for each combination of two levers, with its mean and interval, and theory's line over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from cxsim.frontier.maps import Maps
from cxsim.results.columns import Column
from cxsim.results.figures import style
from cxsim.results.summary import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PALETTE = LinearSegmentedColormap.from_list("cxsim", ["#FFFFFF", "#B8DBF2", style.SKY, style.BLUE, "#002A45"])
"""From light to dark in one hue, so that a grey print keeps the order."""
MOST_LABELLED = 9
"""Levels along an axis up to which each cell carries its number."""

Theory = tuple[np.ndarray, np.ndarray, Sequence[np.ndarray]]


def draw(
    maps: Maps, metric: Column, title: str, lines: Sequence[str], theory: Theory | None, marks: Mapping[int, tuple[int, int]] | None = None
) -> Figure:
    """A metric over the two levers, a map for each market.

    Args:
        maps: what came out.
        metric: the metric.
        title: the figure's title.
        lines: what a reader must know, below the title.
        theory: places along x and y and expected penalty over gain for each map, as `cxsim.frontier.maps.theory` gives them.
        marks: for a map the cell to be framed, (y, x).
    """
    grid = maps.grid
    count, rows, columns = grid.shape
    across = min(count, 4)
    down = -(-count // across)
    width = min(16.0, max(5.2, 0.9 + across * max(2.6, 0.56 * min(columns, 12))))
    size = (width, 1.6 + down * max(2.5, 0.42 * min(rows, 14) + 1.0))
    figure = style.headed(title, lines, size)
    panels = np.atleast_1d(figure.subplots(down, across, squeeze=False)).ravel()
    mean, apart = maps.values[metric.name].mean(axis=3), maps.apart(metric.name)
    scale = _scale(mean, metric)
    for panel, axes in enumerate(panels):
        if panel >= count:
            axes.set_axis_off()
            continue
        axes.pcolormesh(np.arange(columns + 1) - 0.5, np.arange(rows + 1) - 0.5, mean[panel], cmap=PALETTE, norm=scale, edgecolors="white",
                        linewidth=0.8)  # fmt: skip
        if max(rows, columns) <= MOST_LABELLED:
            _numbers(axes, mean[panel], (apart.high - apart.low)[panel] / 2, scale)
        if theory is not None:
            _line(axes, theory[0], theory[1], theory[2][panel])
        if marks and panel in marks:
            y, x = marks[panel]
            axes.add_patch(Rectangle((x - 0.46, y - 0.46), 0.92, 0.92, fill=False, edgecolor=style.VERMILION, linewidth=2.4, zorder=5))
        _frame(axes, maps, panel, first=panel % across == 0)
    bar = figure.colorbar(_mappable(scale), ax=list(panels), fraction=0.03, pad=0.015, aspect=28)
    bar.outline.set_visible(False)  # type: ignore[operator]
    bar.set_label(f"{metric.name.replace('_', ' ')}{f', {metric.unit}' if metric.unit else ''}", color=style.QUIET, fontsize=9)
    return figure


def _scale(mean: np.ndarray, metric: Column) -> Normalize:
    """From the least mean to the largest, and over a twentieth of the largest at least, so that noise looks small."""
    least, most = float(np.nanmin(mean)), float(np.nanmax(mean))
    room = max(1e-12, 0.05 * max(abs(least), abs(most)) - (most - least)) / 2
    least, most = least - room, most + room
    if metric.low is not None and least < metric.low:
        least, most = metric.low, most + metric.low - least
    if metric.high is not None and most > metric.high:
        least, most = least - (most - metric.high), metric.high
    return Normalize(least, most)


def _mappable(scale: Normalize) -> Any:
    from matplotlib.cm import ScalarMappable

    return ScalarMappable(scale, PALETTE)


def _numbers(axes: Axes, mean: np.ndarray, half: np.ndarray, scale: Normalize) -> None:
    for (y, x), value in np.ndenumerate(mean):
        ground = PALETTE(scale(value))[:3]
        colour = style.INK if style.luminance(np.array(ground)) > 0.3 else "white"
        # A rim in the cell's colour, so that theory's line can pass behind without hiding the number.
        rim = [withStroke(linewidth=2.2, foreground=ground)]
        said: dict[str, Any] = {"ha": "center", "va": "center", "color": colour, "path_effects": rim, "zorder": 6}
        axes.text(x, y + 0.16, number(value), fontsize=8, **said)
        if np.isfinite(half[y, x]) and (x, y) != (0, 0):
            axes.text(x, y - 0.24, f"±{number(float(half[y, x]))}", fontsize=6, **said)


def _line(axes: Axes, across: np.ndarray, up: np.ndarray, ratio: np.ndarray) -> None:
    """Where expected penalty equals gain: black in a white casing, so that it shows on any cell."""
    if not np.isfinite(ratio).any() or ratio.min() >= 1 or ratio.max() < 1:
        return
    level = np.log(np.maximum(ratio, 1e-12))
    for colour, width, dash in (("white", 4.2, "solid"), ("black", 1.8, (0, (5, 2)))):
        axes.contour(across, up, level, levels=[0.0], colors=colour, linewidths=width, linestyles=[dash], zorder=4)


def _frame(axes: Axes, maps: Maps, panel: int, first: bool) -> None:
    grid = maps.grid
    axes.set_title(grid.panel_name(panel) or grid.x.name, pad=6)
    if not grid.panel_name(panel):
        axes.set_title("")
    _, rows, columns = grid.shape
    axes.set_xticks(range(columns), [_short(text) for text in grid.x.labels()], rotation=45 if columns > 4 else 0,
                    ha="right" if columns > 4 else "center", rotation_mode="anchor")  # fmt: skip
    axes.set_yticks(range(rows), [_short(text) for text in grid.y.labels()] if first else [""] * rows)
    axes.set_xlabel(_named(grid.x.name, grid.x.unit))
    axes.set_ylabel(_named(grid.y.name, grid.y.unit) if first else "")
    axes.grid(visible=False)
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    if max(rows, columns) > 12:
        for axis, count in ((axes.xaxis, columns), (axes.yaxis, rows)):
            for place, label in enumerate(axis.get_ticklabels()):
                label.set_visible(place % (-(-count // 8)) == 0)


def _short(text: str) -> str:
    """A level without what the axis's name says already."""
    return text.partition(" a ")[0]


def _named(name: str, unit: str) -> str:
    return f"{name.capitalize()}{f' ({unit})' if unit else ''}"
