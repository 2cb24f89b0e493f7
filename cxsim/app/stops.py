"""Where a lever may stand: round values between its ends, so that each is a number one can say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from cxsim.config.run import Config

Stops = Callable[[Config], list[Any]]


def even(low: float, high: float, count: int) -> Stops:
    """``count`` steps of one size from ``low`` to ``high``."""
    return lambda config: [_round(low + (high - low) * step / count) for step in range(count + 1)]


def whole(*values: int | None) -> Stops:
    """These whole numbers; ``None`` stands for what the parameter's ``null`` means."""
    return lambda config: list(values)


def listed(*values: float | None) -> Stops:
    """These numbers."""
    return lambda config: list(values)


def decades(first: int, last: int, *, zero: bool = False, none: bool = False) -> Stops:
    """1, 2 and 5 times each power of ten from ``10**first`` up to ``10**last``; before them zero, after them ``None``, if asked for."""
    values: list[float | None] = [0.0] if zero else []
    for power in range(first, last):
        values += [_round(step * 10.0**power) for step in (1, 2, 5)]
    values.append(_round(10.0**last))
    return lambda config: [*values, *([None] if none else [])]


def per_price(*multiples: float, none: bool = False) -> Stops:
    """Multiples of the market's reference price, rounded to three digits."""
    return lambda config: [*(_round(part * config.market.reference_price) for part in multiples), *([None] if none else [])]


def with_present(stops: Sequence[Any], *present: Any) -> list[Any]:
    """The stops with values that are in force and not among them put in their place; ``None`` stays at the end."""
    numbers = {value for value in stops if value is not None} | {value for value in present if value is not None}
    last = [None] if any(value is None for value in (*stops, *present)) else []
    return [*sorted(numbers), *last]


def _round(value: float) -> float:
    return float(f"{value:.3g}")
