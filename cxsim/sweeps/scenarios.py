"""From a design's points to configurations: presets composed once for each combination, numbers set without composing."""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from cxsim.config.bases import Base, Bases
from cxsim.config.errors import CxsimError
from cxsim.config.load import with_values
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
        refused: why the point cannot be, where that is known already.
    """

    point: int
    base: Config
    values: Mapping[str, Any]
    row: Mapping[str, Any]
    refused: CxsimError | None = None

    def config(self) -> Config:
        """The point's configuration, checked.

        Raises:
            CxsimError: values that are fine alone and cannot stand together.
        """
        if self.refused is not None:
            raise self.refused
        return with_values(self.base, self.values)


class Scenarios(Protocol):
    """All scenarios of a sweep, made when asked for."""

    design: Design

    def __len__(self) -> int: ...

    def scenario(self, point: int) -> Scenario:
        """The scenario of a point."""

    def bases_digest(self) -> str:
        """SHA-256 of all that is fixed in the sweep."""


class Composed:
    """Scenarios of a design.

    Args:
        design: the points.
        overrides: what all points share, as `cxsim.load` takes it.
        config_dir: a folder of presets of one's own.
        values: Python values by key, which come after the overrides.
        bases: instead of the three above, configurations that may have been composed already.
        words: for columns whose values only Hydra can apply, each value by `digest` as an override; groups need none.

    Raises:
        CxsimError: the first point cannot be composed, or a preset of any point cannot.
    """

    def __init__(
        self,
        design: Design,
        overrides: Sequence[str] = (),
        config_dir: str | Path | None = None,
        values: Mapping[str, Any] | None = None,
        *,
        bases: Bases | None = None,
        words: Mapping[str, Mapping[str, str]] | None = None,
    ):
        self.design = design
        self._words = dict(words or {})
        self._composed = tuple(column for column in design.columns if column in GROUPS or column in self._words)
        for key in values or ():
            if key in design.columns:
                raise DesignError(f"{key}: it is in the design and beside it; give it once.")
        self._bases = bases or Bases(overrides, config_dir, values)
        self._lean = functools.cache(lambda chosen: lean(self._bases(*chosen).config))
        self._combinations = self._combined()
        for chosen in self._combinations:
            self._lean(chosen)
        # A mistake in every point is told at once; one in some points is a result of the sweep.
        if len(design) == 1 or _fails(self.scenario(0)):
            self.scenario(len(design) - 1).config()

    def __len__(self) -> int:
        return len(self.design)

    def scenario(self, point: int) -> Scenario:
        """The scenario of a point."""
        row = self.design[point]
        chosen = tuple(self._said(column, row[column]) for column in self._composed)
        values = {key: value for key, value in row.items() if key not in self._composed}
        base = self._bases(*chosen)
        return Scenario(point, self._lean(chosen), values, row) if base.said is None else _resolved(point, base, values, row)

    def bases_digest(self) -> str:
        """SHA-256 of all that is fixed in the sweep."""
        return digest([[list(chosen), fixed(self._lean(chosen)), self._bases(*chosen).links()] for chosen in self._combinations])

    def bases(self) -> list[Config]:
        """The configurations that points start from, one for each combination of presets."""
        return [self._lean(chosen) for chosen in self._combinations]

    def _combined(self) -> list[tuple[str, ...]]:
        """The overrides that choose presets, one for each combination."""
        crossed = self.design.crossed_columns
        alone = [column for column in self._composed if column in crossed]
        joined = [column for column in self._composed if column not in crossed]
        levels = {column: [self._said(column, value) for value in self._level(column)] for column in self._composed}
        rows = list(dict.fromkeys(zip(*(levels[column] for column in joined), strict=True))) if joined else [()]
        grid = itertools.product(*(dict.fromkeys(levels[column]) for column in alone))
        return [(*chosen, *row) for chosen in grid for row in rows]

    def _level(self, column: str) -> Sequence[Any]:
        return self.design.levels[self.design.columns.index(column)]

    def _said(self, column: str, value: Any) -> str:
        return f"{column}={value}" if column not in self._words else self._words[column][digest(value)]


class Planned:
    """Scenarios whose configurations have all been composed and checked already."""

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


def _resolved(point: int, base: Base, values: Mapping[str, Any], row: Mapping[str, Any]) -> Scenario:
    """A point some of whose values are said in terms of others, which a worker would not know any more."""
    try:
        return Scenario(point, lean(base.with_values(values)), {}, row)
    except CxsimError as error:
        return Scenario(point, lean(base.config), values, row, error)


def _fails(scenario: Scenario) -> bool:
    try:
        scenario.config()
    except CxsimError:
        return True
    return False
