"""Reading a user's settings of a case: ``n=4 mu=0.3 costs=[1,1.2]``."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from cxsim.config.errors import BadValueError, CxsimError, nearest
from cxsim.validation.case import Case, Option


def settings(case: Case, given: Iterable[str], quick: bool = False) -> dict[str, Any]:
    """A value for every option of a case.

    Args:
        given: ``key=value`` as typed.
        quick: start from the case's quick values instead of its defaults.

    Raises:
        CxsimError: not of the form key=value, an unknown option or one given twice, or a value that the option does not take.
    """
    values = {name: option.default for name, option in case.options.items()}
    if quick and case.quick is not None:
        values |= case.quick
    seen: set[str] = set()
    for text in given:
        name, equals, raw = text.partition("=")
        if not equals:
            raise CxsimError(f"{text}: say what to set and to what, for example {next(iter(case.options))}={_example(case)}.")
        if name not in case.options:
            hint = nearest(name, case.options)
            raise CxsimError(f"{name}: {case.name} has no such option.{hint} Allowed: {', '.join(case.options)}.")
        if name in seen:
            raise CxsimError(f"{name}: it is given twice; give it once.")
        seen.add(name)
        values[name] = _taken(f"{case.name} {name}", case.options[name], raw)
    return values


def described(case: Case, values: Mapping[str, Any]) -> str:
    """The options in force, in one line."""
    return ", ".join(f"{name} = {_written(values[name])}" for name in case.options)


def _example(case: Case) -> str:
    return _written(next(iter(case.options.values())).default)


def _written(value: Any) -> str:
    if isinstance(value, tuple):
        return "[" + ",".join(f"{part:g}" for part in value) + "]"
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)


def _taken(key: str, option: Option, raw: str) -> Any:
    try:
        value = yaml.safe_load(raw)
    except yaml.YAMLError:
        value = raw
    default = option.default
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise BadValueError(key, raw, "true or false")
        return value
    if isinstance(default, tuple):
        parts = value if isinstance(value, list) else [value]
        return tuple(_number(key, option, part, raw) for part in parts)
    number = _number(key, option, value, raw)
    if isinstance(default, int):
        if number != int(number):
            raise BadValueError(key, raw, f"a whole number from {option.low:g} to {option.high:g}")
        return int(number)
    return number


def _number(key: str, option: Option, value: Any, raw: str) -> float:
    # YAML 1.1 reads 4e-6 as text.
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            value = math.nan
    usable = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not usable or not option.low <= value <= option.high:
        kind = "numbers" if isinstance(option.default, tuple) else "a whole number" if isinstance(option.default, int) else "a number"
        raise BadValueError(key, raw, f"{kind} from {option.low:g} to {option.high:g}")
    return float(value)
