"""Loyalty pricing with switching costs uniform on [0, theta] (Chen 1997), with or without a logit shock beside them.

A duopoly that splits the customers in halves. Each firm charges its own customers ``loyal`` and the rival's ``new``;
a customer with switching cost s leaves if loyal - new > s + noise, where the noise is the difference of two Gumbel
shocks of scale ``mu``.
"""

from __future__ import annotations

import numpy as np
from numpy.polynomial.legendre import leggauss
from scipy.optimize import brentq, root
from scipy.special import expit

_NODES, _WEIGHTS = leggauss(400)


def leaving(gap: float, theta: float, mu: float) -> float:
    """Chance that a customer leaves for an offer that is cheaper by ``gap``."""
    if mu <= 0.0:
        return float(np.clip(gap / theta, 0.0, 1.0))
    cost = 0.5 * theta * (_NODES + 1.0)
    return float(0.5 * _WEIGHTS @ expit((gap - cost) / mu))


def slope(gap: float, theta: float, mu: float) -> float:
    """Derivative of :func:`leaving` by the gap, in closed form."""
    if mu <= 0.0:
        return 1.0 / theta if 0.0 <= gap <= theta else 0.0
    return float((expit(gap / mu) - expit((gap - theta) / mu)) / theta)


def discriminating(cost: float, theta: float, mu: float = 0.0) -> tuple[float, float, float]:
    """Prices to loyal and new customers and the share that switches, when both prices are free.

    From (loyal - c) q'(g) = 1 - q(g) and (new - c) q'(g) = q(g) with g = loyal - new. For mu = 0: c + 2 theta/3, c + theta/3, 1/3.
    """

    def gaps(prices: np.ndarray) -> list[float]:
        loyal, new = prices
        q, d = leaving(loyal - new, theta, mu), slope(loyal - new, theta, mu)
        return [(loyal - cost) * d - (1.0 - q), (new - cost) * d - q]

    found = root(gaps, [cost + 2.0 * theta / 3.0, cost + theta / 3.0], tol=1e-12)
    if np.max(np.abs(gaps(found.x))) > 1e-9:
        raise ArithmeticError(f"no equilibrium found: {found.message}")
    loyal, new = (float(price) for price in found.x)
    return loyal, new, leaving(loyal - new, theta, mu)


def uniform(cost: float, theta: float, mu: float = 0.0) -> tuple[float, float]:
    """The one price where price walking is banned, and the share that switches, in the symmetric equilibrium.

    A firm at p against a rival at r keeps 1 - q(p - r) of its half and wins q(r - p) of the other: at p = r the first-order condition is
    (p - c) q'(0) = 1/2. For mu = 0 the derivative from either side is 1/theta on one half only, so that p = c + theta.
    """
    if mu <= 0.0:
        return cost + theta, 0.0

    def gap(price: float) -> float:
        return (price - cost) * slope(0.0, theta, mu) - 0.5

    highest = cost + 4.0 * (theta + mu)
    return float(brentq(gap, cost, highest, xtol=1e-13)), leaving(0.0, theta, mu)
