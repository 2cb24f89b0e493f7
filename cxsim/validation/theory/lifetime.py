"""What a customer is worth: a Markov chain over (supplier, months with it), solved exactly, for two firms with fixed
offers.

Each month a customer first looks around with chance ``attention`` and then chooses by a logit of scale ``mu`` between
staying at what she will pay from now on and joining the other firm at its new-customer price plus the cost of
switching; then she pays.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy.special import expit


@dataclasses.dataclass(frozen=True)
class Duopoly:
    """Two firms' standing offers and customers' behaviour; money in £/month, the switching cost in £."""

    price: tuple[float, float]
    premium: float
    cost: float
    intro: int
    attention: float
    switching_cost: float
    mu: float


def chain(market: Duopoly) -> tuple[np.ndarray, np.ndarray]:
    """Transition matrix, and each firm's expected profit of the month, by state.

    States are the months of tenure 0 .. intro with which a customer of firm 0, then of firm 1, comes into the month; the last absorbs all
    longer ones. Those whose tenure is below ``intro`` pay the new-customer price.
    """
    size = market.intro + 1
    moves = np.zeros((2 * size, 2 * size))
    profit = np.zeros((2, 2 * size))
    for firm in (0, 1):
        other = 1 - firm
        for tenure in range(size):
            here = firm * size + tenure
            bill = market.price[firm] + (market.premium if tenure >= market.intro else 0.0)
            gap = market.price[other] + market.switching_cost - bill
            leaving = market.attention * expit(-gap / market.mu)
            moves[here, firm * size + min(tenure + 1, market.intro)] += 1.0 - leaving
            moves[here, other * size + 1] += leaving
            profit[firm, here] = (1.0 - leaving) * (bill - market.cost)
            profit[other, here] = leaving * (market.price[other] - market.cost)
    return moves, profit


def equity(market: Duopoly, start: np.ndarray, discount: float) -> np.ndarray:
    """Expected discounted profit of each firm from one customer, the present month included.

    Args:
        start: chances of the states before the present month's choice.
    """
    moves, profit = chain(market)
    return np.asarray(start @ np.linalg.solve(np.eye(len(moves)) - discount * moves, profit.T))


def profit_path(market: Duopoly, start: np.ndarray, months: int) -> np.ndarray:
    """Expected profit of each firm from one customer by month; shape (months, 2)."""
    moves, profit = chain(market)
    path, state = np.empty((months, 2)), np.asarray(start, float)
    for month in range(months):
        path[month] = profit @ state
        state = state @ moves
    return path
