"""Running claims: every arm in every condition, as one sweep that can be interrupted and goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from cxsim.claims.claim import Claim
from cxsim.claims.conditions import Condition, check_arms, conditions, configs, guessed_of, known_of
from cxsim.claims.finding import Finding, finding
from cxsim.claims.planned import Told, measured


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
    measures = {name: test.measure for name, test in claim.tests.items()}
    grids = measured(
        claim, claim.name, [config for _, _, config in made], measures, out,
        quick=quick, executor=executor, workers=workers, progress=progress, command=command,
    )  # fmt: skip
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
