"""Screening: how much each parameter moves a metric, and how far that depends on the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from cxsim.results.figures import style
from cxsim.sensitivity.morris import Screening
from cxsim.sensitivity.tables import ABOVE, verdicts

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST = 20
"""Parameters shown, the largest first."""


def draw(keys: Sequence[str], found: Screening, unit: str, title: str, lines: Sequence[str]) -> Figure:
    """Mean size of effects with intervals; beside it mean size against standard deviation.

    Args:
        keys: names of the parameters.
        found: their effects.
        unit: of the metric.
        title: the figure's title.
        lines: what a reader must know, below the title.
    """
    order = np.argsort(-found.mu_star, kind="stable")[:MOST]
    figure = style.headed(title, lines, (13.5, 2.2 + 0.27 * max(len(order), 10)))
    bars, plane = figure.subplots(1, 2, width_ratios=(1.25, 1))
    said = verdicts(found)
    colours = [style.BLUE if said[place] == ABOVE else style.QUIET for place in order]
    _bars(bars, [keys[place] for place in order], found, order, colours)
    style.head(bars, "What each parameter moves", _words("mean size of the change over its whole range", unit))
    _plane(plane, keys, found, order, colours)
    style.head(plane, "How far that depends on the others", _words("standard deviation of the change", unit))
    plane.set_xlabel(_words("mean size of the change", unit))
    return figure


def _words(what: str, unit: str) -> str:
    return f"{what}{f', {unit}' if unit else ''}"


def _bars(axes: Axes, names: Sequence[str], found: Screening, order: np.ndarray, colours: Sequence[str]) -> None:
    places = np.arange(len(order))[::-1]
    size, low, high = found.luck_size
    axes.axvspan(low, high, color=style.FAINT, alpha=0.8, linewidth=0)
    axes.axvline(size, color=style.INK, linestyle=(0, (5, 2)), linewidth=1.3)
    axes.annotate("luck", (size, 0), xycoords=("data", "axes fraction"), xytext=(3, 4), textcoords="offset points", fontsize=9)
    for place, index, colour in zip(places, order, colours, strict=True):
        axes.hlines(place, found.low[index], found.high[index], color=colour, linewidth=2)
        axes.plot(found.mu_star[index], place, "o", color=colour, markersize=5.5)
    axes.set_yticks(places, names, fontsize=8.5)
    axes.set_ylim(-0.8, len(order) - 0.2)
    axes.set_xlim(left=0)
    axes.grid(axis="y", visible=False)


def _plane(axes: Axes, keys: Sequence[str], found: Screening, order: np.ndarray, colours: Sequence[str]) -> None:
    axes.scatter(found.mu_star[order], found.sigma[order], c=list(colours), s=26, zorder=3)
    most = max(float(found.mu_star.max()), 1e-12)
    top = max(most, float(found.sigma.max()))
    axes.plot([0, top], [0, top], color=style.FAINT, linewidth=1.2, zorder=1)
    axes.annotate("as often up as down", (top * 0.97, top * 0.97), ha="right", va="bottom", fontsize=8, color=style.QUIET)
    taken: list[tuple[float, float]] = []
    for place in order[:10]:
        at = (found.mu_star[place] / most, found.sigma[place] / top)
        # Where points lie close together only the largest is named; the list on the left has all.
        if any(abs(at[0] - other[0]) < 0.25 and abs(at[1] - other[1]) < 0.05 for other in taken):
            continue
        taken.append(at)
        right = at[0] > 0.55
        axes.annotate(keys[place].rpartition(".")[2], (found.mu_star[place], found.sigma[place]), xytext=(-6 if right else 6, 3),
                      textcoords="offset points", ha="right" if right else "left", fontsize=8, color=style.INK)  # fmt: skip
    axes.set_xlim(0, 1.06 * most)
    axes.set_ylim(0, 1.06 * top)
