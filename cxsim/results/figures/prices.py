"""Prices and extraction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cxsim.results.figures import lines, style
from cxsim.results.summary import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from cxsim.results.run import Run

EXTRAS = (
    ("loyalty_premium", "Loyalty premium", style.ORANGE),
    ("hidden_fees", "Hidden fees", style.VERMILION),
    ("overcharge", "Cartel overcharge", style.PURPLE),
)


def draw(run: Run) -> Figure:
    """What is advertised, what is paid and what it costs to serve; beside it the parts that are not in the price."""
    figure = style.sheet(run, "Prices and extraction", (11, 6.4))
    grid = figure.add_gridspec(3, 2, width_ratios=(1.5, 1))
    _prices(figure.add_subplot(grid[:, 0]), run)
    panels = [figure.add_subplot(grid[row, 1]) for row in range(3)]
    _extras(panels, run)
    return figure


def _prices(axes: Axes, run: Run) -> None:
    months, replications = run.config.months, run.config.replications
    fronts = run.monthly[["price", "price_paid"]]
    price, paid = (lines.by_month(run.monthly, fronts[name], months, replications) for name in fronts)
    totals = run.firms[["customers", "cost"]]
    served, cost = (lines.by_month(run.firms, totals[name], months, replications) for name in totals)
    cost = np.divide(cost, served, out=np.full_like(cost, np.nan), where=served > 0)
    shown = (
        (paid, "paid in all", style.VERMILION, "-"),
        (price, "new-customer price", style.BLUE, (0, (5, 2))),
        (cost, "cost of serving", style.QUIET, (0, (1.5, 1.5))),
    )
    intervals = [lines.band(axes, values, colour, dash=dash, low=0) for values, _, colour, dash in shown]
    style.finish(axes, "Price and what is paid", "£ a month, mean over customers", months, ticks=9)
    everything = lines.drawn(*intervals)
    style.span(axes, everything, 0.1 * np.nanmax(everything, initial=1.0), 0)
    ends = zip(intervals, shown, strict=True)
    lines.name_ends(axes, [(lines.last(one.mean), f"{name} {number(lines.last(one.mean))}", colour)
                           for one, (_, name, colour, _) in ends])  # fmt: skip


def _extras(panels: list[Axes], run: Run) -> None:
    months, replications = run.config.months, run.config.replications
    intervals = []
    for axes, (name, title, colour) in zip(panels, EXTRAS, strict=True):
        grid = lines.by_month(run.monthly, run.monthly[name], months, replications)
        intervals.append(lines.band(axes, grid, colour, low=0))
        style.finish(axes, title, "£ a month, mean over customers", months, ticks=4)
        if axes is not panels[-1]:
            axes.set_xlabel("")
    # One scale for all three, so that they can be compared.
    largest = np.nanmax(lines.drawn(*intervals), initial=0.0)
    for axes, interval, (_, _, colour) in zip(panels, intervals, EXTRAS, strict=True):
        style.span(axes, [0, largest], 0.02 * run.config.market.reference_price, 0)
        end = lines.last(interval.mean)
        lines.end_value(axes, end, number(end), colour)
