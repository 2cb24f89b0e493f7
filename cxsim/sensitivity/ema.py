"""cxsim as a model of the EMA workbench (Kwakkel 2017), whose samplers, evaluators and analyses then work on it as on any other.

Needs the extra ``ema``. Works with versions 2.5 and 3 of the workbench. Names there must be Python identifiers, so that
``market.attention`` is called ``market__attention``.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from cxsim.analysis.conditions import measures as parsed_measures
from cxsim.analysis.conditions import sense, several
from cxsim.analysis.runs import FailedRunsError, based
from cxsim.config.errors import BadValueError, CxsimError
from cxsim.config.load import with_values
from cxsim.config.presets import GROUPS, files, user_dir
from cxsim.config.run import Config
from cxsim.results.measure import Measure
from cxsim.sensitivity.luck import LUCK, seeds
from cxsim.sensitivity.question import DEFAULTS
from cxsim.sensitivity.ranges import GUESSES, Factor, select

try:
    from ema_workbench import CategoricalParameter, IntegerParameter, Model, RealParameter, ScalarOutcome
except ImportError as error:
    raise CxsimError("the EMA workbench is not installed; pip install 'cxsim[ema]' brings it.") from error

__all__ = ["CxsimModel", "key_of", "name_of"]


def name_of(key: str) -> str:
    """A parameter's name in the workbench: ``market.attention`` is ``market__attention``."""
    return key.replace(".", "__")


def key_of(name: str) -> str:
    """A parameter's dotted key, from its name in the workbench."""
    return name.replace("__", ".")


class CxsimModel(Model):
    """A market as a model of the workbench.

    Args:
        overrides: the market, as on the command line: ``"market=generic"``, ``"months=60"``.
        name: the model's name in the workbench: letters and digits.
        uncertainties: what is uncertain, as `cxsim.sensitivity.ranges.select` takes it: ``"guesses"``, names, patterns, ranges
            (``"customers.*,market.attention=0.01:0.1"``); ``None`` for nothing.
        levers: what can be decided: ranges in the same form, and presets to choose from: ``{"regulator": ["none", "fca"]}``.
        outcomes: metrics, each a scalar outcome; those that customers want more or less of are to be maximised or minimised.
        luck: whether luck is one more uncertainty (from 0 to 1); otherwise every experiment has the same luck, so that
            differences between policies are paired.
        measures: metrics of one's own by name, as `cxsim.analysis.conditions.measures` takes them.
        config_dir: a folder of presets of one's own.
        values: Python values by key, ``replications=4``: an outcome is the mean over replications.

    Raises:
        CxsimError: whatever cannot be used.

    Example:
        >>> from ema_workbench import perform_experiments
        >>> model = CxsimModel("market=generic", "months=2", "burn_in=0", "market.n_customers=50",
        ...                    uncertainties="market.attention", levers={"regulator": ["none", "fca"]})
        >>> experiments, outcomes = perform_experiments(model, scenarios=2, policies=2)
        >>> len(outcomes["experience"])
        4
    """

    def __init__(
        self,
        *overrides: str,
        name: str = "cxsim",
        uncertainties: str | Iterable[str] | None = GUESSES,
        levers: str | Mapping[str, Any] | None = None,
        outcomes: str | Iterable[str] = ("experience",),
        luck: bool = False,
        measures: Mapping[str, Any] | None = None,
        config_dir: str | Path | None = None,
        **values: Any,
    ):
        base = based(overrides, config_dir, DEFAULTS, **values)
        own = parsed_measures(measures or {}, "measures")
        metrics = several(outcomes, "outcomes", own)
        # The function that the workbench calls is pickled and sent to its workers; it holds texts and numbers only.
        super().__init__(name, function=_Runner(overrides, dict(base.values), config_dir, tuple(metric.name for metric in metrics), own))
        uncertain = select([base.config], uncertainties).factors if uncertainties is not None else ()
        self.uncertainties = [*map(_parameter, uncertain), *([RealParameter(LUCK, 0.0, 1.0)] if luck else [])]
        self.levers = _levers(levers, base.config, config_dir)
        both = {one.name for one in self.uncertainties} & {one.name for one in self.levers}
        if both:
            raise BadValueError("levers", key_of(min(both)), "parameters that are not uncertain too")
        self.outcomes = [ScalarOutcome(metric.name, kind=_KINDS[sense(metric.name, own)]) for metric in metrics]


