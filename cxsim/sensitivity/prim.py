"""PRIM, the patient rule induction method (Friedman and Fisher 1999), as scenario discovery uses it (Bryant and Lempert 2010).

From a box that holds everything a thin slice is peeled off again and again, each time the one whose loss raises the share of
failures most for each case lost (the lenient objective of Kwakkel and Jaxa-Rozen 2016), until the box is small. The boxes on the
way are the peeling trajectory, along which density is bought with coverage.

With many parameters and a few hundred cases some slice of some parameter always looks good by luck, and peeling goes astray. So it
is constrained (Kwakkel 2019): it runs in every combination of at most three of the six parameters that tell failures from the
rest best, each for itself, by the two-sample test of Kolmogorov and Smirnov (regional sensitivity analysis, Hornberger and Spear
1981). Of all boxes on all trajectories, each freed of limits that luck explains, the one with the best harmonic mean of coverage
and density is taken. Boxes are not pasted out again afterwards: taking off limits that do nothing does what pasting is for.
"""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np

from cxsim.sensitivity.boxes import Box, Fit, fit, simplified

PEEL = 0.05
"""Share of the cases in a box that a slice holds."""
LEAST = 0.05
"""Least share of all cases that a box may hold."""
CANDIDATES = 6
"""Parameters that are searched in combination."""
MOST_LIMITED = 3
"""Parameters that a rule may limit; a longer one is none that people can use."""
LEVEL = 0.05
"""Quasi-p-value up to which a limit counts as more than luck."""


@dataclasses.dataclass(frozen=True)
class Step:
    """One box of the peeling trajectory."""

    box: Box
    fit: Fit


def trajectory(points: np.ndarray, fails: np.ndarray, peel: float = PEEL, least: float = LEAST) -> list[Step]:
    """Peel until the box holds the least share of the cases, or no slice raises the share of failures.

    Args:
        points: shape (cases, parameters).
        fails: whether each case fails, shape (cases,).
        peel: share of a slice.
        least: least share of all cases in a box.
    """
    points, fails = np.asarray(points, float), np.asarray(fails, bool)
    box = Box.everything(points.shape[1])
    inside = np.ones(len(points), bool)
    steps = [Step(box, fit(box, points, fails))]
    while True:
        best = _best(points, fails, inside, box, peel)
        if best is None:
            return steps
        box, kept = best
        if kept.sum() < least * len(points):
            return steps
        inside = kept
        steps.append(Step(box, fit(box, points, fails)))


def candidates(points: np.ndarray, fails: np.ndarray, most: int = CANDIDATES) -> list[int]:
    """The parameters that tell failures from the rest best, each for itself (Hornberger and Spear 1981).

    Args:
        points: shape (cases, parameters).
        fails: whether each case fails; there are failures and others.
        most: at most so many.
    """
    from scipy.stats import ks_2samp

    if points.shape[1] <= most:
        return list(range(points.shape[1]))
    apart = [ks_2samp(points[fails, place], points[~fails, place]).statistic for place in range(points.shape[1])]
    return sorted(int(place) for place in np.argsort(apart, kind="stable")[::-1][:most])


def search(points: np.ndarray, fails: np.ndarray, least: float = LEAST) -> tuple[Box | None, list[Step]]:
    """The box to tell, and the trajectory that it lies on.

    Args:
        points, fails, least: as for `trajectory`.

    Returns:
        The box, ``None`` where no limit is more than luck; the steps of its trajectory, as boxes in all parameters.
    """
    points, fails = np.asarray(points, float), np.asarray(fails, bool)
    best: tuple[float, int, Box] | None = None
    path: list[Step] = []
    able = candidates(points, fails)
    for count in range(1, min(MOST_LIMITED, len(able)) + 1):
        for some in itertools.combinations(able, count):
            steps = trajectory(points[:, some], fails, least=least)
            for step in steps[1:]:
                box = _whole(simplified(step.box, points[:, some], fails, LEVEL), some, points.shape[1])
                mine = (fit(box, points, fails).score, -len(box.limits()), box)
                if box.limits() and (best is None or mine[:2] > best[:2]):
                    best, path = mine, [Step(_whole(one.box, some, points.shape[1]), one.fit) for one in steps]
    return (None if best is None else best[2]), path


def _whole(box: Box, some: tuple[int, ...], parameters: int) -> Box:
    """A box in a few parameters as one in all of them."""
    whole = Box.everything(parameters)
    whole.low[list(some)], whole.high[list(some)] = box.low, box.high
    return whole


def _best(points: np.ndarray, fails: np.ndarray, inside: np.ndarray, box: Box, peel: float) -> tuple[Box, np.ndarray] | None:
    """The slice whose loss raises the share of failures most for each case lost; ``None`` where none raises it."""
    mine = points[inside]
    failing = fails[inside]
    before, cases = failing.mean(), len(failing)
    limits = box.limits()
    free = set(range(points.shape[1])) - {place for place, _ in limits}
    best: tuple[float, int, int, bool, float] | None = None
    ordered = np.sort(mine, axis=0)
    for place in range(points.shape[1]):
        for upper in (True, False):
            end = _quantile(ordered[:, place], 1 - peel if upper else peel)
            kept = mine[:, place] <= end if upper else mine[:, place] >= end
            count = int(kept.sum())
            if count in {0, cases}:
                continue
            gain = (failing[kept].mean() - before) / (cases - count)
            unlimited = len(free - {place})
            if gain > 0 and (best is None or (gain, unlimited) > best[:2]):
                best = (gain, unlimited, place, upper, end)
    if best is None:
        return None
    _, _, place, upper, end = best
    low, high = box.low.copy(), box.high.copy()
    (high if upper else low)[place] = end
    made = Box(low, high)
    return made, made.holds(points)


def _quantile(ordered: np.ndarray, part: float) -> float:
    """A limit half way between two different values near a quantile, so that equal values stay together."""
    at = (len(ordered) - 1) * part
    below, above = int(np.floor(at)), int(np.ceil(at))
    if part > 0.5:
        while ordered[below] == ordered[above] and below > 0:
            below -= 1
    else:
        while ordered[below] == ordered[above] and above < len(ordered) - 1:
            above += 1
    return float((ordered[below] + ordered[above]) / 2)
