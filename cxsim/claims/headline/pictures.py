"""Figures of the headline experiment: the answer at a glance, the whole map in numbers, and every effect with its interval."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from cxsim.claims.headline import words
from cxsim.claims.headline.answers import CONTRASTS, EVERYWHERE
from cxsim.claims.headline.design import Outcome
from cxsim.claims.headline.experiment import Map
from cxsim.results.figures.style import BLUE, FAINT, GREEN, INK, PURPLE, QUIET, SKY, VERMILION, luminance, plain, written
from cxsim.results.intervals import Interval, mean_interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WEAK, STRONG = VERMILION, BLUE
SUMMED = {"rivals": "Rivals alone", "enforcement": "Enforcement alone", "both": "Both together", "interaction": "Beyond the sum of each"}
"""What the figure at a glance shows of the corners, in few words."""


def glance(found: Map) -> Figure:
    """Each outcome over the number of firms, without and with enforcement, and what each of the two does alone and with the other.

    Means over all markets, of which `markets` shows each.
    """
    headline, size = found.headline, (12.5, 8.2)
    lines = [line for question, reply in words.briefly(found) for line in _folded(f"{question}  {reply}", int(13.2 * size[0]))]
    averaged = f"Averaged over {len(headline.markets)} markets: {' or '.join(headline.prices)}, {' or '.join(headline.sight)} to customers"
    figure = _sheet(found, words.title(found), [*lines, averaged], size)
    panels = figure.subplots(2, len(headline.outcomes), squeeze=False, height_ratios=(3, 1.5))
    for axes, (name, outcome) in zip(panels[0], headline.outcomes.items(), strict=True):
        grid = found.values[name].mean(axis=(0, 1))
        for level in range(1, len(headline.enforcement) - 1):
            axes.plot(headline.rivals, np.nanmean(grid[:, level], axis=-1), color="#AAAAAA", lw=1, zorder=1)
        _course(axes, headline.rivals, grid[:, 0], WEAK, (0, (4, 1.5)))
        _course(axes, headline.rivals, grid[:, -1], STRONG, "-")
        _firms(axes, headline.rivals)
        axes.set_title(f"{outcome.title} ({outcome.measure.unit})")
    first = np.nanmean(found.values[next(iter(headline.outcomes))], axis=(0, 1, 3, 4))
    _label(panels[0][0], found, 0.5, 0.45 if first[-1] >= first[0] else 0.95)
    for axes, (name, outcome) in zip(panels[1], headline.outcomes.items(), strict=True):
        _bars(axes, found.answer(name, EVERYWHERE).effects, outcome)
        axes.set_yticks(range(len(SUMMED)), list(SUMMED.values()) if axes is panels[1][0] else [""] * len(SUMMED))
        axes.tick_params(axis="y", labelcolor=INK, length=0)
    return figure


def markets(found: Map) -> Figure:
    """Each outcome over the number of firms, without and with enforcement, a panel a market, and what enforcement adds."""
    headline, size = found.headline, (12.5, 8.4)
    last, outcome = list(headline.outcomes.items())[-1]
    note = "Last row: what the strongest enforcement adds to the row above it; grey: too small to count"
    figure = _sheet(found, "Each market by itself: without and with enforcement, by number of firms", [note], size)
    heights = [3] * len(headline.outcomes) + [2]
    panels = figure.subplots(len(heights), len(headline.markets), sharey="row", sharex=True, squeeze=False, height_ratios=heights)
    for row, (name, looked_at) in zip(panels, headline.outcomes.items(), strict=False):
        for axes, (price, sight, _) in zip(row, headline.markets, strict=True):
            grid = found.values[name][price, sight]
            for level in range(1, len(headline.enforcement) - 1):
                axes.plot(headline.rivals, np.nanmean(grid[:, level], axis=-1), color="#AAAAAA", lw=1, zorder=1)
            _course(axes, headline.rivals, grid[:, 0], WEAK, (0, (4, 1.5)))
            _course(axes, headline.rivals, grid[:, -1], STRONG, "-")
        row[0].set_ylabel(_worded(looked_at.title, looked_at.measure.unit))
    for axes, (price, sight, _) in zip(panels[-1], headline.markets, strict=True):
        grid = found.values[last][price, sight]
        axes.axhspan(-outcome.smallest, outcome.smallest, color=FAINT, alpha=0.7, lw=0)
        axes.axhline(0, color=QUIET, lw=0.8)
        mean, low, high = mean_interval(grid[:, -1] - grid[:, 0], axis=-1)
        axes.errorbar(headline.rivals, mean, [mean - low, high - mean], color=STRONG, fmt="o", ms=5, lw=1.6)
        _firms(axes, headline.rivals)
    for axes, (_, _, market) in zip(panels[0], headline.markets, strict=True):
        axes.set_title(market[0].upper() + market[1:])
    panels[-1][0].set_ylabel(_worded("Enforcement adds", outcome.measure.unit))
    low, high = panels[0][0].get_ylim()
    grid = found.values[next(iter(headline.outcomes))][0, 0]
    _label(panels[0][0], found, 0.05, 0.92 if np.nanmean(grid) < (low + high) / 2 else 0.48)
    return figure


def _firms(axes: Axes, rivals: tuple[int, ...]) -> None:
    axes.set_xscale("log")
    axes.set_xticks(rivals, [str(firms) for firms in rivals])
    axes.minorticks_off()
    axes.set_xlabel("Number of firms")


def _bars(axes: Axes, effects: Mapping[str, Interval], outcome: Outcome) -> None:
    """What each does at the corners of the map, with its interval and in numbers."""
    axes.axvspan(-outcome.smallest, outcome.smallest, color=FAINT, alpha=0.7, lw=0)
    axes.axvline(0, color=QUIET, lw=0.8)
    reach = max(abs(bound) for key in SUMMED for bound in effects[key])
    for place, key in enumerate(SUMMED):
        effect = effects[key]
        axes.barh(place, effect.mean, height=0.55, color=SKY if key != "interaction" else INK)
        axes.plot([effect.low, effect.high], [place, place], color=INK, lw=1.6)
        said = words.amount(effect, outcome.measure.unit)
        axes.text(max(effect.high, outcome.smallest) + 0.02 * reach, place, plain(said), va="center", fontsize=9, color=INK)
    axes.set_xlim(-0.12 * reach, 1.55 * reach)
    axes.set_ylim(len(SUMMED) - 0.5, -0.5)
    axes.set_xlabel(f"Difference ({outcome.measure.unit}); grey: too small to count")
    axes.grid(axis="y", visible=False)


def _worded(title: str, unit: str) -> str:
    return "\n".join(textwrap.wrap(f"{title} ({unit})", 30))


def _course(axes: Axes, rivals: tuple[int, ...], grid: np.ndarray, colour: str, dash: Any) -> None:
    mean, low, high = mean_interval(grid, axis=-1)
    axes.fill_between(rivals, low, high, color=colour, alpha=0.13, lw=0)
    axes.plot(rivals, mean, color=colour, ls=dash, marker="o", ms=4.5, zorder=3)


def _label(axes: Axes, found: Map, left: float, top: float) -> None:
    """Names of the courses, from a place of a panel that the caller knows to be free, in shares of its width and height."""
    levels = found.headline.enforcement
    said = ((STRONG, f"━●━ {levels[-1].title}"), (WEAK, f"╍●╍ {levels[0].title}"), ("#777777", "── levels between"))
    for place, (colour, label) in enumerate(said):
        folded = "\n".join(textwrap.wrap(plain(label), 36, subsequent_indent=7 * " "))
        axes.text(left, top - 0.15 * place, folded, transform=axes.transAxes, fontsize=8.7, va="top", color=written(colour),
                  fontweight="bold" if place < 2 else "normal")  # fmt: skip


def numbers(found: Map) -> Figure:
    """The whole map: the mean of each outcome at every number of firms and level of enforcement, a panel a market."""
    headline, size = found.headline, (13.5, 3.4 + 2.3 * len(found.headline.outcomes))
    figure = _sheet(
        found, "Every place on the map: number of firms and enforcement", _folded(words.levels(found), int(12.6 * size[0])), size
    )
    shades = LinearSegmentedColormap.from_list("map", ["#FFFFFF", "#56B4E9", "#0072B2"])
    panels = figure.subplots(len(headline.outcomes), len(headline.markets), sharex=True, sharey=True, squeeze=False)
    for row, (name, outcome) in zip(panels, headline.outcomes.items(), strict=True):
        means, low, high = mean_interval(found.values[name], axis=-1)
        least, most = np.nanmin(means), np.nanmax(means)
        for axes, (price, sight, market) in zip(row, headline.markets, strict=True):
            mean, half = means[price, sight].T, ((high - low) / 2)[price, sight].T
            axes.imshow(mean, cmap=shades, vmin=least, vmax=most, aspect="auto", origin="lower")
            for (level, firms), value in np.ndenumerate(mean):
                dark = luminance(np.array(shades((value - least) / (most - least or 1))[:3])) < 0.3
                axes.text(firms, level, f"{value:.0f}\n±{half[level, firms]:.1f}", ha="center", va="center", fontsize=8,
                          color="white" if dark else INK, linespacing=0.95)  # fmt: skip
            axes.set_title(f"{market[0].upper()}{market[1:]}", fontsize=10)
            axes.set_xticks(range(len(headline.rivals)), [str(firms) for firms in headline.rivals])
            axes.set_yticks(range(len(headline.enforcement)), [plain(level.title) for level in headline.enforcement])
            axes.grid(visible=False)
        row[0].set_ylabel(_worded(outcome.title, outcome.measure.unit))
    for axes in panels[-1]:
        axes.set_xlabel("Number of firms")
    return figure


def effects(found: Map) -> Figure:
    """What each does alone, added to the other, and both beyond the sum, with intervals, by market and over all."""
    headline, size = found.headline, (12.5, 1.6 + 0.27 * len(CONTRASTS) * (len(found.headline.markets) + 1) * 0.62)
    note = "Corners of the map: fewest and most firms, no and the strongest enforcement. Shaded: too small to count"
    figure = _sheet(found, words.title(found), [note], size)
    markets = [EVERYWHERE, *(market for _, _, market in headline.markets)]
    styles = [(INK, "D"), (BLUE, "o"), (VERMILION, "s"), (GREEN, "^"), (PURPLE, "v")]
    panels = figure.subplots(1, len(headline.outcomes), sharey=True, squeeze=False)[0]
    for axes, (name, outcome) in zip(panels, headline.outcomes.items(), strict=True):
        axes.axvspan(-outcome.smallest, outcome.smallest, color=FAINT, alpha=0.7, lw=0)
        axes.axvline(0, color=QUIET, lw=0.8)
        for number, market in enumerate(markets):
            answer, (colour, marker) = found.answer(name, market), styles[number % len(styles)]
            for place, key in enumerate(CONTRASTS):
                mean, low, high = answer.effects[key]
                height = place + 0.15 * (number - (len(markets) - 1) / 2)
                axes.plot([low, high], [height, height], color=colour, lw=1.5)
                axes.plot(mean, height, marker, color=colour, ms=5, label=market if not place else None)
        axes.set_xscale("symlog", linthresh=5, linscale=1.5)
        axes.set_xticks([-5, -2, 0, 2, 5, 10, 20, 40], ["-5", "-2", "0", "2", "5", "10", "20", "40"])
        axes.minorticks_off()
        axes.set_title("\n".join(textwrap.wrap(outcome.title, 48)))
        axes.set_xlabel(f"{outcome.measure.unit}; linear up to 5, then logarithmic")
        axes.grid(axis="y", visible=False)
    panels[0].set_yticks(range(len(CONTRASTS)), [words.contrast(key) for key in CONTRASTS])
    panels[0].tick_params(axis="y", labelcolor=INK)
    panels[0].set_ylim(len(CONTRASTS) - 0.5, -0.5)
    panels[-1].legend(loc="upper left", bbox_to_anchor=(1.0, 1), frameon=False, fontsize=9)
    return figure


def _sheet(found: Map, title: str, lines: list[str], size: tuple[float, float]) -> Figure:
    inch, left = 1 / size[1], 0.12 / size[0]
    runs = next(iter(found.values.values())).shape[-1]
    mode = " (quick mode)" if found.quick else ""
    lines = [*lines, f"Means of {runs} paired replications{mode}, {_market(found)}; bands and bars are 95 % intervals"]
    header = 0.62 + 0.195 * len(lines)
    layout = ConstrainedLayoutEngine(rect=(0, 0, 1, 1 - header * inch), w_pad=0.08, h_pad=0.08)
    figure = Figure(figsize=size, layout=layout)
    figure.text(left, 1 - 0.12 * inch, plain(title), va="top", fontsize=17, fontweight="bold")
    figure.text(left, 1 - 0.5 * inch, "\n".join(map(plain, lines)), va="top", fontsize=9.8, color=QUIET, linespacing=1.4)
    return figure


def _market(found: Map) -> str:
    base = [word.split("=", 1)[1] for word in found.headline.base if word.startswith("market=")]
    return f"{base[0]} market" if base else "default market"


def _folded(line: str, width: int) -> list[str]:
    return textwrap.wrap(line, width, subsequent_indent="     ")
