"""Algorithmic pricing: firms that learn prices by Q-learning (Calvano, Calzolari, Denicolò and Pastorello 2020).

A learner keeps a table of what it believes each price is worth in each state and moves one entry a period towards the
profit it made plus the discounted best of the next state; with a chance that fades it tries a price at random.
:class:`QLearner` plays in an ordinary market, a review a period. Learning of the kind in the paper takes a million
periods, so :func:`session` plays one in a compiled loop on a table of profits by prices, which
:mod:`cxsim.validation.cases.q_learning` reads off the engine's own customers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from cxsim.compiled import compiled
from cxsim.firms.strategy import Strategy
from cxsim.firms.table import PRICE
from cxsim.randomness.philox import philox, unit
from cxsim.randomness.streams import Purpose

if TYPE_CHECKING:
    from cxsim.firms.firm import Firm
    from cxsim.market.model import Market

_NONE = np.uint64(0)


class Outcome(NamedTuple):
    """How a session ended.

    Attributes:
        profit: mean profit of each firm over the cycle that greedy play ends in.
        price: mean price index of each firm over that cycle.
        periods: periods until no strategy had changed for long enough.
        converged: whether that came before the limit.
    """

    profit: np.ndarray
    price: np.ndarray
    periods: int
    converged: bool


@compiled()
def _digits(state, prices, firms, out):
    for firm in range(firms):
        out[firm] = state % prices
        state //= prices


@compiled(makes_arrays=True)
def learn(profit, prices, discount, learning, decay, foregone, unchanged, limit, number, key0, key1, value, best):
    """Play until no firm's greedy strategy has changed for ``unchanged`` periods; returns (last state, periods).

    Args:
        profit: profit of each firm (columns) by joint choice, the first firm's price index counting fastest.
        foregone: whether a learner also sees what each other price would have earned.
        number: of the session; part of the counter of every draw.
        value: firms x states x prices, the start values; overwritten with what was learned.
        best: firms x states, greedy choices for ``value``; overwritten.
    """
    firms, states = best.shape
    exploring, keep = 1.0, np.exp(-decay)
    luck, _, _, _ = philox(np.uint64(number), _NONE, np.uint64(98), _NONE, key0, key1)
    state = int(unit(luck) * states)
    state = min(state, states - 1)
    calm = 0
    chosen = np.zeros(firms, np.int64)
    for period in range(limit):
        after = 0
        for firm in range(firms - 1, -1, -1):
            a, b, _, _ = philox(np.uint64(period), np.uint64(number), np.uint64(97), np.uint64(firm), key0, key1)
            # A uniform of 24 bits could never fall below a chance smaller than its own step.
            trying = (np.float64(a) + 0.5) * 2.0**-32 < exploring
            chosen[firm] = min(int(unit(b) * prices), prices - 1) if trying else best[firm, state]
            after = after * prices + chosen[firm]
        calm += 1
        reach = 1
        for firm in range(firms):
            row = value[firm, state]
            action, favourite = chosen[firm], best[firm, state]
            if foregone:
                top = 0
                for other in range(prices):
                    instead = after + (other - action) * reach
                    aim = profit[instead, firm] + discount * value[firm, instead, best[firm, instead]]
                    row[other] += learning * (aim - row[other])
                    top = other if row[other] > row[top] else top
                if row[top] > row[favourite]:
                    best[firm, state] = top
                    calm = 0
                reach *= prices
                continue
            aim = profit[after, firm] + discount * value[firm, after, best[firm, after]]
            row[action] += learning * (aim - row[action])
            if action == favourite:
                top = 0
                for other in range(1, prices):
                    if row[other] > row[top]:
                        top = other
                if top != favourite and row[top] > row[favourite]:
                    best[firm, state] = top
                    calm = 0
            elif row[action] > row[favourite]:
                best[firm, state] = action
                calm = 0
        state = after
        exploring *= keep
        if calm >= unchanged:
            return state, period + 1
    return state, limit


@compiled(makes_arrays=True)
def greedy_cycle(profit, prices, best, state, earned, charged):
    """Follow the greedy strategies into their cycle; fills mean profit and mean price index by firm, returns the cycle's length."""
    firms, states = best.shape
    seen = np.full(states, -1)
    chosen = np.zeros(firms, np.int64)
    period = 0
    while seen[state] < 0:
        seen[state] = period
        period += 1
        after = 0
        for firm in range(firms - 1, -1, -1):
            after = after * prices + best[firm, state]
        state = after
    length = period - seen[state]
    earned[:] = 0.0
    charged[:] = 0.0
    for _ in range(length):
        after = 0
        for firm in range(firms - 1, -1, -1):
            after = after * prices + best[firm, state]
        state = after
        _digits(state, prices, firms, chosen)
        for firm in range(firms):
            earned[firm] += profit[state, firm] / length
            charged[firm] += chosen[firm] / length
    return length


