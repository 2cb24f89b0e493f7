"""Every run that a command line asks for, checked before the first one starts."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf

from cxsim.config.bases import Bases
from cxsim.config.compose import Composed, compose
from cxsim.config.errors import BadValueError, ContradictionError
from cxsim.config.load import from_mapping
from cxsim.config.overrides import MOST_JOBS, Token, jobs, parse
from cxsim.config.presets import files, user_dir
from cxsim.config.run import Config
from cxsim.config.settings import QUIET, refuse_idle

OWN_LAUNCHER = "hydra_plugins.cxsim_launcher.launcher.CxsimLauncher"
_BASIC = "hydra._internal.core_plugins.basic_sweeper.BasicSweeper"
_IDLE = {"run": {"dir": "."}, "output_subdir": None, "callbacks": {}, "verbose": False, "job_logging": QUIET, "hydra_logging": QUIET}


@dataclasses.dataclass(frozen=True)
class Grid:
    """The overrides of several runs, taken apart.

    Attributes:
        fixed: what all runs share, as Hydra is to read it.
        swept: for each key that takes several values its override; the last one changes fastest.
        ranges: for each key that takes a sample of an interval, the interval's ends.
        folder: the user's own folder of presets.
    """

    fixed: tuple[str, ...]
    swept: Mapping[str, Token]
    ranges: Mapping[str, tuple[float, float]]
    folder: Path | None

    @functools.cached_property
    def bases(self) -> Bases:
        """The configurations to start from, by what only Hydra can apply."""
        return Bases(self.fixed, self.folder, settings=True)

    def configs(self) -> Iterator[Config]:
        """The configuration of each combination of the values given, in the order in which Hydra's basic sweeper runs them.

        Raises:
            CxsimError: as `cxsim.load`, for the first combination that cannot be.
        """
        checked: set[tuple[int, bool]] = set()
        for chosen in jobs(list(self.swept.values())):
            base = self.bases(*(token.text for token in chosen if token.composed))
            config = base.with_values({token.key: token.value for token in chosen if not token.composed})
            if (id(base), config.allow_user_code) not in checked:
                _check_settings(base.settings, config.allow_user_code)
                checked.add((id(base), config.allow_user_code))
            yield config

    def __len__(self) -> int:
        """Combinations of the values given, samples apart."""
        count = 1
        for token in self.swept.values():
            count *= len(token.value)
        return count


@dataclasses.dataclass(frozen=True)
class Plan:
    """What a command line asks for, checked.

    Attributes:
        overrides: the overrides as Hydra is to read them.
        first: the configuration of a single run, or what is fixed where a sweeper searches.
        multirun: whether Hydra is to spread the overrides over several runs.
        grid: the runs of a multirun over a grid.
        launcher: Hydra's settings of the launcher.
        idle: whether Hydra, asked for a single run, would do no more than start it: no folder, log, callback or variable of its own.
        task: the overrides of a single run without those of Hydra's own settings.
    """

    overrides: list[str]
    multirun: bool
    launcher: Mapping[str, Any]
    first: Config | None = None
    grid: Grid | None = None
    idle: bool = False
    task: tuple[str, ...] = ()

    @property
    def own(self) -> bool:
        """Whether cxsim's own launcher is to run them."""
        return self.multirun and self.launcher.get("_target_") == OWN_LAUNCHER

    @property
    def swept(self) -> dict[str, list[Any]]:
        """The values of each key that takes several."""
        return {} if self.grid is None else {key: list(token.value) for key, token in self.grid.swept.items()}

    @property
    def searching(self) -> bool:
        """Whether a sweeper chooses values as it goes."""
        return self.multirun and self.grid is None

    @functools.cached_property
    def configs(self) -> list[Config]:
        """The configuration of every run, in the order in which they will run; where a sweeper searches, what is fixed.

        Raises:
            CxsimError: more runs than anyone wants to list.
        """
        if self.first is not None:
            return [self.first]
        return list(self.grid.configs()) if self.grid is not None else []


