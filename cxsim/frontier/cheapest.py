"""The cheapest combination of levers that reaches a target, and how sure it is that it is the one."""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy.special import stdtrit

from cxsim.analysis.conditions import NONE, SIGNS, Own, condition, metric, sensed
from cxsim.config.errors import BadValueError
from cxsim.results.columns import Column
from cxsim.results.intervals import Interval, mean_interval

SHARE = 0.9
"""How far from the worst towards the best combination of its map a target without a number lies."""


@dataclasses.dataclass(frozen=True)
class Target:
    """What a combination is to reach.

    Attributes:
        metric: the metric.
        sign: ``<``, ``<=``, ``>`` or ``>=``.
        bound: in the metric's unit; ``None`` for a share of the way from the worst to the best combination of a map.
    """

    metric: Column
    sign: str
    bound: float | None = None

    @property
    def upward(self) -> bool:
        """Whether it asks for more of the metric."""
        return self.sign in {">", ">="}

    def bounds(self, means: np.ndarray) -> np.ndarray:
        """The bound for each row of means, one a combination: the same for all, or where the share of the way lies in that row.

        Args:
            means: shape (rows, combinations).

        Returns:
            Shape (rows,).
        """
        if self.bound is not None:
            return np.full(len(means), self.bound)
        worst, best = (means.min(axis=1), means.max(axis=1)) if self.upward else (means.max(axis=1), means.min(axis=1))
        return worst + SHARE * (best - worst)

    def reached(self, means: np.ndarray) -> np.ndarray:
        """Which combinations reach it in each row, shape (rows, combinations)."""
        return SIGNS[self.sign](means, self.bounds(means)[:, None])

    def __str__(self) -> str:
        if self.bound is not None:
            return f"{self.metric.name}{self.sign}{self.bound:g}"
        return f"{self.metric.name}: {100 * SHARE:.0f} % of the way from the worst to the best combination"


def target(text: str, what: str = "--target", own: Own = NONE) -> Target:
    """A target as typed: a condition, ``hidden_fees<=0.5``, or a metric alone for a share of the way to the best.

    Raises:
        CxsimError: neither, or a metric alone of which it is not plain whether more is better.
    """
    if any(sign in str(text) for sign in SIGNS):
        found = condition(text, what, own)
        return Target(found.metric, found.sign, found.bound)
    if "=" in str(text):
        raise BadValueError(what, text, "METRIC<=NUMBER, METRIC>=NUMBER, or a metric alone")
    column = metric(text, what, own)
    return Target(column, ">=" if sensed(column.name, what, own) > 0 else "<=")


@dataclasses.dataclass(frozen=True)
class Choice:
    """The cheapest combination of one map.

    Attributes:
        place: position of its levels, (y, x); ``None`` where no combination reaches the target.
        nearest: position of the combination that comes nearest to the target; the chosen one where there is one.
        bound: what had to be reached, in the metric's unit.
        met: interval of the metric there.
        cost: interval of the cost there.
        reaching: how many combinations reach the target.
        chosen_again: share of resamples in which the same combination is the cheapest.
        met_again: share of resamples in which the combination reaches the target.
        any_again: share of resamples in which some combination reaches it.
        by_luck: chance that the best and the worst combination lie as far apart where combinations do not differ at all.
        shares: for each combination the share of resamples in which it is the cheapest, shape (levels of y, levels of x).
    """

    place: tuple[int, int] | None
    nearest: tuple[int, int]
    bound: float
    met: Interval
    cost: Interval
    reaching: int
    chosen_again: float
    met_again: float
    any_again: float
    by_luck: float
    shares: np.ndarray


