"""Runs of configurations that are all composed already, as one sweep, and the measures that it leaves as arrays."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from cxsim.claims.stated import Stated
from cxsim.config.run import Config
from cxsim.results.measure import Measure
from cxsim.sweeps.api import execute
from cxsim.sweeps.design import Design
from cxsim.sweeps.ids import code_version, digest
from cxsim.sweeps.reading import frame
from cxsim.sweeps.scenarios import Planned

COLUMN = "test_"
"""Before the name of a measure, its column in the sweep."""

Told = Callable[[int, int], None] | Literal[False] | None


@dataclasses.dataclass(frozen=True)
class Points(Design):
    """A design whose points are known by their number alone: they differ in more than a column could hold."""

    count: int = 0

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, point: int) -> dict[str, Any]:
        return {}


def key_of(stated: Stated, quick: bool) -> str:
    """What the results of an experiment are known by: its file, the code, and how thoroughly it is run."""
    return digest([stated.digest or dataclasses.asdict(stated), code_version(), quick])[:12]


def measured(
    stated: Stated,
    name: str,
    configs: Sequence[Config],
    measures: Mapping[str, Measure],
    out: Path,
    *,
    quick: bool = False,
    executor: str = "auto",
    workers: int | None = None,
    progress: Told = None,
    command: str | None = None,
) -> dict[str, np.ndarray]:
    """Run what is not done yet of an experiment, and give each measure as an array of shape (configurations, replications).

    Args:
        stated: the experiment, as its file states it.
        name: what it is called.
        configs: its configurations.
        measures: what is measured of each run.
        out: the folder for results of claims; the runs go to ``out/NAME/runs-KEY``.
        quick: fewer replications.
        executor, workers, progress: as for `cxsim.sweep`.
        command: the command that asked for it, for the record.

    Raises:
        CxsimError: whatever `cxsim.sweeps.api.execute` raises.
    """
    place = out / name / f"runs-{key_of(stated, quick)}"
    about = {"claim": name, "digest": stated.digest}
    columns = {f"{COLUMN}{key}": measure for key, measure in measures.items()}
    planned(configs, about, place, columns, executor=executor, workers=workers, progress=progress, command=command)
    return values(place, list(measures), len(configs), stated.runs(quick))


def planned(
    configs: Sequence[Config],
    about: Mapping[str, Any],
    place: Path,
    measures: Mapping[str, Measure],
    *,
    executor: str = "auto",
    workers: int | None = None,
    progress: Told = None,
    command: str | None = None,
) -> None:
    """Run what is not done yet of these configurations.

    Args:
        configs: a point each.
        about: what the sweep is, for its record.
        place: the sweep's folder.
        measures: what is measured of each run, by column.
        executor, workers, progress: as for `cxsim.sweep`.
        command: the command that asked for it, for the record.

    Raises:
        CxsimError: whatever `cxsim.sweeps.api.execute` raises.
    """
    points = Points("claim", (), (), False, dict(about), count=len(configs))
    execute(Planned(points, configs), place, measures=measures, executor=executor, workers=workers, progress=progress, command=command)


def values(place: Path, names: Sequence[str], points: int, replications: int) -> dict[str, np.ndarray]:
    """Each measure as an array of shape (points, replications); NaN where a run failed.

    Args:
        place: the sweep's folder.
        names: the measures, without `COLUMN`.
        points, replications: how many there are.
    """
    rows = frame(place)
    found = {}
    for name in names:
        grid = np.full((points, replications), np.nan)
        grid[rows["point"], rows["replication"]] = rows[f"{COLUMN}{name}"].astype(float)
        found[name] = grid
    return found
