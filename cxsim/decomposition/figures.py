"""Figures of a decomposition: the steps from one regime to the other, and the effects over time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from cxsim.decomposition.words import difference
from cxsim.results.columns import MONTHLY
from cxsim.results.figures import lines, style
from cxsim.results.summary import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from cxsim.decomposition.result import Decomposition

_UNITS = {column.name: column.unit for column in MONTHLY}


def _note(found: Decomposition) -> str:
    count = found.one.replications
    return f"Means of {count} replications, with 95 % intervals of the effects" if count > 1 else "One replication"


def _shown(found: Decomposition) -> list[str]:
    return list(found.live) or list(found.channels)[:1]


def _sheet(found: Decomposition, title: str, size: tuple[float, float]) -> Figure:
    begun = f" from month {found.at} on" if found.at is not None else ""
    regimes = style.plain(f"{found.one.market.title}: {difference(found)}{begun}")
    return style.headed(title, [style.shortened(regimes, int(26 * size[0])), _note(found)], size)


def steps(found: Decomposition) -> Figure:
    """From the first regime's outcome to the second's, a bar for each channel."""
    count = len(found.outcomes)
    names = _shown(found)
    height = 1.6 + 0.42 * (len(names) + 2)
    figure = _sheet(found, "From one regime to the other, channel by channel", (6.2 * min(count, 2) + 1.0, height * -(-count // 2) + 0.8))
    grid = figure.subplots(-(-count // 2), min(count, 2), squeeze=False).ravel()
    for axes in grid[count:]:
        axes.remove()
    for axes, outcome in zip(grid, found.outcomes, strict=False):
        _staircase(axes, found, outcome, names)
    return figure


def _staircase(axes: Axes, found: Decomposition, outcome: str, names: list[str]) -> None:
    table = found.effects.query("outcome == @outcome and period == 'last'").set_index("channel")
    levels = found.levels.query("outcome == @outcome and period == 'last'").set_index("regime")["value"]
    at = start = float(levels["from"])
    end = float(levels["to"])
    rows = ["from", *names, "to"]
    labels = [("first regime", number(start))]
    edges = [start, end]
    axes.plot([start], [0], "o", color=style.INK, markersize=7)
    for place, name in enumerate(names, start=1):
        row = table.loc[name]
        effect = float(row["effect"])
        colour = style.BLUE if effect >= 0 else style.VERMILION
        axes.barh(place, effect, left=at, height=0.6, color=colour, alpha=0.85, hatch="" if effect >= 0 else "///", edgecolor="white")
        axes.plot([at, at], [place - 1, place + 0.3], color=style.QUIET, linewidth=0.8)
        if np.isfinite(row["low"]):
            axes.plot([at + row["low"], at + row["high"]], [place, place], color=style.INK, linewidth=1.4, solid_capstyle="butt")
            edges += [at + row["low"], at + row["high"]]
        at += effect
        edges.append(at)
        labels.append((name.replace("_", " "), number(effect, signed=True)))
    labels.append(("second regime", number(end)))
    axes.plot([end, end], [len(rows) - 2, len(rows) - 1], color=style.QUIET, linewidth=0.8)
    axes.plot([end], [len(rows) - 1], "D", color=style.INK, markersize=7)
    axes.set_yticks(range(len(rows)), [f"{name}   {value}" for name, value in labels])
    axes.set_ylim(len(rows) - 0.5, -0.6)
    low, high = min(edges), max(edges)
    room = 0.06 * max(high - low, 1e-9)
    axes.set_xlim(low - room, high + room)
    axes.grid(False, axis="y")
    start_month = int(table.loc["total", "start"])
    last = start_month + int(table.loc["total", "months"]) - 1
    axes.set_title(outcome.replace("_", " ").capitalize())
    axes.set_xlabel(f"{_UNITS[outcome] or 'share'}, mean of months {start_month} to {last}")


def months(found: Decomposition) -> Figure:
    """The effect of each channel month by month in a row of its own, and their sum; all rows of an outcome have one scale."""
    names = _shown(found)
    rows = [*names, "together"]
    count = len(found.outcomes)
    figure = _sheet(found, "What goes through each channel, month by month", (max(7.5, 4.6 * count), 1.3 + 1.45 * len(rows)))
    grid = figure.subplots(len(rows), count, squeeze=False, sharex=True)
    first = found.at or 0
    for place, outcome in enumerate(found.outcomes):
        parts = {name: found.by_channel[name][:, place].copy() for name in names}
        parts["together"] = (found.second - found.first)[:, place].copy()
        drawn = []
        for axes, (name, values) in zip(grid[:, place], parts.items(), strict=True):
            values[:, :first] = np.nan
            axes.axhline(0.0, color=style.QUIET, linewidth=0.9)
            drawn.append(lines.band(axes, values, style.BLACK if name == "together" else style.BLUE))
        for axes, (name, interval) in zip(grid[:, place], zip(parts, drawn, strict=True), strict=True):
            style.finish(axes, f"{outcome} through {name}".replace("_", " ").replace("through together", "in all").capitalize(),
                         f"Effect, {_UNITS[outcome] or 'share'}", found.one.months, ticks=4)  # fmt: skip
            axes.set_xlabel("")
            style.span(axes, [0.0, *lines.drawn(*drawn)], 1e-9)
            end = lines.last(interval.mean)
            lines.end_value(axes, end, number(end, signed=True))
        if found.one.months > 1:
            grid[-1, place].set_xlim(left=first)
        grid[-1, place].set_xlabel("Month")
    return figure


FIGURES: dict[str, Callable[[Decomposition], Figure]] = {"steps": steps, "months": months}
