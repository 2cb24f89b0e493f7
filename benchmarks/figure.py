"""The scaling figure: what a customer's month costs, against customers, firms and threads."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter, NullLocator

from benchmarks import scaling
from benchmarks.rows import Row
from benchmarks.versions import COLUMNS, ENGINE, FRAMES, PLAIN, TUNED, C
from cxsim.results.figures.lines import name_ends, spread
from cxsim.results.figures.style import BLACK, BLUE, GREEN, ORANGE, PURPLE, QUIET, SKY, VERMILION, head, house, save, written

TITLE = "What one customer's month costs, by customers, firms and threads"
SIZE = (11.5, 4.9)
GAP = 0.055
"""Least distance between names beside a panel, as a share of its height."""

WHOLE = FuncFormatter(lambda value, _: f"{value:,.0f}" if value < 1e6 else f"{value / 1e6:g} million")
LOOKS: dict[str, tuple[str, Any, str]] = {
    PLAIN: (BLACK, "-", "X"),
    TUNED: (PURPLE, "--", "s"),
    FRAMES: (ORANGE, "-.", "^"),
    COLUMNS: (GREEN, (0, (8, 2)), "D"),
    ENGINE: (BLUE, "-", "o"),
    C: (VERMILION, ":", "v"),
}
"""Colour, dash and marker of each version; grey prints tell them apart by the last two."""


def draw(rows: Sequence[Row], path: Path) -> list[Path]:
    """Draw what there are rows for and save it as ``path.svg`` and ``path.png``; returns the files, none where there is nothing to draw."""
    parts = {row.part for row in rows}
    panels = [panel for panel, part in ((_sizes, scaling.MONTH), (_firms, scaling.FIRMS), (_threads, scaling.MONTH)) if part in parts]
    if not panels:
        return []
    matplotlib.use("agg")
    with house():
        figure = Figure(figsize=SIZE, layout="constrained")
        engine: Any = figure.get_layout_engine()
        engine.set(rect=(0, 0, 1, 0.88), w_pad=0.12, h_pad=0.1)
        figure.text(0.012, 0.98, TITLE, ha="left", va="top", fontsize=15, fontweight="bold")
        how = "Medians of rounds in which all took turns; bars are 95 % intervals of the median"
        figure.text(0.012, 0.905, how, va="top", fontsize=9.5, color=QUIET)
        widths = [1.35 if panel is _sizes else 1.0 for panel in panels]
        for panel, axes in zip(panels, figure.subplots(1, len(panels), squeeze=False, width_ratios=widths)[0], strict=True):
            panel(axes, rows)
        return save(figure, path)


def _sizes(axes: Any, rows: Sequence[Row]) -> None:
    ends = []
    for name, (colour, dash, marker) in LOOKS.items():
        found = sorted((r for r in rows if r.part == scaling.MONTH and r.what == name and r.threads == 1), key=lambda r: r.customers or 0)
        if found:
            _line(axes, [r.customers for r in found], found, colour, dash, marker)
            ends.append((found[-1], name, colour))
    axes.set_xscale("log")
    _log_values(axes, [r for r in rows if r.part == scaling.MONTH and r.threads == 1])
    axes.xaxis.set_major_formatter(WHOLE)
    head(axes, "By customers", "ns per customer-month")
    axes.set_xlabel("customers (5 firms, one thread)")
    last = max(row.customers or 0 for row, _, _ in ends)
    _name_ends(axes, [(row.value, name, colour) for row, name, colour in ends if row.customers == last])
    for row, name, colour in ends:
        if row.customers != last:
            axes.annotate(name, (row.customers, row.value), xytext=(8, 0), textcoords="offset points", fontsize=9, color=written(colour),
                          va="center")  # fmt: skip


def _firms(axes: Any, rows: Sequence[Row]) -> None:
    ends = []
    for name, label, (colour, dash, marker) in (
        (scaling.AS_IS, "as they are", LOOKS[ENGINE]), (scaling.NOBODY_LOOKS, "nobody looks\naround", (SKY, "--", "s")),
    ):  # fmt: skip
        found = sorted((r for r in rows if r.part == scaling.FIRMS and r.what == name and r.firms), key=lambda r: r.firms or 0)
        if found:
            _line(axes, [r.firms for r in found], found, colour, dash, marker)
            ends.append((found[-1].value, label, colour))
    axes.set_ylim(0, None)
    counts = sorted({r.firms for r in rows if r.part == scaling.FIRMS and r.firms})
    axes.set_xticks(counts)
    customers = next((r.customers for r in rows if r.part == scaling.FIRMS), None)
    head(axes, "cxsim by firms", "ns per customer-month")
    axes.set_xlabel(f"firms ({customers:,} customers, one thread)" if customers else "firms")
    name_ends(axes, ends)


def _threads(axes: Any, rows: Sequence[Row]) -> None:
    found = [r for r in rows if r.part == scaling.MONTH and r.what == ENGINE]
    sizes = sorted({r.customers or 0 for r in found}, reverse=True)
    ends = []
    for size, (colour, dash, marker) in zip(
        sizes, ((BLUE, "-", "o"), (SKY, "--", "s"), (GREEN, "-.", "^"), (ORANGE, ":", "D")), strict=False
    ):
        own = sorted((r for r in found if r.customers == size), key=lambda r: r.threads or 0)
        _line(axes, [r.threads for r in own], own, colour, dash, marker)
        ends.append((own[-1].value, f"{size:,} customers", colour))
    axes.set_xscale("log", base=2)
    axes.set_xticks(sorted({r.threads for r in found if r.threads}))
    axes.xaxis.set_major_formatter(WHOLE)
    axes.xaxis.set_minor_locator(NullLocator())
    _log_values(axes, found)
    head(axes, "cxsim by threads", "ns per customer-month")
    axes.set_xlabel("threads (5 firms)")
    _name_ends(axes, ends)


def _log_values(axes: Any, rows: Sequence[Row]) -> None:
    """A logarithmic vertical axis with whole decades and plain numbers."""
    axes.set_yscale("log")
    axes.set_ylim(10 ** math.floor(math.log10(min(r.low for r in rows))), 10 ** math.ceil(math.log10(max(r.high for r in rows))))
    axes.yaxis.set_major_formatter(WHOLE)
    axes.yaxis.set_minor_formatter(NullFormatter())


def _name_ends(axes: Any, ends: Sequence[tuple[float, str, str]]) -> None:
    """Names at the right of a logarithmic panel, moved apart where they would overlap."""
    low, high = (math.log10(bound) for bound in axes.get_ylim())
    ends = sorted(ends)
    places = spread([(math.log10(value) - low) / (high - low) for value, _, _ in ends], GAP)
    for (_, name, colour), place in zip(ends, places, strict=True):
        axes.annotate(name, (1, place), xycoords="axes fraction", xytext=(7, 0), textcoords="offset points", fontsize=9,
                      color=written(colour), va="center", annotation_clip=False)  # fmt: skip


def _line(axes: Any, at: Sequence[Any], rows: Sequence[Row], colour: str, dash: Any, marker: str) -> None:
    axes.plot(at, [r.value for r in rows], color=colour, linestyle=dash, marker=marker, markersize=4.5, clip_on=False)
    axes.vlines(at, [r.low for r in rows], [r.high for r in rows], color=colour, linewidth=1.4, alpha=0.7)
