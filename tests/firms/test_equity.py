"""Oracles: a Markov chain solved by matrix inverse (``reference.py``), the same chain lived through by simulation, SciPy's optimiser."""

from __future__ import annotations

import functools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.firms.equity import equity
from cxsim.firms.planner import Plan
from cxsim.firms.table import BARRIER, HIDDEN, LEVER, LEVER_NAMES, OVERPROMISE, PREMIUM, PRICE, SERVICE
from cxsim.market.model import Market

from . import reference

SINGLE = 3e-6
"""Relative error of single precision over the whole chain; a wrong term would show in the second or third digit."""

QUICK = {"market.n_customers": 400, "months": 12, "burn_in": 0}
CASES = {
    "as it comes": {},
    "patient": {"firms.horizon_months": 400, "firms.levers": ["all"]},
    "static": {"firms.horizon_months": 1},
    "every lever in use": {
        "firms.initial_levers": {
            "loyalty_premium": 6.0, "hidden_fee": 2.0, "exit_barrier": 20.0, "overpromise": 0.2, "personalisation": 0.5, "disclosure": 0.3,
            "score_gaming": 0.4,
        },
        "firms.proxy_bias": 0.5, "firms.barrier_cost": 0.01, "regulator.annual_funding": 1e6, "regulator.fine_share_of_turnover": 0.1,
    },
    "service starved": {"firms.initial_service": 0.3, "market.problem_rate": 0.2},
    "nobody can do without": {"market.outside_option": None, "market.n_firms": 2},
    "some foresee fees and avoid them": {
        "customers.foresight": 0.4, "customers.avoidance_cost": 0.02, "firms.initial_levers": {"hidden_fee": 2.0},
        "regulator.annual_funding": 1e6, "regulator.fine_multiple_of_gain": 2.0,
    },
    "an extra is sold": {
        "market.extra_price": 0.2, "customers.foresight": 0.2, "firms.initial_levers": {"dark_pattern": 0.8, "disclosure": 0.1},
        "regulator.annual_funding": 1e6, "regulator.fine_multiple_of_gain": 2.0, "regulator.rules": ["dark_pattern", "hidden_fee"],
    },
    "lone firm": {"market.n_firms": 1},
    "customers count": {"firms.customer_weight": 0.4, "firms.initial_levers": {"hidden_fee": 2.0, "loyalty_premium": 3.0}},
    "customers count and avoid fees, and an extra is sold": {
        "firms.customer_weight": 1.0, "firms.initial_levers": {"hidden_fee": 2.0, "dark_pattern": 0.8}, "market.extra_price": 0.2,
        "customers.foresight": 0.3, "customers.avoidance_cost": 0.02, "market.outside_option": None,
    },
    "people listen to announcements": {
        "customers.talk_weight": 0.6, "customers.credibility_loss": 0.4, "firms.initial_levers": {"announcement": 0.9},
    },
    "brands and few seen": {"market.brand": 1.0, "market.rivals_seen": 1.5, "market.n_firms": 6},
    "no forgetting": {"customers.forgetting": 0.0, "firms.initial_levers": {"hidden_fee": 2.0}},
    "no healing": {"customers.trust_speed": 0.0, "firms.initial_levers": {"hidden_fee": 2.0}},
}  # fmt: skip


def a_plan(months=3, **values):
    market = Market(with_values(Config(), QUICK | values), rng=4)
    for _ in range(months):
        market.step()
    return Plan(market.firms[0], market)


@functools.cache
def usual():
    return a_plan()


def reached(plan, levers=None, quality=None, **outlook):
    levers = plan.levers if levers is None else levers
    quality = plan.quality if quality is None else quality
    base = plan.panel.base
    return equity(levers, quality.mean(), (quality**2).mean(), base, plan.panel, plan.outlook._replace(**outlook), plan.enforcement)


@pytest.fixture(scope="module", params=CASES)
def plan(request):
    return a_plan(**CASES[request.param])


def test_equity_is_the_discounted_value_of_the_chain(plan):
    expected = reference.equity(plan.levers, plan.quality, plan.panel.base, plan.panel, plan.outlook, plan.enforcement)
    assert reached(plan) == pytest.approx(expected, rel=SINGLE)


