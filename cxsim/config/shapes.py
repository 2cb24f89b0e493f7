"""Parameters that are more than a number or a word: segments, jobs, entrants, start values, strategies, sources."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any

from cxsim.config.errors import BadValueError, ContradictionError, nearest
from cxsim.config.firms import STRATEGIES
from cxsim.config.parameter import Spec
from cxsim.config.scalars import number, plain, text, whole

SHARE_TOLERANCE = 1e-6
POLICIES = ("standing",)

_SHARE = Spec("Share of customers.", low=0, high=1)
_MULTIPLIER = Spec("Multiple of the market's mean.", low=0, high=1e6)
_POUNDS = Spec("Pounds.", unit="£", low=0, high=1e9)
_DEGREE = Spec("Degree.", low=0, high=1)

_Field = tuple[Callable[[str, Spec, Any], Any], Spec]

SEGMENT: dict[str, _Field] = {
    "name": (text, Spec("Name.", from_start=True)),
    "share": (number, Spec("Share of customers.", low=0, high=1, from_start=True)),
    "attention": (number, _MULTIPLIER),
    "vigilance": (number, _MULTIPLIER),
    "switching_cost": (number, _MULTIPLIER),
    "willingness_to_pay": (number, _MULTIPLIER),
    "complaint": (number, _MULTIPLIER),
    "foresight": (number, _MULTIPLIER),
}
JOB: dict[str, _Field] = {
    "name": (text, Spec("Name.")),
    "share": (number, _SHARE),
    "weights": (lambda key, spec, value: _weights(key, value), Spec("Importance of each outcome.")),
}
ENTRANT: dict[str, _Field] = {
    "name": (text, Spec("Name.")),
    "month": (whole, Spec("Month of entry.", low=0, high=24_000)),
    "cost_advantage": (number, Spec("Share of unit cost saved.", low=-1, high=1)),
    "quality": (number, _DEGREE),
    "price": (number, _POUNDS),
}
_LEFT_OUT: dict[str, float | None] = {
    "attention": 1.0,
    "vigilance": 1.0,
    "switching_cost": 1.0,
    "willingness_to_pay": 1.0,
    "complaint": 1.0,
    "foresight": 1.0,
    "cost_advantage": 0.0,
    "quality": None,
    "price": None,
}
"""What an entry means that leaves one of these out; ``None`` is left to the market."""
INITIAL_LEVERS: dict[str, Spec] = {
    "loyalty_premium": _POUNDS,
    "hidden_fee": _POUNDS,
    "exit_barrier": _POUNDS,
    "overpromise": Spec("Experience promised beyond what is delivered.", low=-1, high=1),
    "personalisation": _DEGREE,
    "disclosure": _DEGREE,
    "score_gaming": _DEGREE,
    **dict.fromkeys(("discretion", "speed_target", "technology", "process", "staff_care", "boldness"), _DEGREE),
    "dark_pattern": _DEGREE,
    "announcement": _DEGREE,
}

_USER_CLASS = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
_UNSAFE_IN_A_PATH = re.compile(r'[\x00-\x1f<>:"|?*\\]')


def is_user_class(name: str) -> bool:
    """Whether a name has the form ``module:Class``, so that it names a user's own code."""
    return _USER_CLASS.fullmatch(name) is not None


def _records(fields: Mapping[str, _Field], sums_to_one: bool) -> Callable[[str, Any], list[dict[str, Any]]]:
    def shape(key: str, value: Any) -> list[dict[str, Any]]:
        if not isinstance(value, list | tuple):
            raise BadValueError(key, value, f"a list of mappings with {', '.join(fields)}")
        records = [_record(f"{key}[{position}]", fields, item) for position, item in enumerate(value)]
        unique(key, (record["name"] for record in records))
        if sums_to_one and not records:
            raise BadValueError(key, value, "a list of at least one entry")
        if sums_to_one:
            _sums_to_one(key, "shares", (record["share"] for record in records))
        return records

    return shape


