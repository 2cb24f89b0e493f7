"""The border to Hydra: its search path, its composition, and its errors said as cxsim says them."""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import functools
import os
import threading
from collections.abc import Iterator, Sequence
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import yaml
from hydra import compose as hydra_compose
from hydra import initialize_config_dir
from hydra.core.config_search_path import ConfigSearchPath
from hydra.core.config_store import ConfigStore
from hydra.core.global_hydra import GlobalHydra
from hydra.core.plugins import Plugins
from hydra.errors import MissingConfigException
from hydra.plugins.search_path_plugin import SearchPathPlugin
from omegaconf import DictConfig, OmegaConf, open_dict

from cxsim.config import paths
from cxsim.config.errors import CxsimError, nearest, shown
from cxsim.config.parameter import as_mapping
from cxsim.config.presets import GROUPS, PRIMARY
from cxsim.config.run import Config

HYDRA_VERSION = "1.3"
SCHEMA = "cxsim_schema"
LAUNCHERS = ("joblib", "submitit")
"""Launchers that come with extras of cxsim's."""
KEPT = 256
"""How many compositions are kept; each takes some tens of kilobytes."""

_LOCK = threading.RLock()
_kept: dict[tuple[Any, ...], Composed] = {}
_user_dir: ContextVar[Path | None] = ContextVar("cxsim_user_dir", default=None)


class UserPresets(SearchPathPlugin):
    """Puts the user's own folder in front of cxsim's presets; Hydra's --config-dir would only put it behind."""

    def manipulate_search_path(self, search_path: ConfigSearchPath) -> None:
        """Add the folder in force, if there is one."""
        folder = _user_dir.get()
        if folder is not None:
            search_path.prepend(provider="config-dir", path=f"file://{folder}")


@dataclasses.dataclass(frozen=True)
class Composed:
    """What Hydra put together.

    Attributes:
        mapping: the configuration as plain mappings, not yet checked.
        settings: Hydra's own settings.
        unresolved: the mapping as it was said, where some value is said in terms of another, so that setting one may move
            another; ``None`` where each value stands alone.
    """

    mapping: dict[str, Any]
    settings: DictConfig
    unresolved: dict[str, Any] | None


@functools.cache
def register() -> None:
    """Tell Hydra about the schema's defaults and about users' folders."""
    ConfigStore.instance().store(name=SCHEMA, node=dict(as_mapping(Config())), provider="cxsim")
    Plugins.instance().register(UserPresets)


@contextlib.contextmanager
def user_presets(folder: Path | None) -> Iterator[None]:
    """Let Hydra look for presets in the user's folder first."""
    register()
    token = _user_dir.set(folder)
    try:
        yield
    finally:
        _user_dir.reset(token)


@contextlib.contextmanager
def _hydra(folder: Path | None) -> Iterator[None]:
    """A Hydra of our own, so that composing works inside somebody else's Hydra application and leaves it as it was."""
    with _LOCK, user_presets(folder):
        outer = GlobalHydra.instance().hydra
        GlobalHydra.instance().clear()
        try:
            with initialize_config_dir(str(paths.conf_dir()), job_name="cxsim", version_base=HYDRA_VERSION):
                yield
        finally:
            GlobalHydra.instance().hydra = outer


def compose(overrides: Sequence[str], folder: Path | None = None) -> Composed:
    """Compose presets and overrides.

    What is made of cxsim's own presets alone is kept, since Hydra takes a hundred times longer than a look whether their files are as they
    were. With the user's own it is made each time: these may draw on anything, the environment included.

    Args:
        overrides: checked overrides in Hydra's language.
        folder: the user's own folder of presets, or ``None``.

    Raises:
        CxsimError: anything that Hydra or YAML refuses.
    """
    key = None if folder is not None or any("hydra" in word or "$" in word for word in overrides) else (_stamp(), *overrides)
    found = _kept.get(key) if key else None
    if found is None:
        found = _composed(overrides, folder)
        if key is None or found.unresolved is not None:
            return found
        with _LOCK:
            while len(_kept) >= KEPT:
                del _kept[next(iter(_kept))]
            _kept[key] = found
    return dataclasses.replace(found, mapping=copy.deepcopy(found.mapping))