def test_equity_is_the_value_of_the_chain_for_any_levers(plan):
    luck = np.random.default_rng(1)
    reference_price = Config().market.reference_price
    for _ in range(10):
        levers = np.zeros(len(LEVER_NAMES))
        levers[PRICE], levers[PREMIUM] = luck.uniform(0, 2 * reference_price), luck.choice([0, luck.uniform(0, 20)])
        levers[HIDDEN], levers[BARRIER] = luck.choice([0, luck.uniform(0, 10)]), luck.choice([0, luck.uniform(0, 30)])
        levers[OVERPROMISE], levers[SERVICE] = luck.uniform(-0.3, 0.3), luck.uniform(0, 2)
        for name in ("personalisation", "disclosure", "insight", "score_gaming", "dark_pattern", "announcement"):
            levers[LEVER[name]] = luck.random()
        quality = luck.random(len(plan.quality))
        base = luck.random(len(plan.panel.base))
        expected = reference.equity(levers, quality, base, plan.panel, plan.outlook, plan.enforcement)
        found = equity(levers, quality.mean(), (quality**2).mean(), base, plan.panel, plan.outlook, plan.enforcement)
        assert found == pytest.approx(expected, rel=SINGLE, abs=1.0)


def test_the_chain_is_what_a_customer_lives_through():
    """The matrix inverse itself against simulated lives: mean of discounted margins over 20,000 customers, within five standard errors."""
    a_new, a_old, b, m_new, m_old, m_else, g, d = 0.15, 0.05, 0.04, 3.0, 8.0, 0.5, 1 / 4, 1 - 1 / 12
    luck = np.random.default_rng(2)
    n = 20_000
    for start in range(3):
        state, worth = np.full(n, start), np.zeros(n)
        for month in range(150):
            leave = luck.random(n) < np.array([a_new, a_old, b])[state]
            state = np.where(leave, np.where(state == 2, 0, 2), state)  # this month's choice, then its margin
            worth += d**month * np.array([m_new, m_old, m_else])[state]
            state = np.where((state == 0) & (luck.random(n) < g), 1, state)
        expected = reference.chain_value(a_new, a_old, b, m_new, m_old, m_else, g, d)[start]
        assert abs(worth.mean() - expected) < 5 * worth.std() / np.sqrt(n)


def test_with_a_horizon_of_a_month_only_this_months_margin_counts(plan):
    today = plan.outlook._replace(horizon=1.0, discount=0.0)
    *_, m_new, m_old = chances = reference.chances_and_margins(plan.levers, plan.quality, plan.panel.base, plan.panel, today)
    a_new, a_old, b = chances[:3]
    here = np.stack([(1 - a_new) * m_new, (1 - a_old) * m_old, b * m_new])
    rest = np.stack([a_new, a_old, 1 - b]) * plan.panel.fellow_margin
    mine = (plan.panel.weight * (here + rest)[plan.panel.status, np.arange(len(b))]).sum() * plan.outlook.population
    static = equity(
        plan.levers, plan.quality.mean(), (plan.quality**2).mean(), plan.panel.base, plan.panel,
        today, plan.enforcement._replace(investigation=0.0),
    )  # fmt: skip
    assert static == pytest.approx(mine, rel=SINGLE)


@given(st.floats(0, 50))
@settings(max_examples=20)
def test_worth_falls_with_cost_and_rises_with_customers_worth_of_quality_and_the_brand(more):
    plan = usual()
    slack = SINGLE * abs(reached(plan))
    assert reached(plan, unit_cost=plan.outlook.unit_cost + more) <= reached(plan) + slack
    assert reached(plan, quality_cost=plan.outlook.quality_cost + more) <= reached(plan) + slack
    assert reached(plan, appeal=plan.outlook.appeal + more) >= reached(plan) - slack
    better = equity(
        plan.levers, plan.quality.mean(), (plan.quality**2).mean(), plan.panel.base + more / 100, plan.panel, plan.outlook, plan.enforcement
    )
    assert better >= reached(plan) - slack


def test_population_scales_equity_and_a_fine_lowers_it_by_the_horizon_times_its_expectation():
    plan = a_plan(**CASES["every lever in use"])
    free = plan.enforcement._replace(investigation=0.0)
    args = (plan.levers, plan.quality.mean(), (plan.quality**2).mean(), plan.panel.base, plan.panel)
    alone = equity(*args, plan.outlook, free)
    assert equity(*args, plan.outlook._replace(population=3e6), free) == pytest.approx(3 * alone)
    penalty = reference.expected_penalty(plan.levers, plan.enforcement)
    assert penalty > 0
    assert alone - equity(*args, plan.outlook, plan.enforcement) == pytest.approx(plan.outlook.horizon * penalty)
