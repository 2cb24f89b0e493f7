"""Lines over months with bands over replications, and names at the ends of lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.transforms import ScaledTranslation

from cxsim.results.figures import style
from cxsim.results.intervals import Interval, mean_interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def by_month(frame: pd.DataFrame, values: pd.Series, months: int, replications: int) -> np.ndarray:
    """Values of a table with ``replication`` and ``month`` as an array of shape (replications, months).

    Rows of one replication and month are added; NaN where a table has no row.
    """
    grid = np.full((replications, months), np.nan)
    sums = values.groupby([frame["replication"], frame["month"]], observed=True).sum(min_count=1)
    grid[sums.index.get_level_values(0), sums.index.get_level_values(1)] = sums.to_numpy()
    return grid


def band(axes: Axes, grid: np.ndarray, colour: str, *, dash: Any = "-", low: float | None = None, high: float | None = None) -> Interval:
    """Draw the mean over replications with its interval, cut at the bounds that the quantity cannot pass.

    Args:
        axes: where to.
        grid: values of shape (replications, months).
        colour, dash: of the line.
        low, high: bounds of the quantity.

    Returns:
        The mean and the interval as drawn, each of shape (months,).
    """
    middle, lower, upper = mean_interval(grid)
    lower, upper = np.clip(lower, low, high), np.clip(upper, low, high)
    months = np.arange(grid.shape[1])
    if len(months) == 1:
        # A line of one month would be invisible.
        axes.plot(months, middle, "o", color=colour)
        if len(grid) > 1:
            axes.vlines(months, lower, upper, color=colour, alpha=0.5, linewidth=3)
    else:
        if len(grid) > 1:
            axes.fill_between(months, lower, upper, color=colour, alpha=0.2, linewidth=0)
        axes.plot(months, middle, color=colour, linestyle=dash, clip_on=False)
    return Interval(middle, lower, upper)


def drawn(*intervals: Interval) -> np.ndarray:
    """Everything that was drawn, for the limits of the axis."""
    return np.concatenate([np.ravel(part) for interval in intervals for part in interval])


def last(values: np.ndarray) -> float:
    """The last value that there is; NaN if there is none."""
    known = values[~np.isnan(values)]
    return float(known[-1]) if known.size else np.nan


def name_ends(axes: Axes, ends: Sequence[tuple[float, str, str]], size: float = 9) -> None:
    """Write names beside the right end of the lines, moved apart where they would overlap.

    Call it after the limits of the axis are set.

    Args:
        axes: the panel.
        ends: for each line its last value, its name and its colour.
        size: of the letters, in points.
    """
    ends = sorted((end for end in ends if np.isfinite(end[0])), key=lambda end: end[0])
    bottom, top = axes.get_ylim()
    wanted = [(value - bottom) / (top - bottom) for value, _, _ in ends]
    # The panel may still shrink a little when the figure is laid out; the gap allows for that.
    height = axes.get_position().height * axes.figure.bbox.height / axes.figure.dpi * 72
    places = spread(wanted, 1.4 * size / height)
    for (_, name, colour), start, place in zip(ends, wanted, places, strict=True):
        moved = abs(place - start) > 0.02
        aside = ScaledTranslation((16 if moved else 6) / 72, 0, axes.figure.dpi_scale_trans)
        axes.annotate(
            name, (1, start), xycoords="axes fraction", xytext=(1, place), textcoords=axes.transAxes + aside, ha="left",
            va="center", color=style.written(colour), fontsize=size, annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": "#999999", "linewidth": 0.6, "shrinkA": 0, "shrinkB": 1,
                        "relpos": (0, 0.5)} if moved else None,
        )  # fmt: skip


def spread(places: Sequence[float], gap: float) -> np.ndarray:
    """Places at least ``gap`` apart and in the same order, as near as can be (least squares) to those wanted.

    Args:
        places: places wanted, ascending and from 0 to 1, of shape (n,). Those returned stay within 0 and 1 too, unless
            there are too many for that.
        gap: least distance between neighbours.

    Returns:
        Places of shape (n,).
    """
    # Taking i gaps off turns "gap apart" into "not descending": the pool-adjacent-violators algorithm solves that.
    blocks: list[list[float]] = []
    for number, place in enumerate(places):
        blocks.append([place - number * gap, 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            value, count = blocks.pop()
            before = blocks[-1]
            before[0] = (before[0] * before[1] + value * count) / (before[1] + count)
            before[1] += count
    level = np.array([value for value, count in blocks for _ in range(int(count))])
    # Cutting at bounds keeps the solution of such a problem the best one within them.
    highest = 1 - gap * (len(level) - 1)
    return (np.clip(level, 0, highest) if highest >= 0 else level) + gap * np.arange(len(level))


def end_value(axes: Axes, value: float, text: str, colour: str = style.INK) -> None:
    """Write the last value beside the end of the only line."""
    name_ends(axes, [(value, text, colour)])
