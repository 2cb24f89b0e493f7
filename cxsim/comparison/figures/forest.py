"""Differences by metric, a panel each in its own unit, with their intervals."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cxsim.comparison.figures import parts
from cxsim.comparison.measures import heading

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from cxsim.comparison.comparison import Comparison

CAPTION = (
    "Difference of each regime to the baseline, a panel a metric in its own unit. Thick bars are 95 % intervals of paired differences, "
    "each by itself; thin bars hold all together (Bonferroni). A hollow point cannot be told from no difference."
)
ACROSS = 5


def title(comparison: Comparison) -> str:
    """What the figure shows."""
    return f"Differences to {comparison.regimes[comparison.baseline].title}"


def draw(comparison: Comparison) -> Figure:
    """A panel for each metric; regimes below one another."""
    table = comparison.table("metrics")
    places = parts.shown(comparison)
    metrics = list(comparison.settings.metrics)
    rows = math.ceil(len(metrics) / ACROSS)
    height = 1.5 + rows * (1.05 + 0.42 * len(places))
    figure = parts.head(comparison, title(comparison), [parts.INTERVALS], (13.5, height))
    grid = figure.add_gridspec(rows, ACROSS)
    names = [comparison.names[place] for place in places]
    colours = [parts.colour(comparison, place) for place in places]
    for number, metric in enumerate(metrics):
        axes = figure.add_subplot(grid[number // ACROSS, number % ACROSS])
        some = table[table["metric"] == metric].set_index("regime", drop=False)
        found = [next(some.loc[[name]].itertuples(index=False)) for name in names]
        labels = [parts.name(comparison, place, 22) for place in places] if number % ACROSS == 0 else [""] * len(places)
        where = parts.rows_axis(axes, labels)
        parts.points(axes, found, where, colours)
        axes.set_title(heading(metric), pad=8)
    return figure
