"""A monopolist's price and quality with logit demand of customers who differ in willingness to pay (Spence 1975)."""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from cxsim.validation.theory.integrals import Tastes


@dataclasses.dataclass(frozen=True)
class Choice:
    """What the monopolist chooses, and how people value quality there (£/month per unit of quality).

    Attributes:
        price, quality: chosen.
        served: share of people who buy.
        marginal, average: value of quality to the marginal customers, and to all who buy.
    """

    price: float
    quality: float
    served: float
    marginal: float
    average: float


def best(taste: Tastes, cost: float, quality_cost: float, cap: float | None = None) -> Choice:
    """Price and quality that maximise (p - c - k q^2) D(p, q) with D = E[1 / (1 + exp((p - v q) / mu))], under a price cap if given."""
    values, weights = taste.points()

    def served(price: float, quality: float) -> np.ndarray:
        return expit((values * quality - price) / taste.mu)

    def loss(at: np.ndarray) -> float:
        price, quality = at
        return -(price - cost - quality_cost * quality**2) * float(weights @ served(price, quality))

    highest = cap if cap is not None else cost + 50.0 * taste.worth
    found = None
    for quality in (0.1, 0.3, 0.5, 0.7, 0.9):
        start = min(highest, cost + taste.worth * quality)
        trial = minimize(loss, [start, quality], bounds=[(0.0, highest), (0.0, 1.0)], method="L-BFGS-B",
                         options={"ftol": 1e-15, "gtol": 1e-10, "maxiter": 2000})  # fmt: skip
        found = trial if found is None or trial.fun < found.fun else found
    price, quality = (float(part) for part in found.x)
    buying = served(price, quality)
    density = buying * (1.0 - buying)
    return Choice(
        price, quality, float(weights @ buying), float(weights @ (values * density) / (weights @ density)),
        float(weights @ (values * buying) / (weights @ buying)),
    )  # fmt: skip
