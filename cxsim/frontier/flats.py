"""Where a lever stops mattering: from which level on going further makes no difference that is worth the name.

That a difference cannot be told from zero does not make it zero: with few replications nothing can. So a stretch counts as flat only
where the whole interval of the paired difference lies within a margin around zero (equivalence testing: Schuirmann 1987). Where
the interval reaches beyond the margin and holds zero too, the runs do not decide.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from cxsim.results.intervals import Interval, mean_interval

NOWHERE, FROM, THROUGHOUT, UNDECIDED = "does not matter", "stops mattering", "matters throughout", "undecided"
"""What a lever does along a row of levels."""
MARGIN = 0.1
"""The margin as a share of how far the metric's means go apart over the whole map."""


@dataclasses.dataclass(frozen=True)
class Flat:
    """What a lever does along one row of a map.

    Attributes:
        verdict: `NOWHERE`, `FROM`, `THROUGHOUT` or `UNDECIDED`.
        start: position of the first level from which on the row is flat; ``None`` where it is not.
        beyond: difference between the last level and ``start`` (for a row that is not flat: and the level before the last).
        whole: difference between the last level and the first.
    """

    verdict: str
    start: int | None
    beyond: Interval
    whole: Interval


def margin(values: np.ndarray, share: float = MARGIN) -> float:
    """The margin for a metric: a share of the distance between its least and its largest mean.

    Args:
        values: shape (..., replications).
        share: of that distance.
    """
    means = np.asarray(values, float).mean(axis=-1)
    return float(share * (means.max() - means.min()))


def flat(row: np.ndarray, within: float) -> Flat:
    """Judge one row.

    Args:
        row: shape (levels, replications), ascending levels, replications paired.
        within: the margin, in the metric's unit.
    """
    row = np.asarray(row, float)
    to_last = row[-1] - row[:-1]
    middle, low, high = mean_interval(to_last, axis=1)
    even = (low >= -within) & (high <= within)
    moves = (low > 0) | (high < 0)
    whole = Interval(float(middle[0]), float(low[0]), float(high[0]))
    # The flat stretch at the end: from the last level backwards as long as every difference stays within the margin.
    start = len(row) - 1
    while start > 0 and even[start - 1]:
        start -= 1
    if start == len(row) - 1:
        last = Interval(float(middle[-1]), float(low[-1]), float(high[-1]))
        return Flat(THROUGHOUT if moves[-1] else UNDECIDED, None, last, whole)
    beyond = Interval(float(middle[start]), float(low[start]), float(high[start]))
    if start == 0:
        return Flat(NOWHERE, 0, beyond, whole)
    return Flat(FROM if moves[:start].any() else UNDECIDED, start, beyond, whole)
