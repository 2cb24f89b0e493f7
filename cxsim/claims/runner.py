"""Running claims: every arm in every condition, as one sweep that can be interrupted and goes on."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from cxsim.claims.claim import Claim
from cxsim.claims.conditions import Condition, check_arms, conditions, configs, guessed_of, known_of
from cxsim.claims.finding import Finding, finding
from cxsim.claims.planned import COLUMN, Told, planned, values
from cxsim.sweeps.ids import code_version, digest


def key_of(claim: Claim, quick: bool) -> str:
    """What a claim's results are known by: its file, the code, and how thoroughly it is run."""
    return digest([claim.digest or dataclasses.asdict(claim), code_version(), quick])[:12]


def run(
    claim: Claim,
    out: Path,
    *,
    quick: bool = False,
    executor: str = "auto",
    workers: int | None = None,
    progress: Told = None,
    command: str | None = None,
) -> Finding:
    """Run what is not done yet of a claim, and judge it.

    Args:
        claim: the claim.
        out: the folder for results of claims; the runs go to ``out/NAME/runs-KEY``.
        quick: fewer replications.
        executor, workers, progress: as for `cxsim.sweep`.
        command: the command that asked for it, for the record.

    Raises:
        CxsimError: a configuration that cannot be, or whatever `cxsim.sweeps.api.execute` raises.
    """
    if claim.untestable:
        return finding(claim, [], [], {}, quick)
    check_arms(claim)
    made = list(configs(claim, quick))
    place = out / claim.name / f"runs-{key_of(claim, quick)}"
    measures = {f"{COLUMN}{name}": test.measure for name, test in claim.tests.items()}
    about = {"claim": claim.name, "digest": claim.digest}
    planned(
        [config for _, _, config in made], about, place, measures, executor=executor, workers=workers, progress=progress, command=command
    )
    count = claim.runs(quick)
    grids = values(place, list(claim.tests), len(made), count)
    found = by_arm(grids, [(condition, arm) for condition, arm, _ in made])
    first = next(iter(claim.arms))
    known = [known_of(claim, condition, config) for condition, arm, config in made if arm == first]
    return finding(claim, conditions(claim, quick), known, found, quick, guessed_of(claim, made))


def by_arm(grids: Mapping[str, np.ndarray], made: Sequence[tuple[Condition, str]]) -> dict[str, dict[Condition, dict[str, np.ndarray]]]:
    """For each test, condition and arm the measure, a number a replication.

    Args:
        grids: for each test an array of shape (points, replications).
        made: the condition and arm of each point.
    """
    found: dict[str, dict[Condition, dict[str, np.ndarray]]] = {name: {} for name in grids}
    for name, grid in grids.items():
        for point, (condition, arm) in enumerate(made):
            found[name].setdefault(condition, {})[arm] = grid[point]
    return found
