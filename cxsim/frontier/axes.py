"""Levers as axes of a map: which levels a parameter takes, on which scale, and how a level is written."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

import numpy as np

from cxsim.analysis.wording import amount
from cxsim.config.errors import BadValueError, nearest
from cxsim.config.keys import coerce, index, locate
from cxsim.config.parameter import Spec
from cxsim.sweeps.design import NOT_SWEPT

SCALES = ("linear", "log")
LEVELS = 6
"""Levels of a range that does not say how many."""
MOST_LEVELS = 200
FORM = "KEY=LOW:HIGH, KEY=LOW:HIGH:LEVELS, KEY=LOW:HIGH:LEVELS:log (or linear), or KEY=VALUE,VALUE,...; null is a value where there is none"


@dataclasses.dataclass(frozen=True)
class Axis:
    """A lever and the levels that a map goes through.

    Attributes:
        key: dotted key of a numeric parameter, or of a number inside a list or mapping.
        levels: ascending; ``None`` (no cap, all, ...) comes last.
        scale: ``log`` or ``linear``: how to go between levels when something is drawn between them.
    """

    key: str
    levels: tuple[float | int | None, ...]
    scale: str = "linear"

    def __len__(self) -> int:
        return len(self.levels)

    @property
    def numbers(self) -> tuple[float, ...]:
        """The levels that are numbers."""
        return tuple(float(level) for level in self.levels if level is not None)

    @property
    def unit(self) -> str:
        """The lever's unit, ``""`` for a pure number."""
        return index()[self.key].spec.unit if self.key in index() else ""

    @property
    def name(self) -> str:
        """The lever in plain words: its key without group and underscores."""
        return self.key.rpartition(".")[2].replace("_", " ")

    def label(self, level: float | None) -> str:
        """A level with its unit, short: ``£50k``, ``12 months``, ``no cap``."""
        if level is None:
            spec = index()[self.key].spec if self.key in index() else None
            return spec.optional if spec is not None and spec.optional else "none"
        return amount(float(level), self.unit)

    def typed(self) -> str:
        """The axis as it is typed: ``KEY=VALUE,VALUE,null``."""
        return f"{self.key}={','.join('null' if level is None else repr(level) for level in self.levels)}"

    def labels(self) -> list[str]:
        """All levels, written."""
        return [self.label(level) for level in self.levels]

    def at(self, place: float) -> float | int | None:
        """The lever's value at a place between levels: 0 is the first level, 0.5 half way to the second on the axis's scale.

        Beyond half a step from the last number lies ``None``, where that is a level; below the first level the scale goes on.
        """
        numbers = self.numbers
        if len(numbers) < len(self.levels) and place > len(numbers) - 0.5:
            return None
        if len(numbers) == 1:
            return numbers[0]
        left = int(np.clip(math.floor(place), 0, len(numbers) - 2))
        low, high, part = numbers[left], numbers[left + 1], place - left
        found = low * (high / low) ** part if self.scale == "log" and low > 0 else low + part * (high - low)
        spec = index()[self.key].spec if self.key in index() else Spec("")
        # Beyond the outer levels the scale goes on, but not past what the lever can take.
        return float(np.clip(found, spec.low, spec.high))


def axis(text: str, what: str) -> Axis:
    """An axis as typed.

    Args:
        text: ``KEY=LOW:HIGH[:LEVELS[:SCALE]]`` or ``KEY=VALUE,VALUE,...``. Without a scale, a range above zero that spans
            a factor of ten or more is logarithmic.
        what: what it was given for, for the message.

    Raises:
        CxsimError: not of that form, an unknown or no numeric parameter, levels out of its range, fewer than two levels.

    Example:
        >>> axis("regulator.annual_funding=5e4:8e5:3", "--x").levels
        (50000.0, 200000.0, 800000.0)
    """
    key, sign, values = str(text).partition("=")
    key, values = key.strip(), values.strip()
    if not sign or not key or not values:
        raise BadValueError(what, text, FORM)
    _check_key(key, what)
    levels, scale = _span(key, values, what) if ":" in values else _listed(key, values, what)
    if len(levels) < 2:
        raise BadValueError(what, text, f"two levels or more of {key}")
    return Axis(key, levels, scale)


def spread(key: str, levels: Sequence[float | None]) -> Axis:
    """An axis from levels worked out by a program, sorted, on a logarithmic scale where that fits."""
    numbers = sorted({_taken(key, level) for level in levels if level is not None})
    whole: tuple[float | int | None, ...] = (*numbers, *([None] if None in levels else []))
    return Axis(key, whole, "log" if numbers and numbers[0] > 0 and numbers[-1] >= 10 * numbers[0] else "linear")


def _check_key(key: str, what: str) -> None:
    if key in NOT_SWEPT or key == "seed":
        raise BadValueError(what, key, "a parameter of the model")
    name, way = locate(key)
    kind = index()[name].type.removesuffix(" | None")
    if not way and kind not in {"float", "int"}:
        numeric = [known for known, one in index().items() if one.type.removesuffix(" | None") in {"float", "int"}]
        raise BadValueError(what, key, "a parameter that is a number, see cxsim parameters", nearest(key, numeric))


def _span(key: str, values: str, what: str) -> tuple[tuple[float | int | None, ...], str]:
    parts = [part.strip() for part in values.split(":")]
    if not 2 <= len(parts) <= 4:
        raise BadValueError(what, f"{key}={values}", FORM)
    low, high = (_number(part, f"{key}={values}", what) for part in parts[:2])
    if low is None or high is None or not low < high:
        raise BadValueError(what, f"{key}={values}", "a range whose LOW is below its HIGH")
    count = LEVELS
    if len(parts) > 2:
        count = int(parts[2]) if parts[2].isdecimal() else 0
        if not 2 <= count <= MOST_LEVELS:
            raise BadValueError(what, f"{key}={values}", f"2 to {MOST_LEVELS} levels")
    scale = parts[3] if len(parts) > 3 else "log" if low > 0 and high >= 10 * low else "linear"
    if scale not in SCALES:
        raise BadValueError(what, f"{key}={values}", f"a scale among {', '.join(SCALES)}", nearest(scale, SCALES))
    if scale == "log" and low <= 0:
        raise BadValueError(what, f"{key}={values}", "a LOW above zero on a logarithmic scale")
    inner = np.geomspace(low, high, count) if scale == "log" else np.linspace(low, high, count)
    whole = key in index() and index()[key].type.removesuffix(" | None") == "int"
    # Twelve digits: a level is to be read and typed again, and the ends are to be those that were given.
    found = [round(float(level)) if whole else float(f"{level:.12g}") for level in inner]
    return tuple(_taken(key, level) for level in dict.fromkeys(found)), scale


def _listed(key: str, values: str, what: str) -> tuple[tuple[float | int | None, ...], str]:
    found = [_number(part.strip(), f"{key}={values}", what) for part in values.split(",")]
    twice = next((level for level in found if found.count(level) > 1), 0)
    if twice != 0 or found.count(0) > 1:
        raise BadValueError(what, f"{key}={values}", "each level once")
    if None in found and key in index():
        coerce(key, None)
    made = spread(key, found)
    return made.levels, made.scale


def _number(text: str, given: str, what: str) -> float | None:
    if text == "null":
        return None
    try:
        found = float(text)
    except ValueError:
        raise BadValueError(what, given, FORM) from None
    if not math.isfinite(found):
        raise BadValueError(what, given, "finite numbers")
    return found


def _taken(key: str, level: float) -> float | int:
    """The level as its parameter holds it."""
    found: float | int = coerce(key, level) if key in index() else level
    return found
