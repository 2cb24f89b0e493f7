"""What reaching the target costs: every combination by its cost and by what it brings, the efficient ones joined."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import MaxNLocator

from cxsim.analysis.wording import amount
from cxsim.frontier.cheapest import Choice, Target, efficient
from cxsim.frontier.maps import Maps
from cxsim.results.columns import Column
from cxsim.results.figures import style
from cxsim.results.intervals import mean_interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ASKS = {"<=": "at most", "<": "below", ">=": "at least", ">": "above"}


def draw(maps: Maps, cost: Column, aim: Target, choices: Sequence[Choice], title: str, lines: Sequence[str]) -> Figure:
    """Cost against the target's metric, a panel for each map.

    Args:
        maps: what came out.
        cost: the column that is the cost, with its unit.
        aim: what was to be reached.
        choices: for each map the choice.
        title: the figure's title.
        lines: what a reader must know, below the title.
    """
    count = maps.grid.shape[0]
    figure = style.headed(title, lines, (min(18.0, 1.6 + 4.4 * count), 5.2))
    panels = figure.subplots(1, count, squeeze=False)[0]
    for panel, axes in enumerate(panels):
        _panel(axes, maps, panel, cost, aim, choices[panel])
        metric = aim.metric
        unit = f", {metric.unit}" if metric.unit else ""
        style.head(axes, maps.grid.panel_name(panel) or "Cost and result", f"{metric.name.replace('_', ' ')}{unit}")
        axes.set_xlabel(f"{cost.name.replace('_', ' ').capitalize()} ({cost.unit})" if cost.unit else cost.name.replace("_", " "))
    return figure


def _panel(axes: Axes, maps: Maps, panel: int, cost: Column, aim: Target, choice: Choice) -> None:
    values, costs = maps.values[aim.metric.name][panel], maps.values[cost.name][panel]
    mean, price = values.mean(axis=2).ravel(), costs.mean(axis=2).ravel()
    apart = mean_interval((values - values[:1, :1]).reshape(len(mean), -1), axis=1)
    half = (apart.high - apart.low) / 2
    spent = mean_interval(costs.reshape(len(price), -1), axis=1)
    reached = aim.reached(mean[None])[0]
    for flag, colour, marker in ((False, style.QUIET, "o"), (True, style.BLUE, "D")):
        some = reached == flag
        axes.errorbar(price[some], mean[some], yerr=half[some], xerr=np.clip((spent.high - spent.low)[some] / 2, 0, None), fmt=marker,
                      color=colour, markersize=4.5, elinewidth=0.8, alpha=0.8)  # fmt: skip
    edge = efficient(price, mean, aim.upward)
    axes.plot(price[edge], mean[edge], color=style.BLACK, linewidth=1.1, drawstyle="steps-post", zorder=1)
    axes.axhline(choice.bound, color=style.VERMILION, linestyle=(0, (5, 2)), linewidth=1.3)
    text = f"target: {_ASKS[aim.sign]} {amount(choice.bound, '')}"
    axes.annotate(
        text, (1, choice.bound), xycoords=("axes fraction", "data"), xytext=(-2, 3), textcoords="offset points", ha="right",
        fontsize=8.5, color=style.written(style.VERMILION), zorder=6,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.85},
    )  # fmt: skip
    if choice.place is not None:
        y, x = choice.place
        at = (float(costs[y, x].mean()), float(values[y, x].mean()))
        axes.plot(*at, marker="o", markersize=13, markerfacecolor="none", markeredgecolor=style.VERMILION, markeredgewidth=2)
        grid = maps.grid
        text = f"{grid.x.label(grid.x.levels[x])}\n{grid.y.label(grid.y.levels[y])}"
        left = at[0] > np.mean(axes.get_xlim())
        # Towards the middle of the panel, on white, so that neither the target's line nor the frame runs through it.
        axes.annotate(text, at, xytext=(-16 if left else 16, -18 if aim.upward else 18), textcoords="offset points", fontsize=8.5,
                      ha="right" if left else "left", va="top" if aim.upward else "bottom", color=style.written(style.VERMILION), zorder=6,
                      bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5})  # fmt: skip
    axes.xaxis.set_major_formatter(lambda value, _: amount(value, cost.unit.partition("/")[0]))
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.margins(0.08, 0.12)