def _stamp() -> tuple[Any, ...]:
    """What changes when a file among cxsim's presets does, or where they lie."""
    top = str(paths.conf_dir())
    entries = [entry for folder, _, _ in os.walk(top) for entry in os.scandir(folder)]
    states = [(entry.path, entry.stat()) for entry in entries]
    return tuple(sorted((path, state.st_mtime_ns, state.st_size) for path, state in states))


def _composed(overrides: Sequence[str], folder: Path | None) -> Composed:
    try:
        with _hydra(folder):
            composed = hydra_compose(PRIMARY, overrides=list(overrides), return_hydra_config=True)
            settings = composed.hydra
            with open_dict(composed):
                del composed["hydra"]
            if "experiment" in composed:
                raise CxsimError(
                    f"experiment={settings.runtime.choices.experiment}: the file needs '# @package _global_' as its "
                    "first line, so that it sets values of the whole configuration."
                )
            mapping, said = to_mapping(composed), to_mapping(composed, resolve=False)
            return Composed(mapping, settings, said if said != mapping else None)
    except CxsimError:
        raise
    except MissingConfigException as error:
        raise CxsimError(_missing(error)) from error
    except Exception as error:  # Hydra lets OmegaConf's, YAML's and Python's own errors through
        raise CxsimError(_no_preset(overrides, folder) or f"The configuration cannot be put together: {_sentence(error)}") from error


def _no_preset(overrides: Sequence[str], folder: Path | None) -> str:
    """What to say of a file of the user's that was chosen and cannot be a preset, whatever Hydra makes of it; empty if there is none."""
    for word in overrides if folder is not None else ():
        group, _, name = word.partition("=")
        path = Path(folder or "", group, f"{name}.yaml")
        try:
            found = yaml.safe_load(path.read_text(encoding="utf-8")) if group in GROUPS and path.is_file() else None
        except UnicodeDecodeError:
            return f"{path}: it is no text in UTF-8; save the preset as such."
        except (OSError, yaml.YAMLError):
            return ""  # said with its line already
        if found is not None and not isinstance(found, dict):
            return f"{path}: it holds {shown(found)}; a preset is a mapping from parameters to values, such as n_firms: 4."
    return ""


def to_mapping(composed: DictConfig, resolve: bool = True) -> dict[str, Any]:
    """A composed configuration as plain mappings, with every interpolation resolved or left as it was said.

    Raises:
        CxsimError: an interpolation that leads nowhere, or a value left open (``???``).
    """
    try:
        mapping = OmegaConf.to_container(composed, resolve=resolve, throw_on_missing=True)
    except Exception as error:  # resolvers may raise anything
        raise CxsimError(f"The configuration cannot be put together: {_sentence(error)}") from error
    return {str(key): value for key, value in mapping.items()} if isinstance(mapping, dict) else {}


def _missing(error: MissingConfigException) -> str:
    """What to say of something of Hydra's own that is chosen and not there: a launcher, a sweeper, ..."""
    group, _, name = (error.missing_cfg_file or "").rpartition("/")
    options = error.options or []
    if not group.startswith("hydra/"):
        return f"The configuration cannot be put together: {_sentence(error)}"
    absent = [extra for extra in LAUNCHERS if not any(one.startswith(extra) for one in options)] if group == "hydra/launcher" else []
    brought = next((f" pip install 'cxsim[{extra}]' brings it." for extra in absent if name.startswith(extra)), "")
    hint = "" if brought else nearest(name, options)
    return f"{group}={name}: it is not installed here.{hint}{brought} Allowed: {', '.join(options)}."


def _sentence(error: BaseException) -> str:
    """The most telling line of an error and its causes, as one sentence."""
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark
        place = f"{mark.name}, line {mark.line + 1}: " if mark else ""
        return f"{place}{error.problem or error.context or 'not YAML'}."
    cause = error.__cause__
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    if cause is not None and not isinstance(cause, CxsimError) and str(cause).strip():
        told = _sentence(cause)
        return f"{lines[0].rstrip('.:')} ({told.rstrip('.')})." if lines else told
    return f"{lines[0].rstrip('.') if lines else type(error).__name__}."
