"""The override language of the command line, taken apart and checked before anything is composed."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import math
import random
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, cast

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override, OverrideType, QuotedString, Sweep, Transformer
from hydra.errors import HydraException

from cxsim.config.errors import BadValueError, ContradictionError, CxsimError, UnknownPresetError
from cxsim.config.keys import is_container, locate
from cxsim.config.scalars import each_once

_FOREIGN = re.compile(r"([^=\s]+)=([^'\"\[\]{}(),=$\\]*[^\x00-\x7f'\"\[\]{}(),=$\\][^'\"\[\]{}(),=$\\]*)")
"""A value with a letter beyond ASCII and nothing that Hydra's language gives a meaning to."""

EXAMPLE = "for example market=energy or market.n_firms=4"
MOST_JOBS = 10_000
"""Runs that can be listed one by one; cxsim's own launcher makes them as they are asked for and knows no such bound."""
MOST_VALUES = 1_000_000


@dataclasses.dataclass(frozen=True)
class Token:
    """One override, checked.

    Attributes:
        key: the key or group as the user named it, without ``+``.
        text: the override as Hydra is to read it.
        value: the Python value, or the list of values of a sweep.
        kind: ``"parameter"``, ``"group"`` or ``"hydra"``.
        swept: whether there are several values, one for each of several runs.
        choices: for a sweep, each value as Hydra is to read it.
        composed: whether only Hydra can apply it (presets, interpolations, Hydra's own settings).
        ends: for an interval, its two ends; such a sweep has no choices.
    """

    key: str
    text: str
    value: Any
    kind: str
    swept: bool = False
    composed: bool = False
    choices: tuple[str, ...] = ()
    ends: tuple[float, float] | None = None


# Hydra starts without an experiment and cannot be told so again; such an override only undoes earlier ones.
_NO_EXPERIMENT = Token("experiment", "", None, "group")


class _Listing:
    """Stands in for Hydra's loader where ``glob`` asks which presets a group holds."""

    def __init__(self, presets: Mapping[str, Collection[str]]):
        self.presets = presets

    def get_group_options(self, group_name: str, results_filter: Any = None) -> list[str]:
        return sorted(self.presets.get(group_name, ()))


def parse(tokens: Sequence[str], presets: Mapping[str, Collection[str]], sweeps: bool = False) -> list[Token]:
    """Take overrides apart and check their form, their keys and the presets they choose.

    Args:
        tokens: overrides as typed, ``market=energy`` or ``market.n_firms=4``.
        presets: for each group the names of its presets.
        sweeps: whether an override may hold several values.

    Raises:
        CxsimError: malformed, an unknown key or preset, a deletion, or several values where one is meant.
    """
    parser = OverridesParser.create(config_loader=cast(Any, _Listing(presets)))
    parsed: list[Token] = []
    for token in tokens:
        text = _quoted(token)
        one = _token(text, _parsed(parser, text), presets, sweeps)
        if one == _NO_EXPERIMENT:
            parsed = [earlier for earlier in parsed if earlier.key != one.key]
        else:
            parsed.append(one)
    return parsed


def _quoted(token: str) -> str:
    """``name=Überland`` as ``name='Überland'``: letters beyond ASCII are none to Hydra unless they are in quotes."""
    found = _FOREIGN.fullmatch(token) if isinstance(token, str) else None
    return f"{found[1]}='{found[2]}'" if found else token


def _parsed(parser: OverridesParser, token: str) -> Override:
    if not isinstance(token, str):
        raise BadValueError("override", token, f"text of the form key=value, {EXAMPLE}")
    if "=" not in token and not token.startswith("~"):
        raise BadValueError("override", token, f"key=value, {EXAMPLE}")
    try:
        with _shuffled_alike(token):
            return parser.parse_overrides([token])[0]
    except HydraException as error:
        told = [line.strip() for line in str(error).splitlines() if line.strip(" ^")]
        said = ("Error parsing override", "LexerNoViableAltException", "See https:")  # only repeat what was typed
        reason = next((line.partition(" expecting ")[0] for line in told if not line.startswith(said)), "")
        hint = f" ({reason})" if reason else ""
        allowed = f"key=value, {EXAMPLE}; text with special characters goes in quotes{hint}"
        raise BadValueError("override", token, allowed) from error
    except Exception as error:  # Hydra's functions (range, int, ...) let Python's own errors through
        raise BadValueError("override", token, f"key=value, {EXAMPLE} ({error})") from error


