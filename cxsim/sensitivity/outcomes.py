"""What is looked at: metrics of one regime, or what a second regime adds to them, run by run with the same luck."""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from cxsim.analysis.runs import Base, Execution, based, carried_out
from cxsim.config.errors import CxsimError
from cxsim.config.run import Config
from cxsim.results.columns import Column
from cxsim.results.measure import Measure
from cxsim.sensitivity.luck import seeds
from cxsim.sensitivity.ranges import Factor
from cxsim.sweeps.design import Design


@dataclasses.dataclass(frozen=True)
class Regimes:
    """One regime, or two that are compared.

    Attributes:
        regime: the one that is asked about.
        versus: the one it is compared with; ``None`` if its own results are looked at.
        names: of the regime and of the other, for sentences.
        shared: overrides of both.
        given: what is set in the regime and in the other on top of them, as it was given.
    """

    regime: Base
    versus: Base | None
    names: tuple[str, str]
    shared: tuple[str, ...] = ()
    given: tuple[str, str | None] = ("", None)

    @property
    def configs(self) -> list[Config]:
        """Their configurations, the regime's first."""
        return [self.regime.config, *([self.versus.config] if self.versus is not None else [])]

    def words(self, metric: Column) -> str:
        """What is looked at, for a sentence."""
        name = metric.name.replace("_", " ")
        return name if self.versus is None else f"the difference in {name} ({self.names[0]} less {self.names[1]})"


def regimes(
    overrides: Sequence[str],
    regime: str = "",
    versus: str | None = None,
    config_dir: str | Path | None = None,
    defaults: Mapping[str, Any] | None = None,
    **values: Any,
) -> Regimes:
    """Compose the regimes.

    Args:
        overrides: what both share.
        regime, versus: what is set in each, overrides with spaces between them, ``"regulator=fca market.n_firms=3"``.
        config_dir: a folder of presets of one's own.
        defaults: as for `cxsim.analysis.runs.based`.
        values: Python values by key.

    Raises:
        CxsimError: overrides that cannot be used, or two regimes that are the same.
    """
    made = [based([*overrides, *_split(given)], config_dir, defaults, **values) for given in (regime, versus) if given is not None]
    if len(made) == 2 and made[0].config == made[1].config:
        raise CxsimError(f"--versus {versus}: it is the same as the regime; give overrides that differ.")
    names = (regime or "the market as given", "" if versus is None else versus or "the market as given")
    return Regimes(made[0], made[1] if len(made) == 2 else None, names, tuple(overrides), (regime, versus))


def points(factors: Sequence[Factor], unit: np.ndarray, luck: np.ndarray, seed: int, about: Mapping[str, Any]) -> Design:
    """A design from points of the unit cube and a luck for each.

    Args:
        factors: the parameters varied.
        unit: shape (points, factors), from 0 to 1.
        luck: shape (points,), from 0 to 1.
        seed: the study's own.
        about: how the points were made, for the record.
    """
    levels: list[Any] = [factor.scaled(unit[:, place]) for place, factor in enumerate(factors)]
    columns = (*(factor.key for factor in factors), "seed")
    levels.append(seeds(luck, seed))
    return Design(str(about.get("kind", "sample")), columns, tuple(levels), False, dict(about))


def evaluated(
    what: Regimes,
    design: Design,
    metrics: Sequence[Column],
    folder: Path,
    how: Execution,
    measures: Mapping[str, Measure] | None = None,
) -> dict[str, np.ndarray]:
    """Run a design in each regime, and give back the metrics or their paired differences.

    Args:
        what: the regimes.
        design: the points, with a seed each.
        metrics: what to take.
        folder: for the runs.
        how: how runs are carried out.
        measures: metrics of one's own by name.

    Returns:
        For each metric an array of shape (points, replications).

    Raises:
        CxsimError: a run failed, or the folder holds other runs.
    """
    tables = []
    for base, place in ((what.regime, "regime"), (what.versus, "versus")):
        if base is not None:
            tables.append(carried_out(design, base, folder if what.versus is None else folder / place, how, measures=measures))
    found = {}
    for metric in metrics:
        first, *second = (table[metric.name].to_numpy(float).reshape(len(design), -1) for table in tables)
        found[metric.name] = first - second[0] if second else first
    return found


def _split(given: str) -> list[str]:
    try:
        return shlex.split(given)
    except ValueError as error:
        raise CxsimError(f"{given}: it cannot be taken apart ({error}); write overrides with spaces between them.") from None
