"""Numbers as people write them: three digits, pounds in millions where there are many, the unit in words."""

from __future__ import annotations

import math

SUFFIXES = ((1e9, "bn"), (1e6, "m"))
_AFTER = {
    "index": " points", "£/month": " a month", "£/year": " a year", "1/year": " a year", "1/month": " a month", "firms": " firms",
    "cases": " cases", "customers": " customers", "£ per £": " per pound",
}  # fmt: skip


def digits(value: float) -> str:
    """A number to three digits, without exponents and with thousands apart: ``0.00123``, ``12.3``, ``4,560``; ``-`` for none."""
    if math.isnan(value):
        return "-"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if value == 0:
        return "0"
    places = 2 - math.floor(math.log10(abs(value)))
    rounded = round(value, places)
    # 9.996 becomes 10.0, which has three digits with one place less.
    places = 2 - math.floor(math.log10(abs(rounded)))
    return f"{rounded:,.{min(max(places, 0), 12)}f}"


def amount(value: float, unit: str, signed: bool = False) -> str:
    """A number with its unit: ``£1.23m a year``, ``0.45 points``; signed ones carry + or -."""
    size = abs(value)
    sign = "-" if value < 0 else "+" if signed and value > 0 else ""
    return f"{sign}{_pounds(size) if unit.startswith('£') else digits(size)}{_AFTER.get(unit, '')}"


def interval(low: float, high: float, unit: str) -> str:
    """Two numbers without the unit's words: ``£1.1m to £1.5m``, ``-0.2 to 0.4``."""
    words = [f"{'-' if end < 0 else ''}{_pounds(abs(end)) if unit.startswith('£') else digits(abs(end))}" for end in (low, high)]
    return " to ".join(words)


def _pounds(size: float) -> str:
    for least, suffix in SUFFIXES:
        # Compared after rounding, so that £999,999 is £1.00m.
        if float(f"{size:.3g}") >= least:
            return f"£{digits(size / least)}{suffix}"
    return f"£{digits(size)}"


def listed(words: list[str], last: str = "and") -> str:
    """Words in a row: ``a, b and c``."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}" if words else ""