def _token(token: str, override: Override, presets: Mapping[str, Collection[str]], sweeps: bool) -> Token:
    key = override.key_or_group
    if override.type is OverrideType.DEL:
        raise BadValueError("override", token, "key=value; nothing can be removed, give another value or null instead")
    if key == "hydra.searchpath":  # all presets are known beforehand, so it would find none
        raise ContradictionError(f"{key}: not taken; presets of your own go in with --config-dir (config_dir in Python).")
    if override.is_hydra_override():
        return Token(key, token, None, "hydra", composed=True)
    if override.package is not None:
        raise BadValueError("override", token, f"key=value without @, {EXAMPLE}")
    several = override.is_sweep_override()
    if several and not sweeps:
        raise BadValueError(
            key, override.get_value_string(),
            "one value; a list is written [a,b], text with a comma in quotes, and several runs need --multirun",
        )  # fmt: skip
    raw = _swept(key, override) if several else [override._value]
    values = [_python(value) for value in raw]  # refuses what cannot be written
    choices = tuple(Transformer.str(cast(Any, value)) for value in raw) if several else ()
    each_once(key, values)
    value = values if several else values[0]
    ends = _ends(key, override) if several and not values else None
    text = token.lstrip("+")
    if not key:
        raise BadValueError("override", token, f"key=value, {EXAMPLE}")
    if key in presets:
        if value is None and key == _NO_EXPERIMENT.key:
            return _NO_EXPERIMENT
        if ends is not None:
            raise BadValueError(key, override.get_value_string(), "names of presets; an interval is one of numbers")
        for choice in values:
            _check_preset(key, choice, presets)
        return Token(key, text, value, "group", several, True, choices)
    name, way = locate(key, presets)
    # Hydra takes new keys inside a list or mapping only after ++; whether they are known is checked with the whole.
    text = f"++{text}" if way or is_container(name) else text
    # Hydra merges a mapping into the one that is there, where setting a value would replace it.
    composed = "${" in token or any(isinstance(value, dict) for value in values)
    return Token(key, text, value, "parameter", several, composed, choices, ends)


@contextlib.contextmanager
def _shuffled_alike(text: str) -> Iterator[None]:
    """Let Hydra's ``shuffle`` give the same order each time, so that the same command is the same sweep."""
    before = random.getstate()
    random.seed(text)
    try:
        yield
    finally:
        random.setstate(before)


def _swept(key: str, override: Override) -> list[Any]:
    if override.is_interval_sweep():
        return []  # a sample, or a sweeper that searches, chooses its values
    try:
        with _shuffled_alike(override.input_line or ""):
            found = list(itertools.islice(override.sweep_iterator(), MOST_VALUES + 1))
    except Exception as error:
        raise BadValueError(key, override.get_value_string(), f"a list of values to run ({error})") from error
    if not 1 <= len(found) <= MOST_VALUES:
        raise BadValueError(key, override.get_value_string(), f"at least one value and at most {MOST_VALUES:,}")
    return found


def _ends(key: str, override: Override) -> tuple[float, float]:
    interval = cast(Any, override._value)
    low, high = float(interval.start), float(interval.end)
    if not (math.isfinite(low) and math.isfinite(high) and low <= high):
        raise BadValueError(key, override.get_value_string(), "interval(LOW,HIGH), two finite numbers in that order")
    return low, high


def _python(value: Any) -> Any:
    if isinstance(value, QuotedString):
        return value.text
    if isinstance(value, Sweep):
        raise CxsimError("A sweep cannot hold another sweep; write the values one after the other.")
    if isinstance(value, list):
        return [_python(part) for part in value]
    if isinstance(value, dict):
        return {_python(name): _python(part) for name, part in value.items()}
    return value


def _check_preset(group: str, choice: Any, presets: Mapping[str, Collection[str]]) -> None:
    if isinstance(choice, bool | list | dict) or choice is None or str(choice) not in presets[group]:
        raise UnknownPresetError(group, "null" if choice is None else str(choice), presets[group])


def jobs(tokens: Sequence[Token]) -> Iterator[tuple[Token, ...]]:
    """The overrides of each run that a multirun stands for, in the order in which Hydra's basic sweeper runs them.

    Raises:
        CxsimError: more runs than anyone can mean.
    """
    last = {token.key: token for token in tokens}  # as in Hydra, a later override replaces an earlier one
    count = math.prod(len(token.value) for token in last.values() if token.swept)
    if count > MOST_JOBS:
        raise CxsimError(f"--multirun: {count:,} runs; at most {MOST_JOBS:,} are possible, so give fewer values.")
    return itertools.product(*map(_single, last.values()))


def _single(token: Token) -> list[Token]:
    if not token.swept:
        return [token]
    head = token.text.partition("=")[0]
    return [
        dataclasses.replace(token, text=f"{head}={choice}", value=value, swept=False, choices=(choice,))
        for choice, value in zip(token.choices, token.value, strict=True)
    ]
