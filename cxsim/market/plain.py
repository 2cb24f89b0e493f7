"""Plain values, and nothing else, as JSON beside arrays: what a checkpoint is made of.

Numbers, words, arrays and lists, tuples, sets and mappings of them come back exactly as they were, down to the type and the last bit.
Nothing that is read can name code to be run.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from cxsim.config.errors import CheckpointError

_TAG = "!"
_SEQUENCES = {"tuple": tuple, "set": set, "frozenset": frozenset}
KINDS = "biufcSU"
"""Kinds of arrays that may be kept: booleans, numbers, bytes and words."""


def encode(value: Any, where: str, arrays: dict[str, np.ndarray]) -> Any:
    """A value as JSON can hold it; arrays are put into ``arrays`` under a name of their own and referred to.

    Args:
        value: numbers, words, ``None``, arrays, and lists, tuples, sets and mappings of them.
        where: what the value is, for the message if it cannot be kept.
        arrays: filled with copies.

    Raises:
        CheckpointError: something else is in it; the message says where and what.
    """
    kind = type(value)
    if value is None or kind in (bool, int, str):
        return value
    if kind is float:
        return value if math.isfinite(value) else {_TAG: "float", "value": repr(value)}
    if kind is list:
        return [encode(part, f"{where}[{position}]", arrays) for position, part in enumerate(value)]
    if kind is dict:
        return _mapping(value, where, arrays)
    if kind.__name__ in _SEQUENCES and kind is _SEQUENCES[kind.__name__]:
        parts = sorted(value, key=repr) if kind is not tuple else value
        return {_TAG: kind.__name__, "value": [encode(part, f"{where}[{position}]", arrays) for position, part in enumerate(parts)]}
    if kind is np.ndarray and value.dtype.kind in KINDS:
        name = f"a{len(arrays)}"
        arrays[name] = np.array(value, order="C")
        return {_TAG: "array", "value": name}
    if isinstance(value, np.generic) and value.dtype.kind in KINDS:
        name = f"a{len(arrays)}"
        arrays[name] = np.array(value)
        return {_TAG: "number", "value": name}
    raise CheckpointError(
        f"{where}: a {kind.__module__}.{kind.__qualname__} cannot be kept in a checkpoint; "
        "numbers, words, arrays, and lists, tuples, sets and mappings of them can."
    )


def decode(coded: Any, arrays: Mapping[str, np.ndarray]) -> Any:
    """The value that was encoded; arrays are copies.

    Raises:
        CheckpointError: it was not made by :func:`encode`.
    """
    if isinstance(coded, list):
        return [decode(part, arrays) for part in coded]
    if not isinstance(coded, dict):
        return coded
    if _TAG not in coded:
        return {name: decode(part, arrays) for name, part in coded.items()}
    tag, held = coded[_TAG], coded["value"]
    if tag == "array":
        return arrays[held].copy()
    if tag == "number":
        return arrays[held][()]
    if tag == "float":
        return float(held)
    if tag == "mapping":
        return {decode(name, arrays): decode(part, arrays) for name, part in held}
    if tag in _SEQUENCES:
        return _SEQUENCES[tag](decode(part, arrays) for part in held)
    raise CheckpointError(f"checkpoint: given a value of the kind {tag!r}; this cxsim knows none of that name.")


def copied(value: Any, where: str) -> Any:
    """A copy that shares nothing with the original.

    Raises:
        CheckpointError: as :func:`encode`.
    """
    arrays: dict[str, np.ndarray] = {}
    return decode(encode(value, where, arrays), arrays)


def _mapping(value: Mapping[Any, Any], where: str, arrays: dict[str, np.ndarray]) -> Any:
    if all(type(name) is str for name in value) and _TAG not in value:
        return {name: encode(part, f"{where}.{name}", arrays) for name, part in value.items()}
    pairs = [[encode(name, f"{where}: a key", arrays), encode(part, f"{where}[{name!r}]", arrays)] for name, part in value.items()]
    return {_TAG: "mapping", "value": pairs}
