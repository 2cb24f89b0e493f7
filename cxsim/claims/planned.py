"""Runs of configurations that are all composed already, as one sweep, and the measures that it leaves as arrays."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from cxsim.config.run import Config
from cxsim.results.measure import Measure
from cxsim.sweeps.api import execute
from cxsim.sweeps.design import Design
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
