"""Shares of firms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cxsim.results.columns import MONTHLY
from cxsim.results.figures import lines, style
from cxsim.results.summary import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from cxsim.results.run import Run

MOST = 12
LABEL = (0.2, 4.0)
"""Room that a name inside the stack needs: part of the months, and per cent."""
BOUNDS = {column.name: (column.low, column.high) for column in MONTHLY}
# Light and dark take turns, so that neighbours differ in grey too.
FILLS = (style.BLUE, style.ORANGE, style.GREEN, style.SKY, style.VERMILION, style.YELLOW, style.PURPLE, "#BBBBBB")


def draw(run: Run) -> Figure:
    """Shares of customers, firm on firm; beside them how concentrated that makes the market."""
    figure = style.sheet(run, "Shares of firms", (11, 6.4))
    grid = figure.add_gridspec(2, 2, width_ratios=(2.1, 1))
    _shares(figure.add_subplot(grid[:, 0]), run)
    concentration, churn = (figure.add_subplot(grid[row, 1]) for row in range(2))
    style.finish(concentration, "Concentration", "Herfindahl-Hirschman index", run.config.months)
    _line(concentration, run, "hhi", least=500)
    style.finish(churn, "Churn", "share leaving, a year", run.config.months)
    _line(churn, run, "churn", least=0.1)
    return figure


def stacks(run: Run) -> tuple[list[str], np.ndarray]:
    """Names of firms, the largest over the whole run first, the rest as others, and their shares (firms, months).

    Shares are means over replications; a firm that is not there has none.
    """
    months, replications = run.config.months, run.config.replications
    shares = run.firms.groupby(["firm", "month"], observed=True)["share"].sum() / replications
    table = shares.unstack("month").reindex(columns=range(months)).fillna(0.0)
    table = table.loc[table.sum(axis=1).sort_values(ascending=False, kind="stable").index]
    names, values = [str(name) for name in table.index], table.to_numpy()
    if len(names) > MOST:
        rest = len(names) - (MOST - 1)
        names = [*names[: MOST - 1], f"{rest} others"]
        values = np.vstack([values[: MOST - 1], values[MOST - 1 :].sum(axis=0)])
    return names, values


def _shares(axes: Axes, run: Run) -> None:
    names, values = stacks(run)
    months = run.config.months
    style.finish(axes, "Share of customers who have a supplier", "%", months)
    edges = np.vstack([np.zeros(months), np.cumsum(values, axis=0)]) * 100
    axes.set_ylim(0, 100)
    axes.grid(visible=False)
    # Bars for one month, because an area needs two.
    across = np.array([-0.4, 0.4]) if months == 1 else np.arange(months)
    if months == 1:
        edges = np.repeat(edges, 2, axis=1)
    ends = []
    for place, name in enumerate(names):
        other = name.endswith(" others") and place == MOST - 1
        fill = "#E8E8E8" if other else FILLS[place % len(FILLS)]
        axes.fill_between(across, edges[place], edges[place + 1], facecolor=fill, edgecolor="white", alpha=0.9)
        final = edges[place + 1, -1] - edges[place, -1]
        label = style.plain(style.shortened(name, 24))
        if final == 0 and _inside(axes, across, edges[place : place + 2], label):
            continue
        ends.append(((edges[place, -1] + edges[place + 1, -1]) / 2, f"{label}  {final:.0f} %", style.INK))
    lines.name_ends(axes, ends)


def _inside(axes: Axes, across: np.ndarray, edges: np.ndarray, label: str) -> bool:
    """Name a firm that is gone before the end where it was largest, if it was ever large enough for letters."""
    width = max(1, round(LABEL[0] * len(across)))
    room = np.lib.stride_tricks.sliding_window_view(edges[1] - edges[0], width).min(axis=1)
    if room.max() < LABEL[1]:
        return False
    # The middle of where there is about as much room as anywhere.
    middle = int(np.median(np.flatnonzero(room >= 0.9 * room.max()))) + (width - 1) // 2
    axes.text(across[middle], edges[:, middle].mean(), label, ha="center", va="center", fontsize=9)
    return True


def _line(axes: Axes, run: Run, name: str, *, least: float) -> None:
    low, high = BOUNDS[name]
    grid = lines.by_month(run.monthly, run.monthly[name], run.config.months, run.config.replications)
    interval = lines.band(axes, grid, style.BLACK, low=low, high=high)
    style.span(axes, lines.drawn(interval), least, low, high)
    end = lines.last(interval.mean)
    lines.end_value(axes, end, number(end))
