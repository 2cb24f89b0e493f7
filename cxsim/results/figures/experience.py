"""Experience and its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxsim.results.columns import MONTHLY
from cxsim.results.figures import lines, style
from cxsim.results.summary import number

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from cxsim.results.run import Run

PANELS = (
    ("experience", "Experience", "index, 0 to 100", 10, style.BLACK),
    ("job_outcome", "Job outcome", "share of full outcome", 0.1, style.BLUE),
    ("service", "Service", "share without an open problem", 0.1, style.BLUE),
    ("harm", "Harm noticed", "loss of experience", 0.05, style.VERMILION),
    ("satisfaction", "Satisfaction", "0 to 1", 0.1, style.GREEN),
    ("trust", "Trust in own supplier", "0 to 1", 0.1, style.GREEN),
)
BOUNDS = {column.name: (column.low, column.high) for column in MONTHLY}


def draw(run: Run) -> Figure:
    """What customers experience, what it is made of, and what becomes of it: one panel each."""
    figure = style.sheet(run, "Experience and its parts", (11, 6.4))
    months, replications = run.config.months, run.config.replications
    panels = figure.subplots(2, 3)
    for axes, (name, title, unit, least, colour) in zip(panels.flat, PANELS, strict=True):
        low, high = BOUNDS[name]
        grid = lines.by_month(run.monthly, run.monthly[name], months, replications)
        interval = lines.band(axes, grid, colour, low=low, high=high)
        style.finish(axes, title, unit, months)
        style.span(axes, lines.drawn(interval), least, low, high)
        end = lines.last(interval.mean)
        lines.end_value(axes, end, number(end), colour)
    for axes in panels[0]:
        axes.set_xlabel("")
    return figure
