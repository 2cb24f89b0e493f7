"""The ledger by conduct: what customers lose, to what, and who of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import MaxNLocator

from cxsim.results.figures import lines, style
from cxsim.results.intervals import Interval, mean_interval
from cxsim.results.summary import number
from cxsim.results.window import window

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from cxsim.results.run import Run

CONDUCTS = (
    ("loyalty_premium", "Loyalty premium", style.ORANGE),
    ("hidden_fee", "Hidden fees", style.VERMILION),
    ("overcharge", "Cartel overcharge", style.PURPLE),
    ("personal_premium", "Personal premium", style.BLUE),
    ("exit_barrier", "Exit barriers", style.GREEN),
    ("switching_cost", "Switching costs", style.BLACK),
)


RARE = (
    ("unwanted_extra", "Unwanted extras", style.SKY),
    ("avoidance", "Avoiding hidden fees", style.QUIET),
)
"""Conducts that most markets do not know; each has a panel where there is something to show."""

_WORDS = {6: "six", 7: "seven", 8: "eight"}


def shown(run: Run) -> tuple[tuple[str, str, str], ...]:
    """The conducts that a run has panels for."""
    return CONDUCTS + tuple(rare for rare in RARE if losses(run, rare[0]).any())


def draw(run: Run) -> Figure:
    """Customers' losses by conduct over time, on one scale; beside them the losses a head by segment."""
    conducts = shown(run)
    columns = (len(conducts) + 1) // 2
    figure = style.sheet(run, "What customers lose, by conduct", (3 + 3 * columns, 6.4))
    grid = figure.add_gridspec(2, columns + 1, width_ratios=(*[1] * columns, 1.05))
    panels = [figure.add_subplot(grid[place // columns, place % columns]) for place in range(len(conducts))]
    _conducts(panels, run, conducts)
    _segments(figure.add_subplot(grid[:, columns]), run, len(conducts))
    return figure


def losses(run: Run, conduct: str) -> np.ndarray:
    """What all customers lose to a conduct, in pounds a year at each month's rate, of shape (replications, months)."""
    rows = run.ledger[(run.ledger["payer"] == "customers") & (run.ledger["conduct"] == conduct)]
    grid = lines.by_month(rows, rows["amount"], run.config.months, run.config.replications)
    # A month without an entry is a month without the flow.
    return 12 * np.nan_to_num(grid)


def losses_by_segment(run: Run) -> dict[str, Interval]:
    """Losses to all these conducts in pounds a person and year, over the last months, by segment.

    Mean and interval over replications.
    """
    late = run.config.months - window(run.config.months)
    conducts = [conduct for conduct, _, _ in CONDUCTS + RARE]
    ledger, segments = run.ledger, run.segments
    rows = ledger[(ledger["payer"] == "customers") & ledger["conduct"].isin(conducts) & (ledger["month"] >= late)]
    lost = rows.groupby([rows["segment"].astype(str), rows["replication"]])["amount"].sum()
    groups = segments[segments["month"] >= late]
    people = groups.groupby([groups["segment"].astype(str), groups["replication"]], sort=False)["customers"].sum()
    each = 12 * lost.reindex(people.index, fill_value=0.0) / people.where(people > 0)
    return {str(name): mean_interval(values.to_numpy()) for name, values in each.groupby(level=0, sort=False)}


def _conducts(panels: list[Axes], run: Run, conducts: tuple[tuple[str, str, str], ...]) -> None:
    grids = [losses(run, conduct) for conduct, _, _ in conducts]
    divisor, words = style.pounds(max(grid.mean(axis=0).max() for grid in grids))
    intervals = []
    for axes, grid, (_, title, colour) in zip(panels, grids, conducts, strict=True):
        intervals.append(lines.band(axes, grid / divisor, colour, low=0))
        style.finish(axes, title, f"{words} a year", run.config.months)
    # One scale for all, so that they can be compared.
    largest = np.nanmax(lines.drawn(*intervals), initial=0.0)
    for place, (axes, interval, (_, _, colour)) in enumerate(zip(panels, intervals, conducts, strict=True)):
        style.span(axes, [0, largest], 1e-6 if largest else 1.0, 0)
        if place + (len(conducts) + 1) // 2 < len(conducts):
            axes.set_xlabel("")
        end = lines.last(interval.mean)
        lines.end_value(axes, end, number(end), colour)


def _segments(axes: Axes, run: Run, conducts: int) -> None:
    found = losses_by_segment(run)
    names = list(found)
    places = np.arange(len(names))
    means = [interval.mean for interval in found.values()]
    axes.barh(places, means, height=0.5, color="#999999")
    style.head(axes, "Loss per person, by segment", f"all {_WORDS[conducts]} conducts")
    months = window(run.config.months)
    axes.set_xlabel(f"£ a year, mean of last {'month' if months == 1 else f'{months} months'}")
    axes.set_yticks([])
    axes.grid(visible=False, axis="y")
    axes.set_ylim(max(len(names), 3) - 0.4, -0.75)
    furthest = np.nanmax([interval[2] for interval in found.values()] + means, initial=0.0)
    axes.set_xlim(0, 1.25 * furthest or 1.0)
    axes.xaxis.set_major_locator(MaxNLocator(4))
    for place, (name, (mean, low, high)) in enumerate(found.items()):
        if run.config.replications > 1:
            axes.hlines(place, max(low, 0), high, color=style.INK, linewidth=1.5)
        axes.text(0, place - 0.28, " " + style.plain(style.shortened(name, 24)), va="bottom", ha="left", fontsize=9.5)
        axes.annotate(f"£{number(mean)}", (np.nanmax([mean, high]), place), xytext=(4, 0), textcoords="offset points",
                      va="center", fontsize=9.5)  # fmt: skip
