"""Which parameters are varied, and over which ranges.

The rule: a parameter is varied by half of its value in use on either side, as far as the schema allows. A parameter that is zero
is varied from zero to a tenth of its highest value, if that is at most one. The schema's own bounds say what the code takes and
not what is plausible (a monthly chance of noticing a fee may be anything from 0 to 1, and is thought to be about 0.05), so they
are used only where they are asked for. A range can be given for each parameter.
"""

from __future__ import annotations

import dataclasses
import fnmatch
import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from cxsim.config.errors import BadValueError, CxsimError, nearest
from cxsim.config.keys import coerce, index
from cxsim.config.load import with_values
from cxsim.config.parameter import Spec
from cxsim.config.run import Config

AROUND, SCHEMA = "around", "schema"
RULES = (AROUND, SCHEMA)
SPREAD = 0.5
GUESSES, PRESET_GUESSES = "guesses", "preset_guesses"
SURROUNDINGS = frozenset({"seed", "months", "burn_in", "replications", "threads", "market.n_customers"})
"""Numbers that say how a run is made and not how the world is."""


@dataclasses.dataclass(frozen=True)
class Factor:
    """A parameter that is varied.

    Attributes:
        key: its dotted key.
        low, high: its range, ends included.
        value: its value in use.
        whole: whether it takes whole numbers only.
        rule: where the range comes from, in words.
    """

    key: str
    low: float
    high: float
    value: float
    whole: bool
    rule: str

    def scaled(self, unit: np.ndarray) -> np.ndarray:
        """Values from 0 to 1 as values of the parameter; whole numbers come up equally often."""
        unit = np.asarray(unit, float)
        if not self.whole:
            return self.low + unit * (self.high - self.low)
        low, high = round(self.low), round(self.high)
        return np.minimum(low + np.floor(unit * (high - low + 1)), high).astype(np.int64)


@dataclasses.dataclass(frozen=True)
class Selection:
    """What is varied, and what was left out.

    Attributes:
        factors: the parameters varied.
        left_out: for each parameter asked for by a pattern and not varied the reason.
    """

    factors: tuple[Factor, ...]
    left_out: dict[str, str]

    def typed(self) -> list[str]:
        """The parameters and ranges as they are typed: ``KEY=LOW:HIGH``."""
        return [f"{factor.key}={factor.low!r}:{factor.high!r}" for factor in self.factors]


def guesses(config: Config) -> list[str]:
    """Numbers that nobody measured: those whose reference in the schema says so, unless a preset in use has a source for them."""
    return [key for key, parameter in _numbers() if "guess" in parameter.spec.reference and _confidence(config, key) in {None, "guess"}]


def preset_guesses(config: Config) -> list[str]:
    """Numbers that the presets in use set and call a guess."""
    return [key for key, _ in _numbers() if _confidence(config, key) == "guess"]


def select(
    configs: Sequence[Config],
    chosen: str | Iterable[str],
    without: str | Iterable[str] = (),
    rule: str = AROUND,
    spread: float = SPREAD,
) -> Selection:
    """The parameters to vary.

    Args:
        configs: the configurations they are varied in; one that differs between them is the question and not a factor.
        chosen: ``guesses``, ``preset_guesses``, names, patterns (``customers.*``) and ranges (``KEY=LOW:HIGH``), a list or one text with
            commas between them.
        without: names and patterns to leave out.
        rule: ``around`` (the value in use) or ``schema`` (the schema's whole range, where it is finite).
        spread: for ``around``: how far to either side, as a share of the value.

    Raises:
        CxsimError: an unknown name, a pattern that fits nothing, a range that cannot be, nothing left to vary.
    """
    if rule not in RULES:
        raise BadValueError("--range", rule, ", ".join(RULES), nearest(str(rule), RULES))
    if not 0 < spread <= 1:
        raise BadValueError("--spread", spread, "a share above 0 and up to 1")
    barred = {key for one in _items(without) for key in _named(one, configs[0], "--without")}
    found: dict[str, Factor] = {}
    left_out: dict[str, str] = {}
    for item in _items(chosen):
        name, given, ends = item.partition("=")
        explicit = bool(given) or (name in index())
        for key in [name.strip()] if given else _named(name, configs[0], "--vary"):
            if key in barred:
                left_out[key] = "asked to be left out"
                continue
            try:
                found[key] = _given(configs, key, ends) if given else _ruled(configs, key, rule, spread)
                left_out.pop(key, None)
            except _UnusableError as error:
                if explicit:
                    raise BadValueError("--vary", item, f"a parameter that can be varied; {error}") from None
                if key not in found:
                    left_out[key] = str(error)
    if not found:
        reasons = "; ".join(f"{key}: {why}" for key, why in list(left_out.items())[:3])
        raise CxsimError(f"--vary: nothing is left to vary ({reasons or 'nothing was named'}).")
    for config in configs:
        for end in ("low", "high"):
            with_values(config, {key: factor.scaled(np.array([0.0 if end == "low" else 1.0]))[0] for key, factor in found.items()})
    return Selection(tuple(found.values()), left_out)


