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


def _leaving(market: Duopoly, firm: int, bill: float) -> float:
    """Chance per month that a customer who pays ``bill`` to a firm goes to the other one."""
    gap = market.price[1 - firm] + market.switching_cost - bill
    return float(market.attention * expit(-gap / market.mu))


def _new_and_old(market: Duopoly, start: np.ndarray) -> np.ndarray:
    """Chances of (firm, new or established) at the start; shape (2, 2)."""
    by_firm = np.asarray(start, float).reshape(2, market.intro + 1)
    return np.stack([by_firm[:, :-1].sum(axis=1), by_firm[:, -1]], axis=1)


def by_chance(market: Duopoly, start: np.ndarray, discount: float) -> np.ndarray:
    """:func:`equity` if customers graduated each month with chance 1/intro instead of after so many months."""
    graduates = 1.0 / market.intro
    moves, profit = np.zeros((4, 4)), np.zeros((2, 4))
    for firm in (0, 1):
        other = 1 - firm
        for old in (0, 1):
            here = 2 * firm + old
            bill = market.price[firm] + old * market.premium
            leaving = _leaving(market, firm, bill)
            moves[here, 2 * firm + 1] += (1.0 - leaving) * (1.0 if old else graduates)
            moves[here, 2 * firm] += (1.0 - leaving) * (0.0 if old else 1.0 - graduates)
            moves[here, 2 * other + 1] += leaving * graduates
            moves[here, 2 * other] += leaving * (1.0 - graduates)
            profit[firm, here] = (1.0 - leaving) * (bill - market.cost)
            profit[other, here] = leaving * (market.price[other] - market.cost)
    return np.asarray(_new_and_old(market, start).ravel() @ np.linalg.solve(np.eye(4) - discount * moves, profit.T))


def by_chance_with_rivals_as_today(market: Duopoly, start: np.ndarray, discount: float) -> np.ndarray:
    """The same if besides whoever is with the rival kept paying it what she pays now, one's own customers its new-customer price.

    Three states for each firm and kind of customer: new here, established here, elsewhere.
    """
    graduates = 1.0 / market.intro
    share = _new_and_old(market, start)
    worth = np.zeros(2)
    for firm in (0, 1):
        other = 1 - firm
        bills = market.price[firm] + np.array([0.0, market.premium])
        stay = 1.0 - np.array([_leaving(market, firm, bill) for bill in bills])
        margin = bills - market.cost
        for old_there, kinds in ((0, ((0, share[firm, 0]), (1, share[firm, 1]), (2, share[other, 0]))), (1, ((2, share[other, 1]),))):
            won = _leaving(market, other, market.price[other] + old_there * market.premium)
            # from the state before a month's choice to that before the next one's
            moves = np.array(
                [
                    [stay[0] * (1.0 - graduates), stay[0] * graduates, 1.0 - stay[0]],
                    [0.0, stay[1], 1.0 - stay[1]],
                    [won * (1.0 - graduates), won * graduates, 1.0 - won],
                ]
            )
            earned = np.array([stay[0] * margin[0], stay[1] * margin[1], won * margin[0]])
            value = np.linalg.solve(np.eye(3) - discount * moves, earned)
            worth[firm] += sum(weight * value[kind] for kind, weight in kinds)
    return worth
