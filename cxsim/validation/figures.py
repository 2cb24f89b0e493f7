"""Figures of the cases: the engine as points or thin lines, theory as a black dashed line, words on the lines."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from cxsim.results.figures.style import BLACK, BLUE, DPI, FAINT, QUIET, VERMILION, head, house
from cxsim.validation.case import AGREES, DIFFERS, FAILS, HIT, MISS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxsim.validation.case import Case, Finding, Report

SIZE = (8.0, 4.4)
THEORY = {"color": BLACK, "linestyle": (0, (5, 2)), "linewidth": 1.4}
"""How theory is drawn."""

MARKS = {AGREES: ("o", BLUE), HIT: ("o", BLUE), FAILS: ("X", VERMILION), MISS: ("X", VERMILION), DIFFERS: ("D", QUIET)}
"""Marker and colour of a verdict."""


def picture(case: Case, report: Report, path: Path) -> Path:
    """Draw a case's figure and save it as ``path.png``; returns the file."""
    with house():
        figure = Figure(figsize=SIZE, layout="constrained")
        figure.get_layout_engine().set(rect=(0, 0, 1, 0.89), w_pad=0.1, h_pad=0.08)
        figure.text(0.012, 0.985, case.title, ha="left", va="top", fontsize=13, fontweight="bold")
        figure.text(0.012, 0.925, case.source, ha="left", va="top", fontsize=9, color=QUIET)
        case.draw(figure, report)
        file = path.with_suffix(".png")
        figure.savefig(file, dpi=DPI, metadata={"Software": "cxsim"})
    return file


def by_month(axes: Axes, runs: Sequence[np.ndarray], theory: Any, title: str, unit: str) -> None:
    """Paths by month (month x firm), one bundle of thin lines per run, and theory's level or levels."""
    for run in runs:
        axes.plot(np.arange(len(run)), run, color=BLUE, linewidth=0.8, alpha=0.55)
    levels = np.unique(np.round(np.atleast_1d(theory), 9))
    for level in levels:
        axes.axhline(level, **THEORY)
    axes.annotate("theory", (1, levels[-1]), xycoords=("axes fraction", "data"), xytext=(-2, 4), textcoords="offset points",
                  ha="right", va="bottom", fontsize=9)  # fmt: skip
    head(axes, title, unit)
    axes.set_xlabel("Month")
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))


def dots(axes: Axes, at: Any, runs: Any, label: str = "engine", colour: str = BLUE, marker: str = "o") -> None:
    """Means over runs (run x place) with the whole range as a bar."""
    values = np.asarray(runs, float)
    mean = values.mean(axis=0)
    axes.vlines(at, values.min(axis=0), values.max(axis=0), color=colour, linewidth=1.5)
    axes.plot(at, mean, linestyle="none", marker=marker, markersize=6, color=colour, label=label)


def curve(axes: Axes, at: Any, values: Any, label: str = "theory", **style: Any) -> None:
    """A line of theory."""
    axes.plot(at, values, label=label, **(THEORY | style))


def key(axes: Axes, place: str = "best") -> None:
    """A quiet legend; ``below`` puts it under the axes, where nothing can be hidden."""
    if place == "below":
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.15), ncols=3, fontsize=9, frameon=False)
        return
    axes.legend(loc=place, fontsize=9, frameon=True, framealpha=0.9, edgecolor=FAINT)


def ladder(figure: Figure, findings: Sequence[Finding]) -> None:
    """One rung a finding: how far the engine is from theory, in tolerances, with its interval."""
    axes = figure.subplots()
    places = np.arange(len(findings))[::-1]
    for place, row in zip(places, findings, strict=True):
        scale = row.tolerance if row.tolerance > 0 else 1.0
        marker, colour = MARKS[row.verdict]
        off = [(value - row.theory) / scale for value in (row.mean, row.low, row.high)]
        off = [float(np.clip(value, -2.4, 2.4)) if np.isfinite(value) else off[0] for value in off]
        axes.hlines(place, off[1], off[2], color=colour, linewidth=2.2)
        axes.plot(off[0], place, marker=marker, color=colour, markersize=6.5)
    axes.axvspan(-1, 1, color=FAINT, alpha=0.5, zorder=0)
    axes.axvline(0, **THEORY)
    axes.set_yticks(places, [textwrap.fill(row.quantity, 52) for row in findings], fontsize=8.5)
    axes.set_ylim(-0.7, len(findings) - 0.3)
    axes.set_xlim(-2.5, 2.5)
    axes.set_xlabel("distance from theory, in tolerances (grey: allowed; bar: 95 % interval)")
    axes.grid(axis="y", visible=False)
