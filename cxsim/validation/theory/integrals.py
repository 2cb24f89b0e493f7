"""Logit demand of customers who differ in willingness to pay (lognormal), by numerical integration."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from scipy.integrate import quad

from cxsim.validation.theory import logit

_NODES, _WEIGHTS = hermegauss(101)


@dataclasses.dataclass(frozen=True)
class Tastes:
    """Mean and coefficient of variation of willingness to pay, and the scale of the taste shock (£/month)."""

    worth: float
    spread: float
    mu: float

    def points(self) -> tuple[np.ndarray, np.ndarray]:
        """Willingness to pay at the nodes of Gauss and Hermite's rule, and their weights (sum 1)."""
        sigma = math.sqrt(math.log1p(self.spread**2))
        return self.worth * np.exp(sigma * _NODES - 0.5 * sigma**2), _WEIGHTS / _WEIGHTS.sum()


def _by_value(prices: Sequence[float], taste: Tastes, outside: bool = True) -> tuple[np.ndarray, np.ndarray]:
    values, weights = taste.points()
    return np.array([logit.shares(prices, value, taste.mu, outside) for value in values]), weights


def shares(prices: Sequence[float], taste: Tastes, outside: bool = True) -> np.ndarray:
    """Mean share of each firm over all people."""
    each, weights = _by_value(prices, taste, outside)
    return weights @ each


def churn(prices: Sequence[float], taste: Tastes, attention: float) -> float:
    """Share of those served who leave their firm, twelve months' worth, where shares have settled."""
    each, weights = _by_value(prices, taste)
    return float(12.0 * attention * (weights @ (each * (1.0 - each)).sum(axis=1)) / (weights @ each.sum(axis=1)))


def elasticity(prices: Sequence[float], taste: Tastes, firm: int = 0) -> float:
    """Own-price elasticity of a firm's demand."""
    each, weights = _by_value(prices, taste)
    share = each[:, firm]
    return float(-prices[firm] / taste.mu * (weights @ (share * (1.0 - share))) / (weights @ share))


def surplus(prices: Sequence[float], taste: Tastes) -> float:
    """Mean over people of the expected best option, by integrating its distribution; shocks have mean zero."""
    values, weights = taste.points()
    some = weights > 1e-12
    return float(sum(w * _expected_best(np.append(v - np.asarray(prices, float), 0.0), taste.mu)
                     for v, w in zip(values[some], weights[some], strict=True)))  # fmt: skip


def _expected_best(worth: np.ndarray, mu: float) -> float:
    """E[max(worth + mu (e - gamma))] for Gumbel shocks e, as an integral of the distribution function of the maximum."""
    scaled = worth / mu - np.euler_gamma
    top = float(scaled.max())

    def below(x: float) -> float:
        return float(np.exp(-np.exp(np.clip(scaled - x, -700.0, 50.0)).sum()))

    upper = quad(lambda x: 1.0 - below(x), top, top + 60.0, limit=400, epsabs=1e-11)[0]
    lower = quad(below, top - 12.0, top, limit=400, epsabs=1e-11)[0]
    return mu * (top + upper - lower)
