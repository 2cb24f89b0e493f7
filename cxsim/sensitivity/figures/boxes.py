"""Rules as bars within the ranges tried, beside them the peeling trajectory and how the rules hold on cases held out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from cxsim.analysis.wording import amount
from cxsim.config.keys import index
from cxsim.results.figures import style
from cxsim.sensitivity.discovery import Discovery
from cxsim.sensitivity.ranges import Factor

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = (style.VERMILION, style.BLUE, style.GREEN, style.PURPLE, style.ORANGE)


def draw(factors: Sequence[Factor], found: Discovery, title: str, lines: Sequence[str]) -> Figure:
    """The rules, and what they are worth.

    Args:
        factors: the parameters varied.
        found: what the search found; one rule at least.
        title: the figure's title.
        lines: what a reader must know, below the title.
    """
    rows = [(number, place) for number, one in enumerate(found.found) for place in one.box.restricted()]
    figure = style.headed(title, lines, (13.5, 2.3 + 0.55 * max(len(rows), 5)))
    bars, worth = figure.subplots(1, 2, width_ratios=(1.5, 1))
    _bars(bars, factors, found, rows)
    _worth(worth, found)
    return figure


def _bars(axes: Axes, factors: Sequence[Factor], found: Discovery, rows: Sequence[tuple[int, int]]) -> None:
    names = []
    for row, (number, place) in enumerate(rows):
        one, factor, y = found.found[number], factors[place], -row
        unit, width = index()[factor.key].spec.unit, factor.high - factor.low
        low, high = max(one.box.low[place], factor.low), min(one.box.high[place], factor.high)
        axes.hlines(y, 0, 1, color=style.FAINT, linewidth=9)
        axes.hlines(y, (low - factor.low) / width, (high - factor.low) / width, color=COLOURS[number % len(COLOURS)], linewidth=9,
                    alpha=1.0 if one.holds else 0.4)  # fmt: skip
        for upper, end in ((False, low), (True, high)):
            if (place, upper) in one.quasi_p:
                text = f"{amount(end, unit)}  (p {one.quasi_p[place, upper]:.1g})"
                axes.annotate(text, ((end - factor.low) / width, y), xytext=(0, 9), textcoords="offset points", ha="center", fontsize=8)
        for at, end, side in ((0, factor.low, "right"), (1, factor.high, "left")):
            axes.annotate(f" {amount(end, unit)} ", (at, y), ha=side, va="center", fontsize=8, color=style.QUIET)
        steady = one.steady.get(place, 0.0)
        names.append(f"{factor.key}\nrule {number + 1}{'' if one.holds else ', does not hold'}; in {100 * steady:.0f} % of resamples")
    axes.set_yticks([-row for row in range(len(rows))], names, fontsize=8.5)
    axes.set_ylim(-max(len(rows), 5) + 0.3, 0.8)
    axes.set_xlim(-0.22, 1.22)
    axes.set_xticks([])
    axes.grid(visible=False)
    axes.spines["bottom"].set_visible(False)
    axes.spines["left"].set_visible(False)
    axes.tick_params(length=0)
    style.head(axes, "It fails here", "coloured: within the limits; grey: the range tried")


def _worth(axes: Axes, found: Discovery) -> None:
    if found.steps:
        coverage, density = ([getattr(step.fit, name) for step in found.steps] for name in ("coverage", "density"))
        axes.plot(coverage, density, "o-", color=style.QUIET, markersize=3, linewidth=0.9)
        axes.annotate("peeling, cases learnt from", (coverage[len(coverage) // 2], density[len(density) // 2]), xytext=(-6, -12),
                      textcoords="offset points", fontsize=8, color=style.QUIET, ha="right")  # fmt: skip
    base = found.found[0].base
    axes.axhline(base, color=style.INK, linestyle=(0, (5, 2)), linewidth=1.2)
    axes.annotate("all cases held out", (0.02, base), xytext=(0, 3), textcoords="offset points", fontsize=8.5)
    for number, one in enumerate(found.found):
        if not one.checked.inside or not one.checked.failures:
            continue
        colour = COLOURS[number % len(COLOURS)]
        axes.vlines(one.checked.coverage, *one.density, color=colour, linewidth=2)
        axes.hlines(one.checked.density, *one.coverage, color=colour, linewidth=2)
        axes.plot(one.checked.coverage, one.checked.density, "D", color=colour, markersize=7)
        aside = (8, -12) if one.checked.density > 0.5 else (8, 6)
        axes.annotate(f"rule {number + 1}, held out", (one.checked.coverage, one.checked.density), xytext=aside, textcoords="offset points",
                      fontsize=8.5, color=style.written(colour))  # fmt: skip
    axes.set_xlim(0, 1.04)
    axes.set_ylim(0, 1.04)
    axes.set_xticks(np.linspace(0, 1, 6))
    axes.set_xlabel("Coverage: share of all failures inside")
    style.head(axes, "What a rule is worth", "density: share of the cases inside that fail")
