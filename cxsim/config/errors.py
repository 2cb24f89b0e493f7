"""What can go wrong because of what a user gave, each said once and in full."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any


class CxsimError(Exception):
    """Something the user gave cannot be used. The message stands alone: what, what was given, what is allowed."""

    exit_code = 2

    def __reduce__(self) -> tuple[Any, ...]:
        # An exception is made again from its message, which is not what the constructors below take; a process that cannot
        # read an error sent to it takes the sender for dead.
        return _again, (type(self), self.args, self.__dict__)


def _again(kind: type[CxsimError], said: tuple[Any, ...], known: Mapping[str, Any]) -> CxsimError:
    error = kind.__new__(kind, *said)
    error.__dict__.update(known)
    return error


class UnknownKeyError(CxsimError):
    """A key that no parameter has."""

    def __init__(self, key: str, known: Iterable[str]):
        super().__init__(f"{key}: there is no such parameter.{nearest(key, known)}")
        self.key = key


class UnknownPresetError(CxsimError):
    """A preset that its group does not hold."""

    def __init__(self, group: str, given: str, known: Iterable[str]):
        names = sorted(known)
        super().__init__(f"{group}={given}: there is no such preset.{nearest(given, names)} Allowed: {', '.join(names)}.")
        self.key = group


class BadValueError(CxsimError):
    """A value out of range, of the wrong type, or not among the allowed words."""

    def __init__(self, key: str, given: Any, allowed: str, hint: str = ""):
        super().__init__(f"{key}: given {shown(given)}; allowed: {allowed}.{hint}")
        self.key = key


class ContradictionError(CxsimError):
    """Values that are fine alone and cannot stand together."""


class TableError(CxsimError):
    """A table that cannot be read, lacks a column, or holds a value that cannot be."""


class ResultsError(CxsimError):
    """A results folder that cannot be written or read."""


class CheckpointError(CxsimError):
    """A checkpoint that cannot be written or read, or a market with something in it that no checkpoint can hold."""


def nearest(given: str, known: Iterable[str]) -> str:
    """`` Did you mean x?`` for the closest known name, by the whole key and by its last part; empty when none is close."""
    names = list(known)
    close = difflib.get_close_matches(given, names, n=1, cutoff=0.6)
    if not close:
        tails = {name.rsplit(".", 1)[-1]: name for name in names}
        close = [tails[tail] for tail in difflib.get_close_matches(given.rsplit(".", 1)[-1], tails, n=1, cutoff=0.7)]
    return f" Did you mean {close[0]}?" if close else ""


def shown(value: Any) -> str:
    """A value as a user would have typed it, cut to a readable length."""
    if value is None:
        text = "null"
    elif isinstance(value, bool):
        text = str(value).lower()
    else:
        text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
