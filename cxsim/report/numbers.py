"""Numbers as a reader wants them: as many figures as mean something, thousands separated, pounds as pounds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

NOTHING = "–"
_TRUE = {True: "yes", False: "no"}


def shown(value: Any, unit: str = "", step: float | None = None) -> str:
    """One cell of a table.

    Args:
        value: a number, a word, a flag or nothing.
        unit: the column's unit; amounts of money of a thousand and more have no pence.
        step: the smallest step worth showing in the column; without it three significant figures.

    Returns:
        The text; a dash where there is no value.
    """
    if isinstance(value, bool | np.bool_):
        return _TRUE[bool(value)]
    if value is None or (isinstance(value, float | np.floating) and math.isnan(value)):
        return NOTHING
    if isinstance(value, int | np.integer):
        return f"{int(value):,}".replace("-", "−")
    if not isinstance(value, float | np.floating):
        return str(value)
    number = float(value)
    if math.isinf(number):
        return "∞" if number > 0 else "−∞"
    places = _places(number, step)
    if unit.startswith("£") and abs(number) >= 1000:
        places = 0
    text = f"{number:,.{places}f}"
    if float(text.replace(",", "")) == 0.0:
        text = text.lstrip("-")
    return text.replace("-", "−")


def step_of(values: Sequence[Any]) -> float | None:
    """The smallest step worth showing in a column: a thousandth of its largest number."""
    numbers = [abs(float(value)) for value in values if isinstance(value, float | np.floating) and math.isfinite(value)]
    largest = max(numbers, default=0.0)
    return largest / 1000.0 if largest > 0 else None


def _places(number: float, step: float | None) -> int:
    if step is not None:
        return int(min(6, max(0, math.ceil(-math.log10(step)))))
    if number == 0:
        return 0
    return int(min(6, max(0, 2 - math.floor(math.log10(abs(number))))))
