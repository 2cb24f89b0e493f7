"""Two figures for a notebook, in the house style: metrics by a level of something, and metrics by month of several runs."""

from __future__ import annotations

import io
import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cxsim.config.errors import BadValueError, nearest
from cxsim.results.columns import FIRMS, MONTHLY
from cxsim.results.figures import style
from cxsim.results.intervals import mean_interval

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from cxsim.results.run import Run

COLOURS = (style.BLUE, style.VERMILION, style.GREEN, style.PURPLE, style.ORANGE, style.BLACK)
DASHES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 2, 1.5, 2)), (0, (3, 1)), (0, (8, 3)))
MARKERS = ("o", "s", "^", "D", "v", "P")
ACROSS = 3
_UNITS = {"£/month": "£ a month", "£/year": "£ a year", "1/year": "a year", "1/month": "chance a month", "index": "index, 0 to 100"}


class Drawn:
    """A figure that a notebook shows and that can be saved."""

    def __init__(self, title: str, figure: Figure):
        self.title = title
        self.figure = figure

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write it as a picture; the ending of the name says of which kind (``.png``, ``.svg``, ``.pdf``)."""
        with style.house():
            self.figure.savefig(path, dpi=style.DPI)
        return Path(path)

    def _repr_png_(self) -> bytes:
        made = io.BytesIO()
        with style.house():
            self.figure.savefig(made, format="png", dpi=100)
        return made.getvalue()

    def __repr__(self) -> str:
        return f"<figure: {self.title}>"


@style.house()
def plot_levels(
    table: pd.DataFrame,
    x: str,
    columns: str | Sequence[str] | Mapping[str, str],
    *,
    by: str | None = None,
    title: str = "",
    names: Mapping[Any, str] | None = None,
    xnames: Mapping[Any, str] | None = None,
    xlabel: str = "",
    against: Any = None,
) -> Drawn:
    """Means over replications with 95 % intervals, a panel a column, from a table of `cxsim.sweep`.

    Args:
        table: a row a run, with the column ``replication``.
        x: the column whose levels stand along the horizontal axis, in the table's order.
        columns: what to show; a mapping gives titles of one's own: ``{"price": "Advertised price"}``.
        by: a column with a line for each of its levels.
        title: the figure's title.
        names: how to write levels of ``by``, where their values do not read well.
        xnames: the same for levels of ``x``; a value that is missing (``None``) is called ``"null"``.
        xlabel: what stands below the horizontal axis; by default the name of ``x``.
        against: a level of ``by``, or without it of ``x``: differences to it are shown, replication by replication (paired).

    Returns:
        The figure, to be shown or saved.

    Raises:
        BadValueError: there is no such column or level.
    """
    shown = _panels(columns)
    for name in (x, *shown, *([by] if by else [])):
        if name not in table.columns:
            raise BadValueError("column", name, "a column of the table", nearest(name, list(table.columns)))
    keys = [x, *([by] if by else [])]
    keyed = table.assign(**{key: table[key].astype(object).where(table[key].notna(), "null") for key in keys})
    levels: list[Any] = list(dict.fromkeys(keyed[x]))
    lines: list[Any] = list(dict.fromkeys(keyed[by])) if by else [None]
    if against is not None and against not in (lines if by else levels):
        raise BadValueError("against", against, ", ".join(map(str, lines if by else levels)))
    replications = keyed["replication"].nunique()
    note = f"Mean of {replications} replications; bars are 95 % intervals"
    if against is not None:
        baseline = _said(against, names if by else xnames)
        note = f"Difference to {baseline} under the same luck, mean of {replications} pairs; bars are 95 % intervals"
    figure, panels = _sheet(title, note, len(shown))
    # Nothing lies between two words; but where lines lie on one another, the eye needs something to follow.
    joined = by is not None or not all(isinstance(level, str) for level in levels)
    drawn = [(number, line) for number, line in enumerate(lines) if by is None or against is None or line != against]
    for axes, (name, heading) in zip(panels, shown.items(), strict=True):
        wide = {line: _wide(keyed if by is None else keyed[keyed[by] == line], x, name, levels) for line in lines}
        if against is not None:
            axes.axhline(0, color="#999999", linewidth=1)
            wide = _differences(wide, levels, against, by is not None)
        axes.margins(y=0.14)
        ends = []
        for number, line in drawn:
            ends.append((*_line(axes, wide[line], number, joined), number, _said(line, names)))
        if by is not None:
            _label(axes, ends, len(levels))
        _scale(axes, name, heading, against is None)
        axes.set_xticks(range(len(levels)), [_said(level, xnames) for level in levels])
        axes.set_xlim(-0.35, len(levels) - 1 + (0.35 if by is None else 0.9 + 0.1 * len(levels)))
        axes.set_xlabel(xlabel or _title(x.rsplit(".", 1)[-1]))
        axes.grid(visible=False, axis="x")
    return Drawn(title, figure)


@style.house()
def plot_months(
    runs: Mapping[str, Run | pd.DataFrame], columns: str | Sequence[str] | Mapping[str, str], *, title: str = "", mark: int | None = None
) -> Drawn:
    """Metrics by month, a panel a column and a line a run, with 95 % intervals where a run has replications.

    Args:
        runs: runs by the name that is to stand beside their lines; or tables with ``replication`` and ``month``, such as the rows of one
            strategy in ``run.firms``, which are added up where a month has several.
        columns: columns of ``run.monthly``, or of the tables; a mapping gives titles of one's own.
        title: the figure's title.
        mark: a month to mark with an upright line.

    Returns:
        The figure, to be shown or saved.

    Raises:
        BadValueError: there is no such column.
    """
    shown = _panels(columns)
    tables: dict[str, Any] = {label: run.monthly if hasattr(run, "monthly") else run for label, run in runs.items()}
    for name in (*shown, "replication", "month"):
        for table in tables.values():
            if name not in table:
                raise BadValueError("column", name, "a column of every table", nearest(name, list(table.columns)))
    replications = min(table["replication"].nunique() for table in tables.values())
    note = f"Mean of {replications} replications; bands are 95 % intervals" if replications > 1 else "One replication, one draw of luck"
    figure, panels = _sheet(title, note, len(shown))
    for axes, (name, heading) in zip(panels, shown.items(), strict=True):
        ends = []
        for number, (label, table) in enumerate(tables.items()):
            wide = table.pivot_table(index="replication", columns="month", values=name, aggfunc="sum", observed=True)
            found = mean_interval(wide.to_numpy(float))
            months = wide.columns.to_numpy(float)
            ink = COLOURS[number % len(COLOURS)]
            axes.plot(months, found.mean, color=ink, linestyle=DASHES[number % len(DASHES)])
            if replications > 1:
                axes.fill_between(months, found.low, found.high, color=ink, alpha=0.18, linewidth=0)
            ends.append((months[-1], found.mean[-1], number, label))
        if mark is not None:
            axes.axvline(mark, color=style.QUIET, linewidth=1, linestyle=":")
        _scale(axes, name, heading, True)
        axes.set_xlabel("Month")
        last = max(end[0] for end in ends)
        if len(runs) > 1:
            _label(axes, ends, last)
            axes.set_xlim(0, 1.32 * last)
        else:
            axes.set_xlim(0, last)
        axes.set_xticks(np.arange(0, last + 1, 12 * max(1, round(last / 72))) if last >= 24 else np.arange(0, last + 1, 3))
    return Drawn(title, figure)


def _panels(columns: str | Sequence[str] | Mapping[str, str]) -> dict[str, str]:
    if isinstance(columns, Mapping):
        return dict(columns)
    return dict.fromkeys([columns] if isinstance(columns, str) else columns, "")


def _sheet(title: str, note: str, panels: int) -> tuple[Figure, list[Axes]]:
    across = min(panels, ACROSS) if panels != 4 else 2
    down = math.ceil(panels / across)
    figure = style.headed(title, [note], (max(4.2 * across, 6.4), 1.2 + 3.1 * down))
    grid = np.atleast_1d(figure.subplots(down, across)).ravel()
    for axes in grid[panels:]:
        axes.set_visible(False)
    return figure, list(grid[:panels])


def _wide(table: pd.DataFrame, x: str, column: str, levels: Sequence[Any]) -> np.ndarray:
    """Replications x levels."""
    return table.pivot_table(index="replication", columns=x, values=column, sort=False).reindex(columns=levels).to_numpy(float)


def _differences(wide: Mapping[Any, np.ndarray], levels: Sequence[Any], against: Any, by_line: bool) -> dict[Any, np.ndarray]:
    if by_line:
        return {line: values - wide[against] for line, values in wide.items()}
    place = levels.index(against)
    return {line: values - values[:, [place]] for line, values in wide.items()}


def _line(axes: Axes, values: np.ndarray, number: int, joined: bool) -> tuple[float, float]:
    found = mean_interval(values)
    places = np.arange(values.shape[1])
    ink = COLOURS[number % len(COLOURS)]
    dash = DASHES[number % len(DASHES)] if joined else "none"
    axes.plot(places, found.mean, color=ink, linestyle=dash, marker=MARKERS[number % len(MARKERS)], markersize=5.5)
    axes.vlines(places, found.low, found.high, color=ink, linewidth=2.4)
    return float(places[-1]), float(found.mean[-1])


def _label(axes: Axes, ends: Sequence[tuple[float, float, int, str]], last: float) -> None:
    """Names beside the ends of lines, moved apart where they would lie on one another."""
    low, high = axes.get_ylim()
    room = 0.075 * (high - low)
    heights: list[float] = []
    order = sorted(range(len(ends)), key=lambda number: ends[number][1])
    for number in order:
        heights.append(max(ends[number][1], heights[-1] + room) if heights else ends[number][1])
    for number, height in zip(order, heights, strict=True):
        x, _, line, text = ends[number]
        ink = style.written(COLOURS[line % len(COLOURS)])
        axes.text(x + 0.03 * max(last, 1), height, style.plain(text), color=ink, fontsize=8.5, va="center")


def _said(level: Any, names: Mapping[Any, str] | None) -> str:
    if names and level in names:
        return names[level]
    if isinstance(level, bool | np.bool_):
        return "yes" if level else "no"
    if not isinstance(level, int | float | np.number):
        return str(level)
    number = float(level)
    return f"{number:g}" if abs(number) < 1e4 else f"{number / 1e6:g}m" if abs(number) >= 1e6 else f"{number / 1e3:g}k"


def _title(name: str) -> str:
    text = name.replace("_", " ")
    return text[:1].upper() + text[1:]


def _scale(axes: Axes, name: str, heading: str, levels: bool) -> None:
    """Title, unit and vertical limits of a panel: noise in a level looks small, and large sums are told in millions."""
    low, high = axes.get_ylim()
    least = 0.06 * max(abs(low), abs(high)) if levels else 0.0
    if high - low < least:
        middle = (low + high) / 2
        axes.set_ylim(middle - least / 2, middle + least / 2)
    unit = _unit(name)
    if unit.startswith("£") and max(abs(low), abs(high)) >= 10_000:
        divisor, words = style.pounds(max(abs(low), abs(high)))
        axes.yaxis.set_major_formatter(lambda value, _: f"{value / divisor:,.4g}".replace("-", "−"))
        unit = unit.replace("£", words)
    elif max(abs(low), abs(high)) >= 10_000:
        axes.yaxis.set_major_formatter("{x:,.0f}")
    style.head(axes, heading or _title(name), unit)


def _unit(name: str) -> str:
    found = next((column for column in (*MONTHLY, *FIRMS) if column.name == name), None)
    if found is None:
        return ""
    return _UNITS.get(found.unit, found.unit) or ("0 to 1" if found.high == 1 else "")
