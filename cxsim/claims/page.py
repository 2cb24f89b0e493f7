"""The page of all claims as Markdown, and the part of it that a front page shows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import cxsim
from cxsim.claims import verdict as rule
from cxsim.claims.finding import Finding
from cxsim.claims.headline import answers as headline_rule
from cxsim.claims.headline import words
from cxsim.claims.headline.answers import EVERYWHERE, TERMS
from cxsim.claims.headline.experiment import Map
from cxsim.claims.untested import Untested
from cxsim.results.provenance import commit_of, now

FIGURES = Path("figures", "claims")
HEADLINE = Path("figures", "headline.png")
ORDER = (rule.SUPPORTED, rule.IN_PART, rule.CONDITIONAL, rule.REFUTED, rule.NO_EFFECT, rule.UNDECIDED, rule.UNTESTABLE)
BEGIN, END = "<!-- claims: made by cxsim claims run all -->", "<!-- end of claims -->"
"""What the part of a front page stands between."""

_HEAD = """# Claims: what holds in the model

Writers on customer experience, competition and regulation claim a great deal. Each claim below is an experiment: a file that says, before
anything is run, what would have to be so, how large an effect would count, and over which conditions it is tried. The rule that turns
effects into a verdict is the same for all of them:

{rule}

A verdict is about the model: it says what follows from its mechanisms, and where. How sure it is: *weak* if it is undecided, or a value
that nobody has measured changes it within the range tried; *firm* if it is one verdict for all conditions, at most a tenth of them open,
those included that vary what nobody has measured; *fair* otherwise. Where a file was changed after a look at results, its note says what
was changed and what had come out. `cxsim claims run NAME` runs one again, `cxsim claims headline` the experiment on competition and
enforcement.
"""


def text(findings: Sequence[Finding], headline: Map | None, untested: Sequence[Untested], command: str, duration: float) -> str:
    """The page.

    Args:
        findings: the findings, of which starred ones come first.
        headline: the headline experiment, ``None`` where it was not run.
        untested: claims that there is no experiment for.
        command: the command that made it.
        duration: seconds it took.
    """
    ordered = sorted(findings, key=lambda finding: (not finding.claim.starred, ORDER.index(finding.verdict.word), finding.claim.name))
    parts = [_HEAD.format(rule=_doc(rule.__doc__)), _origin(command, duration)]
    if headline is not None:
        parts.append(_headline(headline))
    parts += [
        f"{'## The atlas' if headline is not None else ''}\n\n{counted(findings)}\n",
        f"![Which claims hold in the model]({(FIGURES / 'overview').as_posix()}.png)\n",
        "| Claim | Verdict | How sure | Mean effect of the first test | Condition | Rests on guesses |",
        "| --- | --- | --- | --- | --- | --- |",
        *(_row(finding) for finding in ordered),
        "",
        *(_section(finding) for finding in ordered),
    ]
    if untested:
        parts += [
            "## Claims without an experiment\n",
            "What the same texts also say, and the literature against them, and what the model would need before it could answer.\n",
            "| Claim | What it would take |",
            "| --- | --- |",
            *(f"| {_cell(claim.claim)} | {_cell(claim.needs)} |" for claim in untested),
            "",
        ]
    return "\n".join(parts)


def brief(findings: Sequence[Finding], headline: Map, folder: str, page: str) -> str:
    """What a front page shows: the headline figure with its answers, and how many claims hold.

    Args:
        findings: the findings.
        headline: the headline experiment.
        folder: where the page and its figures lie, as the front page has it.
        page: name of the page.
    """
    starred = [finding for finding in findings if finding.claim.starred]
    rows = []
    for word in ORDER:
        listed = [finding for finding in starred if finding.verdict.word == word]
        if listed:
            names = "; ".join(f"[{finding.claim.title}]({folder}/{page}#{_anchor(finding)})" for finding in listed)
            rows.append(f"| {word} ({len(listed)}) | {names} |")
    return "\n".join([
        f"![{words.title(headline)}]({folder}/{HEADLINE.as_posix()})\n",
        f"**{words.title(headline)}.**\n",
        *(f"- *{question}* {reply}" for question, reply in words.briefly(headline)),
        "",
        f"That is the model's answer, made by `cxsim claims headline`. {len(starred)} claims of writers on customers and competition were "
        f"put to it as experiments whose rule was fixed before they ran ([all of them, with effects and conditions]({folder}/{page}))"
        f"{', here with few replications and conditions (quick mode)' if headline.quick else ''}:\n",
        "| Verdict | Claims |",
        "| --- | --- |",
        *rows,
    ])  # fmt: skip


def refreshed(front: str, part: str) -> str | None:
    """A front page with the part between its marks replaced; ``None`` where it has no marks."""
    before, found, rest = front.partition(BEGIN)
    _, ended, after = rest.partition(END)
    return f"{before}{BEGIN}\n{part}\n{END}{after}" if found and ended else None


def counted(findings: Sequence[Finding]) -> str:
    """How many claims there are by verdict, in a sentence."""
    counts = Counter(finding.verdict.word for finding in findings)
    return f"{len(findings)} claims: {', '.join(f'{counts[word]} {word}' for word in ORDER if counts[word])}."


def _origin(command: str, duration: float) -> str:
    origin = commit_of(Path(cxsim.__file__).parent)
    commit = "an installed package" if origin is None else f"commit {origin['commit'][:12]}{' with changes' if origin['changed'] else ''}"
    return f"Made by `{command}` on {now():%Y-%m-%d} with cxsim {cxsim.__version__}, {commit}, in {duration / 60:.0f} minutes.\n"


def _headline(found: Map) -> str:
    headline = found.headline
    lines = [
        f"## {headline.title}\n", f"**{words.title(found)}.**\n", f"![{words.title(found)}]({HEADLINE.as_posix()})\n",
        *(f"- *{question}* {reply}" for question, reply in words.replies(found)),
        f"\n{words.levels(found)}\n",
        f"{headline.claim}\n",
        f"*Source.* {headline.source}  \n*Mechanism.* {headline.mechanism}\n",
        f"{_doc(headline_rule.__doc__)}\n",
        "A surface over the whole map, fitted replication by replication: what going from one end to the other does, rivals by the "
        "logarithm of their number and enforcement by its rank.\n",
        "| Outcome | Market | Rivals | Enforcement | Rivals x enforcement |", "| --- | --- | --- | --- | --- |",
    ]  # fmt: skip
    for name, outcome in headline.outcomes.items():
        for market in (EVERYWHERE, *(market for _, _, market in headline.markets)):
            fitted = found.answer(name, market).surface
            numbers = " | ".join(words.amount(fitted[term], outcome.measure.unit) for term in TERMS[1:])
            lines.append(f"| {outcome.title} | {market} | {numbers} |")
    lines += [
        f"\n![Each market by itself]({(FIGURES / 'headline_markets').as_posix()}.png)\n",
        f"![What each does alone and together]({(FIGURES / 'headline_effects').as_posix()}.png)\n",
        f"![Every place on the map]({(FIGURES / 'headline_map').as_posix()}.png)\n",
    ]
    return "\n".join(lines)


def _row(finding: Finding) -> str:
    claim = finding.claim
    effect = ""
    if claim.tests:
        name, test = next(iter(claim.tests.items()))
        effect = _effect(finding, name, test.measure.unit)
    told = "; ".join(f"{key} ({', '.join(levels)})" for key, levels in finding.guesses.items() if levels)
    star = "★ " if claim.starred else ""
    cells = (f"{star}[{claim.title}](#{_anchor(finding)})", finding.verdict.word, finding.sure, effect, finding.verdict.condition, told)
    return f"| {' | '.join(map(_cell, cells))} |"


def _section(finding: Finding) -> str:
    claim = finding.claim
    lines = [f"## {claim.title}\n", f"**{finding.sentence()}**\n", f"{claim.claim}\n"]
    said = {"Source": claim.source, "Mechanism": claim.mechanism, "Evidence": claim.evidence}
    lines.append("  \n".join(f"*{word}.* {phrase}" for word, phrase in said.items() if phrase) + "\n")
    if claim.tests:
        arms = "; ".join(f"{arm.title}" + (f" (`{arm.said}`)" if arm.said else "") for arm in claim.arms.values())
        lines.append(f"*Arms.* {arms}.\n")
        lines.append(f"*How sure.* {finding.sure.capitalize()}. {_rests_on(finding)}\n")
        lines += [
            "| What has to be so | Predicted | Smallest that counts | Mean effect [95 % interval] | Verdict alone |",
            "| --- | --- | --- | --- | --- |",
        ]
        for name, test in claim.tests.items():
            unit = test.measure.unit
            smallest = f"{test.smallest:g}{' ' + unit if unit else ''}{f' ({test.because})' if test.because else ''}"
            cells = (test.title, test.direction, smallest, _effect(finding, name, unit), finding.parts[name])
            lines.append(f"| {' | '.join(map(_cell, cells))} |")
        lines.append(f"\n![{claim.title}]({(FIGURES / claim.name).as_posix()}.png)\n")
    if claim.note:
        lines.append(f"*Note.* {claim.note}\n")
    return "\n".join(lines)


def _rests_on(finding: Finding) -> str:
    runs = len(finding.conditions) * len(finding.claim.arms) * max(e.count for found in finding.effects.values() for e in found)
    said = f"{runs:,} runs, each arm with the same luck."
    if finding.ranges and finding.outcomes[0] != rule.OPEN:
        listed = "; ".join(
            f"`{key}` {low:g} to {high:g} (tried {least:g} to {most:g})" for key, (low, high, least, most) in finding.ranges.items()
        )
        said += f" What nobody has measured, and the range over which the first market says the same: {listed}."
    return said


def _effect(finding: Finding, name: str, unit: str) -> str:
    mean, low, high = finding.pooled[name]
    return f"{mean:.3g} [{low:.3g}, {high:.3g}]{' ' + unit if unit else ''}"


def _anchor(finding: Finding) -> str:
    """The anchor of its heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", finding.claim.title.lower()).strip().replace(" ", "-")


def _cell(words_of: str) -> str:
    return words_of.replace("|", "/")


def _doc(text_of: str | None) -> str:
    """What a module says of its rule, without its heading."""
    return (text_of or "").split("\n", 2)[2].strip().replace("``", "`")
