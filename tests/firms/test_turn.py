"""Firms that review in the same month."""

from __future__ import annotations

import numpy as np
import pytest

from cxsim.config.errors import BadValueError
from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.firms.programmes import set_levers
from cxsim.firms.turn import Turn, decisions
from cxsim.market.model import Market

KINDS = {
    "of one kind": {},
    "that see part of what they bring about": {"firms.attribution_noise": 0.5, "firms.value_visibility": 0.7, "firms.silo": 0.4},
    "that count profit alone": {"firms.strategy": "profit_planner"},
    "under a cap": {"market.price_cap": 21.0, "market.franchise_quality_floor": 0.55, "market.franchise_months": 24, "market.n_firms": 1},
}


def a_market(months=3, **values):
    small = {"market.n_customers": 400, "months": 24, "burn_in": 0}
    market = Market(with_values(Config(), small | values), rng=4)
    for _ in range(months):
        market.step()
    return market


@pytest.mark.parametrize(
    "values",
    [{}, {"firms.strategy": ["equity_planner", "profit_planner", "value_planner", "low_price", "equity_planner"]},
     {"firms.attribution_noise": 0.5, "firms.value_visibility": 0.7}],
)  # fmt: skip
def test_reviewing_together_is_reviewing_one_by_one(values):
    market = a_market(**values)
    market.firms[1].set_levers({"insight": 0.8})
    together = decisions(market.firms, market)
    for firm, decision in zip(market.firms, together, strict=True):
        alone = firm.strategy.review(firm, market)
        assert alone.keys() == decision.keys()
        assert all(np.array_equal(alone[name], decision[name]) for name in alone)


def test_a_planner_who_was_taught_something_else_is_asked_itself():
    market = a_market()
    taught = market.firms[0]
    taught.strategy.review = lambda firm, market: {"price": 12.5}
    found = decisions(market.firms, market)
    assert found[0] == {"price": 12.5}
    assert found[1]["price"] != 12.5


@pytest.mark.parametrize("kind", KINDS)
def test_acting_at_once_is_deciding_and_doing_it_one_by_one(kind):
    at_once, one_by_one = a_market(**KINDS[kind]), a_market(**KINDS[kind])
    assert Turn(at_once.firms).act(at_once)
    for firm, levers in zip(one_by_one.firms, decisions(one_by_one.firms, one_by_one), strict=True):
        set_levers(one_by_one, firm, levers)
    assert not np.array_equal(at_once.table.levers, a_market(**KINDS[kind]).table.levers)
    assert np.array_equal(at_once.table.levers, one_by_one.table.levers)
    assert np.array_equal(at_once.table.quality, one_by_one.table.quality)


def refusals():
    yield a_market(**{"firms.strategy": ["equity_planner", "value_planner", "equity_planner", "equity_planner", "equity_planner"]})
    yield a_market(**{"firms.strategy": "low_price"})
    yield a_market(**{"firms.patience_months": 6})
    different = a_market()
    different.firms[0].set_levers({"insight": 0.9})
    yield different
    taught = a_market()
    taught.firms[1].strategy.review = lambda firm, market: {"price": 12.5}
    yield taught
    colluding = a_market()
    colluding.cartel.members = (1, 2)
    yield colluding


@pytest.mark.parametrize("market", list(refusals()), ids=["kinds", "rules of thumb", "patience", "insight", "taught", "cartel"])
def test_who_cannot_act_at_once_is_left_as_it_is(market):
    before = market.table.levers.copy()
    assert not Turn(market.firms).act(market)
    assert np.array_equal(market.table.levers, before)


def test_a_turn_notices_what_has_changed_since():
    market = a_market()
    turn = Turn(market.firms)
    assert turn.act(market)
    market.firms[2].set_levers({"insight": 1.0})
    assert not turn.act(market)
    for firm in market.firms:
        firm.set_levers({"insight": 1.0})
    assert turn.act(market)
    market.firms[0].strategy = a_market(**{"firms.strategy": "low_price"}).firms[0].strategy
    assert not turn.act(market)


def test_a_plan_that_is_not_finite_is_refused():
    market = a_market()
    market.table.levers[2, 0] = np.nan
    with pytest.raises(BadValueError, match="nan"):
        Turn(market.firms).act(market)
