"""From a design's points to configurations: presets composed once for each combination, numbers set without composing."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from cxsim.config.errors import CxsimError
from cxsim.config.load import load, with_values
from cxsim.config.presets import GROUPS
from cxsim.config.run import Config
from cxsim.sweeps.design import Design, DesignError
from cxsim.sweeps.ids import digest, essence


@dataclasses.dataclass(frozen=True)
class Scenario:
    """One point, ready to be sent to a worker.

    Attributes:
        point: its number in the design.
        base: the configuration to start from; many scenarios share one.
        values: what to set in it, by dotted key.
        row: what the dataset says about the point: the design's values.
    """

    point: int
    base: Config
    values: Mapping[str, Any]
    row: Mapping[str, Any]

    def config(self) -> Config:
        """The point's configuration, checked.

        Raises:
            CxsimError: values that are fine alone and cannot stand together.
        """
        return with_values(self.base, self.values) if self.values else self.base


class Scenarios(Protocol):
    """All scenarios of a sweep, made when asked for."""

    design: Design

    def __len__(self) -> int: ...

    def scenario(self, point: int) -> Scenario:
        """The scenario of a point."""

    def bases_digest(self) -> str:
        """SHA-256 of all that is fixed in the sweep."""


class Composed:
    """Scenarios of a design from Python.

    Args:
        design: the points.
        overrides: what all points share, as `cxsim.load` takes it.
        config_dir: a folder of presets of one's own.
        values: Python values by key, which come after the overrides.

    Raises:
        CxsimError: the first point cannot be composed, or a preset of any point cannot.
    """

    def __init__(
        self, design: Design, overrides: Sequence[str] = (), config_dir: str | Path | None = None, values: Mapping[str, Any] | None = None
    ):
        self.design = design
        self._groups = tuple(column for column in design.columns if column in GROUPS)
        self._common = dict(values or {})
        self._overrides = tuple(overrides)
        self._config_dir = config_dir
        for key in self._common:
            if key in design.columns:
                raise DesignError(f"{key}: it is in the design and beside it; give it once.")
        self._base = functools.cache(self._compose)
        for presets in self._combinations():
            self._base(presets)
        # A mistake in every point is told at once; one in some points is a result of the sweep.
        if len(design) == 1 or _fails(self.scenario(0)):
            self.scenario(len(design) - 1).config()

    def __len__(self) -> int:
        return len(self.design)

    def scenario(self, point: int) -> Scenario:
        """The scenario of a point."""
        row = self.design[point]
        values = {key: value for key, value in row.items() if key not in self._groups}
        return Scenario(point, self._base(tuple(row[group] for group in self._groups)), values, row)

    def bases_digest(self) -> str:
        """SHA-256 of all that is fixed in the sweep."""
        return digest([[list(presets), fixed(self._base(presets))] for presets in self._combinations()])

    def _compose(self, presets: tuple[str, ...]) -> Config:
        return lean(load(*self._overrides, config_dir=self._config_dir, **self._common, **dict(zip(self._groups, presets, strict=True))))

    def _combinations(self) -> list[tuple[str, ...]]:
        if self.design.crossed:
            import itertools

            levels = dict(zip(self.design.columns, self.design.levels, strict=True))
            return list(dict.fromkeys(itertools.product(*(levels[group] for group in self._groups))))
        chosen = [self.design.levels[self.design.columns.index(group)] for group in self._groups]
        return list(dict.fromkeys(zip(*chosen, strict=True))) if chosen else [()]


class Planned:
    """Scenarios of a command line, whose configurations have all been composed and checked already."""

    def __init__(self, design: Design, configs: Sequence[Config]):
        self.design = design
        self._configs = [lean(config) for config in configs]

    def __len__(self) -> int:
        return len(self._configs)

    def scenario(self, point: int) -> Scenario:
        """The scenario of a point."""
        return Scenario(point, self._configs[point], {}, self.design[point])

    def bases_digest(self) -> str:
        """SHA-256 of all configurations."""
        return digest([fixed(config) for config in self._configs])


def lean(config: Config) -> Config:
    """The configuration without prose, which would only be carried to every worker."""
    parts = {group: dataclasses.replace(getattr(config, group), sources={}) for group in ("market", "customers", "firms", "regulator")}
    return dataclasses.replace(config, **parts)


def fixed(config: Config) -> list[Any]:
    """What decides the numbers of a configuration, its seed included."""
    return [essence(config), config.seed]


def _fails(scenario: Scenario) -> bool:
    try:
        scenario.config()
    except CxsimError:
        return True
    return False
