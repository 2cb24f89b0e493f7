"""Who wins and who loses: segments of customers and firms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cxsim.comparison.figures import parts
from cxsim.results.figures import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from cxsim.comparison.comparison import Comparison

CAPTION = (
    "Change against the baseline: left, consumer surplus a head and month in each segment; right, each firm's yearly profit. Intervals as "
    "in the differences; a firm that is not in the market earns nothing."
)
MOST_FIRMS = 12


def title(comparison: Comparison) -> str:
    """What the figure shows."""
    return "Who wins and who loses"


def draw(comparison: Comparison) -> Figure:
    """A row of panels for each regime: segments to the left, firms to the right."""
    places = parts.shown(comparison)
    segments, firms = _rows(comparison, "segments", "consumer_surplus"), _rows(comparison, "firms", "profit")
    first = comparison.names[places[0]]
    tallest = max(len(segments[first]), len(firms[first]))
    height = 1.2 + len(places) * (0.95 + 0.27 * tallest)
    figure = parts.head(comparison, title(comparison), [parts.INTERVALS], (12.5, height))
    grid = figure.add_gridspec(len(places), 2)
    panels: list[list[Any]] = [[], []]
    for row, place in enumerate(places):
        name = comparison.names[place]
        about = parts.name(comparison, place, 44, 1)
        for column, (rows, key, head) in enumerate(
            ((segments[name], "segment", "consumer surplus a head"), (firms[name], "firm", "profit by firm"))
        ):
            axes = figure.add_subplot(grid[row, column])
            panels[column].append(axes)
            where = parts.rows_axis(axes, [style.plain(style.shortened(str(getattr(one, key)), 24)) for one in rows])
            parts.points(axes, rows, where, [parts.colour(comparison, place)] * len(rows), labels=column == 0)
            axes.set_title(f"{about}: {head}" if column == 0 else head[0].upper() + head[1:], pad=8, fontsize=10.5)
    for below in panels:
        parts.share(below)
    return figure


def _rows(comparison: Comparison, table: str, metric: str) -> dict[str, list[Any]]:
    frame = comparison.table(table)
    some = frame[frame["metric"] == metric]
    if table == "firms":
        some = some[~some["firm"].astype(str).str.startswith("all ")]
        largest = some.groupby("firm", sort=False)[["baseline", "level"]].max().max(axis=1)
        some = some[some["firm"].isin(largest.sort_values(ascending=False).index[:MOST_FIRMS])]
    return {name: list(some[some["regime"] == name].itertuples(index=False)) for name in comparison.names}
