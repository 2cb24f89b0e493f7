"""Who gains and who pays, in pounds a year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxsim.comparison.figures import parts
from cxsim.comparison.measures import PARTIES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from cxsim.comparison.comparison import Comparison

CAPTION = (
    "Change against the baseline in pounds a year for the real population. Customers: consumer surplus and redress. Firms: profit. Public "
    "purse: fines and franchise payments less the regulator's funding. Regulator: what it puts by. Transfers cancel in the sum."
)
NAMES = {
    "customers": "Customers", "firms": "Firms", "treasury": "Public purse", "regulator": "Regulator's savings", "total": "All together",
}  # fmt: skip
ACROSS = 3


def title(comparison: Comparison) -> str:
    """What the figure shows."""
    return "Who gains and who pays"


def draw(comparison: Comparison) -> Figure:
    """A panel for each regime, on one scale; everybody's gain below one another."""
    places = parts.shown(comparison)
    across = min(ACROSS, len(places))
    down = -(-len(places) // across)
    figure = parts.head(comparison, title(comparison), [parts.INTERVALS], (12.5 if across > 1 else 8.5, 1.2 + 2.9 * down))
    grid = figure.add_gridspec(down, across)
    table = comparison.table("accounts")
    names = [column.name for column in PARTIES]
    panels = []
    for number, place in enumerate(places):
        axes = figure.add_subplot(grid[number // across, number % across])
        some = table[(table["regime"] == comparison.names[place]) & table["metric"].isin(names)]
        rows = list(some.itertuples(index=False))
        labels = [NAMES[row.metric] for row in rows] if number % across == 0 else [""] * len(rows)
        where = parts.rows_axis(axes, labels)
        parts.points(axes, rows, where, [parts.colour(comparison, place)] * len(rows))
        axes.axhline(where[-1] + 0.5, color="#999999", linewidth=0.7)
        axes.set_title(parts.name(comparison, place, 40, 1), pad=8)
        panels.append(axes)
    parts.share(panels)
    return figure