class _UnusableError(Exception):
    """A parameter that has no range."""


def _numbers() -> list[tuple[str, Any]]:
    kinds = {"float", "int"}
    return [(key, one) for key, one in index().items() if one.type.removesuffix(" | None") in kinds and key not in SURROUNDINGS]


def _confidence(config: Config, key: str) -> str | None:
    group, _, field = key.rpartition(".")
    if not group:
        return None
    entry = getattr(config, group).sources.get(field)
    return str(entry.get("confidence", "")) if isinstance(entry, dict) else None


def _items(given: str | Iterable[str]) -> list[str]:
    parts = given.split(",") if isinstance(given, str) else [part for one in given for part in str(one).split(",")]
    return [part.strip() for part in parts if part.strip()]


def _named(item: str, config: Config, what: str) -> list[str]:
    """The keys that a word, name or pattern stands for."""
    if item == GUESSES:
        return guesses(config)
    if item == PRESET_GUESSES:
        return preset_guesses(config)
    known = [key for key, _ in _numbers()]
    if item in known:
        return [item]
    fitting = fnmatch.filter(known, item) if any(sign in item for sign in "*?[") else []
    if fitting:
        return fitting
    if item in SURROUNDINGS:
        raise BadValueError(what, item, "a parameter that says how the world is, not how a run is made")
    if item in index():
        raise BadValueError(what, item, "a parameter that is a number")
    hint = nearest(item, [*known, GUESSES, PRESET_GUESSES])
    raise BadValueError(what, item, "guesses, preset_guesses, names of parameters and patterns such as customers.*", hint)


def _value(config: Config, key: str) -> Any:
    group, _, field = key.rpartition(".")
    return getattr(getattr(config, group) if group else config, field)


def _in_use(configs: Sequence[Config], key: str) -> float:
    values = [_value(config, key) for config in configs]
    if any(value != values[0] for value in values):
        raise _UnusableError(f"the regimes differ in it ({', '.join(str(value) for value in values)}), so it is the question")
    if values[0] is None:
        raise _UnusableError(f"it has no value in use ({index()[key].spec.optional or 'null'}), so give KEY=LOW:HIGH")
    return float(values[0])


def _ruled(configs: Sequence[Config], key: str, rule: str, spread: float) -> Factor:
    value, spec = _in_use(configs, key), index()[key].spec
    if rule == SCHEMA:
        if spec.low is None or spec.high is None:
            raise _UnusableError("its range in the schema has no end")
        return _factor(key, spec.low, spec.high, value, "the schema's range")
    if value == 0:
        if spec.high is None or spec.high > 1:
            raise _UnusableError("its value in use is zero and its highest is above one, so that no range suggests itself")
        return _factor(key, 0.0, spec.high / 10, value, "zero to a tenth of the highest")
    low, high = _within(spec, value - spread * abs(value), value + spread * abs(value))
    return _factor(key, low, high, value, f"{100 * spread:g} % around the value in use, within the schema's bounds")


def _given(configs: Sequence[Config], key: str, ends: str) -> Factor:
    form = f"{key}=LOW:HIGH, two numbers in that order"
    if key not in {one for one, _ in _numbers()}:
        _named(key, configs[0], "--vary")
    try:
        low, high = (float(part) for part in ends.split(":"))
    except ValueError:
        raise BadValueError("--vary", f"{key}={ends}", form) from None
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise BadValueError("--vary", f"{key}={ends}", form)
    if index()[key].type.startswith("float"):
        coerce(key, low)
        coerce(key, high)
    try:
        value = _in_use(configs, key)
    except _UnusableError:
        if any(_value(config, key) != _value(configs[0], key) for config in configs):
            raise
        value = math.nan  # null in use, and a range of one's own
    return _factor(key, low, high, value, "given")


def _factor(key: str, low: float, high: float, value: float, rule: str) -> Factor:
    whole = index()[key].type.startswith("int")
    if whole:
        low, high = math.ceil(low - 1e-9), math.floor(high + 1e-9)
        for end in (low, high):
            coerce(key, end)
    if not low < high:
        raise _UnusableError("no range is left within the schema's bounds")
    # Twelve digits: half of 0.3 more is 0.45 and not 0.44999999999999996.
    return Factor(key, float(f"{low:.12g}"), float(f"{high:.12g}"), value, whole, rule)


def _within(spec: Spec, low: float, high: float) -> tuple[float, float]:
    return max(low, -math.inf if spec.low is None else spec.low), min(high, math.inf if spec.high is None else spec.high)
