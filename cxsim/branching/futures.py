"""Futures: what is to change from a day on, by name, as overrides of the kind that the command line takes."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from cxsim.config.errors import BadValueError, ContradictionError, CxsimError
from cxsim.config.keys import group_types, index
from cxsim.config.load import load
from cxsim.config.overrides import Token, parse
from cxsim.config.presets import files, user_dir
from cxsim.config.run import Config
from cxsim.config.start import of_the_run, settled_at_start, taking_over, value_of

BASE = "base"
"""Name of the future in which nothing changes; it is always there."""

ONLY = "reform"
"""Name of a future that was given without one."""

MOST = 7
"""Futures told apart in one figure."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")


@dataclasses.dataclass(frozen=True)
class Future:
    """What is to change.

    Attributes:
        name: what tables and figures call it.
        overrides: what changes, as typed.
        config: the configuration from the day on.
    """

    name: str
    overrides: tuple[str, ...]
    config: Config

    @property
    def said(self) -> str:
        """What changes, in one line."""
        return ", ".join(self.overrides) or "nothing changes"


def futures_of(base: Config, given: Iterable[str | Mapping[str, Any]], config_dir: str | Path | None = None) -> dict[str, Future]:
    """The futures asked for, checked before anything is simulated.

    A preset (``regulator=gdpr``) takes the place of its whole group; values come after it. What a preset leaves at the schema's default
    and what is settled at the start stays as it is.

    Args:
        base: the configuration until the day.
        given: overrides, which make one future, or mappings from names to overrides (one, or a list of them), which make several.
        config_dir: a folder of presets of one's own.

    Returns:
        The futures by name, the one in which nothing changes first.

    Raises:
        CxsimError: none, too many, a name that cannot be used, a future without a change, or an override that cannot take effect on a
            later day; the message names the future and the key.
    """
    asked: dict[str, list[str]] = {}
    for part in given:
        named = part.items() if isinstance(part, Mapping) else [(ONLY, [*asked.get(ONLY, ()), part])]
        for name, overrides in named:
            asked[_checked(name)] = _listed(str(name), overrides)
    if not asked:
        raise BadValueError("futures", None, 'at least one override, such as "regulator.fine_cap=null", or futures by name')
    if len(asked) > MOST:
        raise BadValueError("futures", f"{len(asked)} of them", f"1 to {MOST}, because no figure could tell more apart")
    found = {BASE: Future(BASE, (), base)}
    for name, overrides in asked.items():
        try:
            found[name] = Future(name, tuple(overrides), taking_over(base, values_of(base, overrides, config_dir)))
        except CxsimError as error:
            raise CxsimError(f"future {name}: {error}") from None
    return found


def values_of(base: Config, overrides: Iterable[str], config_dir: str | Path | None = None) -> dict[str, Any]:
    """What overrides set, by dotted key.

    Raises:
        CxsimError: an override that cannot be used, or that belongs to a run as a whole.
    """
    values: dict[str, Any] = {}
    known = {group: list(found) for group, found in files(user_dir(config_dir)).items()}
    for token in parse(list(overrides), known):
        if token.kind == "group":
            values |= _preset(base, token, config_dir)
        elif token.kind != "parameter" or "${" in token.text:
            raise BadValueError("override", token.text, "presets and plain values; say the value itself")
        elif token.key in of_the_run():
            raise ContradictionError(f"{token.key}: it belongs to all futures alike; give it beside them, not in one.")
        else:
            values[token.key] = token.value
    return values


def named_in(overrides: Iterable[str], config_dir: str | Path | None = None) -> dict[str, Any]:
    """The keys and groups that overrides name, with what they set.

    Raises:
        CxsimError: an override that cannot be used.
    """
    known = {group: list(found) for group, found in files(user_dir(config_dir)).items()}
    return {token.key: token.value for token in parse(list(overrides), known)}


def _preset(base: Config, token: Token, config_dir: str | Path | None) -> dict[str, Any]:
    group = token.key
    if group not in group_types():
        raise BadValueError(group, token.value, f"presets of {', '.join(group_types())}; an experiment sets up a run from its start")
    chosen = load(f"{group}={token.value}", config_dir=config_dir)
    values = {}
    for key, parameter in index().items():
        if key.startswith(f"{group}."):
            value = value_of(chosen, key)
            left_out = key in settled_at_start() and value == parameter.default
            values[key] = value_of(base, key) if left_out else value
    return values


def _listed(name: str, overrides: Any) -> list[str]:
    if isinstance(overrides, str):
        overrides = [overrides] if overrides.strip() else []
    if overrides in ([], ()):
        allowed = f"at least one override, such as regulator=gdpr; the future without a change, {BASE}, is always there"
        raise BadValueError(f"futures.{name}", None, allowed)
    if not isinstance(overrides, list | tuple) or not all(isinstance(one, str) for one in overrides):
        raise BadValueError(f"futures.{name}", overrides, "a list of overrides, such as [regulator=gdpr, regulator.fine_cap=null]")
    return list(overrides)


def _checked(name: Any) -> str:
    if not isinstance(name, str) or not _NAME.fullmatch(name) or name == BASE:
        allowed = f"a name of letters, digits, '_', '.' and '-', at most 40, other than {BASE}, which is the future without a change"
        raise BadValueError("futures", name, allowed)
    return name
