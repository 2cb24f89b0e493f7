"""Two firms, logit demand and a cost of switching: a Markov-perfect equilibrium, and the equilibrium of firms that hold
prices for good.

Every period each customer chooses between the firm she is with and the other one, which costs ``switching`` extra;
taste shocks have scale ``mu``; nobody does without. The state is the share x of customers attached to firm 0 (Dubé,
Hitsch and Rossi 2009, in a duopoly).
"""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.optimize import brentq, minimize_scalar
from scipy.special import expit


@dataclasses.dataclass(frozen=True)
class Inertia:
    """The market: money in £/month, the cost of switching in £."""

    cost: float
    mu: float
    switching: float

    def demand(self, own: np.ndarray | float, rival: np.ndarray | float, attached: np.ndarray | float) -> np.ndarray:
        """Share that buys from a firm to which the share ``attached`` is attached."""
        gap = np.asarray(rival) - np.asarray(own)
        return np.asarray(attached * expit((gap + self.switching) / self.mu) + (1.0 - attached) * expit((gap - self.switching) / self.mu))


def static_price(market: Inertia) -> float:
    """Symmetric price of firms without a future: p - c = mu / (2 P (1 - P)), P the chance of staying at equal prices."""
    staying = float(expit(market.switching / market.mu))
    return market.cost + market.mu / (2.0 * staying * (1.0 - staying))


def markov_perfect(market: Inertia, discount: float, points: int = 41, tolerance: float = 1e-5) -> tuple[np.ndarray, np.ndarray]:
    """Prices of firm 0 by the share attached to it, in the symmetric Markov-perfect equilibrium.

    Best replies and values are iterated on a grid of states, values between them by cubic splines.

    Returns:
        The grid of states and the price at each.
    """
    state = np.linspace(0.0, 1.0, points)
    price = np.full(points, static_price(market))
    value = (price - market.cost) * 0.5 / (1.0 - discount)
    wide = np.linspace(-1.0, 1.0, 61)
    for _ in range(4000):
        rival = price[::-1]
        ahead = CubicSpline(state, value)

        def worth(own: np.ndarray, ahead: CubicSpline = ahead, rival: np.ndarray = rival) -> np.ndarray:
            sold = market.demand(own, rival[:, None], state[:, None])
            return (own - market.cost) * sold + discount * ahead(sold)

        best, reach = price.copy(), 4.0 * market.mu + market.switching
        for _ in range(7):
            trial = best[:, None] + reach * wide[None, :]
            best = trial[np.arange(points), worth(trial).argmax(axis=1)]
            reach *= 0.12
        new_value = worth(best[:, None])[:, 0]
        moved = max(np.max(np.abs(best - price)), np.max(np.abs(new_value - value)) * (1.0 - discount))
        price = price + 0.5 * (best - price)
        value = new_value
        if moved < tolerance:
            return state, price
    raise ArithmeticError(f"no Markov-perfect equilibrium found for discount {discount}")


def committed_price(market: Inertia, discount: float) -> float:
    """Symmetric price where each firm, from an even split, picks one price for good and takes the rival's as given for good."""

    def worth(own: float, rival: float) -> float:
        stay = float(expit((rival - own + market.switching) / market.mu))
        win = float(expit((rival - own - market.switching) / market.mu))
        settled, speed = win / (1.0 - stay + win), stay - win
        # x_k = settled + (1/2 - settled) speed^k for k = 1, 2, ...; weighted with (1 - d) d^(k-1).
        held = settled + (0.5 - settled) * speed * (1.0 - discount) / (1.0 - discount * speed)
        return (own - market.cost) * held

    def gap(rival: float) -> float:
        bounds = (market.cost, rival + 10.0 * market.mu + 2.0 * market.switching)
        return float(minimize_scalar(lambda own: -worth(own, rival), bounds=bounds, method="bounded", options={"xatol": 1e-11}).x) - rival

    highest = static_price(market) + 2.0 * market.mu
    return float(brentq(gap, market.cost + 0.2 * market.mu, highest, xtol=1e-10))
