"""The cases over pairs of the parameters that the first rule limits, with the rule as a box."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patches import Rectangle

from cxsim.config.keys import index
from cxsim.results.figures import style
from cxsim.sensitivity.discovery import Discovery
from cxsim.sensitivity.ranges import Factor

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def draw(factors: Sequence[Factor], tried: np.ndarray, fails: np.ndarray, found: Discovery, title: str, lines: Sequence[str]) -> Figure:
    """A panel for each pair of limited parameters; for a single one, cases by its value.

    Args:
        factors: the parameters varied.
        tried: their values, shape (cases, parameters).
        fails: whether each case fails.
        found: what the search found; one rule at least.
        title: the figure's title.
        lines: what a reader must know, below the title.
    """
    limited = found.found[0].box.restricted()
    pairs: list[tuple[int, int | None]] = [*itertools.combinations(limited, 2)] if len(limited) > 1 else [(limited[0], None)]
    figure = style.headed(title, lines, (max(7.5, 1.4 + 4.6 * len(pairs)), 5.6 if len(limited) > 1 else 4.2))
    panels = figure.subplots(1, len(pairs), squeeze=False)[0]
    for axes, (x, y) in zip(panels, pairs, strict=True):
        _panel(axes, factors, tried, fails, found, x, y)
    return figure


def _panel(axes: Axes, factors: Sequence[Factor], tried: np.ndarray, fails: np.ndarray, found: Discovery, x: int, y: int | None) -> None:
    # One parameter only: its cases are spread upwards by lot, so that they can be told apart.
    height = tried[:, y] if y is not None else np.random.default_rng(0).random(len(tried))
    for flag, colour, marker, name in ((False, style.SKY, "o", "does not fail"), (True, style.VERMILION, "X", "fails")):
        for held in (False, True):
            some = (fails == flag) & (found.held == held)
            ring = held and marker == "o"
            edge = style.INK if held and not ring else colour
            axes.scatter(tried[some, x], height[some], marker=marker, s=20 if marker == "o" else 30, linewidths=0.9, alpha=0.9,
                         facecolors="none" if ring else colour, edgecolors=edge, label=None if held else name, zorder=2 + flag)  # fmt: skip
    box = found.found[0].box
    left, right = max(box.low[x], factors[x].low), min(box.high[x], factors[x].high)
    low, high = (0.0, 1.0) if y is None else (max(box.low[y], factors[y].low), min(box.high[y], factors[y].high))
    axes.add_patch(Rectangle((left, low), right - left, high - low, fill=False, edgecolor=style.INK, linewidth=1.8, zorder=4))
    axes.set_xlabel(_named(factors[x]))
    if y is None:
        axes.set_yticks([])
        style.head(axes, "Cases", "spread upwards by lot")
    else:
        style.head(axes, "Cases", _named(factors[y]))
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2, fontsize=8.5, frameon=False)


def _named(factor: Factor) -> str:
    unit = index()[factor.key].spec.unit
    return f"{factor.key}{f' ({unit})' if unit else ''}"
