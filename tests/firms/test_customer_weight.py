"""Planners that also count what they are worth to customers."""

from __future__ import annotations

import pytest

from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.firms.explain import Watched
from cxsim.firms.planner import Plan, outlook_of
from cxsim.firms.registry import make_strategy
from cxsim.market.model import Market

BASE = {"market.n_customers": 600, "market.n_firms": 3, "months": 36, "burn_in": 0, "firms.insight": 1.0,
        "firms.levers": ["price", "quality", "hidden_fee", "loyalty_premium"]}  # fmt: skip


def lived(**values):
    market = Market(with_values(Config(), {**BASE, **values}), rng=3)
    while market.running:
        market.step()
    return market.frames()


def test_the_more_customers_count_the_better_off_they_are_and_the_less_is_extracted():
    months = [lived(**{"firms.customer_weight": weight})["monthly"].tail(6).mean() for weight in (0.0, 0.5, 1.0)]
    names = ("consumer_surplus", "price", "hidden_fees", "loyalty_premium")
    surplus, price, fees, premium = ([month[name] for month in months] for name in names)
    assert surplus[0] < surplus[1] < surplus[2]
    assert price[0] > price[1] > price[2]
    assert fees[2] < 0.1 * fees[0]
    assert premium[2] <= premium[0]


ALONE = {
    "market.n_firms": 1, "firms.levers": ["price"], "firms.price_step": 1.0, "firms.horizon_months": 1.0, "market.attention": 1.0,
    "market.switching_cost": 0.0, "customers.loyalty": 0.0, "market.price_attention": 0.0, "market.problem_rate": 0.0,
    "customers.experience_noise": 0.0, "market.quality_spread": 0.0, "market.willingness_to_pay_spread": 0.0, "market.cost_spread": 0.0,
    "customers.segments": [{"name": "all", "share": 1.0, "attention": 1.0, "vigilance": 1.0, "switching_cost": 1.0,
                            "willingness_to_pay": 1.0, "complaint": 1.0}],
}  # fmt: skip


def test_a_lone_firm_that_counts_customers_asks_what_one_with_lower_cost_would():
    """P [(1 - w) p + w u - c] has its top where P [p - (c - w u) / (1 - w)] has: the price of a profit maximiser of that cost."""
    weight, market = 0.3, Config().market
    worth = market.willingness_to_pay * (market.initial_quality - market.outside_option)
    minded = lived(**ALONE, **{"firms.customer_weight": weight})["firms"].iloc[-1]
    plain = lived(**ALONE)["firms"].iloc[-1]
    running = plain["cost"] / plain["customers"]
    as_if = market.unit_cost + (running - weight * worth) / (1 - weight) - running
    twin = lived(**ALONE, **{"market.unit_cost": as_if})["firms"].iloc[-1]
    assert minded["price"] == pytest.approx(twin["price"], rel=1e-3)
    assert minded["price"] < plain["price"] - 1.0


def test_a_profit_planner_counts_only_its_own_among_those_who_count_customers_too():
    values = {"firms.customer_weight": 0.5, "firms.strategy": ["equity_planner", "profit_planner"]}
    market = Market(with_values(Config(), {**BASE, **values}), rng=3)
    assert [outlook_of(firm, market).customer_weight for firm in market.firms] == [0.5, 0.0, 0.5]
    firm = market.firms[1]
    firm.strategy = Watched(firm.strategy)  # looking on changes nothing
    assert Plan(firm, market).outlook.customer_weight == 0.0
    market.step()
    table = lived(**values)["firms"].query("month > 24").groupby("strategy")["price"].mean()
    assert table["profit_planner"] > table["equity_planner"]


def test_without_a_weight_profit_planners_are_equity_planners():
    assert make_strategy("profit_planner", Config()).plain_equity is True
    one = lived(**{"firms.strategy": "profit_planner"})["monthly"]
    two = lived()["monthly"]
    assert (one == two).all(axis=None)