def _record(key: str, fields: Mapping[str, _Field], value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise BadValueError(key, value, f"a mapping with {', '.join(fields)}")
    for given in value:
        if given not in fields:
            raise BadValueError(key, given, f"the keys {', '.join(fields)}", nearest(str(given), fields))
    needed = [name for name in fields if name not in _LEFT_OUT]
    for name in needed:
        if name not in value:
            raise BadValueError(f"{key}.{name}", None, f"a value; every entry needs {', '.join(needed)}")
    record = {
        name: take(f"{key}.{name}", spec, value[name]) if value.get(name) is not None else _LEFT_OUT.get(name)
        for name, (take, spec) in fields.items()
    }
    for name in needed:  # a null stands where a value is needed
        if record[name] is None:
            raise BadValueError(f"{key}.{name}", None, fields[name][1].allowed())
    if not str(record["name"]).strip():
        raise BadValueError(f"{key}.name", record["name"], "a name that is not empty")
    return record


def _weights(key: str, value: Any) -> dict[str, float]:
    if not isinstance(value, Mapping):
        raise BadValueError(key, value, "a mapping from outcomes to weights that sum to 1")
    weights = {str(name): number(f"{key}.{name}", _DEGREE, weight) for name, weight in value.items()}
    _sums_to_one(key, "weights", weights.values())
    return weights


def _sums_to_one(key: str, what: str, values: Iterable[float]) -> None:
    total = math.fsum(values)
    if abs(total - 1.0) > SHARE_TOLERANCE:
        raise ContradictionError(f"{key}: the {what} sum to {total:.7g}, not to 1; raise or lower one of them by {abs(total - 1):.7g}.")


def unique(key: str, names: Iterable[str]) -> None:
    """Refuse a list in which a name appears twice."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ContradictionError(f"{key}: the name {name!r} appears twice; give each its own.")
        seen.add(name)


def _outcomes(key: str, value: Any) -> list[str]:
    if not isinstance(value, list | tuple) or not value:
        raise BadValueError(key, value, "a list of at least one name")
    return _names(key, value)


def _names(key: str, value: Any) -> list[str]:
    if not isinstance(value, list | tuple):
        raise BadValueError(key, value, "a list of names")
    names = [text(key, Spec("Name."), name) for name in value]
    for name in names:
        if not name.strip():
            raise BadValueError(key, name, "names that are not empty")
    unique(key, names)
    return names


def _initial_levers(key: str, value: Any) -> dict[str, float]:
    if not isinstance(value, Mapping):
        raise BadValueError(key, value, f"a mapping from {', '.join(INITIAL_LEVERS)} to start values")
    for name in value:
        if name not in INITIAL_LEVERS:
            known = f"the levers {', '.join(INITIAL_LEVERS)}"
            raise BadValueError(key, name, known, nearest(str(name), INITIAL_LEVERS))
    return {str(name): number(f"{key}.{name}", INITIAL_LEVERS[name], start) for name, start in value.items()}


def _behaviour(known: tuple[str, ...], key: str, value: Any) -> str:
    if isinstance(value, str) and (value in known or is_user_class(value)):
        return str(value)
    hint = nearest(value, known) if isinstance(value, str) else ""
    raise BadValueError(key, value, f"{', '.join(known)}, or module:Class of your own", hint)


def _strategy(key: str, value: Any) -> str | list[str]:
    if isinstance(value, list | tuple):
        if not value:
            raise BadValueError(key, value, "a strategy, or a list of at least one")
        return [_behaviour(STRATEGIES, key, name) for name in value]
    return _behaviour(STRATEGIES, key, value)


def _name(key: str, value: Any) -> str:
    name = text(key, Spec("Name."), value)
    parts = name.split("/")
    safe = not _UNSAFE_IN_A_PATH.search(name) and not PurePosixPath(name).is_absolute()
    if not safe or any(not part.strip(" .") or part != part.strip() or len(part) > 200 for part in parts):
        raise BadValueError(key, value, 'a name that can be a folder below results_dir, without .. and <>:"|?*\\')
    return name


def _results_dir(key: str, value: Any) -> str:
    folder = text(key, Spec("Folder."), value)
    if not folder.strip() or "\x00" in folder:
        raise BadValueError(key, value, "the path of a folder")
    return folder


def _sources(key: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise BadValueError(key, value, "a mapping from parameters to where their values come from")
    return {str(name): _note(f"{key}.{name}", note) for name, note in value.items()}


def _note(key: str, value: Any) -> Any:
    value = plain(value)
    if isinstance(value, Mapping):
        return {str(name): _note(f"{key}.{name}", note) for name, note in value.items()}
    if isinstance(value, list | tuple):
        return [_note(f"{key}[{position}]", note) for position, note in enumerate(value)]
    if isinstance(value, datetime.date):
        return value.isoformat()  # YAML reads an unquoted date as one; JSON and the hash need text
    if isinstance(value, float) and not math.isfinite(value):
        raise BadValueError(key, value, "text or a finite number")
    if value is None or isinstance(value, str | int | float):
        return value
    raise BadValueError(key, value, "text, a number, or lists and mappings of them")


SHAPES: dict[str, Callable[[str, Any], Any]] = {
    "name": _name,
    "results_dir": _results_dir,
    "market.outcomes": _outcomes,
    "market.basics": _names,
    "market.jobs": _records(JOB, sums_to_one=True),
    "market.entrants": _records(ENTRANT, sums_to_one=False),
    "market.sources": _sources,
    "customers.segments": _records(SEGMENT, sums_to_one=True),
    "customers.sources": _sources,
    "firms.strategy": _strategy,
    "firms.initial_levers": _initial_levers,
    "firms.sources": _sources,
    "regulator.policy": lambda key, value: _behaviour(POLICIES, key, value),
    "regulator.sources": _sources,
}
