"""Sobol' indices with their intervals, luck among the inputs; and how the intervals narrow as the sample grows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import NullFormatter

from cxsim.results.figures import lines as drawn
from cxsim.results.figures import style
from cxsim.sensitivity.convergence import WIDTH
from cxsim.sensitivity.luck import LUCK
from cxsim.sensitivity.sobol import Indices

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Growth = Sequence[tuple[int, np.ndarray, np.ndarray]]
"""For each size of the sample the indices and their resamples."""


def draw(keys: Sequence[str], found: Indices, grown: Growth, title: str, lines: Sequence[str]) -> Figure:
    """First-order and total indices; beside them the width of the total indices' intervals by size of the sample.

    Args:
        keys: names of the parameters, luck not among them.
        found: the indices, luck last.
        grown: total indices on growing parts of the sample.
        title: the figure's title.
        lines: what a reader must know, below the title.
    """
    order = [*np.argsort(-found.total[:-1], kind="stable").tolist(), len(keys)]
    names = [*keys, LUCK]
    figure = style.headed(title, lines, (13.5, 2.4 + 0.42 * max(len(order), 5)))
    bars, growth = figure.subplots(1, 2, width_ratios=(1.7, 1))
    (first_low, first_high), (low, high) = found.interval("first"), found.interval("total")
    for row, index in enumerate(order):
        place = len(order) - 1 - row
        grey = index == len(keys)
        for shift, middle, ends, colour, marker in (
            (0.13, found.first[index], (first_low[index], first_high[index]), style.INK if grey else style.SKY, "s"),
            (-0.13, found.total[index], (low[index], high[index]), style.INK if grey else style.BLUE, "o"),
        ):
            bars.hlines(place + shift, *ends, color=colour, linewidth=2.2, alpha=0.85)
            bars.plot(middle, place + shift, marker, color=colour, markersize=6)
    bars.axvline(0, color=style.QUIET, linewidth=0.8)
    bars.set_yticks(range(len(order)), [names[index] for index in reversed(order)], fontsize=9)
    bars.set_ylim(-0.6, len(order) - 0.4)
    bars.grid(axis="y", visible=False)
    top = float(max(high.max(), first_high.max(), 0.1))
    bars.set_xlim(min(-0.02, float(first_low.min())) * 1.05, 1.05 * top)
    # The key stands at the first row, where each mark is named beside itself.
    for shift, text, colour, at in ((0.13, "alone", style.SKY, first_high), (-0.13, "with interactions", style.BLUE, high)):
        bars.annotate(text, (float(at[order[0]]), len(order) - 1 + shift), xytext=(5, -3), textcoords="offset points", fontsize=8.5,
                      color=style.written(colour))  # fmt: skip
    style.head(bars, "What explains the variance", "share of the variance")
    _growth(growth, names, order, grown)
    return figure


def _growth(axes: Axes, names: Sequence[str], order: Sequence[int], grown: Growth) -> None:
    sizes = [size for size, _, _ in grown]
    widths = np.array([np.diff(np.quantile(resampled, [0.025, 0.975], axis=0), axis=0)[0] for _, _, resampled in grown])
    for index in order:
        colour = style.INK if index == len(names) - 1 else style.BLUE
        axes.plot(sizes, widths[:, index], "o-", color=colour, markersize=3.5, linewidth=1.2)
    axes.axhline(WIDTH, color=style.VERMILION, linestyle=(0, (5, 2)), linewidth=1.3)
    axes.set_xscale("log", base=2)
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_ylim(0, 1.05 * max(float(widths.max()), 2 * WIDTH))
    axes.set_xlabel("Base samples")
    style.head(axes, "How sure the shares are", "width of the 95 % interval; dashed: narrow enough")
    # The widest and luck are named; the others lie where they lie.
    widest = sorted({int(widths[-1].argmax()), len(names) - 1})
    drawn.name_ends(axes, [(widths[-1, index], names[index].rpartition(".")[2], style.INK if index == len(names) - 1 else style.BLUE)
                           for index in widest], 8.5)  # fmt: skip
