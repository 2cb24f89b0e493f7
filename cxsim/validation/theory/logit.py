"""Price competition with logit demand, worked out from its first-order conditions (McFadden 1974; Anderson, de Palma and
Thisse 1992).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.special import wrightomega


def shares(prices: Sequence[float], worth: Sequence[float] | float, mu: float, outside: bool = True) -> np.ndarray:
    """Share of each firm: exp((worth - price) / mu) over the sum, to which doing without adds 1."""
    utility = (np.broadcast_to(np.asarray(worth, float), np.shape(prices)) - np.asarray(prices, float)) / mu
    top = max(utility.max(), 0.0) if outside else utility.max()
    odds = np.exp(utility - top)
    return odds / (odds.sum() + (math.exp(-top) if outside else 0.0))


def bertrand(costs: Sequence[float], worth: Sequence[float] | float, mu: float, outside: bool = True) -> np.ndarray:
    """Nash equilibrium in prices: p_i = c_i + mu / (1 - s_i) for every firm.

    Solved reply by reply: with R the others' odds, the best margin is mu (1 + w), where w solves w e^w = e^((a - c) / mu - 1) / R (Wright's
    omega function). Replies rise with rivals' prices and the equilibrium is the only one (Milgrom and Roberts 1990), so they converge.

    Raises:
        ArithmeticError: they have not converged.
    """
    cost = np.asarray(costs, float)
    value = np.broadcast_to(np.asarray(worth, float), cost.shape)
    prices = cost + mu
    for _ in range(100_000):
        before = prices.copy()
        for firm in range(len(cost)):
            others = np.delete((value - prices) / mu, firm)
            rest = np.logaddexp.reduce(np.append(others, 0.0) if outside else others)
            prices[firm] = cost[firm] + mu * (1.0 + float(wrightomega((value[firm] - cost[firm]) / mu - 1.0 - rest)))
        if np.max(np.abs(prices - before)) < 1e-13 * np.max(np.abs(prices)):
            return prices
    raise ArithmeticError(f"no Bertrand equilibrium found for costs {costs}")


def joint(costs: Sequence[float], worth: Sequence[float] | float, mu: float) -> np.ndarray:
    """Prices that maximise the sum of profits with an outside option: one margin m = mu / s_0 for all."""
    cost = np.asarray(costs, float)

    def gap(margin: float) -> float:
        return margin * (1.0 - float(shares(cost + margin, worth, mu).sum())) - mu

    highest = mu
    while gap(highest) < 0.0:
        highest *= 2.0
    return cost + brentq(gap, mu, highest, xtol=1e-13) if highest > mu else cost + mu


def profits(prices: Sequence[float], costs: Sequence[float], worth: Sequence[float] | float, mu: float, outside: bool = True) -> np.ndarray:
    """Profit of each firm per customer of the market."""
    return (np.asarray(prices, float) - np.asarray(costs, float)) * shares(prices, worth, mu, outside)


def best_reply(prices: Sequence[float], firm: int, cost: float, worth: Sequence[float] | float, mu: float, outside: bool = True) -> float:
    """The price of one firm that maximises its profit, the others' held."""
    trial = np.array(prices, float)

    def loss(price: float) -> float:
        trial[firm] = price
        return -(price - cost) * float(shares(trial, worth, mu, outside)[firm])

    return float(minimize_scalar(loss, bounds=(cost, cost + 60.0 * mu + 2.0 * float(np.max(trial))), method="bounded",
                                 options={"xatol": 1e-12}).x)  # fmt: skip


def grid_equilibria(costs: Sequence[float], worth: float, mu: float, grid: Sequence[float]) -> list[tuple[int, int]]:
    """Nash equilibria in pure strategies of two firms that choose once from a grid of prices, as pairs of positions on it."""
    count = len(grid)
    earned = np.array([[profits([one, other], costs, worth, mu) for other in grid] for one in grid])
    first, second = earned[:, :, 0], earned[:, :, 1]
    best_first, best_second = first.max(axis=0), second.max(axis=1)
    return [(i, j) for i in range(count) for j in range(count) if first[i, j] >= best_first[j] and second[i, j] >= best_second[i]]


class Collusion:
    """Profits of one firm in the repeated game of identical firms, per customer of the market and month.

    Attributes:
        compete, collude, deviate: in the one-shot equilibrium, at the joint price, and when undercutting it once.
    """

    def __init__(self, n: int, cost: float, worth: float, mu: float):
        costs = np.full(n, cost)
        self.nash_price = float(bertrand(costs, worth, mu)[0])
        joint_prices = joint(costs, worth, mu)
        self.joint_price = float(joint_prices[0])
        self.compete = float(profits(np.full(n, self.nash_price), costs, worth, mu)[0])
        self.collude = float(profits(joint_prices, costs, worth, mu)[0])
        trial = joint_prices.copy()
        trial[0] = best_reply(joint_prices, 0, cost, worth, mu)
        self.deviate = float(profits(trial, costs, worth, mu)[0])

    @property
    def critical_discount(self) -> float:
        """Patience from which collusion holds under grim trigger: (deviate - collude) / (deviate - compete)."""
        return (self.deviate - self.collude) / (self.deviate - self.compete)

    def expected_fine_that_breaks(self, discount: float) -> float:
        """Expected fine per month and customer of the market at which colluding is worth no more than deviating once."""
        return self.collude - (1.0 - discount) * self.deviate - discount * self.compete
