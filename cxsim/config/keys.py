"""Dotted keys: which parameter a key names, and the check of one value for it."""

from __future__ import annotations

import copy
import dataclasses
import functools
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from cxsim.config.errors import BadValueError, UnknownKeyError, nearest
from cxsim.config.parameter import Parameter, parameters
from cxsim.config.run import Config
from cxsim.config.scalars import BY_TYPE
from cxsim.config.shapes import SHAPES

_CONTAINERS = ("list[", "dict[", "Any")


@functools.cache
def index() -> Mapping[str, Parameter]:
    """Every parameter by its dotted key, in the order of declaration."""
    return {parameter.key: parameter for parameter in parameters(Config)}


@functools.cache
def group_types() -> Mapping[str, type]:
    """The groups of parameters (market, customers, firms, regulator) with the class that declares each."""
    kinds: dict[str, type] = {}
    for field in dataclasses.fields(Config):
        made = field.default_factory
        if isinstance(made, type) and dataclasses.is_dataclass(made):
            kinds[field.name] = made
    return kinds


@functools.cache
def _takers() -> Mapping[str, Callable[[Any], Any]]:
    """For each key the function that takes a value for it, or raises."""
    return {key: _taker(parameter) for key, parameter in index().items()}


def _taker(parameter: Parameter) -> Callable[[Any], Any]:
    key, spec = parameter.key, parameter.spec
    if key in SHAPES:
        return functools.partial(SHAPES[key], key)
    take = functools.partial(BY_TYPE[parameter.type.removesuffix(" | None")], key, spec)
    if not parameter.type.endswith(" | None"):
        return take
    return lambda value: None if value is None else take(value)


def coerce(key: str, value: Any) -> Any:
    """The value as its parameter holds it.

    Raises:
        UnknownKeyError: no parameter has that key.
        BadValueError: wrong type, out of range, or not among the allowed words.
        ContradictionError: entries of a list that cannot stand together.
    """
    taker = _takers().get(key)
    if taker is None:
        raise UnknownKeyError(str(key), index())
    return taker(value)


def is_container(key: str) -> bool:
    """Whether a parameter is a list or a mapping, whose parts can be named too (``customers.segments.0.share``)."""
    return index()[key].type.startswith(_CONTAINERS)


def locate(key: str, also_known: Iterable[str] = ()) -> tuple[str, tuple[str, ...]]:
    """The parameter that a dotted key names, and the way on into it.

    ``market.n_firms`` is a parameter itself; ``firms.initial_levers.hidden_fee`` is a part of one.

    Raises:
        UnknownKeyError: the key leads to no parameter; `also_known` names further words to suggest.
    """
    if key in index():
        return key, ()
    parts = key.split(".")
    for length in range(len(parts) - 1, 0, -1):
        head = ".".join(parts[:length])
        if head in index() and is_container(head):
            return head, tuple(parts[length:])
    same_name = [known for known in index() if known.rpartition(".")[2] == key]  # only the group was left out
    raise UnknownKeyError(key, same_name or [*index(), *also_known])


def changed(key: str, container: Any, way: tuple[str, ...], value: Any) -> Any:
    """A copy of a list or mapping in which the part at the end of the way has a new value."""
    result = copy.deepcopy(container)
    part = result
    for position, step in enumerate(way):
        here: Any = step
        where = ".".join((key, *way[:position]))
        if isinstance(part, list):
            if not step.isdecimal() or int(step) >= len(part):
                raise BadValueError(where, step, f"the position of one of its {len(part)} entries, counted from 0")
            here = int(step)
        elif not isinstance(part, dict):
            raise BadValueError(where, step, "nothing below this key, it holds a single value")
        if position == len(way) - 1:
            part[here] = value
        elif isinstance(part, dict) and here not in part:
            raise BadValueError(where, step, f"the keys {', '.join(part)}", nearest(step, part))
        else:
            part = part[here]
    return result
