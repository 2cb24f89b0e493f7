"""Channels: the ways in which a regime reaches customers. Each lever and each setting goes through exactly one of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cxsim.config.errors import BadValueError
from cxsim.config.essence import PROSE
from cxsim.config.keys import index
from cxsim.config.run import Config
from cxsim.config.start import differing, of_the_run, settled_at_start, value_of
from cxsim.firms.table import LEVER_NAMES

QUALITY = "quality"
"""The lever that has a column per outcome; all others are one number each."""

LEVERS = (*LEVER_NAMES, QUALITY)


@dataclasses.dataclass(frozen=True)
class Channel:
    """One way in which a regime reaches customers.

    Attributes:
        meaning: what goes through it, in a sentence.
        levers: levers of firms whose recorded course it carries.
        keys: parameters whose values it carries where the regimes differ in them.
        publicity: whether it carries what customers hear of findings.
        rest: whether it carries everything that no other channel does: who is in the market, starts and all other parameters.
    """

    meaning: str
    levers: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    publicity: bool = False
    rest: bool = False


CHANNELS: Mapping[str, Channel] = {
    "prices": Channel(
        "What is advertised and what is paid on top by those who stay: prices, loyalty premiums, personal prices.",
        ("price", "loyalty_premium", "personalisation", "insight"),
        ("market.intro_months", "customers.data_headroom"),
    ),
    "quality": Channel(
        "How well the job is done and how problems are dealt with: quality of every outcome, service and how it is run.",
        ("quality", "service", "discretion", "speed_target", "technology", "process", "staff_care", "boldness"),
        ("market.problem_rate", "market.problem_quality_slope", "market.load_variation", "market.off_script", "firms.speed_gain",
         "firms.speed_loss", "firms.technology_gain", "firms.morale_gain", "firms.morale_speed"),
    ),
    "hidden_charges": Channel(
        "What is charged unseen, and how open firms are about it: hidden fees, extras that nobody wants, disclosure.",
        ("hidden_fee", "dark_pattern", "disclosure"),
        ("market.extra_price", "market.extra_offers", "customers.avoidance_cost", "customers.foresight", "customers.enrolment_plain",
         "customers.enrolment_mild", "customers.enrolment_aggressive", "customers.backlash"),
    ),
    "switching": Channel(
        "What stands in the way of leaving: exit barriers and the cost of changing supplier.",
        ("exit_barrier",),
        ("market.switching_cost", "market.switching_cost_spread", "market.switching_cost_lasting", "market.switching_horizon"),
    ),
    "publicity": Channel("What customers hear of the regulator's findings.", publicity=True),
    "other": Channel(
        "Everything else: what firms promise and announce, who is in the market, and settings that no other channel carries.",
        ("overpromise", "announcement", "score_gaming"),
        rest=True,
    ),
}  # fmt: skip
"""The channels that are told apart unless others are asked for."""


def check(channels: Mapping[str, Channel]) -> None:
    """See that every lever goes through one channel, and what remains through one as well.

    Raises:
        BadValueError: it does not; the message names the lever or key.
    """
    for name, channel in channels.items():
        for lever in channel.levers:
            if lever not in LEVERS:
                raise BadValueError(f"channels.{name}", lever, f"the levers {', '.join(LEVERS)}")
        for key in channel.keys:
            if key not in index() or key in of_the_run():
                raise BadValueError(f"channels.{name}", key, "keys of parameters of market, customers, firms or regulator")
    for what, known in (("levers", LEVERS), ("keys", None)):
        given = [one for channel in channels.values() for one in getattr(channel, what)]
        twice = sorted({one for one in given if given.count(one) > 1})
        missing = [one for one in known or () if one not in given]
        if twice or missing:
            raise BadValueError("channels", ", ".join(twice or missing), f"each of the {what} in one channel, and in one only")
    for what in ("publicity", "rest"):
        if sum(getattr(channel, what) for channel in channels.values()) != 1:
            raise BadValueError("channels", what, f"exactly one channel with {what}=True")


def carrier(channels: Mapping[str, Channel], lever: str) -> str:
    """Name of the channel that carries a lever."""
    return next(name for name, channel in channels.items() if lever in channel.levers)


def one_with(channels: Mapping[str, Channel], what: str) -> str:
    """Name of the channel with ``publicity`` or ``rest``."""
    return next(name for name, channel in channels.items() if getattr(channel, what))


def keys_of(channels: Mapping[str, Channel], one: Config, other: Config, started: bool = False) -> dict[str, list[str]]:
    """By channel the parameters in which two regimes differ and that it carries.

    The regulator's own parameters are in none: they reach customers only through what firms do and through publicity. Nor is what is
    settled at the start in any, where the market has already started.
    """
    silent = {*of_the_run(), *(settled_at_start() if started else ())}
    rest = one_with(channels, "rest")
    carried = {key: name for name, channel in channels.items() for key in channel.keys}
    found: dict[str, list[str]] = {name: [] for name in channels}
    for key in differing(one, other):
        if key in silent or key.rpartition(".")[2] in PROSE or key.startswith("regulator."):
            continue
        found[carried.get(key, rest)].append(key)
    return found


def mixed(one: Config, other: Config, keys: Mapping[str, Sequence[str]], through: Iterable[str]) -> Config:
    """The first regime's configuration with the second's values for what goes through some channels; not checked as a whole."""
    values = {key: value_of(other, key) for name in through for key in keys[name]}
    groups: dict[str, dict[str, Any]] = {}
    for key, value in values.items():
        group, _, field = key.partition(".")
        groups.setdefault(group, {})[field] = value
    return dataclasses.replace(one, **{group: dataclasses.replace(getattr(one, group), **part) for group, part in groups.items()})