def session(
    profit: np.ndarray, prices: int, *, discount: float, learning: float = 0.15, decay: float = 4e-6, foregone: bool = False,
    unchanged: int = 100_000, limit: int = 1_000_000_000, number: int = 0, key: tuple[int, int] = (1, 1),
) -> Outcome:  # fmt: skip
    """One session of learning from start values in which rivals are thought to choose at random.

    Args:
        profit: shape (prices ** firms, firms), the first firm's price index counting fastest.
        prices: points of the price grid.
        discount: per period, 0 for myopic learners; below 1.
        learning, decay: the paper's alpha, and beta in the chance exp(-beta t) of trying a random price.
        foregone: whether learners also see what each other price would have earned, as in the synchronous learning of Asker, Fershtman
            and Pakes (2022).
        unchanged: periods without a change of any greedy strategy after which the session ends.
        number, key: which luck; sessions with different numbers are independent.
    """
    states, firms = profit.shape
    value = np.empty((firms, states, prices))
    cube = profit.reshape((prices,) * firms + (firms,))  # the last firm's index comes first
    for firm in range(firms):
        axis = firms - 1 - firm
        others = tuple(other for other in range(firms) if other != axis)
        value[firm] = cube[..., firm].mean(axis=others) / (1.0 - discount)
    best = value.argmax(axis=2)
    state, periods = learn(
        profit,
        prices,
        discount,
        learning,
        decay,
        foregone,
        unchanged,
        limit,
        number,
        np.uint64(key[0]),
        np.uint64(key[1]),
        value,
        best,
    )
    earned, charged = np.empty(firms), np.empty(firms)
    greedy_cycle(profit, prices, best, state, earned, charged)
    return Outcome(earned, charged, int(periods), periods < limit)


class QLearner(Strategy):
    """A Q-learner in an ordinary market: a review is a period, its reward the profit booked in the month before the review.

    The state is its own price and its rivals' mean price at the last review, both on its grid. The grid runs evenly from
    what a customer costs at the first review up to the market's reference price plus that margin again, so that it needs
    no equilibrium to be known. Set the attributes in a subclass for other settings.

    Attributes:
        points: prices of the grid.
        learning: weight of what was just seen (alpha).
        decay: fading of trials per review (beta); the paper's 4e-6 would leave a run of some hundred reviews all at random.
    """

    points = 15
    learning = 0.15
    decay = 0.03

    def __init__(self) -> None:
        self._grid = np.zeros(0)
        self._value = np.zeros((0, 0))
        self._last: tuple[int, int] | None = None
        self._reviews = 0

    def review(self, firm: Firm, market: Market) -> Mapping[str, Any]:
        """See :meth:`cxsim.firms.strategy.Strategy.review`."""
        table, config = market.table, market.config
        reward = float(table.profit[firm.slot]) / config.market.population
        if not len(self._grid):
            self._prepare(firm, market)
        state = self._place(firm.price) * self.points + self._place(self._rivals(firm, market))
        discount = (1.0 - 1.0 / float(table.horizon[firm.slot])) ** config.market.review_months
        if self._last is None:
            self._value[:] = reward / (1.0 - discount) if reward > 0.0 else 0.0
        else:
            before, action = self._last
            aim = reward + discount * self._value[state].max()
            self._value[before, action] += self.learning * (aim - self._value[before, action])
        luck = market.streams.uniforms(Purpose.REVIEW, market.month, 1, first=int(table.key[firm.slot]))[0]
        if luck[0] < np.exp(-self.decay * self._reviews):
            action = min(int(luck[1] * self.points), self.points - 1)
        else:
            action = int(self._value[state].argmax())
        self._last = (state, action)
        self._reviews += 1
        return {"price": float(self._grid[action])}

    def _prepare(self, firm: Firm, market: Market) -> None:
        table, reference = market.table, market.config.market.reference_price
        served = table.customers[firm.slot]
        cost = float(table.cost[firm.slot] / served) if served > 0 else float(table.unit_cost[firm.slot])
        top = max(reference + abs(reference - cost), 1.1 * cost)
        self._grid = np.linspace(cost, min(top, float(market.limits.high[PRICE])), self.points)
        self._value = np.zeros((self.points * self.points, self.points))

    def _place(self, price: float) -> int:
        return int(np.abs(self._grid - price).argmin())

    @staticmethod
    def _rivals(firm: Firm, market: Market) -> float:
        rivals = market.table.active.copy()
        rivals[firm.slot] = False
        return float(market.table.levers[rivals, PRICE].mean()) if rivals.any() else firm.price
