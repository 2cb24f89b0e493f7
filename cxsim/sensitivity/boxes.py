"""Boxes: regions of the parameter space with limits along some parameters, and how well they hold the cases of failure.

Coverage is the share of all failures that a box holds, density the share of its cases that fail (Bryant and Lempert 2010).
"""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy.special import bdtrc


@dataclasses.dataclass(frozen=True)
class Box:
    """Limits along each parameter.

    Attributes:
        low, high: shape (parameters,); minus and plus infinity where there is no limit.
    """

    low: np.ndarray
    high: np.ndarray

    @classmethod
    def everything(cls, parameters: int) -> Box:
        """The box without limits."""
        return cls(np.full(parameters, -np.inf), np.full(parameters, np.inf))

    def holds(self, points: np.ndarray) -> np.ndarray:
        """Which points lie inside, shape (points,)."""
        return np.asarray(((points >= self.low) & (points <= self.high)).all(axis=1))

    def limits(self) -> list[tuple[int, bool]]:
        """Its limits, each as position of the parameter and whether it is an upper one."""
        sides = ((False, self.low), (True, self.high))
        return [(int(place), upper) for upper, ends in sides for place in np.flatnonzero(np.isfinite(ends))]

    def restricted(self) -> list[int]:
        """Positions of the parameters that it limits."""
        return sorted({place for place, _ in self.limits()})

    def without(self, limit: tuple[int, bool]) -> Box:
        """The box with one limit taken off."""
        place, upper = limit
        low, high = self.low.copy(), self.high.copy()
        (high if upper else low)[place] = np.inf if upper else -np.inf
        return Box(low, high)


@dataclasses.dataclass(frozen=True)
class Fit:
    """How well a box holds the failures among some cases.

    Attributes:
        inside: cases in the box.
        failing: of these, those that fail.
        failures: failures among all cases.
        cases: all cases.
    """

    inside: int
    failing: int
    failures: int
    cases: int

    @property
    def density(self) -> float:
        """Share of the cases inside that fail; NaN for an empty box."""
        return self.failing / self.inside if self.inside else np.nan

    @property
    def coverage(self) -> float:
        """Share of the failures that it holds; NaN where nothing fails."""
        return self.failing / self.failures if self.failures else np.nan

    @property
    def mass(self) -> float:
        """Share of the cases inside."""
        return self.inside / self.cases if self.cases else np.nan

    @property
    def score(self) -> float:
        """Harmonic mean of coverage and density, by which boxes are chosen (van Rijsbergen 1979); 0 where either is none."""
        return 2 * self.failing / (self.inside + self.failures) if self.failing else 0.0


def fit(box: Box, points: np.ndarray, fails: np.ndarray) -> Fit:
    """How well a box holds the failures.

    Args:
        box: the box.
        points: shape (cases, parameters).
        fails: whether each case fails.
    """
    inside = box.holds(points)
    return Fit(int(inside.sum()), int(fails[inside].sum()), int(fails.sum()), len(fails))


def quasi_p(box: Box, points: np.ndarray, fails: np.ndarray) -> dict[tuple[int, bool], float]:
    """For each limit the chance of as many failures inside by luck, if the limit did nothing (Bryant and Lempert 2010).

    One-sided binomial: the cases in the box, each failing with the density of the box without that limit. The limits were chosen
    on the same cases, so these are no true p-values.
    """
    mine = fit(box, points, fails)
    found = {}
    for limit in box.limits():
        wider = fit(box.without(limit), points, fails)
        # The chance of more than one fewer; scipy's own binomial says the same twenty times slower.
        found[limit] = float(bdtrc(mine.failing - 1, mine.inside, wider.density)) if mine.failing else 1.0
    return found


def simplified(box: Box, points: np.ndarray, fails: np.ndarray, level: float = 0.05) -> Box:
    """The box without limits that luck explains: the least significant is taken off until all are significant."""
    while chances := quasi_p(box, points, fails):
        worst = max(chances, key=lambda limit: chances[limit])
        if chances[worst] <= level:
            return box
        box = box.without(worst)
    return box
