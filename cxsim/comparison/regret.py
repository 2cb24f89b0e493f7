"""Regret of regimes over futures, with what luck leaves open.

The regret of a regime in a future is how much better the best regime does there (Savage 1951). Values are means over replications, whose
luck is shared by all regimes and all futures. Intervals of regrets come from drawing replications again (the bootstrap; Efron 1979), with
percentiles set further apart as small samples need it (Hesterberg 2015), so that for a plain mean they are Student's; those of differences
are Student's t as in a comparison.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy.special import ndtr, stdtrit

from cxsim.comparison.paired import Paired, paired
from cxsim.results.intervals import LEVEL

DRAWS = 2_000


@dataclasses.dataclass(frozen=True)
class Regrets:
    """Regrets of regimes.

    Attributes:
        by_future: of shape (futures, regimes); zero for the best in each future.
        mean, largest: over futures, of shape (regimes,).
        mean_low, mean_high, largest_low, largest_high: their 95 % intervals.
        where: in which future the regret is largest, of shape (regimes,).
        best: share of futures in which each regime is best, ties shared.
        mean_differences, largest_differences: draws of mean and largest regret less those of the regime for which it is least, of shape
            (draws, regimes).
        replications: replications behind them.
    """

    by_future: np.ndarray
    mean: np.ndarray
    mean_low: np.ndarray
    mean_high: np.ndarray
    largest: np.ndarray
    largest_low: np.ndarray
    largest_high: np.ndarray
    where: np.ndarray
    best: np.ndarray
    mean_differences: np.ndarray
    largest_differences: np.ndarray
    replications: int

    def least(self, which: str) -> tuple[int, list[int]]:
        """The regime with the least mean or largest regret, and those that cannot be told from it.

        Args:
            which: ``mean`` or ``largest``.
        """
        values, draws = getattr(self, which), getattr(self, f"{which}_differences")
        first = int(np.argmin(values))
        if not len(draws):
            return first, [place for place in range(len(values)) if place != first]
        # How often a draw has the other at or below the first, corrected for the number of others.
        tail = expanded(self.replications, 1 - (1 - LEVEL) / max(len(values) - 1, 1))
        return first, [place for place in range(len(values)) if place != first and np.mean(draws[:, place] <= 0) > tail]


def expanded(replications: int, level: float) -> float:
    """The lower percentile of a bootstrap's draws, from 0 to 1, at which a small sample's interval begins (Hesterberg 2015, section 3.3).

    It is P(Z < -sqrt(n / (n - 1)) t(n - 1)): the bootstrap's own spread is too small by the root, and its tails are the normal's.
    """
    t = float(stdtrit(replications - 1, (1 + level) / 2))
    return float(ndtr(-np.sqrt(replications / (replications - 1)) * t))


def regrets(values: np.ndarray, aim: int, *, draws: int = DRAWS, seed: int = 1, level: float = LEVEL) -> Regrets:
    """Regrets from values of every run.

    Args:
        values: of shape (replications, futures, regimes).
        aim: 1 where more is better, -1 where less is.
        draws: how often replications are drawn again.
        seed: seed of these draws.
        level: confidence of the intervals.

    Returns:
        The regrets; intervals are NaN for fewer than two replications.
    """
    good = aim * values
    by_future = _regret(good.mean(axis=0))
    mean, largest = by_future.mean(axis=0), by_future.max(axis=0)
    best = by_future == 0
    count = len(values)
    rng = np.random.default_rng(seed)
    drawn = np.array([_both(good[rng.integers(0, count, count)].mean(axis=0)) for _ in range(draws)]) if count > 1 else None
    if drawn is None:
        nothing = np.full((2, 2, len(mean)), np.nan)
        bounds, away = nothing, [np.zeros((0, len(mean)))] * 2
    else:
        tail = 100 * expanded(count, level)
        bounds = np.percentile(drawn, [tail, 100 - tail], axis=0)
        away = [drawn[:, part] - drawn[:, part, [np.argmin(found)]] for part, found in enumerate((mean, largest))]
    return Regrets(
        by_future=by_future, mean=mean, mean_low=bounds[0, 0], mean_high=bounds[1, 0], largest=largest, largest_low=bounds[0, 1],
        largest_high=bounds[1, 1], where=by_future.argmax(axis=0), best=(best / best.sum(axis=1, keepdims=True)).mean(axis=0),
        mean_differences=away[0], largest_differences=away[1], replications=count,
    )  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Never:
    """Whether a regime is ever worse than another, of shape (regimes,) each.

    Attributes:
        paired: the comparisons, of shape (futures, regimes), better is positive.
        better, worse: in how many futures it can be told better or worse, corrected for the number of futures and regimes.
        shown: whether it is shown never to be worse: in each future by itself the lower end of the 95 % interval is not below zero.
            All must hold for the claim, so that it needs no correction (intersection-union test; Berger 1982).
    """

    paired: Paired
    better: np.ndarray
    worse: np.ndarray
    shown: np.ndarray


def never_worse(values: np.ndarray, other: int, aim: int) -> Never:
    """Set every regime against another one, future by future.

    Args:
        values: of shape (replications, futures, regimes).
        other: position of the regime that all are set against.
        aim: 1 where more is better, -1 where less is.
    """
    futures, regimes = values.shape[1:]
    good = aim * values
    found = paired(good, good[..., [other]], comparisons=futures * (regimes - 1))
    better, worse = ((sign * found.told > 0).sum(axis=0) for sign in (1, -1))
    return Never(found, better, worse, np.logical_and.reduce(found.low >= 0, axis=0))


def _regret(means: np.ndarray) -> np.ndarray:
    return means.max(axis=1, keepdims=True) - means


def _both(means: np.ndarray) -> np.ndarray:
    regret = _regret(means)
    return np.array([regret.mean(axis=0), regret.max(axis=0)])
