"""How metrics move over the months: under each regime, and against the baseline pair by pair."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cxsim.comparison.figures import parts
from cxsim.comparison.measures import heading
from cxsim.results.columns import MONTHLY
from cxsim.results.figures import lines, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from cxsim.comparison.comparison import Comparison

CAPTION = (
    "Mean over replications under each regime; bands are 95 % intervals of each mean by itself. Bands that overlap do not mean that "
    "nothing can be told: the paired differences are sharper than the levels."
)
CAPTION_OF_DIFFERENCES = (
    "Mean over pairs of runs of each regime less the baseline in the same month; bands are 95 % intervals of each month's difference by "
    "itself, so that some leave out zero by chance."
)
MOST = 6
_COLUMNS = {column.name: column for column in MONTHLY}


def title(comparison: Comparison) -> str:
    """What the figure of levels shows."""
    return "Each regime over time"


def title_of_differences(comparison: Comparison) -> str:
    """What the figure of differences shows."""
    return f"Difference to {comparison.regimes[comparison.baseline].title} over time"


def draw(comparison: Comparison) -> Figure:
    """Small multiples: up to six metrics, a line a regime."""
    bands = "Bands: 95 % interval of each mean. They may overlap where the paired difference is certain."
    figure, panels = _sheet(comparison, title(comparison), bands)
    for metric, axes in panels:
        column = _COLUMNS[metric]
        places = [comparison.baseline, *parts.shown(comparison)]
        series, words = _scaled(comparison.data.monthly[metric][:, places], column.unit)
        drawn = [
            lines.band(axes, series[:, number], parts.colour(comparison, place), dash=parts.dash(comparison, place), low=column.low,
                       high=column.high)
            for number, place in enumerate(places)
        ]  # fmt: skip
        style.finish(axes, heading(metric), words, comparison.data.months)
        values = lines.drawn(*drawn)
        style.span(axes, values, 0.05 * float(np.nanmax(np.abs(values), initial=0.0)) or 1.0, column.low, column.high)
    return figure


def draw_differences(comparison: Comparison) -> Figure:
    """The same metrics, each regime less the baseline in the same month of the same replication."""
    bands = "Bands: 95 % interval of the paired difference in each month by itself."
    figure, panels = _sheet(comparison, title_of_differences(comparison), bands)
    for metric, axes in panels:
        places = parts.shown(comparison)
        series = comparison.data.monthly[metric]
        away, words = _scaled(series[:, places] - series[:, [comparison.baseline]], _COLUMNS[metric].unit, "points", "on a scale of 0 to 1")
        axes.axhline(0, color=style.BLACK, linewidth=1.2)
        drawn = [
            lines.band(axes, away[:, number], parts.colour(comparison, place), dash=parts.dash(comparison, place))
            for number, place in enumerate(places)
        ]
        style.finish(axes, heading(metric), words, comparison.data.months)
        values = lines.drawn(*drawn)
        style.span(axes, [*values, 0.0], float(np.nanmax(np.abs(values), initial=0.0)) or 1.0)
    return figure


def _sheet(comparison: Comparison, heading_of_all: str, bands: str) -> tuple[Figure, list[tuple[str, Axes]]]:
    metrics = [metric for metric in comparison.settings.metrics if metric in _COLUMNS][:MOST] or ["experience"]
    rows = (len(metrics) + 2) // 3
    room = [""] * (2 if len(parts.shown(comparison)) > 3 else 1)
    figure = parts.head(comparison, heading_of_all, [bands, *room], (12.5, 1.4 + 2.9 * rows))
    parts.legend(figure, comparison)
    grid = figure.add_gridspec(rows, min(len(metrics), 3))
    panels = []
    for number, metric in enumerate(metrics):
        axes = figure.add_subplot(grid[number // 3, number % 3])
        data = comparison.data
        if data.width < data.months:
            # The months that the means are over.
            axes.axvspan(data.months - data.width, data.months - 1, color="#F2F2F2", zorder=0)
        panels.append((metric, axes))
    return figure, panels


def _scaled(values: np.ndarray, unit: str, index: str = "index, 0 to 100", share: str = "0 to 1") -> tuple[np.ndarray, str]:
    """Values in a unit that reads well, and its words; many pounds become millions."""
    largest = float(np.nanmax(np.abs(values), initial=0.0))
    if unit.startswith("£") and largest >= 1000:
        divisor, words = style.pounds(largest)
        return values / divisor, words + unit[1:].replace("/", " a ", 1)
    return values, {"£/month": "£ a month", "1/year": "a year", "index": index, "": share, "1/month": "a month"}.get(unit, unit)
