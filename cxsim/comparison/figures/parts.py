"""What the figures of a comparison have in common: who has which colour, headings, points with two intervals."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from cxsim.comparison.numbers import amount
from cxsim.results.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from cxsim.comparison.comparison import Comparison

COLOURS = (style.BLUE, style.VERMILION, style.GREEN, style.PURPLE, style.ORANGE, style.SKY)
DASHES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 2, 1.5, 2)), (0, (3, 1)), (0, (8, 3)))
MOST = len(COLOURS)
"""Regimes drawn beside the baseline; tables have all."""
INTERVALS = "Thick bars: 95 % intervals, each by itself. Thin bars: intervals that hold all together (Bonferroni). Hollow: not told apart."


def shown(comparison: Comparison) -> list[int]:
    """Positions of the regimes that are drawn, the baseline left out."""
    return comparison.frame.others[:MOST]


def colour(comparison: Comparison, place: int) -> str:
    """A regime's colour; the baseline is black."""
    return style.BLACK if place == comparison.baseline else COLOURS[comparison.frame.others.index(place) % MOST]


def dash(comparison: Comparison, place: int) -> Any:
    """A regime's dash, so that lines differ in grey too."""
    return "-" if place == comparison.baseline else DASHES[(comparison.frame.others.index(place) + 1) % len(DASHES)]


def name(comparison: Comparison, place: int, width: int, most: int = 2) -> str:
    """A regime's title on lines of at most ``width`` letters, cut after ``most`` lines."""
    text = comparison.regimes[place].title
    lines = textwrap.wrap(text, width) or [text]
    if len(lines) > most:
        lines = [*lines[: most - 1], style.shortened(" ".join(lines[most - 1 :]), width)]
    return "\n".join(style.plain(line) for line in lines)


def head(comparison: Comparison, title: str, explained: Sequence[str], size: tuple[float, float]) -> Figure:
    """An empty figure with a title, what was compared, and how to read it."""
    market = comparison.regimes[comparison.baseline].config.market.title
    base = comparison.regimes[comparison.baseline].title
    when = "all months" if comparison.data.width == comparison.data.months else f"the last {comparison.data.width} months"
    left_out = len(comparison.others) - len(shown(comparison))
    more = f"  ·  {left_out} more regimes in the tables" if left_out else ""
    first = f"{market}  ·  baseline: {base}  ·  {len(comparison.data):,} pairs of runs  ·  means over {when}{more}"
    return style.headed(title, [style.plain(style.shortened(first, int(13.5 * size[0]))), *explained], size)


def points(axes: Axes, rows: Sequence[Any], places: Sequence[float], colours: Sequence[str], labels: bool = True) -> None:
    """Differences as points with two intervals, hollow where they cannot be told from zero.

    Args:
        axes: the panel.
        rows: of a table of differences.
        places: where each row lies on the vertical axis.
        colours: of each row.
        labels: whether to write the number above the point.
    """
    if all(row.told == "same" for row in rows):
        _same(axes)
        return
    axes.axvline(0, color="#999999", linewidth=1)
    ends = [0.0]
    for row, place, ink in zip(rows, places, colours, strict=True):
        told = row.told in ("higher", "lower")
        if np.isfinite(row.low):
            axes.hlines(place, row.low_all, row.high_all, color=ink, linewidth=1)
            axes.hlines(place, row.low, row.high, color=ink, linewidth=3.2)
            ends += [row.low_all, row.high_all]
        if np.isfinite(row.difference):
            axes.plot(row.difference, place, "o", color=ink, markerfacecolor=ink if told else "white", markersize=6, zorder=5)
            ends.append(row.difference)
        if labels and np.isfinite(row.difference):
            text = "same" if row.told == "same" else minus(amount(row.difference, _short(row.unit), signed=True))
            axes.annotate(text, (row.difference, place), xytext=(0, 5), textcoords="offset points", ha="center", fontsize=8,
                          color=style.INK if told else style.QUIET, zorder=4,
                          bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6})  # fmt: skip
    low, high = min(ends), max(ends)
    room = 0.14 * (high - low) or 1.0
    axes.set_xlim(low - room, high + room)
    axes.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    axes.grid(visible=False, axis="y")
    if max(abs(low), abs(high)) >= 1000:
        divisor, words = style.pounds(max(abs(low), abs(high)))
        axes.xaxis.set_major_formatter(lambda value, _: minus(f"{value / divisor:,.4g}"))
        unit = {"£/year": f"{words} a year", "£/month": f"{words} a month", "£": words}.get(rows[0].unit)
        axes.set_xlabel(unit or rows[0].unit)
        if unit is None:
            axes.xaxis.set_major_formatter(lambda value, _: minus(f"{value:,.0f}"))
    else:
        axes.set_xlabel({"£/month": "£ a month", "£/year": "£ a year", "index": "points", "1/year": "a year", "": "share or index"}.get(
            rows[0].unit, rows[0].unit))  # fmt: skip


def share(panels: Sequence[Axes]) -> None:
    """One horizontal scale for panels of points, and only what the last of a column says about it."""
    limits = [axes.get_xlim() for axes in panels if len(axes.get_xticks())]
    if not limits:
        return
    low, high = min(low for low, _ in limits), max(high for _, high in limits)
    divisor, words = style.pounds(max(abs(low), abs(high)))
    for axes in panels:
        if not len(axes.get_xticks()):
            continue
        axes.set_xlim(low, high)
        for ending in (" a year", " a month"):
            if axes.get_xlabel().startswith("£") and axes.get_xlabel().endswith(ending) and max(abs(low), abs(high)) >= 1000:
                axes.set_xlabel(f"{words}{ending}")
                axes.xaxis.set_major_formatter(lambda value, _: minus(f"{value / divisor:,.4g}"))


def rows_axis(axes: Axes, labels: Sequence[str], step: float = 1.0) -> list[float]:
    """Places of rows from the top, with labels."""
    places = [-step * number for number in range(len(labels))]
    axes.set_yticks(places, labels)
    axes.tick_params(axis="y", length=0, labelcolor=style.INK)
    axes.set_ylim(places[-1] - 0.6, 0.75)
    return places


def legend(figure: Figure, comparison: Comparison) -> None:
    """Who is which line, below the heading."""
    places = [comparison.baseline, *shown(comparison)]
    handles = [
        Line2D([], [], color=colour(comparison, place), linestyle=dash(comparison, place), label=name(comparison, place, 34, 1))
        for place in places
    ]
    width, height = figure.get_size_inches()
    # In the empty line that the sheet leaves below its explanations.
    place = (0.06 / width, 1 - 0.9 / height)
    figure.legend(handles=handles, loc="upper left", bbox_to_anchor=place, ncols=4, frameon=False, fontsize=9.5, handlelength=3.2)


def minus(text: str) -> str:
    """A number as it is to be drawn, with the sign that Matplotlib has for it."""
    return text.replace("-", "−")


def _same(axes: Axes) -> None:
    """A panel in which nothing differs says so."""
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.grid(visible=False)
    axes.text(0.5, 0.5, "the same in\nevery replication", transform=axes.transAxes, ha="center", va="center", color=style.QUIET, fontsize=9)


def _short(unit: str) -> str:
    # The axis says the rest of the unit.
    return "£" if unit.startswith("£") else ""
