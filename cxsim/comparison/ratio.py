"""The interval of a ratio of two means that are measured together, such as benefit per pound."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from scipy.special import stdtrit

from cxsim.comparison.paired import centre
from cxsim.results.intervals import LEVEL


class Ratio(NamedTuple):
    """A ratio of means.

    Attributes:
        value: the ratio; NaN where the denominator is zero in every replication.
        low, high: its interval; NaN where it has none.
        kind: ``bounded``; ``unbounded`` where the denominator cannot be told from zero, so that no finite interval has the confidence;
            ``undefined`` where the denominator is zero in every replication; ``unknown`` for fewer than two replications.
    """

    value: float
    low: float
    high: float
    kind: str


def fieller(numerator: Any, denominator: Any, *, pilot: int | None = None, level: float = LEVEL) -> Ratio:
    """The ratio of two means with Fieller's (1954) interval.

    It holds every r for which the mean of ``numerator - r denominator`` cannot be told from zero by Student's t.

    Args:
        numerator, denominator: values by replication, paired, of shape (n,); replications that lack one are left out.
        pilot: as for :func:`~cxsim.comparison.paired.paired`; the widest of the two intervals is taken.
        level: confidence, above 0 and below 1.
    """
    top, bottom = np.asarray(numerator, dtype=float), np.asarray(denominator, dtype=float)
    known = ~(np.isnan(top) | np.isnan(bottom))
    cut = None if pilot is None else int(known[:pilot].sum())
    top, bottom = top[known], bottom[known]
    if len(top) and not bottom.any():
        return Ratio(math.nan, math.nan, math.nan, "undefined")
    if len(top) < 2:
        return Ratio(math.nan, math.nan, math.nan, "unknown")
    # In units of their own size, or the squares of billions and of pence would meet in one sum.
    unit = float(np.abs(top).max() or 1.0), float(np.abs(bottom).max())
    top, bottom, scale = top / unit[0], bottom / unit[1], unit[0] / unit[1]
    mean = (float(centre(top)), float(centre(bottom)))
    value = mean[0] / mean[1] * scale if mean[1] else math.nan
    counts = [len(top)] if cut is None or not 2 <= cut < len(top) else [len(top), cut]
    found = [_bounds(mean, top[:count], bottom[:count], len(top), level) for count in counts]
    if any(bounds is None for bounds in found):
        return Ratio(value, math.nan, math.nan, "unbounded")
    lows, highs = zip(*(bounds for bounds in found if bounds is not None), strict=True)
    return Ratio(value, min(lows) * scale, max(highs) * scale, "bounded")


def _bounds(mean: tuple[float, float], top: np.ndarray, bottom: np.ndarray, replications: int, level: float) -> tuple[float, float] | None:
    """The roots of (x - r y)^2 = t^2 var(x - r y) / n, or ``None`` where what lies between them is not the interval."""
    x, y = mean
    t = float(stdtrit(len(top) - 1, (1 + level) / 2))
    across, down = top - centre(top), bottom - centre(bottom)
    scale = t * t / (len(top) - 1) / replications
    a = y * y - scale * float(down @ down)
    b = x * y - scale * float(across @ down)
    c = x * x - scale * float(across @ across)
    if a <= 0:
        return None
    root = math.sqrt(max(b * b - a * c, 0.0))
    return (b - root) / a, (b + root) / a
