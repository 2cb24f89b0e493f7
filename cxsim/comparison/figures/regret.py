"""The figures of a study of robustness: regret by future, differences by future, and mean and largest regret."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from cxsim.comparison.figures.parts import COLOURS, minus, rows_axis
from cxsim.comparison.measures import heading
from cxsim.comparison.numbers import digits
from cxsim.results.figures import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from cxsim.comparison.robustness import Robustness

MARKS = {"shown": "never worse: shown", "not told": "not told worse in any", "no": "worse in some", "baseline": "baseline"}
MOST_NUMBERS = 30
"""Futures up to which the map carries its numbers."""
_REGRET = LinearSegmentedColormap.from_list("regret", ["#FFFFFF", "#F3C9A5", style.VERMILION, "#5A2500"])


def drawn(study: Robustness) -> Iterator[tuple[str, str, str, Callable[[Robustness], Figure]]]:
    """Name, title, caption and drawing of each figure, in the order in which they are to be shown."""
    base = study.regimes[study.baseline].title
    yield (
        "regret", "How much each regime may be regretted",
        "Mean and largest regret over futures: how much better the best of the regimes does. Bars are 95 % bootstrap intervals over "
        "replications. Behind each name, whether the regime is ever worse than the baseline.", draw_regret,
    )  # fmt: skip
    yield (
        "by_future", f"Each regime against {base}, future by future",
        "Paired difference to the baseline in every future, sorted. Bars are 95 % intervals, each future by itself; filled "
        "points can be told from no difference after correction for the number of futures and regimes.", draw_differences,
    )  # fmt: skip
    yield (
        "map", "Regret by future",
        "Regret of each regime in every future, futures in the order of how much is at stake in them. A dot marks the best regime.",
        draw_map,
    )  # fmt: skip


def draw_regret(study: Robustness) -> Figure:
    """Points with intervals: mean regret to the left, largest to the right."""
    title = next(drawn(study))[1]
    figure = _head(study, title, ["Bars: 95 % intervals over replications (bootstrap)."], (12.5, 1.9 + 0.62 * len(study.regimes)))
    grid = figure.add_gridspec(1, 2)
    table = study.table("regimes")
    labels = [f"{_name(study, place, 30)}\n{MARKS[table['never_worse'].iloc[place]]}" for place in range(len(study.regimes))]
    for column, (which, head) in enumerate((("mean", "Mean regret"), ("largest", "Largest regret"))):
        axes = figure.add_subplot(grid[column])
        where = rows_axis(axes, labels if column == 0 else [""] * len(labels))
        values = getattr(study.regrets, which)
        low, high = (getattr(study.regrets, f"{which}_{end}") for end in ("low", "high"))
        divisor, words = _scale(study, float(np.nanmax([*values, *high], initial=0.0)))
        for place, at in enumerate(where):
            ink = _colour(study, place)
            if np.isfinite(low[place]):
                axes.hlines(at, max(low[place], 0.0) / divisor, high[place] / divisor, color=ink, linewidth=3)
            axes.plot(values[place] / divisor, at, "o", color=ink, markersize=7, zorder=3)
            future = f" in {study.futures.all[study.regrets.where[place]].name}" if which == "largest" and values[place] > 0 else ""
            axes.annotate(f"{digits(values[place] / divisor)}{future}", (values[place] / divisor, at), xytext=(0, 7),
                          textcoords="offset points", fontsize=8.5, ha="left")  # fmt: skip
        axes.set_xlim(left=0 - 0.02 * axes.get_xlim()[1], right=1.18 * axes.get_xlim()[1])
        axes.set_title(head, pad=8)
        axes.set_xlabel(words)
        axes.grid(visible=False, axis="y")
    return figure


def draw_differences(study: Robustness) -> Figure:
    """For each regime the difference to the baseline over futures, sorted."""
    others = [place for place in range(len(study.regimes)) if place != study.baseline][: len(COLOURS)]
    across = min(3, len(others))
    down = -(-len(others) // across)
    better = "up" if study.aim > 0 else "down"
    how = f"Better is {better}. Bars: 95 % intervals, each future by itself. Filled points can be told after correction."
    title = f"Each regime against {study.regimes[study.baseline].title}, future by future"
    figure = _head(study, title, [how], (12.5 if across > 1 else 8.5, 1.2 + 3.0 * down))
    grid = figure.add_gridspec(down, across)
    table = study.table("futures")
    numbers = [table[table["regime"] == study.names[place]] for place in others]
    ends = np.concatenate([one[["low", "high", "difference"]].to_numpy().ravel() for one in numbers])
    divisor, words = _scale(study, float(np.nanmax(np.abs(ends), initial=0.0)))
    ends = ends / divisor
    standings = study.table("regimes")["never_worse"]
    for number, (place, rows) in enumerate(zip(others, numbers, strict=True)):
        axes = figure.add_subplot(grid[number // across, number % across])
        rows = rows.sort_values("difference", kind="stable")  # noqa: PLW2901 - the same rows, in order
        at = np.arange(len(rows))
        ink = _colour(study, place)
        axes.axhline(0, color=style.BLACK, linewidth=1.2)
        axes.vlines(at, rows["low"] / divisor, rows["high"] / divisor, color=ink, alpha=0.45, linewidth=2.5)
        told = rows["told"].isin(["better", "worse"]).to_numpy()
        middle = rows["difference"].to_numpy() / divisor
        axes.plot(at[told], middle[told], "o", color=ink, markersize=4.5)
        axes.plot(at[~told], middle[~told], "o", color=ink, markerfacecolor="white", markersize=4.5)
        style.head(axes, _name(study, place, 40, 1), words)
        style.span(axes, [*ends, 0.0], float(np.nanmax(np.abs(ends), initial=0.0)) or 1.0)
        axes.set_xlabel("Futures, sorted")
        axes.set_xticks([])
        axes.text(0.02, 0.97, MARKS[standings.iloc[place]], transform=axes.transAxes, va="top", fontsize=9, color=style.INK,
                  bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5})  # fmt: skip
    return figure


def draw_map(study: Robustness) -> Figure:
    """Regimes below one another, futures across, regret as shade."""
    regret = study.regrets.by_future
    order = np.argsort(-regret.max(axis=1), kind="stable")
    shown = regret[order].T
    width = min(max(8.0, 3.6 + 0.42 * len(order)), 16.0)
    lines = ["Dark: much better could be had. A dot marks the best regime of a future."]
    figure = _head(study, "Regret by future", lines, (width, 2.3 + 0.62 * len(study.regimes)))
    axes = figure.add_subplot()
    divisor, words = _scale(study, float(shown.max()))
    image = axes.imshow(shown / divisor, aspect="auto", cmap=_REGRET, vmin=0.0, vmax=float(shown.max() / divisor) or 1.0)
    axes.set_yticks(range(len(study.regimes)), [_name(study, place, 26) for place in range(len(study.regimes))])
    axes.tick_params(length=0, labelcolor=style.INK)
    names = [study.futures.all[place].name.removeprefix("future-") for place in order]
    if len(order) <= MOST_NUMBERS:
        long = max(map(len, names)) > 4
        axes.set_xticks(range(len(order)), [style.shortened(name, 16) for name in names], rotation=60 if long else 0, fontsize=8,
                        ha="right" if long else "center")  # fmt: skip
    else:
        axes.set_xticks([])
    axes.set_xlabel("Future, the one with most at stake first")
    axes.grid(visible=False)
    largest = shown.max() or 1.0
    for row, column in np.ndindex(*shown.shape):
        dark = shown[row, column] > 0.55 * largest
        if shown[row, column] == 0:
            axes.plot(column, row, "o", color=style.INK, markersize=5)
        elif len(order) <= MOST_NUMBERS:
            axes.text(column, row, _brief(float(shown[row, column]) / divisor), ha="center", va="center", fontsize=7.5,
                      color="white" if dark else style.INK)  # fmt: skip
    for spine in axes.spines.values():
        spine.set_visible(False)
    bar = figure.colorbar(image, ax=axes, pad=0.01, aspect=12)
    bar.set_label(words, color=style.QUIET)
    bar.outline.set_visible(False)
    return figure


def _head(study: Robustness, title: str, explained: list[str], size: tuple[float, float]) -> Figure:
    market = study.regimes[study.baseline].config.market.title
    when = "all months" if study.width == study.months else f"the last {study.width} months"
    first = f"{market}  ·  {heading(study.metric.name)}, {when}  ·  {len(study.futures):,} futures x {len(study.values):,} replications"
    wrapped = [line for text in explained for line in textwrap.wrap(text, int(13 * size[0]))]
    return style.headed(title, [style.plain(style.shortened(first, int(13.5 * size[0]))), *wrapped], size)


def _scale(study: Robustness, largest: float) -> tuple[float, str]:
    unit = study.metric.unit
    if not unit.startswith("£"):
        return 1.0, {"index": "points", "": "share or index", "1/year": "a year"}.get(unit, unit)
    after = unit[1:].replace("/", " a ", 1)
    if largest < 1000:
        return 1.0, f"£{after}"
    divisor, words = style.pounds(largest)
    return divisor, f"{words}{after}"


def _colour(study: Robustness, place: int) -> str:
    if place == study.baseline:
        return style.BLACK
    return COLOURS[(place - (place > study.baseline)) % len(COLOURS)]


def _name(study: Robustness, place: int, width: int, most: int = 2) -> str:
    lines = textwrap.wrap(study.regimes[place].title, width) or [""]
    if len(lines) > most:
        lines = [*lines[: most - 1], style.shortened(" ".join(lines[most - 1 :]), width)]
    return "\n".join(style.plain(line) for line in lines)


def _brief(value: float) -> str:
    return minus(f"{value:.2g}" if value < 100 else f"{value:,.0f}") if value >= 0.01 else "<.01"
