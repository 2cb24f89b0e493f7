"""Paired differences: their intervals, what pairing saved, and a correction for asking many questions at once.

The n-th replications of two regimes share their luck, so their differences are independent of one another and what both owe to luck
cancels. Everything here is worked out for many comparisons at once, which are the last axes of the arrays.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.special import stdtr, stdtrit

from cxsim.results.intervals import LEVEL


@dataclasses.dataclass(frozen=True)
class Paired:
    """Comparisons of some regimes with a baseline, each an array of the comparisons' shape.

    Attributes:
        difference: mean over replications of regime less baseline; NaN where no replication has both.
        low, high: interval of each difference by itself.
        low_all, high_all: intervals that hold all together with the same confidence (Bonferroni).
        p: chance of a mean at least as far from zero if the true one were zero (Student's t test).
        p_holm: the same, corrected for the number of comparisons (Holm 1979).
        variance_ratio: variance of the difference of two unpaired runs over that of two paired ones; infinite where paired runs
            always differ by the same.
        effective: how many unpaired replications would tell as much.
        count: replications that have both.
        same: whether the two are equal in every replication, to the last bit.
        comparisons: for how many comparisons the correction was made.
    """

    difference: np.ndarray
    low: np.ndarray
    high: np.ndarray
    low_all: np.ndarray
    high_all: np.ndarray
    p: np.ndarray
    p_holm: np.ndarray
    variance_ratio: np.ndarray
    effective: np.ndarray
    count: np.ndarray
    same: np.ndarray
    comparisons: int

    @property
    def told(self) -> np.ndarray:
        """Sign of what can be told after correction: 1 higher, -1 lower, 0 nothing."""
        return np.where(self.low_all > 0, 1, np.where(self.high_all < 0, -1, 0))


def paired(regime: Any, baseline: Any, *, pilot: int | None = None, comparisons: int | None = None, level: float = LEVEL) -> Paired:
    """Compare values of regimes with those of a baseline, replication by replication.

    With n differences of mean m and standard deviation s the interval is m -+ t(n-1) s / sqrt(n) (Student 1908); the joint ones take
    t at 1 - (1 - level) / (2 c) for c comparisons (Bonferroni; Dunn 1961), which is right whatever the comparisons have to do with
    one another. Where a ``pilot`` decided how many replications to make, the larger of the pilot's half-width, t(p-1) s(p) / sqrt(n),
    and this one is taken, because it alone keeps its confidence then (Stein 1945; see :mod:`~cxsim.comparison.stopping`).

    Args:
        regime, baseline: values with replications along the first axis, of shapes that go together; NaN where there is none.
        pilot: number of replications that decided on the rest; ``None`` for a number fixed beforehand.
        comparisons: how many comparisons belong together; by default as many as there are.
        level: confidence, above 0 and below 1.

    Returns:
        The comparisons; intervals are NaN for fewer than two replications.
    """
    regime, baseline = np.broadcast_arrays(np.asarray(regime, dtype=float), np.asarray(baseline, dtype=float))
    differences = regime - baseline
    known = ~np.isnan(differences)
    count = known.sum(axis=0)
    size = int(np.prod(count.shape, dtype=int)) if comparisons is None else comparisons
    mean = centre(differences)
    half = half_width(differences, pilot=pilot, level=level)
    joint = half_width(differences, pilot=pilot, level=1 - (1 - level) / max(size, 1))
    p = p_value(differences, pilot=pilot)
    alone = deviation(np.where(known, regime, np.nan)) ** 2 + deviation(np.where(known, baseline, np.nan)) ** 2
    together = deviation(differences) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(together > 0, alone / together, np.where(count > 1, np.where(alone > 0, np.inf, np.nan), np.nan))
    same = np.where(known, differences == 0, True).all(axis=0) & (count > 0)
    return Paired(
        mean, mean - half, mean + half, mean - joint, mean + joint, p, holm(p, size), ratio, count * ratio, count, same, size
    )  # fmt: skip


def centre(values: np.ndarray) -> np.ndarray:
    """Mean over replications that have a value; exactly the value where all are equal."""
    return _moments(values)[0]


def deviation(values: np.ndarray) -> np.ndarray:
    """Sample standard deviation over replications that have a value; exactly zero where all are equal, NaN for fewer than two."""
    return _moments(values)[1]


def half_width(differences: Any, *, pilot: int | None = None, level: float = LEVEL) -> np.ndarray:
    """Half of the interval's width, as for :func:`paired`."""
    differences = np.asarray(differences, dtype=float)
    count = (~np.isnan(differences)).sum(axis=0)
    widest = None
    for sample in _samples(differences, pilot):
        _, spread, known = _moments(sample)
        with np.errstate(divide="ignore", invalid="ignore"):
            half = np.where(known > 1, stdtrit(np.maximum(known - 1, 1), (1 + level) / 2) * spread / np.sqrt(count), np.nan)
        widest = half if widest is None else np.fmax(widest, half)
    assert widest is not None
    return widest


def p_value(differences: Any, *, pilot: int | None = None) -> np.ndarray:
    """Two-sided p of a true mean of zero, by Student's t; where all differences are equal, 1 for zero and 0 for any other."""
    differences = np.asarray(differences, dtype=float)
    count = (~np.isnan(differences)).sum(axis=0)
    mean = centre(differences)
    largest = None
    for sample in _samples(differences, pilot):
        _, spread, known = _moments(sample)
        with np.errstate(divide="ignore", invalid="ignore"):
            t = np.where(spread > 0, np.abs(mean) / (spread / np.sqrt(count)), np.where(mean == 0, 0.0, np.inf))
        p = np.where(known > 1, 2 * stdtr(np.maximum(known - 1, 1), -t), np.nan)
        largest = p if largest is None else np.fmax(largest, p)
    assert largest is not None
    return largest


def holm(p: Any, comparisons: int | None = None) -> np.ndarray:
    """P-values corrected so that the chance of any false claim stays at its level (Holm 1979).

    Args:
        p: p-values of any shape; NaN where there is none.
        comparisons: how many there are in all, if more than those given.
    """
    p = np.asarray(p, dtype=float)
    flat = p.ravel()
    known = np.flatnonzero(~np.isnan(flat))
    order = known[np.argsort(flat[known], kind="stable")]
    size = max(len(known), comparisons or 0)
    made = np.full(flat.shape, np.nan)
    made[order] = np.minimum(np.maximum.accumulate(flat[order] * (size - np.arange(len(order)))), 1.0)
    return made.reshape(p.shape)


def standing(paired: Paired) -> Sequence[str]:
    """What can be said of each comparison, flat: ``higher``, ``lower``, ``same`` or ``not told``; ``unknown`` without interval."""
    words = np.where(paired.told > 0, "higher", np.where(paired.told < 0, "lower", "not told")).astype(object)
    words = np.where(paired.same, "same", np.where(np.isnan(paired.low_all), "unknown", words))
    return [str(word) for word in words.ravel()]


def _samples(differences: np.ndarray, pilot: int | None) -> list[np.ndarray]:
    return [differences] if pilot is None or pilot >= len(differences) else [differences, differences[:pilot]]


def _moments(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    known = ~np.isnan(values)
    count = known.sum(axis=0)
    # Deviations from the first value known: equal values then have no spread from rounding, and their mean is they themselves.
    first = np.take_along_axis(values, known.argmax(axis=0)[None], axis=0)[0] if len(values) else np.full(values.shape[1:], np.nan)
    away = np.where(known, values - first, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        shift = away.sum(axis=0) / count
        squares = np.where(known, (away - shift) ** 2, 0.0).sum(axis=0)
        spread = np.where(count > 1, np.sqrt(squares / (count - 1)), np.nan)
    return first + shift, spread, count
