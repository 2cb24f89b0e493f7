"""Figures of claims: the effects of one over its conditions, and all of them side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from cxsim.claims import verdict as rule
from cxsim.claims.finding import Finding
from cxsim.results.figures.style import BLUE, FAINT, GREEN, INK, ORANGE, QUIET, SKY, VERMILION, plain, written

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MARKS: dict[str, tuple[str, str, bool]] = {
    rule.FOR: (BLUE, "o", True), rule.AGAINST: (VERMILION, "X", True), rule.NONE: (QUIET, "s", False), rule.OPEN: (ORANGE, "d", False),
}  # fmt: skip
WORDS = {rule.FOR: "for the claim", rule.AGAINST: "against it", rule.NONE: "no effect", rule.OPEN: "open"}
ARROWS = {
    "up": "predicted: →", "down": "predicted: ←", "none": "predicted: none", "not up": "predicted: none or ←",
    "not down": "predicted: none or →",
}  # fmt: skip
SHARES = {
    rule.FOR: (BLUE, "", "for it"), rule.PART: (SKY, "", "for it in part"), rule.NONE: ("white", "", "no effect"),
    rule.OPEN: (FAINT, "////", "open"), rule.AGAINST: (VERMILION, "", "against it"),
}  # fmt: skip
"""Colour, hatch and words of what conditions say, from left to right."""
COLOURS = {
    rule.SUPPORTED: BLUE, rule.IN_PART: SKY, rule.REFUTED: VERMILION, rule.CONDITIONAL: GREEN, rule.NO_EFFECT: QUIET,
    rule.UNDECIDED: ORANGE,
}  # fmt: skip


def forest(finding: Finding) -> Figure:
    """The effect of each test in each condition, with its interval, beside the smallest effect worth calling one."""
    claim, rows = finding.claim, len(finding.conditions)
    width = 3.4 + 3.6 * len(claim.tests)
    title = _wrapped(plain(claim.title), int(8.2 * width))
    header = 0.62 + 0.22 * (title.count("\n") + 1)
    height = 1.2 + header + 0.2 * rows
    figure = _sheet(width, height, header)
    panels = figure.subplots(1, len(claim.tests), sharey=True, squeeze=False)[0]
    for axes, (name, test) in zip(panels, claim.tests.items(), strict=True):
        found = finding.effects[name]
        axes.axvspan(-test.smallest, test.smallest, color=FAINT, alpha=0.6, lw=0)
        axes.axvline(0, color=QUIET, lw=0.8)
        for place, effect in enumerate(found):
            colour, marker, filled = MARKS[effect.says]
            axes.plot([effect.low, effect.high], [place, place], color=colour, lw=1.6)
            axes.plot(effect.mean, place, marker, color=colour, mfc=colour if filled else "white", ms=5.5)
        unit = test.measure.unit
        axes.set_xlabel(f"{unit + '; ' if unit else ''}{ARROWS[test.direction]}")
        axes.set_title(_wrapped(plain(test.title), 36), fontsize=10)
        axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        axes.grid(axis="y", visible=False)
    labels = [f"{c.key.split('.')[-1]} = {c.level}{' (guess)' if c.guess else ''}" if c.key else c.market for c in finding.conditions]
    panels[0].set_yticks(range(rows), [plain(label) for label in labels])
    for label, condition in zip(panels[0].get_yticklabels(), finding.conditions, strict=True):
        label.set_fontweight("normal" if condition.key else "bold")
        label.set_color(INK)
    panels[0].set_ylim(rows - 0.4, -0.6)
    count = max((effect.count for found in finding.effects.values() for effect in found), default=0)
    note = f"Verdict: {finding.verdict.word}. Means and 95 % intervals over {count} paired runs; grey: too small to count"
    _head(figure, title, _wrapped(note, int(13 * width)))
    _legend(panels[-1], {effect.says for found in finding.effects.values() for effect in found})
    return figure


def overview(findings: Sequence[Finding]) -> Figure:
    """Every claim tested: in how many conditions it holds, the mean effects of its tests in units of the smallest, its verdict."""
    tested = sorted(
        (finding for finding in findings if finding.claim.tests),
        key=lambda finding: (not finding.claim.starred, list(COLOURS).index(finding.verdict.word), finding.claim.title),
    )
    height = 1.75 + 0.29 * len(tested)
    figure = _sheet(13.5, height, 0.8)
    conditions, effects = figure.subplots(1, 2, sharey=True, width_ratios=(1, 1.6))
    for place, finding in enumerate(tested):
        _share(conditions, place, finding)
        _multiples(effects, place, finding)
        effects.annotate(
            finding.verdict.word, (1, place), xycoords=("axes fraction", "data"), xytext=(6, 0), textcoords="offset points",
            va="center", fontsize=9, color=written(COLOURS[finding.verdict.word]),
        )  # fmt: skip
    conditions.set_xlim(0, 100)
    conditions.set_xlabel("Conditions (%)")
    conditions.set_title("What the conditions tried say")
    handles = [Patch(fc=colour, ec=INK, lw=0.4, hatch=hatch, label=words) for colour, hatch, words in SHARES.values()]
    where: dict[str, Any] = {"loc": "upper right", "bbox_to_anchor": (-0.02, -0.002), "ncols": len(handles)}
    conditions.legend(handles=handles, **where, frameon=False, fontsize=8.5, handlelength=1.2)
    effects.axvspan(-1, 1, color=FAINT, alpha=0.6, lw=0, zorder=0)
    effects.axvline(0, color=QUIET, lw=0.8, zorder=0)
    effects.set_xscale("symlog", linthresh=1)
    effects.xaxis.set_major_formatter("{x:g}")
    effects.set_xlabel("In units of the smallest effect that counts; right is as predicted")
    effects.set_title("Mean effect of each test, over all conditions")
    stars = ["★ " if finding.claim.starred else "" for finding in tested]
    conditions.set_yticks(
        range(len(tested)), [f"{star}{plain(_cut(finding.claim.title, 72))}" for star, finding in zip(stars, tested, strict=True)]
    )
    conditions.tick_params(axis="y", labelcolor=INK)
    conditions.set_ylim(len(tested) - 0.4, -0.6)
    for axes in (conditions, effects):
        axes.grid(axis="y", visible=False)
    note = "Lines are 95 % intervals over replications; hollow: no effect was predicted. Stars: about the levers that matter most here"
    _head(figure, "Which claims hold in the model", note)
    return figure


def _share(axes: Axes, place: int, finding: Finding) -> None:
    """How the conditions that vary no guess are shared out, as one bar."""
    counts, left = finding.verdict.counts, 0.0
    total = sum(counts.values()) or 1
    for word, (colour, hatch, _) in SHARES.items():
        width = 100 * counts.get(word, 0) / total
        axes.barh(place, width, left=left, height=0.66, color=colour, hatch=hatch, ec=INK, lw=0.4 if width else 0)
        left += width


def _multiples(axes: Axes, place: int, finding: Finding) -> None:
    tests = finding.claim.tests
    colour = COLOURS[finding.verdict.word]
    for number, (name, test) in enumerate(tests.items()):
        sign = -1.0 if test.direction in {"down", "not up"} else 1.0
        mean, low, high = (sign * value / test.smallest for value in finding.pooled[name])
        height = place + 0.2 * (number - (len(tests) - 1) / 2)
        axes.plot([low, high], [height, height], color=colour, lw=1.6)
        predicted = test.direction in {"up", "down"}
        axes.plot(mean, height, "o" if predicted else "s", color=colour, mfc=colour if predicted else "white", ms=4.5)


def _head(figure: Figure, title: str, note: str) -> None:
    left, inch = 0.12 / figure.get_figwidth(), 1 / figure.get_figheight()
    figure.text(left, 1 - 0.1 * inch, title, fontsize=13, fontweight="bold", va="top")
    figure.text(left, 1 - (0.24 + 0.22 * (title.count("\n") + 1)) * inch, note, fontsize=9, color=QUIET, va="top")


def _sheet(width: float, height: float, header: float) -> Figure:
    """An empty figure (inches) with room for a header."""
    return Figure(figsize=(width, height), layout=ConstrainedLayoutEngine(rect=(0, 0, 1, 1 - header / height)))


def _legend(axes: Axes, present: set[str]) -> None:
    handles: list[Any] = []
    for word, (colour, marker, filled) in MARKS.items():
        if word in present:
            handles.append(Line2D([], [], color=colour, marker=marker, mfc=colour if filled else "white", label=WORDS[word]))
    axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False, fontsize=8.5)


def _wrapped(text: str, width: int) -> str:
    import textwrap

    return "\n".join(textwrap.wrap(text, width))


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1].rstrip()}…"
