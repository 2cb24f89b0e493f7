"""``cxsim claims``: list the claims with their last verdicts, run them, make the atlas."""

from __future__ import annotations

import argparse
import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING

from cxsim.cli.parser import Parser, UsageError, workers
from cxsim.cli.tables import print_table

if TYPE_CHECKING:
    from cxsim.claims.claim import Claim
    from cxsim.claims.headline.experiment import Map

HEADLINE = "headline.yaml"
RESULTS = Path("results", "claims")


def main(arguments: list[str]) -> int:
    """List or run claims.

    Returns:
        0; a claim that is refuted is a finding and not an error.

    Raises:
        CxsimError: an unknown claim, a file that cannot be used, or results that cannot be written.
    """
    parser = Parser(
        prog="cxsim claims",
        description="Claims about customers, firms and regulators as experiments. Without an action, lists them with their last verdicts.",
    )
    parser.add_argument("action", nargs="?", choices=["list", "run", "show", "headline"], default="list")
    parser.add_argument("names", nargs="*", metavar="NAME", help="claims, or all, which has the headline experiment with it")
    parser.add_argument("--starred", action="store_true", help="only claims about the levers that matter most here")
    parser.add_argument("--quick", action="store_true", help="fewer replications and conditions")
    parser.add_argument("--folder", metavar="FOLDER", help="a folder of claims of your own (a sub-folder with claim.yaml each)")
    parser.add_argument("--out", metavar="FOLDER", default=str(RESULTS), help="folder for results (default results/claims)")
    parser.add_argument("--atlas", metavar="FOLDER", help="where the page and its figures go (default the folder for results)")
    parser.add_argument(
        "--keep-verdicts", action="store_true", help="write verdicts into the folder of claims, and in brief beside --atlas"
    )
    parser.add_argument("--workers", type=workers, metavar="N", help="runs at a time (by default one a core)")
    given = parser.parse_intermixed_args(arguments)
    from cxsim.claims.claim import FILE, find, folder_of_claims

    folder = Path(given.folder) if given.folder else folder_of_claims()
    if given.action == "run" and not given.names:
        raise UsageError("cxsim claims run: say which, or all; cxsim claims lists them.")
    command = shlex.join(["cxsim", "claims", *arguments])
    if given.action == "headline":
        if given.names:
            raise UsageError(f"cxsim claims headline: it takes no names (given {given.names[0]}); cxsim claims run takes them.")
        return _run([], True, folder, given, command)
    claims = find(folder, given.names or ["all"])
    if not claims and not (folder / HEADLINE).is_file():
        raise UsageError(f"claims folder {folder}: it holds no claims; a claim is a sub-folder with {FILE} in it.")
    if given.starred:
        claims = [claim for claim in claims if claim.starred]
    if given.action == "list":
        _list(claims, folder, Path(given.out))
        return 0
    if given.action == "show":
        for claim in claims:
            _show(claim)
        return 0
    return _run(claims, "all" in given.names and (folder / HEADLINE).is_file(), folder, given, command)


def _list(claims: list[Claim], folder: Path, out: Path) -> None:
    from cxsim.claims.record import last, shipped

    known = shipped(folder)
    body = []
    for claim in claims:
        found = last(claim, out) or known.get(claim.name)
        body.append((claim.name, "*" if claim.starred else "", claim.title, found["verdict"] if found else "not run yet"))
    print_table("Claims", ("name", "", "claim", "last verdict"), body)
    if (folder / HEADLINE).is_file():
        print("* about the levers that matter most here. The experiment on competition and enforcement: cxsim claims headline")


def _show(claim: Claim) -> None:
    from cxsim.claims.conditions import conditions

    print(f"{claim.name}: {claim.title}\n\n{claim.claim}\n\nSource: {claim.source}\nMechanism: {claim.mechanism}")
    if claim.evidence:
        print(f"Evidence: {claim.evidence}")
    if claim.untestable:
        print(f"Cannot be tested: {claim.untestable}")
        return
    for name, arm in claim.arms.items():
        print(f"Arm {name}: {arm.title}: {arm.said or 'as it is'}")
    for name, test in claim.tests.items():
        print(f"Test {name}: {test.title}; predicted {test.direction}, smallest that counts {test.smallest:g} {test.measure.unit}")
    print(f"Conditions: {'; '.join(condition.label for condition in conditions(claim))}")


def _run(claims: list[Claim], headline: bool, folder: Path, given: argparse.Namespace, command: str) -> int:
    from cxsim.claims import atlas, untested
    from cxsim.claims.planned import key_of
    from cxsim.claims.record import keep
    from cxsim.claims.runner import run
    from cxsim.results.files import check_writable

    out = Path(given.out)
    check_writable(out / "atlas", "--out FOLDER")
    begun, findings = time.perf_counter(), []
    found_headline = _headline(folder, given, command) if headline else None
    for claim in claims:
        started = time.perf_counter()
        found = run(claim, out, quick=given.quick, workers=given.workers, command=command)
        took = time.perf_counter() - started
        keep(found, out / claim.name / f"answer-{key_of(claim, given.quick)}", command, took)
        findings.append(found)
        print(f"{claim.name} ({took:.0f} s): {found.sentence()}", flush=True)
    page = atlas.write(
        Path(given.atlas or out), findings, command, time.perf_counter() - begun, headline=found_headline,
        untested=untested.read(folder) if claims else (), verdicts=folder if given.keep_verdicts else None,
    )  # fmt: skip
    print(f"Page: {page}")
    return 0


def _headline(folder: Path, given: argparse.Namespace, command: str) -> Map:
    from cxsim.claims.headline import words
    from cxsim.claims.headline.design import read
    from cxsim.claims.headline.experiment import run
    from cxsim.claims.headline.record import keep
    from cxsim.claims.planned import key_of

    started, experiment, out = time.perf_counter(), read(folder), Path(given.out)
    found = run(experiment, out, quick=given.quick, workers=given.workers, command=command)
    took = time.perf_counter() - started
    kept = keep(found, out / "headline" / f"answer-{key_of(experiment, given.quick)}", command, took)
    print(f"{experiment.title} ({took:.0f} s)\n{words.title(found)}.", flush=True)
    for question, reply in words.replies(found):
        print(f"{question} {reply}", flush=True)
    print(f"Answer: {kept}", flush=True)
    return found
