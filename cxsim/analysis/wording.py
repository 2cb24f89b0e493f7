"""Amounts and lists as they stand in sentences and labels."""

from __future__ import annotations

from collections.abc import Sequence

_UNITS = ((1e9, "bn"), (1e6, "m"), (1e3, "k"))


def amount(value: float, unit: str) -> str:
    """A number with its unit: ``£50k a year``, ``£2m``, ``0.3``, ``12 months``."""
    size = abs(value)
    divisor, suffix = next(((d, s) for d, s in _UNITS if float(f"{size:.3g}") >= d), (1.0, ""))
    text = f"{value / divisor:.3g}{suffix}"
    if unit.startswith("£"):
        per = unit.partition("/")[2]
        text = f"{'-' if value < 0 else ''}£{text.lstrip('-')}"
        return f"{text} a {per}" if per else text
    if unit in {"", "index"}:
        return text
    if "/" in unit:
        top, _, per = unit.partition("/")
        return f"{text}{'' if top == '1' else f' {top}'} a {per}"
    return f"{text} {unit[:-1] if value == 1 and unit.endswith('s') else unit}"


def in_words(items: Sequence[str], last: str = "and") -> str:
    """Items as a list in a sentence: ``a, b and c``; ``nothing`` for none."""
    if len(items) < 2:
        return items[0] if items else "nothing"
    return f"{', '.join(items[:-1])} {last} {items[-1]}"
