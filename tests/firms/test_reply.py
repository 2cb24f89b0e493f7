"""The best reply against what `expected_customers` says of every price, against SciPy, and against closed forms of the logit."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar

from cxsim.firms.cartel import Habit, expected_customers
from cxsim.firms.reply import best_price

CUSTOMERS, FIRMS = 80, 4


def market(luck, noise=4.0, outside=True):
    """Worth, own, habit, markup and prices of a market at random."""
    worth = luck.normal(60, 15, (CUSTOMERS, 1)) + luck.normal(0, 3, (CUSTOMERS, FIRMS + 1))
    worth[:, 0] = -20.0 if outside else -np.inf
    habit = Habit(luck.uniform(0, 0.3, CUSTOMERS), noise * luck.uniform(0.8, 1.5, CUSTOMERS), luck.uniform(0, 5, CUSTOMERS), 0.5, 50.0)
    own = luck.integers(0 if outside else 1, FIRMS + 1, CUSTOMERS)
    return worth, own, habit, np.r_[0.0, np.full(FIRMS, -35.0)], np.r_[0.0, luck.uniform(40, 60, FIRMS)]


def earned(price, slot, among, worth, own, habit, markup, prices, months):
    trial, out = prices.copy(), np.empty(len(prices))
    trial[slot] = price
    expected_customers(trial, worth, own, habit, months, out)
    return float((out * (trial + markup))[among].sum())


@pytest.mark.parametrize("outside", [True, False])
@pytest.mark.parametrize("joint", [True, False])
@pytest.mark.parametrize("months", [1.0, 36.0])
def test_it_is_the_maximum_that_scipy_finds_on_what_customers_are_expected_to_do(outside, joint, months):
    luck = np.random.default_rng(3)
    for _ in range(10):
        worth, own, habit, markup, prices = market(luck, outside=outside)
        among = np.arange(1, FIRMS + 1) if joint else np.array([2])
        counts = np.isin(np.arange(FIRMS + 1), among)
        args = (2, among, worth, own, habit, markup, prices, months)
        grid = np.linspace(0, 150, 200)
        best = int(np.argmax([earned(price, *args) for price in grid]))
        near = (grid[max(best - 1, 0)], grid[min(best + 1, 199)])
        wanted = minimize_scalar(lambda p, args=args: -earned(p, *args), bounds=near, method="bounded", options={"xatol": 1.5e-4}).x
        found = best_price(2, prices, counts, worth, own, habit, markup, months, 0.0, 150.0, 200)
        assert found == pytest.approx(wanted, abs=2e-4)


def test_alone_against_doing_without_it_is_the_logit_monopolists_price():
    """With everybody looking around at once: (p - c)(1 - s(p)) = mu (Anderson, de Palma and Thisse 1992)."""
    worth = np.zeros((1, 2))
    worth[0, 1] = 2.0
    habit = Habit(np.ones(1), np.full(1, 0.25), np.zeros(1), 0.0, 1.0)
    markup = np.array([0.0, -1.0])

    def share(price):
        return 1 / (1 + np.exp(-(2.0 - price) / 0.25))

    wanted = brentq(lambda p: (p - 1) * (1 - share(p)) - 0.25, 1.0, 3.0)
    counts = np.array([False, True])
    found = best_price(1, np.zeros(2), counts, worth, np.array([1]), habit, markup, 1.0, 0.0, 3.0, 24)
    assert found == pytest.approx(wanted, abs=1e-5)


def test_whoever_has_nobody_to_lose_takes_the_highest_price():
    worth = np.full((5, 3), -np.inf)
    worth[:, 1] = 10.0
    habit = Habit(np.full(5, 0.1), np.ones(5), np.zeros(5), 0.0, 1.0)
    found = best_price(1, np.zeros(3), np.array([False, True, False]), worth, np.ones(5, int), habit, np.zeros(3), 12.0, 0.0, 80.0, 24)
    assert found == pytest.approx(80.0, rel=1e-5)


def test_without_room_it_is_the_upper_bound():
    worth, own, habit, markup, prices = market(np.random.default_rng(1))
    counts = np.ones(FIRMS + 1, bool)
    assert best_price(1, prices, counts, worth, own, habit, markup, 12.0, 7.0, 7.0, 24) == 7.0


def test_its_own_price_has_no_say():
    worth, own, habit, markup, prices = market(np.random.default_rng(2))
    counts = np.arange(FIRMS + 1) == 3
    other = prices.copy()
    other[3] = 99.0
    found = [best_price(3, each, counts, worth, own, habit, markup, 12.0, 0.0, 150.0, 50) for each in (prices, other)]
    assert found[0] == found[1]
