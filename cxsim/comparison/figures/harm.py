"""The harm ledger: what customers lose a year, by conduct, under each regime."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patches import Patch

from cxsim.comparison.figures import parts
from cxsim.comparison.measures import HARMS
from cxsim.comparison.numbers import digits
from cxsim.comparison.paired import centre, half_width
from cxsim.results.figures import style
from cxsim.results.figures.harm import CONDUCTS, RARE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from cxsim.comparison.comparison import Comparison

CAPTION = (
    "What customers pay or bear a year by conduct of the ledger, for the real population, mean over replications; the whisker is the 95 % "
    "interval of the sum under that regime by itself. Beside the bars, the paired difference of the sum to the baseline."
)
FILLS = {conduct: fill for conduct, _, fill in CONDUCTS + RARE}
HATCHES = dict(zip(HARMS, ("", "///", "...", "xx", "\\\\\\", "", "++", "oo"), strict=True))


def title(comparison: Comparison) -> str:
    """What the figure shows."""
    return "What customers lose a year, by conduct"


def draw(comparison: Comparison) -> Figure:
    """A stacked bar for each regime, the baseline first."""
    places = [comparison.baseline, *parts.shown(comparison)]
    whisker = "Left, whiskers: 95 % interval of the sum under each regime by itself. Right: paired differences to the baseline."
    figure = parts.head(comparison, title(comparison), [whisker, parts.INTERVALS], (13.5, 2.1 + 0.75 * len(places)))
    grid = figure.add_gridspec(1, 2, width_ratios=(3, 1))
    axes = figure.add_subplot(grid[0])
    losses = {conduct: centre(comparison.data.flow(conduct)) for conduct in HARMS}
    whole = comparison.data.flow(*HARMS)
    divisor, words = style.pounds(float(centre(whole).max()))
    where = parts.rows_axis(axes, [parts.name(comparison, place, 26) for place in places])
    start = np.zeros(len(places))
    shown = [conduct for conduct in HARMS if losses[conduct][places].max() > 0.002 * max(centre(whole)[places].max(), 1e-9)]
    for conduct in shown:
        values = losses[conduct][places] / divisor
        axes.barh(where, values, 0.52, left=start, color=FILLS[conduct], hatch=HATCHES[conduct], edgecolor="white", linewidth=0.8)
        start = start + values
    sums, half = centre(whole)[places] / divisor, half_width(whole)[places] / divisor
    for place, one, width in zip(where, sums, half, strict=True):
        if np.isfinite(width):
            axes.errorbar(one, place, xerr=width, color="white", capsize=4, linewidth=3, capthick=3)
            axes.errorbar(one, place, xerr=width, color=style.INK, capsize=3, linewidth=1.2)
        axes.annotate(digits(float(one)), (one + (width if np.isfinite(width) else 0), place), xytext=(6, 0), textcoords="offset points",
                      va="center", fontsize=9.5)  # fmt: skip
    axes.set_xlim(0, 1.12 * float(np.nanmax(sums + np.nan_to_num(half))) or 1.0)
    axes.set_xlabel(f"{words} a year")
    axes.grid(visible=False, axis="y")
    keys = [Patch(facecolor=FILLS[conduct], hatch=HATCHES[conduct], edgecolor="white", label=HARMS[conduct]) for conduct in shown]
    if keys:
        axes.legend(handles=keys, loc="lower left", bbox_to_anchor=(0, 1.0), ncols=5, frameon=False, fontsize=9.5,
                    handlelength=1.6, borderaxespad=0.2)  # fmt: skip
    _change(figure.add_subplot(grid[1]), comparison, places)
    return figure


def _change(axes: Axes, comparison: Comparison, places: list[int]) -> None:
    table = comparison.table("harm")
    sums = table[table["conduct"] == "all"].set_index("regime", drop=False)
    where = parts.rows_axis(axes, [""] * len(places))
    rows = [next(sums.loc[[comparison.names[place]]].itertuples(index=False)) for place in places[1:]]
    parts.points(axes, rows, where[1:], [parts.colour(comparison, place) for place in places[1:]])
    axes.set_title("Change of the sum", pad=8)
