"""Morris screening: one parameter moved at a time, from many starting points (Morris 1991; Campolongo, Cariboni and Saltelli 2007).

All points of a trajectory have the same luck, so that an elementary effect is a paired difference; each trajectory has luck of
its own. Resampling trajectories therefore moves both where the parameters stand and the luck, and the intervals hold both.
What luck does is measured beside it: each trajectory's first point is run once more with other luck.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from cxsim.config.errors import BadValueError, CxsimError

LEVELS = 4
"""Levels of the grid that trajectories move on; the step is two thirds of a range."""
RESAMPLES = 1000


@dataclasses.dataclass(frozen=True)
class Plan:
    """Trajectories.

    Attributes:
        unit: points from 0 to 1, shape (trajectories, factors + 2, factors); the last point of each is its first again.
        luck: luck of each point from 0 to 1, shape (trajectories, factors + 2); the last point's is another.
    """

    unit: np.ndarray
    luck: np.ndarray


@dataclasses.dataclass(frozen=True)
class Screening:
    """Elementary effects and what they come to; per full range of each parameter.

    Attributes:
        effects: shape (trajectories, factors).
        luck: change that other luck makes, shape (trajectories,).
        mu, mu_star, sigma: mean, mean size and standard deviation of the effects, shape (factors,).
        low, high: 95 % bootstrap interval of mu_star, shape (factors,).
        luck_size: mean size of what luck does, with its interval (mean, low, high).
    """

    effects: np.ndarray
    luck: np.ndarray
    mu: np.ndarray
    mu_star: np.ndarray
    sigma: np.ndarray
    low: np.ndarray
    high: np.ndarray
    luck_size: tuple[float, float, float]


def plan(factors: int, trajectories: int, seed: int, first: int = 0) -> Plan:
    """Draw trajectories with SALib, each from a seed of its own, so that more of them go on from fewer.

    Args:
        factors: number of parameters.
        trajectories: how many.
        seed: of the drawing.
        first: number of the first one.

    Raises:
        CxsimError: SALib is not installed, or a number that cannot be.
    """
    if trajectories < 2:
        raise BadValueError("--trajectories", trajectories, "2 or more")
    try:
        from SALib.sample.morris import sample
    except ImportError as error:
        raise CxsimError("SALib is not installed; pip install 'cxsim[salib]' brings it.") from error
    # SALib wants two factors at least; a second one that nobody has is drawn and thrown away.
    drawn_for = max(factors, 2)
    problem = {"num_vars": drawn_for, "names": [f"x{place}" for place in range(drawn_for)], "bounds": [[0.0, 1.0]] * drawn_for}
    unit = np.empty((trajectories, factors + 2, factors))
    luck = np.empty((trajectories, factors + 2))
    for place in range(trajectories):
        draw = np.random.default_rng([seed, first + place])
        walk = np.asarray(sample(problem, 1, num_levels=LEVELS, seed=int(draw.integers(2**31))), float)
        if factors < drawn_for:
            walk = walk[[True, *(np.abs(np.diff(walk[:, :factors], axis=0)).sum(axis=1) > 0)]]
        unit[place, :-1] = walk[:, :factors]
        unit[place, -1] = walk[0, :factors]
        mine, other = draw.random(2)
        luck[place] = mine
        luck[place, -1] = other
    return Plan(unit, luck)


def screened(made: Plan, values: np.ndarray, resamples: int = RESAMPLES, seed: int = 0) -> Screening:
    """Effects and their sizes from what the points gave.

    Args:
        made: the trajectories.
        values: result of each point, shape (trajectories, factors + 2).
        resamples: bootstrap resamples of the trajectories.
        seed: of the resampling.
    """
    steps = np.diff(made.unit[:, :-1], axis=1)
    moved = np.abs(steps).argmax(axis=2)
    change = np.diff(values[:, :-1], axis=1) / np.take_along_axis(steps, moved[..., None], axis=2)[..., 0]
    effects = np.empty((len(values), made.unit.shape[2]))
    np.put_along_axis(effects, moved, change, axis=1)
    luck = values[:, -1] - values[:, 0]
    drawn = np.random.default_rng(seed).integers(len(values), size=(resamples, len(values)))
    low, high = np.quantile(np.abs(effects)[drawn].mean(axis=1), [0.025, 0.975], axis=0)
    size = np.abs(luck)
    ends = np.quantile(size[drawn].mean(axis=1), [0.025, 0.975])
    return Screening(
        effects=effects,
        luck=luck,
        mu=effects.mean(axis=0),
        mu_star=np.abs(effects).mean(axis=0),
        sigma=effects.std(axis=0, ddof=1),
        low=low,
        high=high,
        luck_size=(float(size.mean()), float(ends[0]), float(ends[1])),
    )
