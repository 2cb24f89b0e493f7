"""A queue with fixed capacity in which a customer has at most one open problem (machine repair with many machines, in
discrete time).

Of those without a problem a share r meets one each month; c of the open ones (per customer) are resolved. Without
swings the share waiting follows w' = w + r (1 - w) - c while that is positive, so that w_t = (1 - c/r) (1 - (1-r)^t)
from an empty queue.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import lognorm


def waiting(rate: float, capacity: float, months: int) -> np.ndarray:
    """Share waiting at the end of months 1 .. ``months``, from an empty queue, capacity below the rate."""
    return (1.0 - capacity / rate) * (1.0 - (1.0 - rate) ** np.arange(1, months + 1))


def spread(rate: float, capacity: float, months: int) -> np.ndarray:
    """Standard deviation of the share waiting among N customers, times the root of N, at the end of months 1 .. ``months``.

    Arrivals and resolutions are binomial given the share waiting, whose deviations fade by 1 - r a month.
    """
    expected = np.concatenate([[0.0], waiting(rate, capacity, months)])
    variance, found = 0.0, np.empty(months)
    for month in range(months):
        idle = 1.0 - expected[month]
        load = expected[month] + rate * idle
        solved = min(1.0, capacity / load)
        drawn = (1.0 - solved) ** 2 * rate * (1.0 - rate) * idle + load * solved * (1.0 - solved)
        variance = (1.0 - rate) ** 2 * variance + drawn
        found[month] = np.sqrt(variance)
    return found


def settled_with_swings(rate: float, capacity: float, variation: float, points: int = 1001, draws: int = 800) -> float:
    """Long-run mean share waiting where the load is multiplied each month by a lognormal factor of mean 1.

    The share waiting is a Markov process on 0 .. 1; its stationary distribution is worked out on a grid.
    """
    grid, _, stationary = _swinging(rate, capacity, variation, points, draws)
    return float(stationary @ grid)


def noise_with_swings(rate: float, capacity: float, variation: float, points: int = 401, draws: int = 400) -> float:
    """Standard deviation of the mean share waiting over many months under swings, times the root of their number.

    The long-run variance of the process, by Poisson's equation (I - P) g = f - mean, whose solution gives 2 <f, g> - <f, f>.
    """
    grid, chain, stationary = _swinging(rate, capacity, variation, points, draws)
    off = grid - stationary @ grid
    solution = np.linalg.solve(np.eye(points) - chain + stationary[None, :], off)
    return float(np.sqrt(2.0 * (stationary * off) @ solution - (stationary * off) @ off))


def _swinging(rate: float, capacity: float, variation: float, points: int, draws: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Grid, transition matrix and stationary distribution of the share waiting."""
    sigma = np.sqrt(np.log1p(variation**2))
    factor = lognorm.ppf((np.arange(draws) + 0.5) / draws, sigma, scale=np.exp(-0.5 * sigma**2))
    grid = np.linspace(0.0, 1.0, points)
    load = grid + rate * (1.0 - grid)
    after = load[:, None] * (1.0 - np.minimum(1.0, capacity / (load[:, None] * factor[None, :])))
    place = after * (points - 1)
    low = np.minimum(place.astype(int), points - 2)
    part = place - low
    chain = np.zeros((points, points))
    rows = np.repeat(np.arange(points), draws)
    np.add.at(chain, (rows, low.ravel()), (1.0 - part).ravel() / draws)
    np.add.at(chain, (rows, low.ravel() + 1), part.ravel() / draws)
    system = np.vstack([(chain.T - np.eye(points)), np.ones(points)])
    stationary = np.linalg.lstsq(system, np.append(np.zeros(points), 1.0), rcond=None)[0]
    return grid, chain, stationary