_KINDS = {1: ScalarOutcome.MAXIMIZE, -1: ScalarOutcome.MINIMIZE, 0: ScalarOutcome.INFO}


def _parameter(factor: Factor) -> Any:
    name = name_of(factor.key)
    return IntegerParameter(name, int(factor.low), int(factor.high)) if factor.whole else RealParameter(name, factor.low, factor.high)


def _levers(given: str | Mapping[str, Any] | None, config: Config, config_dir: str | Path | None) -> list[Any]:
    if given is None:
        return []
    if isinstance(given, str):
        return [_parameter(factor) for factor in select([config], given).factors]
    found, known = [], files(user_dir(config_dir))
    for key, choice in given.items():
        if key in GROUPS:
            choices = list(choice)
            wrong = next((one for one in choices if one not in known[key]), None)
            if wrong is not None or len(choices) < 2:
                allowed = f"two presets or more of {', '.join(sorted(known[key]))}"
                raise BadValueError(f"levers.{key}", choices if wrong is None else wrong, allowed)
            found.append(CategoricalParameter(key, choices))
        elif isinstance(choice, tuple | list) and len(choice) == 2:
            found += [_parameter(factor) for factor in select([config], f"{key}={choice[0]}:{choice[1]}").factors]
        else:
            raise BadValueError(f"levers.{key}", choice, "(low, high), or for a group of presets a list of them")
    return found


class _Runner:
    """Runs one experiment: what the workbench calls with its parameters by name."""

    def __init__(
        self,
        overrides: tuple[str, ...],
        values: dict[str, Any],
        config_dir: str | Path | None,
        outcomes: tuple[str, ...],
        measures: Mapping[str, Measure],
    ):
        self.overrides, self.values, self.config_dir = overrides, values, config_dir
        self.outcomes, self.measures = outcomes, measures
        self._bases: dict[tuple[tuple[str, str], ...], Config] = {}

    def __call__(self, **given: Any) -> dict[str, float]:
        """Simulate, and give back the outcomes by name.

        Raises:
            CxsimError: values that cannot stand together, or a run that failed.
        """
        values = {key_of(name): value for name, value in given.items()}
        presets = tuple(sorted((key, str(value)) for key, value in values.items() if key in GROUPS))
        if presets not in self._bases:
            chosen = [f"{group}={preset}" for group, preset in presets]
            self._bases[presets] = based([*self.overrides, *chosen], self.config_dir, **self.values).config
        base = self._bases[presets]
        numbers = {key: value for key, value in values.items() if key not in GROUPS and key != LUCK}
        if LUCK in values:
            numbers["seed"] = int(seeds([values[LUCK]], base.seed)[0])  # type: ignore[arg-type]
        return _simulated(with_values(base, numbers), self.outcomes, self.measures)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_bases": {}}


def _simulated(config: Config, outcomes: Iterable[str], measures: Mapping[str, Measure]) -> dict[str, float]:
    """Means over replications, by the runner that all sweeps use."""
    from cxsim.sweeps.api import execute
    from cxsim.sweeps.design import Design
    from cxsim.sweeps.reading import frame
    from cxsim.sweeps.scenarios import Planned

    scenarios = Planned(Design("EMA workbench", ("seed",), ([config.seed],), False), [config])
    with tempfile.TemporaryDirectory(prefix="cxsim-ema-") as folder:
        report = execute(scenarios, Path(folder, "runs"), measures=measures, executor="serial", progress=False)
        table = frame(Path(folder, "runs"))
    if report.failed:
        raise FailedRunsError(f"{table['error'].iloc[0]}: {table['message'].iloc[0]}")
    return {name: float(table[name].mean()) for name in outcomes}
