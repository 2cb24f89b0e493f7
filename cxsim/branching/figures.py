"""Figures of several futures: what differs month by month, what each future looks like, and who gains how much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

from cxsim.branching.differences import PARTIES, grids
from cxsim.results.columns import MONTHLY
from cxsim.results.figures import lines, style
from cxsim.results.run import Run
from cxsim.results.summary import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TOLD = {
    "experience": "Experience",
    "consumer_surplus": "Consumer surplus",
    "price_paid": "Price paid",
    "hidden_fees": "Hidden fees",
    "loyalty_premium": "Loyalty premium",
    "violations": "Customers at firms that break rules",
    "churn": "Churn",
    "quality": "Quality",
    "service": "Service",
    "exit_barriers": "Exit barriers",
    "trust": "Trust",
    "satisfaction": "Satisfaction",
    "hhi": "Concentration (HHI)",
    "margin": "Margin",
    "coverage": "Coverage",
    "detection_perceived": "Perceived chance of an investigation",
}
"""Metrics for figures, in the order in which they are looked for, with their headings."""

PANELS = 6
LEAD = 12
"""Months before the day that the figure of differences shows."""

_LOOKS = (
    (style.BLUE, "-"), (style.VERMILION, (0, (5, 1.5))), (style.GREEN, (0, (1.5, 1))), (style.PURPLE, (0, (6, 1.5, 1.5, 1.5))),
    (style.ORANGE, (0, (3, 1))), (style.SKY, (0, (8, 2))), (style.INK, (0, (1, 1.5, 4, 1.5))),
)  # fmt: skip
_UNITS = {column.name: column.unit for column in MONTHLY}
_BOUNDS = {column.name: (column.low, column.high) for column in MONTHLY}


def differing(base: Run, futures: Mapping[str, Run]) -> list[str]:
    """The first metrics of :data:`TOLD` that differ somewhere; the first of all where none does."""
    held = base.monthly
    # What differs by rounding only would be drawn as if it were something.
    found = [
        name for name in TOLD
        if not all(np.allclose(run.monthly[name], held[name], rtol=1e-6, atol=1e-9, equal_nan=True) for run in futures.values())
    ]  # fmt: skip
    return found[:PANELS] or list(TOLD)[:2]


def differences(base: Run, futures: Mapping[str, Run], month: int, metrics: Sequence[str] | None = None) -> Figure:
    """Each future less the one in which nothing changes, month by month, with 95 % intervals of the paired differences."""
    metrics = differing(base, futures) if metrics is None else list(metrics)
    count = base.config.replications
    several = f", mean of {count} replications, with 95 % intervals" if count > 1 else ""
    note = f"Each line: a future less the same market without a change{several}. Vertical line: the day of the change."
    figure = _sheet(base, f"What changes from month {month} on", len(metrics), note)
    held = grids(base, MONTHLY, base.monthly)
    values = {name: grids(run, MONTHLY, run.monthly) for name, run in futures.items()}
    first = max(0, month - LEAD)
    for metric in metrics:
        held[metric][:, :first] = np.nan
    for axes, metric in zip(_panels(figure, len(metrics)), metrics, strict=True):
        axes.axhline(0.0, color=style.QUIET, linewidth=0.9)
        drawn, ends = [], []
        for (colour, dash), (name, grid) in zip(_LOOKS, values.items(), strict=False):
            interval = lines.band(axes, grid[metric] - held[metric], colour, dash=dash)
            drawn.append(interval)
            ends.append((lines.last(interval.mean), _named(name, lines.last(interval.mean)), colour))
        _finish(axes, metric, f"Difference, {_UNITS[metric] or 'share'}", base, month)
        axes.set_xlim(left=first)
        style.span(axes, [0.0, *lines.drawn(*drawn)], 1e-9)
        lines.name_ends(axes, ends)
    return figure


def levels(base: Run, futures: Mapping[str, Run], month: int, metrics: Sequence[str] | None = None) -> Figure:
    """Each future as it is, and in black the one in which nothing changes."""
    metrics = differing(base, futures) if metrics is None else list(metrics)
    count = base.config.replications
    several = f"Means of {count} replications; how sure differences are is in the figure of differences. " if count > 1 else ""
    note = f"{several}Black: nothing changes. Vertical line: the day of the change."
    figure = _sheet(base, f"One market, {len(futures) + 1} futures from month {month}", len(metrics), note)
    runs = {"no change": base, **futures}
    values = {name: grids(run, MONTHLY, run.monthly) for name, run in runs.items()}
    for axes, metric in zip(_panels(figure, len(metrics)), metrics, strict=True):
        low, high = _BOUNDS[metric]
        drawn, ends = [], []
        for (colour, dash), (name, grid) in zip(((style.BLACK, "-"), *_LOOKS), values.items(), strict=False):
            # Bands would show how markets differ from one another, which is not what sets futures apart.
            interval = lines.band(axes, grid[metric].mean(axis=0, keepdims=True), colour, dash=dash, low=low, high=high)
            drawn.append(interval)
            ends.append((lines.last(interval.mean), name, colour))
        _finish(axes, metric, _UNITS[metric] or "share", base, month)
        style.span(axes, lines.drawn(*drawn), 1e-9, low, high)
        lines.name_ends(axes, ends)
    return figure


def pounds(table: pd.DataFrame, base: Run, month: int) -> Figure:
    """Who gains how much a year in the last period, in pounds for the real population, with 95 % intervals.

    Args:
        table: as :func:`~cxsim.branching.differences.in_pounds` gives it.
    """
    rows = table[table["period"] == "last"]
    names, parties = list(dict.fromkeys(rows["future"])), list(PARTIES)
    height = 2.6 + (0.5 + 0.18 * len(names)) * len(parties)
    count = base.config.replications
    note = f"Mean of {count} replications; the lines are 95 % intervals of the paired differences" if count > 1 else None
    figure = style.sheet(base, f"Who gains from the change in month {month}", (9.5, height), note)
    axes = figure.subplots()
    divisor, words = style.pounds(float(np.nanmax(np.abs(rows[["difference", "low", "high"]].to_numpy()), initial=0.0)))
    step = 0.8 / len(names)
    for place, name in enumerate(names):
        colour = _LOOKS[place][0]
        part = rows[rows["future"] == name].set_index("party").loc[parties]
        heights = np.arange(len(parties)) + (place - (len(names) - 1) / 2) * step
        axes.hlines(heights, part["low"] / divisor, part["high"] / divisor, color=colour, linewidth=2, alpha=0.6)
        axes.plot(part["difference"] / divisor, heights, "osD^vP*"[place], color=colour, markersize=6)
        tops = part["high"].fillna(part["difference"]) / divisor
        for where, value, top in zip(heights, part["difference"] / divisor, tops, strict=True):
            axes.annotate(
                f"{number(value, signed=True)}  {name}", (top, where), xytext=(7, 0), textcoords="offset points", va="center",
                fontsize=8.5, color=style.written(colour), annotation_clip=False,
                bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1},
            )  # fmt: skip
    axes.axvline(0.0, color=style.QUIET, linewidth=0.9)
    axes.set_yticks(range(len(parties)), [party[0].upper() + party[1:] for party in parties])
    axes.set_ylim(len(parties) - 0.5, -0.5)
    axes.grid(False, axis="y")
    axes.margins(x=0.12)
    axes.set_xlabel(f"{words} a year, against the same market without a change; mean of months "
                    f"{int(rows['start'].iloc[0])} to {int(rows['start'].iloc[0] + rows['months'].iloc[0]) - 1}")  # fmt: skip
    return figure


def _sheet(base: Run, title: str, panels: int, note: str) -> Figure:
    return style.sheet(base, title, (11 if panels > 1 else 7.5, 1.2 + 2.5 * -(-panels // 2)), note)


def _panels(figure: Figure, count: int) -> list[Axes]:
    grid = figure.subplots(-(-count // 2), min(count, 2), squeeze=False).ravel()
    for axes in grid[count:]:
        axes.remove()
    return list(grid[:count])


def _finish(axes: Axes, metric: str, unit: str, base: Run, month: int) -> None:
    style.finish(axes, TOLD.get(metric, metric.replace("_", " ")), unit, base.config.months, ticks=5)
    if base.config.months > 1:
        day = Line2D([month, month], [0, 1], transform=axes.get_xaxis_transform(), color=style.QUIET, linewidth=1.0, linestyle=(0, (2, 2)))
        axes.add_line(day)


def _named(name: str, end: float) -> str:
    return name if np.isnan(end) else f"{name}  {number(end, signed=True)}"
