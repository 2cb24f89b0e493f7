"""What is settled when a run starts, and what may change on a later day.

The schema marks each parameter that only shapes the start (``from_start``); all others of the market, its customers, firms and
regulator act through the month. What stands beside the groups (seed, months, name ...) belongs to the run as a whole.
"""

from __future__ import annotations

import functools
from typing import Any

from cxsim.config.errors import ContradictionError, shown
from cxsim.config.keys import index
from cxsim.config.run import Config
from cxsim.config.shapes import SEGMENT

PROSE = frozenset({"title", "sources"})
"""Parameters that say something to people and nothing to the model."""


@functools.cache
def settled_at_start() -> tuple[str, ...]:
    """Keys of the parameters that are settled when a run starts."""
    return tuple(key for key, parameter in index().items() if parameter.spec.from_start)


@functools.cache
def of_the_run() -> tuple[str, ...]:
    """Keys that belong to a run as a whole: how long, with which luck, where to."""
    return tuple(key for key in index() if "." not in key)


@functools.cache
def may_change() -> tuple[str, ...]:
    """Keys that may change on a later day and then act through the month; titles and sources, which act on nothing, are left out."""
    kept = {*settled_at_start(), *of_the_run()}
    return tuple(key for key in index() if key not in kept and key.rpartition(".")[2] not in PROSE)


def differing(one: Config, other: Config) -> list[str]:
    """Keys in which two configurations differ, in the order of declaration; titles and sources count."""
    return [key for key in index() if value_of(one, key) != value_of(other, key)]


def check_follows(config: Config, earlier: Config) -> None:
    """See that a configuration may take over from an earlier one on a later day.

    Raises:
        ContradictionError: it differs in something that is settled when a run starts; the message names it.
    """
    fixed = [key for key in differing(earlier, config) if key in settled_at_start()]
    fixed += [key for key in ("customers.segments",) if _segments(earlier) != _segments(config)]
    if fixed:
        key = fixed[0]
        was, given = value_of(earlier, key), value_of(config, key)
        what = "the names and shares of segments are" if key == "customers.segments" else "that is"
        raise ContradictionError(
            f"{key}: given {shown(given)}, and it is {shown(was)}; {what} settled when a run starts and cannot change on a later day. "
            "Leave it out, or compare two runs that differ in it from their start."
        )


def value_of(config: Config, key: str) -> Any:
    """The value that a configuration has for a key."""
    group, _, field = key.rpartition(".")
    return getattr(getattr(config, group) if group else config, field)


def _segments(config: Config) -> list[list[Any]]:
    """What of the segments is settled at the start: who is in which. Their multipliers are not."""
    fixed = [name for name, (_, spec) in SEGMENT.items() if spec.from_start]
    return [[segment.get(name) for name in fixed] for segment in config.customers.segments]
