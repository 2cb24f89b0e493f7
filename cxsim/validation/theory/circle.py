"""Firms evenly on a circle with a logit shock beside the cost of distance (Salop 1979; de Palma et al. 1985)."""

from __future__ import annotations

import math

import numpy as np


def price(n: int, cost: float, transport: float, mu: float = 0.0, points: int = 20_001) -> float:
    """Symmetric equilibrium price without an outside option.

    At equal prices dD/dp = -(1/mu) x integral of s (1 - s) over the circle and D = 1/n, so that p = c + (mu/n) / integral. The limit at
    mu = 0 is c + transport / n.
    """
    if mu <= 0.0:
        return cost + transport / n
    at = (np.arange(points) + 0.5) / points
    apart = np.abs(at[:, None] - np.arange(n)[None, :] / n)
    utility = -transport * np.minimum(apart, 1.0 - apart) / mu
    odds = np.exp(utility - utility.max(axis=1, keepdims=True))
    share = odds[:, 0] / odds.sum(axis=1)
    return cost + mu / n / float((share * (1.0 - share)).mean())


def free_entry(transport: float, entry_cost: float) -> float:
    """Number of firms at which profit t / n^2 just covers the cost of being there, as a real number: sqrt(t / F)."""
    return math.sqrt(transport / entry_cost)
