"""Figures of claims: the effects of one over its conditions, and all of them side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
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
COLOURS = {
    rule.SUPPORTED: BLUE, rule.IN_PART: SKY, rule.REFUTED: VERMILION, rule.CONDITIONAL: GREEN, rule.NO_EFFECT: QUIET,
    rule.UNDECIDED: ORANGE,
}  # fmt: skip


def forest(finding: Finding) -> Figure:
    """The effect of each test in each condition, with its interval, beside the smallest effect worth calling one."""
    claim, rows = finding.claim, len(finding.conditions)
    height = 2.0 + 0.2 * rows
    figure = _sheet(3.4 + 3.6 * len(claim.tests), height, 0.85)
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
        arrow = {"up": "predicted: →", "down": "predicted: ←", "none": "predicted: none"}[test.direction]
        axes.set_xlabel(f"{unit + '; ' if unit else ''}{arrow}")
        axes.set_title(_wrapped(plain(test.title), 42), fontsize=10)
        axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        axes.grid(axis="y", visible=False)
    labels = [f"{c.key.split('.')[-1]} = {c.level}{' (guess)' if c.guess else ''}" if c.key else c.market for c in finding.conditions]
    panels[0].set_yticks(range(rows), [plain(label) for label in labels])
    for label, condition in zip(panels[0].get_yticklabels(), finding.conditions, strict=True):
        label.set_fontweight("normal" if condition.key else "bold")
        label.set_color(INK)
    panels[0].set_ylim(rows - 0.4, -0.6)
    left = 0.12 / figure.get_figwidth()
    width = int(11.5 * figure.get_figwidth())
    figure.text(left, 1 - 0.1 / height, _wrapped(plain(claim.title), width), fontsize=13, fontweight="bold", va="top")
    count = max((effect.count for found in finding.effects.values() for effect in found), default=0)
    note = f"Verdict: {finding.verdict.word}. Effect in each condition, 95 % interval over {count} paired runs; grey: too small to count"
    figure.text(left, 1 - 0.46 / height, _wrapped(plain(note), int(1.35 * width)), fontsize=9, color=QUIET, va="top")
    _legend(panels[-1], {effect.says for found in finding.effects.values() for effect in found})
    return figure


def overview(findings: Sequence[Finding]) -> Figure:
    """Every claim tested: the mean effect of its first test as a multiple of the smallest that counts, and its verdict."""
    tested = sorted(
        (finding for finding in findings if finding.claim.tests),
        key=lambda finding: (not finding.claim.starred, list(COLOURS).index(finding.verdict.word), finding.claim.title),
    )
    height = 1.5 + 0.27 * len(tested)
    figure = _sheet(11, height, 0.75)
    axes = figure.subplots()
    axes.axvspan(-1, 1, color=FAINT, alpha=0.6, lw=0)
    axes.axvline(0, color=QUIET, lw=0.8)
    for place, finding in enumerate(tested):
        name, test = next(iter(finding.claim.tests.items()))
        sign = -1.0 if test.direction == "down" else 1.0
        mean, low, high = (sign * value / test.smallest for value in finding.pooled[name])
        colour = COLOURS[finding.verdict.word]
        axes.plot([low, high], [place, place], color=colour, lw=2)
        axes.plot(mean, place, "o", color=colour, ms=6)
        axes.annotate(
            finding.verdict.word, (1, place), xycoords=("axes fraction", "data"), xytext=(6, 0), textcoords="offset points",
            va="center", fontsize=9, color=written(colour),
        )  # fmt: skip
    axes.set_xscale("symlog", linthresh=1)
    axes.xaxis.set_major_formatter("{x:g}")
    stars = ["★ " if finding.claim.starred else "" for finding in tested]
    axes.set_yticks(
        range(len(tested)), [f"{star}{plain(_cut(finding.claim.title, 72))}" for star, finding in zip(stars, tested, strict=True)]
    )
    axes.tick_params(axis="y", labelcolor=INK)
    axes.set_ylim(len(tested) - 0.4, -0.6)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("Mean effect over all conditions, in units of the smallest that counts; right is as predicted")
    figure.text(0.12 / 11, 1 - 0.1 / height, "Which claims hold in the model", fontsize=15, fontweight="bold", va="top")
    note = "First test of each claim; bars are 95 % intervals over replications. Stars: about the levers that matter most here"
    figure.text(0.12 / 11, 1 - 0.44 / height, note, fontsize=9.5, color=QUIET, va="top")
    return figure


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
