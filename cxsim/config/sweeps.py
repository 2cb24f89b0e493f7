"""Every run that a command line asks for, checked before the first one starts."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf

from cxsim.config.compose import Composed, compose
from cxsim.config.errors import BadValueError, ContradictionError
from cxsim.config.load import from_mapping, set_values
from cxsim.config.overrides import Token, jobs, parse
from cxsim.config.presets import files, user_dir
from cxsim.config.run import Config

_BASIC = "hydra._internal.core_plugins.basic_sweeper.BasicSweeper"


@dataclasses.dataclass(frozen=True)
class Plan:
    """What a command line asks for, checked.

    Attributes:
        overrides: the overrides as Hydra is to read them.
        configs: the configuration of every run, in the order in which they will run.
        multirun: whether Hydra is to spread the overrides over several runs.
        swept: for a multirun over a grid, each key that takes several values with its values; the last one changes
            fastest.
        searching: whether a sweeper chooses values as it goes, so that ``configs`` holds only what is fixed.
        launcher: Hydra's settings of the launcher.
    """

    overrides: list[str]
    configs: list[Config]
    multirun: bool
    swept: Mapping[str, Sequence[Any]] = dataclasses.field(default_factory=dict)
    searching: bool = False
    launcher: Mapping[str, Any] = dataclasses.field(default_factory=dict)


def plan(overrides: Sequence[str], config_dir: str | Path | None = None, multirun: bool = False) -> Plan:
    """Check every run that a command line asks for, also those that an experiment's ``hydra.sweeper.params`` add.

    Where a sweeper chooses values as it goes (an optimiser), only what is fixed can be checked beforehand.

    Args:
        overrides: as typed.
        config_dir: the user's own folder of presets.
        multirun: whether several runs are asked for; an experiment can ask for them too (``hydra.mode=MULTIRUN``).

    Raises:
        CxsimError: as `cxsim.config.load.load` raises it, for any of the runs; or code hidden in Hydra's settings.
    """
    folder = user_dir(config_dir)
    known = files(folder)
    multirun = multirun or any(token.replace(" ", "") == "hydra.mode=MULTIRUN" for token in overrides)
    tokens = parse(overrides, known, sweeps=multirun)
    fixed = compose([token.text for token in tokens if not token.swept], folder)
    multirun = multirun or str(fixed.settings.mode).endswith("MULTIRUN")
    texts = [token.text for token in tokens]
    launcher = _plain(fixed.settings.launcher)
    searching = multirun and fixed.settings.sweeper.get("_target_") != _BASIC
    if not multirun or searching:
        config = from_mapping(fixed.mapping)
        _check_settings(fixed.settings, config.allow_user_code)
        return Plan(texts, [config], multirun, searching=searching, launcher=launcher)
    params = [f"{key}={value}" for key, value in (fixed.settings.sweeper.get("params") or {}).items()]
    spread = [*parse(params, known, sweeps=True), *tokens]
    for token in spread:
        if token.swept and not token.choices:
            raise BadValueError(token.key, token.text, "a list of values; an interval needs a sweeper that searches")
    last = {token.key: token for token in spread}
    swept = {token.key: token.value for token in last.values() if token.swept}
    return Plan(texts, _configs(spread, folder), multirun, swept, launcher=launcher)


def _plain(settings: DictConfig) -> dict[str, Any]:
    plain = OmegaConf.to_container(settings, resolve=False)
    return {str(key): value for key, value in plain.items()} if isinstance(plain, dict) else {}


def _configs(tokens: Sequence[Token], folder: Path | None) -> list[Config]:
    made: dict[tuple[str, ...], Composed] = {}
    configs = []
    for chosen in jobs(tokens):
        texts = tuple(token.text for token in chosen if token.composed)
        if texts not in made:
            made[texts] = compose(texts, folder)
        base = made[texts]
        if base.interpolated:
            mapping = compose([token.text for token in chosen], folder).mapping
        else:
            # Composing takes Hydra far longer than a run of checks, and plain values need no composing.
            values = {token.key: token.value for token in chosen if not token.composed}
            mapping = set_values(copy.deepcopy(base.mapping), values)
        configs.append(from_mapping(mapping))
        _check_settings(base.settings, configs[-1].allow_user_code)
    return configs


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
