"""Single values: numbers, words and flags, taken strictly and brought to their one Python type."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Iterable
from typing import Any

from cxsim.config.errors import BadValueError, ContradictionError, nearest, shown
from cxsim.config.parameter import Spec


def allowed(kind: str, spec: Spec) -> str:
    """What is allowed, with the kind of value said first: ``a whole number, 1 to 200``."""
    words = spec.allowed()
    if spec.choices:
        return words
    return kind + words[3:] if words.startswith("any") else f"{kind}, {words}"


def plain(value: Any) -> Any:
    """A NumPy scalar as the Python value it stands for; anything else unchanged."""
    if type(value).__module__ == "numpy" and getattr(value, "ndim", None) == 0:
        return value.item()
    return value


def number(key: str, spec: Spec, value: Any) -> float:
    """A finite float inside the range; whole numbers will do, booleans and text will not."""
    value = plain(value)
    if isinstance(value, bool) or not isinstance(value, float | int | numbers.Real):
        raise BadValueError(key, value, allowed("a number", spec))
    try:
        result = float(value)
    except OverflowError:
        raise BadValueError(key, value, allowed("a number", spec)) from None
    if not math.isfinite(result):
        raise BadValueError(key, value, allowed("a finite number", spec))
    _within(key, spec, result, value)
    return result + 0.0  # negative zero and zero are one value, so they must have one hash


def whole(key: str, spec: Spec, value: Any) -> int:
    """An int inside the range; 3.0 counts as 3, booleans do not count."""
    value = plain(value)
    if isinstance(value, bool) or not isinstance(value, float | int):
        raise BadValueError(key, value, allowed("a whole number", spec))
    if not isinstance(value, int) and (not math.isfinite(value) or value != math.floor(value)):
        raise BadValueError(key, value, allowed("a whole number", spec))
    result = math.floor(value)
    _within(key, spec, result, value)
    return result


def flag(key: str, spec: Spec, value: Any) -> bool:
    """True or false and nothing that merely looks like it."""
    value = plain(value)
    if not isinstance(value, bool):
        raise BadValueError(key, value, "true or false")
    return value


def text(key: str, spec: Spec, value: Any) -> str:
    """A word; where the parameter has choices, one of them. A whole number is taken as the text it was typed as."""
    value = plain(value)
    if isinstance(value, int) and not isinstance(value, bool) and not spec.choices:
        return str(value)
    if not isinstance(value, str):
        raise BadValueError(key, value, allowed("text", spec))
    if spec.choices and value not in spec.choices:
        raise BadValueError(key, value, spec.allowed(), nearest(value, spec.choices))
    return str(value)


def words(key: str, spec: Spec, value: Any) -> list[str]:
    """A list of words, each one of the choices; a single word stands for a list of one."""
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list | tuple):
        raise BadValueError(key, value, allowed("a list of words", spec))
    return [text(key, spec, word) for word in value]


def each_once(key: str, values: Iterable[Any]) -> None:
    """Refuse values to go through among which one is there twice, 2 and 2.0 being one: its runs would only be done again.

    Raises:
        ContradictionError: the first that is there twice, by name.
    """
    seen: set[str] = set()
    for value in map(plain, values):
        same = repr(int(value) if isinstance(value, float) and value.is_integer() else value)
        if same in seen:
            raise ContradictionError(f"{key}: {shown(value)} is given twice; give each value once.")
        seen.add(same)


def _within(key: str, spec: Spec, value: float, given: Any) -> None:
    if (spec.low is not None and value < spec.low) or (spec.high is not None and value > spec.high):
        raise BadValueError(key, given, spec.allowed())


BY_TYPE: dict[str, Callable[[str, Spec, Any], Any]] = {
    "float": number, "int": whole, "bool": flag, "str": text, "list[str]": words,
}  # fmt: skip
