"""What is settled when a run starts, and what may change on a later day.

The schema marks each parameter that only shapes the start (``from_start``); all others of the market, its customers, firms and
regulator act through the month. What stands beside the groups (seed, months, name ...) belongs to the run as a whole.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping
from typing import Any

from cxsim.config.checks import check
from cxsim.config.errors import ContradictionError, shown
from cxsim.config.essence import PROSE
from cxsim.config.keys import index
from cxsim.config.load import replaced
from cxsim.config.run import Config
from cxsim.config.shapes import SEGMENT


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


def taking_over(earlier: Config, values: Mapping[str, Any]) -> Config:
    """The configuration that takes over from an earlier one on a later day.

    What firms start with may by then be forbidden: that is what reforms are for. Start values beyond the new limits are cut to them, as
    firms' levers are, so that the result could also be run from its start.

    Args:
        earlier: the configuration until that day.
        values: Python values by dotted key that are others from then on.

    Raises:
        CxsimError: an unknown key, a value that cannot be used, a contradiction, or something that is settled when a run starts.
    """
    result = _trimmed(replaced(earlier, values))
    check_follows(result, earlier)
    check(result)
    return result


def check_follows(config: Config, earlier: Config) -> None:
    """See that a configuration may take over from an earlier one on a later day.

    Raises:
        ContradictionError: it differs in something that is settled when a run starts; the message names it.
    """
    for key in differing(earlier, config):
        was, given = value_of(earlier, key), value_of(config, key)
        if key == "customers.segments" and _fixed(was) != _fixed(given):
            raise _settled(key, given, was, "the names and shares of segments are")
        if key in settled_at_start() and not (key in _CUT and given == _cut(config, key, was)):
            raise _settled(key, given, was, "that is")


def _settled(key: str, given: Any, was: Any, what: str) -> ContradictionError:
    return ContradictionError(
        f"{key}: given {shown(given)}, and it is {shown(was)}; {what} settled when a run starts and cannot change on a later day. "
        "Leave it out, or compare two runs that differ in it from their start."
    )


_CUT = ("firms.initial_price", "firms.initial_levers")


def _trimmed(config: Config) -> Config:
    """Start values that the limits forbid are cut to them, as seating a firm does."""
    price, levers = (_cut(config, key, value_of(config, key)) for key in _CUT)
    return dataclasses.replace(config, firms=dataclasses.replace(config.firms, initial_price=price, initial_levers=levers))


def _cut(config: Config, key: str, start: Any) -> Any:
    market, firms, regulator = config.market, config.firms, config.regulator
    if key == "firms.initial_price":
        return None if start is None else min(start, firms.max_price * market.reference_price)
    highest = {
        "loyalty_premium": 0.0 if market.ban_price_walking else market.max_loyalty_premium * market.reference_price,
        "hidden_fee": 0.0 if regulator.ban_hidden_fees else market.max_hidden_fee * market.reference_price,
        "exit_barrier": 0.0 if regulator.ban_exit_barriers else market.max_exit_barrier * market.reference_price,
        "overpromise": firms.max_overpromise,
        "announcement": 0.0 if not config.customers.talk_weight else 1.0,
        "dark_pattern": 0.0 if regulator.ban_dark_patterns or not market.extra_price else 1.0,
    }
    return {name: min(value, highest.get(name, value)) for name, value in start.items()}


def value_of(config: Config, key: str) -> Any:
    """The value that a configuration has for a key."""
    group, _, field = key.rpartition(".")
    return getattr(getattr(config, group) if group else config, field)


def _fixed(segments: list[dict[str, Any]]) -> list[list[Any]]:
    """What of the segments is settled at the start: who is in which. Their multipliers are not."""
    names = [name for name, (_, spec) in SEGMENT.items() if spec.from_start]
    return [[segment.get(name) for name in names] for segment in segments]
