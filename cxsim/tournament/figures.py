"""Figures of a tournament: the two rankings, profit against what customers got, and every market by itself."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from cxsim.results.figures import style
from cxsim.results.intervals import mean_interval
from cxsim.tournament.entries import Entry
from cxsim.tournament.scores import Ranking, Scores

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST = 40
"""Entries drawn, the best by profit; tables have all."""
TITLES = {"profit": "Profit", "value": "What customers got"}
UNITS = {"profit": "% of the reference price, per customer at equal shares", "value": "% of the reference price: worth less payments"}
_WIDTH = 26


def places(scores: Scores, entries: Sequence[Entry], rankings: dict[str, Ranking]) -> Figure:
    """Both scores of every entry with intervals and the places that each may have."""
    order = rankings["profit"].order[:MOST]
    figure = style.headed(
        "Who earned most, and who served best",
        [_played(scores), "Bars: 95 % intervals. In brackets: the places that cannot be ruled out. Hollow: strategies of cxsim's own"],
        (11, 1.9 + 0.42 * len(order)),
    )
    for axes, (name, by) in zip(figure.subplots(1, 2, sharey=True), rankings.items(), strict=True):
        _points(axes, [by.mean[place] for place in order], [by.low[place] for place in order], [by.high[place] for place in order],
                [_ink(entries[place]) for place in order], [entries[place].own for place in order])  # fmt: skip
        for row, place in enumerate(order):
            if np.isfinite(by.mean[place]):
                end = by.high[place] if np.isfinite(by.high[place]) else by.mean[place]
                axes.annotate(_range(by, place), (end, -row), xytext=(6, 0), textcoords="offset points", va="center", fontsize=8.5,
                              color=style.QUIET)  # fmt: skip
        axes.margins(x=0.16)
        style.head(axes, TITLES[name], UNITS[name])
        axes.set_yticks([-row for row in range(len(order))], [_label(scores.names[place]) for place in order])
        axes.tick_params(axis="y", length=0, labelcolor=style.INK)
        axes.set_ylim(-len(order) + 0.4, 0.6)
        axes.grid(visible=False, axis="y")
    return figure


def against(scores: Scores, entries: Sequence[Entry], rankings: dict[str, Ranking]) -> Figure:
    """Profit against what customers got: whether entries earned by serving or by taking."""
    profit, value = rankings["profit"], rankings["value"]
    figure = style.headed("Earned by serving, or by taking?", [_played(scores), "Bars: 95 % intervals over replications"], (9, 6.8))
    axes = figure.subplots()
    shown = [place for place in profit.order[:MOST] if np.isfinite(value.mean[place])]
    for place in shown:
        ink = _ink(entries[place])
        x, y = profit.mean[place], value.mean[place]
        if np.isfinite(profit.low[place]) and np.isfinite(value.low[place]):
            axes.hlines(y, profit.low[place], profit.high[place], color=ink, linewidth=1.6)
            axes.vlines(x, value.low[place], value.high[place], color=ink, linewidth=1.6)
        axes.plot(x, y, "o", color=ink, markerfacecolor=ink if entries[place].own else "white", markersize=7, zorder=4)
    for place, lift in zip(shown, _lifts([value.mean[place] for place in shown], [profit.mean[place] for place in shown]), strict=True):
        axes.annotate(scores.names[place], (profit.mean[place], value.mean[place]), xytext=(8, 7 + lift), textcoords="offset points",
                      fontsize=9, color=style.INK)  # fmt: skip
    axes.margins(0.16)
    style.head(axes, TITLES["value"], UNITS["value"])
    axes.set_xlabel(f"{TITLES['profit']}, {UNITS['profit']}")
    return figure


def settings(scores: Scores, entries: Sequence[Entry], rankings: dict[str, Ranking]) -> Figure:
    """Profit by market and rules, a cell each; the winner of each framed."""
    order = rankings["profit"].order[:MOST]
    values = np.array([[mean_interval(scores.within("profit", setting=number)[:, place]).mean for number in range(len(scores.settings))]
                       for place in order])  # fmt: skip
    figure = style.headed(
        "Profit by market and rules", ["Mean over formats and replications, % of the reference price per customer at equal shares; "
                                       "framed: the most of each column"],
        (max(8.0, 3.2 + 1.25 * len(scores.settings)), 2.4 + 0.42 * len(order)),
    )  # fmt: skip
    axes = figure.subplots()
    low, high = np.nanmin(values), np.nanmax(values)
    shades = LinearSegmentedColormap.from_list("shades", ["#FFFFFF", style.SKY])
    axes.imshow(values, cmap=shades, vmin=low, vmax=high if high > low else low + 1, aspect="auto")
    for row, column in np.ndindex(values.shape):
        best = values[row, column] == np.nanmax(values[:, column])
        axes.text(column, row, f"{values[row, column]:.1f}".replace("-", "−"), ha="center", va="center", fontsize=9, color=style.INK,
                  fontweight="bold" if best else "normal")  # fmt: skip
        if best:
            axes.add_patch(_frame(column, row))
    axes.set_xticks(range(len(scores.settings)), [_folded(name) for name in scores.settings])
    axes.set_yticks(range(len(order)), [_label(scores.names[place]) for place in order])
    axes.tick_params(length=0, labelcolor=style.INK)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    return figure


def _points(axes: Axes, means: Sequence[float], lows: Sequence[float], highs: Sequence[float], inks: Sequence[str],
            filled: Sequence[bool]) -> None:  # fmt: skip
    axes.axvline(0, color="#999999", linewidth=1)
    for row, (mean, low, high, ink, full) in enumerate(zip(means, lows, highs, inks, filled, strict=True)):
        if np.isfinite(low):
            axes.hlines(-row, low, high, color=ink, linewidth=3)
        if np.isfinite(mean):
            axes.plot(mean, -row, "o", color=ink, markerfacecolor=ink if full else "white", markersize=7, zorder=4)


def _lifts(heights: Sequence[float], across: Sequence[float]) -> list[float]:
    """How far to lift each label so that those of near neighbours do not lie on one another."""
    made: list[float] = []
    tall, wide = (np.ptp(values) or 1.0 for values in (heights, across))
    for number in range(len(heights)):
        near = sum(abs(heights[number] - heights[other]) < 0.04 * tall and abs(across[number] - across[other]) < 0.25 * wide
                   for other in range(number))  # fmt: skip
        made.append(-17.0 if near == 1 else 11.0 * near)
    return made


def _folded(setting: str) -> str:
    """A setting's name with a line for each preset or more, whose own underscores are places to break."""
    return "\n".join(line for part in setting.split(" · ") for line in textwrap.wrap(part.replace("_", " "), 14))


def _frame(column: int, row: int) -> Rectangle:
    return Rectangle((column - 0.47, row - 0.45), 0.94, 0.9, fill=False, edgecolor=style.INK, linewidth=1.4)


def _range(by: Ranking, place: int) -> str:
    best, worst = by.best[place], by.worst[place]
    return f"({best})" if best == worst else f"({best}–{worst})"


def _ink(entry: Entry) -> str:
    return style.BLUE if entry.own else style.QUIET


def _label(name: str) -> str:
    return style.plain(style.shortened(name, _WIDTH))


def _played(scores: Scores) -> str:
    replications = next(iter(scores.values.values())).shape[0]
    return (f"{len(scores.names)} entries  ·  {len(scores.settings)} markets and rules  ·  formats: {', '.join(scores.formats)}  ·  "
            f"{replications} replications")  # fmt: skip