def cheapest(metric: np.ndarray, cost: np.ndarray, aim: Target, resamples: int = 2000, seed: int = 0) -> Choice:
    """Find it, and resample replications to see how sure the choice is.

    The same replications are drawn for every combination, since they share their luck (paired bootstrap, Efron and Tibshirani
    1993). Of combinations equally cheap the one that goes furthest beyond the target is taken.

    Args:
        metric, cost: shape (levels of y, levels of x, replications).
        aim: what the mean of the metric must reach.
        resamples: number of resamples.
        seed: of the resampling.
    """
    width, replications = metric.shape[1:]
    flat_metric, flat_cost = metric.reshape(-1, replications), cost.reshape(-1, replications)
    means = flat_metric.mean(axis=1)[None]
    found = int(_pick(means, flat_cost.mean(axis=1)[None], aim)[0])
    near = found if found >= 0 else int((means[0] if aim.upward else -means[0]).argmax())
    drawn = np.random.default_rng(seed).integers(replications, size=(resamples, replications))
    weights = (drawn[:, :, None] == np.arange(replications)).sum(axis=1) / replications
    metrics, costs = weights @ flat_metric.T, weights @ flat_cost.T
    picks = _pick(metrics, costs, aim)
    counts = np.bincount(picks[picks >= 0], minlength=len(flat_metric)) / resamples
    place = divmod(near, width)
    return Choice(
        place=place if found >= 0 else None,
        nearest=place,
        bound=float(aim.bounds(means)[0]),
        met=mean_interval(flat_metric[near]),
        cost=mean_interval(flat_cost[near]),
        reaching=int(aim.reached(means).sum()),
        chosen_again=float(counts[found]) if found >= 0 else 0.0,
        met_again=float(aim.reached(metrics)[:, near].mean()),
        any_again=float((picks >= 0).mean()),
        by_luck=by_luck(flat_metric, resamples, seed),
        shares=counts.reshape(-1, width),
    )


def by_luck(values: np.ndarray, resamples: int = 2000, seed: int = 0) -> float:
    """Chance that luck alone sets the best and the worst mean as far apart as they are.

    The interval of the difference between the two would not do: they were picked for being far apart. So each combination's values
    are moved to mean zero, as if combinations did not differ, replications are drawn again, the same ones for all combinations so
    that what luck does to neighbours alike stays alike, and the distance is looked at afresh (bootstrap test, Davison and Hinkley
    1997). With few replications the spread of their means is understated; it is widened as Student's t widens an interval, which
    errs towards luck where many combinations share none.

    Args:
        values: shape (combinations, replications).
        resamples: number of draws.
        seed: of the drawing.
    """
    count = values.shape[1]
    drawn = np.random.default_rng(seed).integers(count, size=(resamples, count))
    weights = (drawn[:, :, None] == np.arange(count)).sum(axis=1) / count
    wider = np.sqrt(count / (count - 1)) * stdtrit(count - 1, 0.975) / stdtrit(1e9, 0.975)
    none = wider * weights @ (values - values.mean(axis=1, keepdims=True)).T
    seen = np.ptp(values.mean(axis=1))
    return float((1 + (np.ptp(none, axis=1) >= seen).sum()) / (resamples + 1))


def efficient(cost: np.ndarray, metric: np.ndarray, upward: bool) -> np.ndarray:
    """Positions of the combinations that nothing cheaper (or as cheap) betters, by ascending cost.

    Args:
        cost, metric: shape (combinations,).
        upward: whether more of the metric is better.
    """
    value = metric if upward else -metric
    best, kept = -np.inf, []
    for place in np.lexsort((-value, cost)):
        if value[place] > best:
            kept.append(int(place))
            best = value[place]
    return np.array(kept, int)


def _pick(metrics: np.ndarray, costs: np.ndarray, aim: Target) -> np.ndarray:
    """For each row of means the cheapest column that reaches the target, -1 where none does."""
    reached = aim.reached(metrics)
    price = np.where(reached, costs, np.inf)
    # Means of resamples differ in their last bits where the costs are the same.
    least = price.min(axis=1, keepdims=True)
    cheap = price <= least + 1e-9 * np.abs(np.where(np.isfinite(least), least, 0.0))
    beyond = np.where(reached & cheap, metrics if aim.upward else -metrics, -np.inf)
    return np.where(reached.any(axis=1), beyond.argmax(axis=1), -1)
