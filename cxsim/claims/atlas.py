"""The atlas: every claim with its verdict, effects, condition and figure, on one page."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import cxsim
from cxsim.claims import verdict as rule
from cxsim.claims.finding import Finding
from cxsim.claims.pictures import forest, overview
from cxsim.claims.record import VERDICTS, line
from cxsim.config.errors import ResultsError
from cxsim.results.figures.style import house, save
from cxsim.results.provenance import commit_of, now
from cxsim.sweeps.parts import write_atomically

PAGE = "claims.md"
FIGURES = Path("figures", "claims")
ORDER = (rule.SUPPORTED, rule.CONDITIONAL, rule.REFUTED, rule.NO_EFFECT, rule.UNDECIDED, rule.UNTESTABLE)

_HEAD = """# Claims: what holds in the model

Writers on customer experience, competition and regulation claim a great deal. Each claim below is an experiment: a file that says, before
anything is run, what would have to be so, how large an effect would count, and over which conditions it is tried. The rule that turns
effects into a verdict is the same for all of them:

{rule}

A verdict is about the model: it says what follows from its mechanisms, and where. `cxsim claims run NAME` runs one again.
"""


def write(folder: Path, findings: Sequence[Finding], command: str, duration: float, verdicts: Path | None = None) -> Path:
    """Write the page and its figures below a folder, over those of an earlier run; returns the page.

    Args:
        folder: where ``claims.md`` and ``figures/claims`` go.
        findings: the findings, of which starred ones come first.
        command: the command that made it.
        duration: seconds it took.
        verdicts: a folder of claims that is to keep the list of verdicts; ``None`` for none.

    Raises:
        ResultsError: it cannot be written.
    """
    try:
        pictures = folder / FIGURES
        pictures.mkdir(parents=True, exist_ok=True)
        with house():
            save(overview(findings), pictures / "overview")
            for finding in findings:
                if finding.claim.tests:
                    save(forest(finding), pictures / finding.claim.name)
        write_atomically(folder / PAGE, text(findings, command, duration).encode())
        if verdicts is not None:
            listed = {"cxsim": cxsim.__version__, "made": f"{now():%Y-%m-%d}", "claims": [line(finding) for finding in findings]}
            write_atomically(verdicts / VERDICTS, f"{json.dumps(listed, indent=1, ensure_ascii=False)}\n".encode())
        return folder / PAGE
    except OSError as error:
        raise ResultsError(f"{folder}: the page cannot be written ({error.strerror or error}); give another folder with --out.") from error


def text(findings: Sequence[Finding], command: str, duration: float) -> str:
    """The page as Markdown."""
    origin = commit_of(Path(cxsim.__file__).parent)
    commit = "an installed package" if origin is None else f"commit {origin['commit'][:12]}{' with changes' if origin['changed'] else ''}"
    counts = Counter(finding.verdict.word for finding in findings)
    listed = ", ".join(f"{counts[word]} {word}" for word in ORDER if counts[word])
    ordered = sorted(findings, key=lambda finding: (not finding.claim.starred, ORDER.index(finding.verdict.word), finding.claim.name))
    parts = [
        _HEAD.format(rule=_rule()),
        f"Made by `{command}` on {now():%Y-%m-%d} with cxsim {cxsim.__version__}, {commit}, in {duration / 60:.0f} minutes.\n",
        f"{len(findings)} claims: {listed}.\n",
        f"![Which claims hold in the model]({(FIGURES / 'overview').as_posix()}.png)\n",
        "| Claim | Verdict | Condition | Rests on guesses |",
        "| --- | --- | --- | --- |",
        *(
            f"| [{finding.claim.title}](#{finding.claim.name.replace('_', '-')}) | {finding.verdict.word} | "
            f"{finding.verdict.condition.replace('|', '/')} | {'yes' if finding.rests_on_guesses else ''} |"
            for finding in ordered
        ),
        "",
        *(_section(finding) for finding in ordered),
    ]
    return "\n".join(parts)


def _rule() -> str:
    """The rule as the module that applies it states it, without its heading."""
    return (rule.__doc__ or "").split("\n", 2)[2].strip().replace("``", "`")


def _section(finding: Finding) -> str:
    claim = finding.claim
    lines = [f'<a id="{claim.name.replace("_", "-")}"></a>', f"## {claim.title}\n", f"**{finding.sentence()}**\n", f"{claim.claim}\n"]
    said = {"Source": claim.source, "Mechanism": claim.mechanism, "Evidence": claim.evidence}
    lines.append("  \n".join(f"*{word}.* {words}" for word, words in said.items() if words) + "\n")
    if claim.tests:
        arms = "; ".join(f"{arm.title}" + (f" (`{' '.join(arm.overrides)}`)" if arm.overrides else "") for arm in claim.arms.values())
        lines.append(f"*Arms.* {arms}.\n")
        lines += ["| What has to be so | Predicted | Smallest that counts | Mean effect [95 % interval] |", "| --- | --- | --- | --- |"]
        for name, test in claim.tests.items():
            mean, low, high = finding.pooled[name]
            unit = f" {test.measure.unit}" if test.measure.unit else ""
            lines.append(f"| {test.title} | {test.direction} | {test.smallest:g}{unit} | {mean:.3g} [{low:.3g}, {high:.3g}]{unit} |")
        lines.append(f"\n![{claim.title}]({(FIGURES / claim.name).as_posix()}.png)\n")
    if claim.note:
        lines.append(f"*Note.* {claim.note}\n")
    return "\n".join(lines)
