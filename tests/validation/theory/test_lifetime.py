import dataclasses

import numpy as np
import pytest

from cxsim.validation.theory import lifetime

MARKET = lifetime.Duopoly((1.6, 1.5), 0.2, 1.0, 4, 0.3, 0.4, 0.25)


def start(market):
    return np.full(2 * (market.intro + 1), 0.5 / (market.intro + 1))


def test_rows_of_the_chain_are_chances():
    moves, _ = lifetime.chain(MARKET)
    assert moves.min() >= 0.0
    assert moves.sum(axis=1) == pytest.approx(np.ones(len(moves)))


def test_equity_is_the_discounted_path():
    path = lifetime.profit_path(MARKET, start(MARKET), 600)
    assert lifetime.equity(MARKET, start(MARKET), 0.95) == pytest.approx(0.95 ** np.arange(600) @ path)


def test_customers_who_never_look_are_an_annuity():
    still = dataclasses.replace(MARKET, attention=0.0, premium=0.0)
    assert lifetime.equity(still, start(still), 0.9) == pytest.approx([0.5 * 0.6 / 0.1, 0.5 * 0.5 / 0.1])


def test_a_random_walk_through_the_chain_earns_what_it_says():
    rng = np.random.default_rng(3)
    size, months, people = MARKET.intro + 1, 40, 20_000
    firm, tenure = rng.integers(0, 2, people), rng.integers(0, size, people)
    path = np.zeros((months, 2))
    price = np.array(MARKET.price)
    for month in range(months):
        bill = price[firm] + MARKET.premium * (tenure >= MARKET.intro)
        gain = bill - price[1 - firm] - MARKET.switching_cost
        shocks = rng.gumbel(size=(people, 2)) * MARKET.mu
        moving = (rng.random(people) < MARKET.attention) & (gain + shocks[:, 0] > shocks[:, 1])
        paid = np.where(moving, price[1 - firm], bill) - MARKET.cost
        firm = np.where(moving, 1 - firm, firm)
        tenure = np.where(moving, 1, np.minimum(tenure + 1, MARKET.intro))
        path[month] = [paid[firm == who].sum() / people for who in (0, 1)]
    expected = lifetime.profit_path(MARKET, start(MARKET), months)
    assert path[-10:].mean(axis=0) == pytest.approx(expected[-10:].mean(axis=0), rel=0.02)


def test_graduation_after_one_month_is_graduation_by_chance():
    once = dataclasses.replace(MARKET, intro=1)
    assert lifetime.by_chance(once, start(once), 0.9) == pytest.approx(lifetime.equity(once, start(once), 0.9))


@pytest.mark.parametrize("intro", [1, 4, 12])
def test_without_a_premium_nothing_depends_on_when_one_graduates(intro):
    plain = dataclasses.replace(MARKET, intro=intro, premium=0.0)
    exact = lifetime.equity(plain, start(plain), 0.95)
    assert lifetime.by_chance(plain, start(plain), 0.95) == pytest.approx(exact)
    assert lifetime.by_chance_with_rivals_as_today(plain, start(plain), 0.95) == pytest.approx(exact)


def test_a_static_firm_values_this_month_alone_by_any_of_the_three():
    exact = lifetime.equity(MARKET, start(MARKET), 0.0)
    assert lifetime.by_chance(MARKET, start(MARKET), 0.0) == pytest.approx(exact)
    assert lifetime.by_chance_with_rivals_as_today(MARKET, start(MARKET), 0.0) == pytest.approx(exact)


def test_a_random_walk_of_graduates_by_chance_earns_what_it_says():
    rng = np.random.default_rng(4)
    months, people, d = 60, 20_000, 0.9
    firm, old = rng.integers(0, 2, people), rng.random(people) < 0.2
    worth = np.zeros(2)
    price = np.array(MARKET.price)
    for month in range(months):
        bill = price[firm] + MARKET.premium * old
        shocks = rng.gumbel(size=(people, 2)) * MARKET.mu
        moving = (rng.random(people) < MARKET.attention) & (bill - price[1 - firm] - MARKET.switching_cost + shocks[:, 0] > shocks[:, 1])
        paid = np.where(moving, price[1 - firm], bill) - MARKET.cost
        firm = np.where(moving, 1 - firm, firm)
        old = (old & ~moving) | (rng.random(people) < 1 / MARKET.intro)
        worth += d**month * np.array([paid[firm == who].sum() / people for who in (0, 1)])
    begin = np.array([0.1] * 4 + [0.1] + [0.1] * 4 + [0.1])  # a fifth of each firm's are established
    assert worth == pytest.approx(lifetime.by_chance(MARKET, begin, d), rel=0.02)
