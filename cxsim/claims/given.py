"""What files of claims hold, checked piece by piece: each function gives the piece back or says what is allowed in its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cxsim.config.errors import BadValueError, nearest


def mapping(key: str, given: Any) -> Mapping[str, Any]:
    """A mapping with something in it.

    Raises:
        BadValueError: it is not.
    """
    if not isinstance(given, Mapping) or not given:
        raise BadValueError(key, given, "a mapping with at least one entry")
    return given


def only(given: Mapping[str, Any], known: Sequence[str], prefix: str) -> None:
    """See that a mapping has no other keys than these.

    Raises:
        BadValueError: it is not.
    """
    for key in given:
        if key not in known:
            raise BadValueError(f"{prefix}{key}", given[key], f"only {', '.join(known)} here", nearest(str(key), known))


def text(key: str, given: Any, needed: bool) -> str:
    """A text on one line; ``needed`` if it may not be empty.

    Raises:
        BadValueError: it is not.
    """
    if not isinstance(given, str) or (needed and not given.strip()):
        raise BadValueError(key, given, "some text")
    return " ".join(given.split())


def flag(key: str, given: Any) -> bool:
    """True or false.

    Raises:
        BadValueError: it is not.
    """
    if not isinstance(given, bool):
        raise BadValueError(key, given, "true or false")
    return given


def words(key: str, given: Any) -> tuple[str, ...]:
    """A list of overrides.

    Raises:
        BadValueError: it is not.
    """
    if not isinstance(given, list) or not all(isinstance(word, str) for word in given):
        raise BadValueError(key, given, "a list of overrides such as market=energy")
    return tuple(given)


def number(key: str, given: Any, above: float | None = None) -> float:
    """A number, above a bound where there is one.

    Raises:
        BadValueError: it is not.
    """
    if isinstance(given, bool) or not isinstance(given, int | float) or (above is not None and not given > above):
        raise BadValueError(key, given, "a number" if above is None else f"a number above {above:g}")
    return float(given)


def count(key: str, given: Any) -> int:
    """A number of replications.

    Raises:
        BadValueError: it is not.
    """
    if isinstance(given, bool) or not isinstance(given, int) or not 2 <= given <= 10_000:
        raise BadValueError(key, given, "a whole number, 2 to 10,000")
    return given
