"""The regulator's money, cases and fines, and what is left of rule-breaking."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cxsim.results.figures import lines, style
from cxsim.results.summary import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from cxsim.results.run import Run

MONEY = ("regulator_budget", "regulator_spend", "fines", "redress")


def draw(run: Run) -> Figure:
    """Money in hand, money spent, fines and redress so far, open cases, and customers of firms that break rules."""
    title = "The regulator: money, cases and fines"
    if not run.monthly[[*MONEY, "cases"]].to_numpy().any():
        figure = style.sheet(run, title, (7.5, 4.4))
        _violations(figure.subplots(), run, "Violations, with no regulator at work")
        return figure
    figure = style.sheet(run, title, (11, 6.4))
    panels = figure.subplots(2, 3)
    (hand, spent, cases), (fines, redress, violations) = panels
    _money(hand, run, "regulator_budget", "Money in hand", style.BLUE, total=False)
    _money(spent, run, "regulator_spend", "Spent so far", style.BLUE, total=True)
    _cases(cases, run)
    _money(fines, run, "fines", "Fines so far", style.VERMILION, total=True)
    _money(redress, run, "redress", "Redress to customers so far", style.GREEN, total=True)
    _violations(violations, run)
    for axes in panels[0]:
        axes.set_xlabel("")
    return figure


def _grid(run: Run, name: str) -> np.ndarray:
    return lines.by_month(run.monthly, run.monthly[name], run.config.months, run.config.replications)


def _money(axes: Axes, run: Run, name: str, title: str, colour: str, *, total: bool) -> None:
    grid = _grid(run, name)
    # Fines come in lumps; their running total can be read, single months cannot.
    grid = np.nancumsum(grid, axis=1) if total else grid
    divisor, words = style.pounds(np.nanmax(grid.mean(axis=0), initial=0.0))
    interval = lines.band(axes, grid / divisor, colour, low=0)
    style.finish(axes, title, words, run.config.months)
    largest = np.nanmax(lines.drawn(interval), initial=0.0)
    style.span(axes, [0, largest], 1e-6 if largest else 1.0, 0)
    end = lines.last(interval.mean)
    lines.end_value(axes, end, number(end), colour)


def _cases(axes: Axes, run: Run) -> None:
    interval = lines.band(axes, _grid(run, "cases"), style.BLACK, low=0)
    style.finish(axes, "Open cases", "cases", run.config.months)
    style.span(axes, [0, *lines.drawn(interval)], 2, 0)
    end = lines.last(interval.mean)
    lines.end_value(axes, end, number(end))


def _violations(axes: Axes, run: Run, title: str = "Violations") -> None:
    interval = lines.band(axes, 100 * _grid(run, "violations"), style.PURPLE, low=0, high=100)
    style.finish(axes, title, "% of customers at a firm that breaks a rule", run.config.months)
    style.span(axes, lines.drawn(interval), 10, 0, 100)
    end = lines.last(interval.mean)
    lines.end_value(axes, end, number(end), style.PURPLE)
