"""The conditions over which a claim is tried, and the configuration of each arm in each of them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cxsim.claims.claim import Claim
from cxsim.claims.composed import composed
from cxsim.config.errors import BadValueError, CxsimError
from cxsim.config.keys import index
from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.firms.start import starting_firms

_MULTIPLE = re.compile(r"x(\d+(?:\.\d+)?)")
FIRMS = "market.n_firms"


@dataclasses.dataclass(frozen=True)
class Condition:
    """One of the markets in which a claim is tried.

    Attributes:
        market: its market, by the name that the claim gives it.
        key: the parameter that is varied, empty where all is as the market has it.
        level: the value as the file gives it, ``None`` where nothing is varied.
        guess: whether the parameter varied is one that nobody has measured.
    """

    market: str
    key: str = ""
    level: Any = None
    guess: bool = False

    @property
    def label(self) -> str:
        """The condition in a few words."""
        return f"{self.market}, {self.key}={self.level}" if self.key else self.market


def conditions(claim: Claim, quick: bool = False) -> list[Condition]:
    """Every market as it is, every market with one parameter varied, and the first market with one guess varied.

    Args:
        claim: the claim.
        quick: parameters that are no guesses are varied in the first market alone, too.
    """
    made: list[Condition] = []
    for place, market in enumerate(claim.markets):
        made.append(Condition(market))
        for factor in claim.factors:
            if place == 0 or not (factor.guess or quick):
                made += [Condition(market, factor.key, level, factor.guess) for level in factor.levels]
    return made


def configs(claim: Claim, quick: bool = False) -> Iterator[tuple[Condition, str, Config]]:
    """The configuration of each arm in each condition.

    Raises:
        CxsimError: one that cannot be; the message says in which condition and arm.
    """
    settings: dict[str, Any] = {"replications": claim.runs(quick), "name": claim.name, "figures": False}
    made: dict[tuple[str, str], Config] = {}
    for condition in conditions(claim, quick):
        for name, arm in claim.arms.items():
            try:
                key = (condition.market, name)
                if key not in made:
                    there = composed((*claim.base, *claim.markets[condition.market], *arm.overrides))
                    times = {name: _multiple(there, name, multiple) for name, multiple in arm.times.items()}
                    made[key] = with_values(there, {**settings, **times})
                base = made[key]
                yield condition, name, with_values(base, {condition.key: _level(base, condition)}) if condition.key else base
            except CxsimError as error:
                raise BadValueError(claim.name, f"{condition.label}, arm {name}", f"what can be simulated ({error})") from None


def check_arms(claim: Claim) -> None:
    """See that no arm sets what a condition varies, which would make that condition mean nothing.

    Raises:
        BadValueError: one does.
    """
    for name, arm in claim.arms.items():
        for override in (*arm.overrides, *arm.times):
            key = override.split("=", 1)[0].lstrip("+~")
            if any(factor.key == key for factor in claim.factors):
                raise BadValueError(f"arms.{name}.overrides", override, f"anything but {key}, which the conditions vary")


def known_of(claim: Claim, condition: Condition, config: Config) -> dict[str, Any]:
    """What is known of a condition, to tell it from others by: its market, and the values of the parameters that conditions vary.

    Args:
        config: the configuration of its first arm.
    """
    keys = dict.fromkeys(factor.key for factor in claim.factors if not factor.guess)
    return {"market": condition.market, **{key: len(starting_firms(config)) if key == FIRMS else _held(config, key) for key in keys}}


def guessed_of(claim: Claim, made: Sequence[tuple[Condition, str, Config]]) -> dict[str, list[float]]:
    """For each guess that is a number its value in the first arm of the first market, as given and then at each of its levels.

    Args:
        made: conditions, arms and configurations as `configs` gives them.
    """
    found = {}
    first = next(iter(claim.arms))
    for factor in (factor for factor in claim.factors if factor.guess):
        held = [_held(config, factor.key) for place, (condition, arm, config) in enumerate(made)
                if arm == first and (place == 0 or (condition.guess and condition.key == factor.key))]  # fmt: skip
        if all(isinstance(value, int | float) and not isinstance(value, bool) for value in held):
            found[factor.key] = [float(value) for value in held]
    return found


def _level(config: Config, condition: Condition) -> Any:
    level = condition.level
    found = _MULTIPLE.fullmatch(level) if isinstance(level, str) else None
    return level if found is None else _multiple(config, condition.key, float(found[1]))


def _multiple(config: Config, key: str, multiple: float) -> Any:
    held = len(starting_firms(config)) if key == FIRMS else _held(config, key)
    if isinstance(held, bool) or not isinstance(held, int | float):
        raise BadValueError(key, f"x{multiple:g}", f"a value; the one there ({held}) has no multiples")
    value = held * multiple
    return max(1, round(value)) if index()[key].type.removesuffix(" | None") == "int" else value


def _held(config: Config, key: str) -> Any:
    group, _, field = key.rpartition(".")
    part: Mapping[str, Any] | Any = getattr(config, group) if group else config
    return getattr(part, field)
