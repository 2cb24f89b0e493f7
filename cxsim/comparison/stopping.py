"""How many replications: as many as it takes for the intervals asked about to be as narrow as asked for.

A pilot of p replications says how many are needed by Stein's (1945) rule, n >= (t(p-1) s(p) / d)^2 for a half-width of d; they are made
in one go, and more after them while the interval from all of them is still too wide (Chow and Robbins 1965). The half-width used is the
larger of t(p-1) s(p) / sqrt(n) and t(n-1) s(n) / sqrt(n). Whether to stop depends on the data only through standard deviations; for
normal differences these are independent of the means, so that the intervals, those of other metrics included, cover the truth at least as
often as they say. Stopping on the usual interval alone would cover it less often (Anscombe 1953, Starr 1966).
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from scipy.special import stdtrit

from cxsim.comparison.paired import deviation, half_width
from cxsim.results.intervals import LEVEL

LEAST_PILOT = 5
"""Replications below which a pilot says too little about the spread to plan by."""


def sequential(sample: Callable[[int], np.ndarray], precision: float, pilot: int, most: int, level: float = LEVEL) -> np.ndarray:
    """Make replications until every interval is narrow enough, or there are as many as allowed.

    Args:
        sample: gives the differences of the first n replications, of shape (n, comparisons), possibly fewer rows than asked for
            where replications failed.
        precision: the half-width wanted, in the unit of the differences.
        pilot: replications to begin with.
        most: replications at most.
        level: confidence of each interval.

    Returns:
        The differences of all replications made.
    """
    made = pilot
    while True:
        differences = sample(made)
        if made >= most or not too_wide(differences, precision, pilot, level):
            return differences
        made = min(max(needed(differences, precision, pilot, level), made + 1), most)


def too_wide(differences: np.ndarray, precision: float, pilot: int, level: float = LEVEL) -> bool:
    """Whether some interval is wider than wanted; one that there is not yet counts as too wide."""
    half = half_width(differences, pilot=pilot, level=level)
    return bool((np.isnan(half) | (half > precision)).any())


def needed(differences: np.ndarray, precision: float, pilot: int, level: float = LEVEL) -> int:
    """Replications after which all intervals will be narrow enough if standard deviations stay as they are now."""
    wanted = len(differences)
    for sample in (differences[:pilot], differences):
        count = len(sample)
        spread = np.nanmax(deviation(sample), initial=0.0)
        root = float(stdtrit(max(count - 1, 1), (1 + level) / 2)) * float(spread) / precision
        wanted = max(wanted, math.ceil(min(root, 1e6) ** 2))
    return wanted
