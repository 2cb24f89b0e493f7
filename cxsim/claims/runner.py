"""Running claims: every arm in every condition, as one sweep that can be interrupted and goes on."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from cxsim.claims.claim import Claim
from cxsim.claims.conditions import Condition, check_arms, conditions, configs, known_of
from cxsim.claims.finding import Finding, finding
from cxsim.sweeps.api import execute
from cxsim.sweeps.design import Design
from cxsim.sweeps.ids import code_version, digest
from cxsim.sweeps.reading import frame
from cxsim.sweeps.scenarios import Planned

COLUMN = "test_"
"""Before the name of a test, the column of its measure in the sweep."""

Told = Callable[[int, int], None] | Literal[False] | None


@dataclasses.dataclass(frozen=True)
class Points(Design):
    """A design whose points are known by their number alone: arms differ in more than a column could hold."""

    count: int = 0

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, point: int) -> dict[str, Any]:
        return {}


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
    planned = list(configs(claim, quick))
    points = Points("claim", (), (), False, {"claim": claim.name, "digest": claim.digest}, count=len(planned))
    scenarios = Planned(points, [config for _, _, config in planned])
    place = out / claim.name / f"runs-{key_of(claim, quick)}"
    measures = {f"{COLUMN}{name}": test.measure for name, test in claim.tests.items()}
    execute(scenarios, place, measures=measures, executor=executor, workers=workers, progress=progress, command=command)
    values = _values(claim, place, [(condition, arm) for condition, arm, _ in planned])
    first = next(iter(claim.arms))
    known = [known_of(claim, condition, config) for condition, arm, config in planned if arm == first]
    return finding(claim, conditions(claim), known, values, quick)


def _values(claim: Claim, place: Path, planned: Sequence[tuple[Condition, str]]) -> dict[str, dict[Condition, dict[str, np.ndarray]]]:
    """For each test, condition and arm the measure, a number a replication; NaN where a run failed."""
    rows = frame(place)
    count = int(rows["replication"].max()) + 1
    values: dict[str, dict[Condition, dict[str, np.ndarray]]] = {name: {} for name in claim.tests}
    for name in claim.tests:
        grid = np.full((len(planned), count), np.nan)
        grid[rows["point"], rows["replication"]] = rows[f"{COLUMN}{name}"].astype(float)
        for point, (condition, arm) in enumerate(planned):
            values[name].setdefault(condition, {})[arm] = grid[point]
    return values
