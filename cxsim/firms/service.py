"""Service where it has settled: how many wait, and how crowded it is, for a capacity, a load and its month-to-month swings.

Each month a share ``min(1, c / L)`` of the open problems is resolved. Load swings: L = l X with X lognormal of mean 1, so that the means
of ``min(1, c / L)`` and of ``max(0, L / c - 1)`` have closed forms (those of Black and Scholes 1973 for options). A customer has at most
one open problem, so the share waiting settles where ``o = (o + r (1 - o)) (1 - resolved)``; without swings that is 1 - c / r. Where only a
share of what is handled gets solved, ``resolved`` is that share of it.
"""

from __future__ import annotations

import math

import numpy as np

from cxsim.compiled import compiled

_ROUNDS = 60
_CLOSE = 3e-6
_STEADY = 1e-6
_ROOT_HALF = math.sqrt(0.5)


def log_spread(variation: float) -> float:
    """Standard deviation of the logarithm of a load's swing with this coefficient of variation."""
    return math.sqrt(math.log1p(variation * variation))


@compiled()
def _normal(z):
    return 0.5 * math.erfc(-z * _ROOT_HALF)


@compiled()
def overload(capacity, load, sigma):
    """Mean load above capacity, in capacities; infinite where there is load and no capacity; ``sigma``: see :func:`log_spread`."""
    if load <= 0.0:
        return 0.0
    if capacity <= 0.0:
        return np.inf
    if sigma < _STEADY:
        return max(0.0, load / capacity - 1.0)
    d = np.log(load / capacity) / sigma
    return load / capacity * _normal(d + 0.5 * sigma) - _normal(d - 0.5 * sigma)


@compiled()
def waiting_share(arrivals, capacity, sigma, solving=1.0, guess=0.0):
    """Share of customers with an open problem at the end of a month, settled.

    What a month leaves open is convex and rising in what it starts with, by less than one for one. Newton's steps climb from any queue that
    is too short to where it settles, and never beyond; from one that is too long, the first step leads to one that is too short.

    Args:
        arrivals: new problems per month of a customer without one.
        capacity: contacts handled per customer and month.
        sigma: see :func:`log_spread`.
        solving: share of the contacts handled that solve the problem; the others come back.
        guess: where to begin, 0 to 1.
    """
    if arrivals <= 0.0:
        return 0.0
    if capacity <= 0.0 or solving <= 0.0:
        return 1.0
    if sigma < _STEADY:
        ample = (1.0 - solving) * arrivals / (1.0 - (1.0 - solving) * (1.0 - arrivals))
        enough = ample + arrivals * (1.0 - ample) <= capacity
        return ample if enough else max(0.0, 1.0 - solving * capacity / arrivals)
    spread, waiting = np.exp(sigma * sigma), guess
    for _ in range(_ROUNDS):
        load = waiting + arrivals * (1.0 - waiting)
        z = np.log(capacity / load)
        ample = _normal(z / sigma + 0.5 * sigma)  # chance that capacity is enough; by this much of a rise in load is met
        left_open = load * (1.0 - solving * ample) - solving * capacity * spread * _normal(-z / sigma - 1.5 * sigma)
        step = (left_open - waiting) / (1.0 - (1.0 - arrivals) * (1.0 - solving * ample))
        waiting = min(max(waiting + step, 0.0), 1.0)
        if abs(step) < _CLOSE:  # what is missing now is of the order of its square
            break
    return waiting
