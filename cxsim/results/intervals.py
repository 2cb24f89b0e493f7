"""Means over replications and their confidence intervals."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.special import stdtrit

LEVEL = 0.95


class Interval(NamedTuple):
    """A mean over replications with the bounds of its confidence interval, each a float or an array of one shape.

    Attributes:
        mean: mean over the replications that have a value; NaN where none has.
        low, high: bounds of the interval; NaN where fewer than two replications have a value.
    """

    mean: Any
    low: Any
    high: Any


def mean_interval(values: Any, axis: int = 0, level: float = LEVEL) -> Interval:
    """Mean and Student's t interval over independent replications (Student 1908).

    With n values of mean m and sample standard deviation s the interval is m -+ t(n-1) s / sqrt(n). Replications are
    independent, so the interval covers the true mean in ``level`` of all cases for normal values and nearly so else.

    Args:
        values: numbers, replications along ``axis``; NaN (a replication without a value) is left out.
        axis: the axis of the replications.
        level: chance of covering the true mean, above 0 and below 1.

    Returns:
        Mean, low and high in the unit of the values, with ``axis`` removed.

    Raises:
        ValueError: if ``level`` is not above 0 and below 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"level: given {level}; allowed: above 0 and below 1.")
    values = np.moveaxis(np.asarray(values, dtype=float), axis, 0)
    known = ~np.isnan(values)
    count = known.sum(axis=0)
    # Deviations from the first value known keep equal replications exactly equal to their mean: no width from rounding.
    origin = np.take_along_axis(values, known.argmax(axis=0)[None], axis=0)[0] if len(values) else np.nan * count
    deviation = np.where(known, values - origin, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        shift = deviation.sum(axis=0) / count
        squares = np.where(known, (deviation - shift) ** 2, 0.0).sum(axis=0)
        error = np.sqrt(squares / (count - 1) / count)
        half = np.where(count > 1, stdtrit(np.maximum(count - 1, 1), (1 + level) / 2) * error, np.nan)
    mean = origin + shift
    return Interval(_plain(mean), _plain(mean - half), _plain(mean + half))


def _plain(values: Any) -> Any:
    values = np.asarray(values, dtype=float)
    return float(values) if values.ndim == 0 else values
