"""How many months at either end of a run are averaged."""

from __future__ import annotations

WINDOW = 12
"""Months averaged at either end of a run, where it is long enough."""


def window(months: int) -> int:
    """Months averaged at either end: a year, or half of a run of less than two so that the ends do not overlap."""
    return max(1, min(WINDOW, months // 2))