def plan(overrides: Sequence[str], config_dir: str | Path | None = None, multirun: bool = False) -> Plan:
    """Check every run that a command line asks for, also those that an experiment's ``hydra.sweeper.params`` add.

    Where a sweeper chooses values as it goes (an optimiser), only what is fixed can be checked beforehand; of a grid of more
    runs than Hydra would list, each value alone.

    Args:
        overrides: as typed.
        config_dir: the user's own folder of presets.
        multirun: whether several runs are asked for; an experiment can ask for them too (``hydra.mode=MULTIRUN``).

    Raises:
        CxsimError: as `cxsim.config.load.load` raises it, for any of the runs; code hidden in Hydra's settings, or one that was typed
            and would change nothing.
    """
    folder = user_dir(config_dir)
    known = files(folder)
    multirun = multirun or any(token.replace(" ", "") == "hydra.mode=MULTIRUN" for token in overrides)
    tokens = parse(overrides, known, sweeps=multirun)
    fixed = compose([token.text for token in tokens if not token.swept], folder)
    multirun = multirun or str(fixed.settings.mode).endswith("MULTIRUN")
    texts = [token.text for token in tokens]
    launcher = _plain(fixed.settings.launcher)
    searching = fixed.settings.sweeper.get("_target_") != _BASIC
    refuse_idle(tokens, fixed.settings, multirun, launcher.get("_target_") == OWN_LAUNCHER and not searching)
    if not multirun or searching:
        config = from_mapping(fixed.mapping)
        _check_settings(fixed.settings, config.allow_user_code)
        idle = not multirun and _is_idle(fixed.settings)
        return Plan(texts, multirun, launcher, config, idle=idle, task=tuple(fixed.settings.overrides.task))
    planned = Plan(texts, multirun, launcher, grid=_grid(fixed, tokens, folder))
    _check(planned)
    return planned


def _grid(fixed: Composed, tokens: Sequence[Token], folder: Path | None) -> Grid:
    params = [f"{key}={value}" for key, value in (fixed.settings.sweeper.get("params") or {}).items()]
    spread = [*parse(params, files(folder), sweeps=True), *tokens]
    last = {token.key: token for token in spread}  # as in Hydra, a later override replaces an earlier one
    swept = {key: token for key, token in last.items() if token.swept}
    shared = tuple(token.text for token in spread if token.key not in swept and not token.swept)
    ranges = {key: token.ends for key, token in swept.items() if token.ends is not None}
    return Grid(shared, {key: token for key, token in swept.items() if token.ends is None}, ranges, folder)


def _check(planned: Plan) -> None:
    grid = planned.grid
    assert grid is not None
    if not planned.own:
        for key, (low, high) in grid.ranges.items():
            raise BadValueError(
                key, f"interval({low:g},{high:g})", "a list of values; a sample of an interval takes cxsim's own launcher (the "
                "default), and a search a sweeper that searches"
            )  # fmt: skip
        _ = planned.configs
    elif len(grid) <= MOST_JOBS:
        for _ in grid.configs():
            pass


def _is_idle(settings: DictConfig) -> bool:
    given, job = {key: _plain(settings)[key] for key in _IDLE}, _plain(settings.job)
    return given == _IDLE and not job["chdir"] and not job["env_set"]


def _plain(settings: DictConfig) -> dict[str, Any]:
    plain = OmegaConf.to_container(settings, resolve=False)
    return {str(key): value for key, value in plain.items()} if isinstance(plain, dict) else {}


def _check_settings(settings: DictConfig, allow_user_code: bool) -> None:
    """Refuse classes that Hydra's settings would instantiate: a preset is data, and running code takes a yes."""
    if allow_user_code:
        return
    if settings.get("callbacks"):
        raise ContradictionError("hydra.callbacks: they run code, and that runs only with allow_user_code=true.")
    for key in ("job_logging", "hydra_logging"):
        for name in _classes(OmegaConf.to_container(settings[key], resolve=False)):
            if not name.startswith("logging."):
                raise ContradictionError(f"hydra.{key}: {name!r} is code; that runs only with allow_user_code=true.")


def _classes(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key in {"()", "class", "_target_"}:
                yield str(value)
            yield from _classes(value)
    elif isinstance(node, Sequence) and not isinstance(node, str):
        for value in node:
            yield from _classes(value)
