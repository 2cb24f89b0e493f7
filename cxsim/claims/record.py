"""A finding kept: as an answer that a report can be made of, and as one line of the list of verdicts."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd

from cxsim.analysis.answer import Answer, Picture, Table
from cxsim.analysis.files import is_answer
from cxsim.claims import verdict as rule
from cxsim.claims.claim import Arm, Claim
from cxsim.claims.conditions import configs
from cxsim.claims.finding import Finding
from cxsim.claims.pictures import forest
from cxsim.results.columns import Column

VERDICTS = "verdicts.json"
"""In a folder of claims: what each was found to be when the atlas was last made."""


def answer(finding: Finding, command: str | None, duration: float | None) -> Answer:
    """A finding as an answer."""
    claim = finding.claim
    tests = "; ".join(f"{test.title} ({test.direction}, at least {test.smallest:g} {test.measure.unit})" for test in claim.tests.values())
    method = [
        f"Source of the claim: {claim.source}",
        f"Mechanism: {claim.mechanism}",
        *([f"Evidence: {claim.evidence}"] if claim.evidence else []),
        f"Arms: {'; '.join(_told(name, arm) for name, arm in claim.arms.items())}.",
        f"What has to be so: {tests}.",
        " ".join((rule.__doc__ or "").split()),
    ]
    limits = ["The verdict is about the model: what follows from its mechanisms over the conditions tried, not what was seen in a market."]
    if claim.note:
        limits.append(claim.note)
    first = next(iter(claim.arms), None)
    bases = {f"{c.market}-{arm}": config for c, arm, config in configs(claim, finding.quick) if not c.key} if first else {}
    title = f"{claim.title}: {finding.verdict.word}"
    pictures = {"effects": Picture(title, "Effect of each test in each condition, with its 95 % interval.", lambda: forest(finding))}
    return Answer(
        kind="claim",
        title=claim.title,
        question=f"Is it so that: {claim.claim}",
        findings=[finding.sentence()],
        tables={
            "effects": Table("Effects by condition", effects(finding), EFFECTS),
            "pooled": Table("Mean effects", pooled(finding), POOLED),
        },
        figures=pictures if claim.tests else {},
        configs={name.replace(" ", "_"): config for name, config in bases.items()},
        method=method,
        limits=limits,
        settings={**line(finding), "quick": finding.quick, "digest": claim.digest},
        command=command,
        duration=duration,
    )


def _told(name: str, arm: Arm) -> str:
    return f"{name}: {arm.title}" + (f" ({arm.said})" if arm.said else "")


EFFECTS = (
    Column("test", "", "Name of the test."),
    Column("market", "", "Market of the condition."),
    Column("parameter", "", "Parameter varied; empty where none is."),
    Column("level", "", "Its value, or multiple of the value there."),
    Column("guess", "", "Whether nobody has measured that parameter."),
    Column("effect", "", "Mean of the contrast of the arms over paired runs, in the unit of the test."),
    Column("low", "", "Lower end of the 95 % interval."),
    Column("high", "", "Upper end of the 95 % interval."),
    Column("runs", "runs", "Replications with a value.", 0),
    Column("says", "", "What it says: for, against, none or open."),
)
POOLED = (
    Column("test", "", "Name of the test."),
    Column("title", "", "What is looked at."),
    Column("unit", "", "Unit of the effect."),
    Column("direction", "", "Direction predicted."),
    Column("smallest", "", "The smallest effect worth calling one."),
    Column("effect", "", "Mean effect over the conditions that vary no guess."),
    Column("low", "", "Lower end of its 95 % interval over replications."),
    Column("high", "", "Upper end of its 95 % interval."),
)


def effects(finding: Finding) -> pd.DataFrame:
    """The effect of each test in each condition."""
    rows = [
        (name, c.market, c.key, "" if c.level is None else str(c.level), c.guess, e.mean, e.low, e.high, e.count, e.says)
        for name, found in finding.effects.items()
        for c, e in zip(finding.conditions, found, strict=True)
    ]
    return pd.DataFrame(rows, columns=[column.name for column in EFFECTS])


def pooled(finding: Finding) -> pd.DataFrame:
    """The mean effect of each test."""
    rows = [
        (name, test.title, test.measure.unit, test.direction, test.smallest, *finding.pooled[name])
        for name, test in finding.claim.tests.items()
    ]
    return pd.DataFrame(rows, columns=[column.name for column in POOLED])


def line(finding: Finding) -> dict[str, Any]:
    """A finding in one line: name, title, verdict, sentence, mean effects."""
    return {
        "name": finding.claim.name,
        "title": finding.claim.title,
        "starred": finding.claim.starred,
        "verdict": finding.verdict.word,
        "sentence": finding.sentence(),
        "condition": finding.verdict.condition,
        "sure": finding.sure,
        "rests_on_guesses": finding.rests_on_guesses,
        "effects": {name: [float(value) for value in found] for name, found in finding.pooled.items()},
    }


def keep(finding: Finding, place: Path, command: str | None, duration: float) -> Path:
    """Write a finding as an answer; the one that an earlier call left there for the same claim and code is replaced."""
    if is_answer(place):
        shutil.rmtree(place)
    return answer(finding, command, duration).save(place)


def last(claim: Claim, out: Path) -> dict[str, Any] | None:
    """The line of a claim's last finding in a folder of results, ``None`` where it has not been run there."""
    found = [path for path in (out / claim.name).glob("answer-*") if is_answer(path)]
    if not found:
        return None
    newest = max(found, key=lambda path: (path / "answer.json").stat().st_mtime_ns)
    about = json.loads((newest / "answer.json").read_text(encoding="utf-8"))
    return {**about["settings"], "started": about["started"], "folder": str(newest)}


def shipped(folder: Path) -> dict[str, dict[str, Any]]:
    """Lines by claim as the atlas that comes with the claims has them; empty where there is none."""
    return {entry["name"]: entry for entry in _listed(folder).get("claims", [])}


def shipped_headline(folder: Path) -> dict[str, Any] | None:
    """The headline experiment in one line as the atlas that comes with the claims has it; ``None`` where there is none."""
    return _listed(folder).get("headline")


def _listed(folder: Path) -> dict[str, Any]:
    path = folder / VERDICTS
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
