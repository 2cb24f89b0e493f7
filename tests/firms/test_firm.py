from __future__ import annotations

import math

import numpy as np
import pytest

from cxsim.config.errors import BadValueError, CxsimError
from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.firms.table import LEVER_NAMES
from cxsim.market.model import Market


@pytest.fixture
def market():
    return Market(with_values(Config(), {"market.n_customers": 200, "market.n_firms": 3}), rng=1)


def test_levers_and_accounts_are_attributes(market):
    market.step()
    firm = market.firms[1]
    for name in LEVER_NAMES:
        assert getattr(firm, name) == firm.levers[name]
    for name in ("cash", "profit", "revenue", "customers", "reputation", "complaints", "unit_cost"):
        assert isinstance(getattr(firm, name), float)
    assert firm.customers == market.table.customers[2]
    assert sum(each.share for each in market.firms) == pytest.approx(1.0)
    assert firm.quality.shape == (6,)
    assert "Firm 2" in repr(firm)


def test_what_a_firm_does_not_have_is_an_attribute_error(market):
    for name in ("loyalty", "colour", "levels", "_hidden"):
        assert not hasattr(market.firms[0], name)


def test_quality_is_a_copy(market):
    firm = market.firms[0]
    firm.quality[:] = 0.0
    assert firm.quality.min() > 0


def test_levers_are_set_and_brought_back_into_range(market):
    firm = market.firms[0]
    firm.set_levers({"price": 1e9, "hidden_fee": -3, "service": 1.4, "quality": [2, -1, 0.5, 0.5, 0.5, 0.5]})
    assert firm.price == market.limits.high[0]
    assert firm.hidden_fee == 0.0
    assert firm.service == 1.4
    assert firm.quality.tolist() == [1.0, 0.0, 0.5, 0.5, 0.5, 0.5]
    firm.set_levers({"quality": 0.25})
    assert np.all(firm.quality == 0.25)
    firm.set_levers({})
    assert firm.service == 1.4


def test_more_insight_teaches_at_once(market):
    firm = market.firms[0]
    firm.set_levers({"insight": 1.0})
    assert market.table.known[firm.slot].all()


@pytest.mark.parametrize(
    "levers",
    [
        {"prize": 40.0},
        {"collusion": 1.0},
        {"slot": 2},
        {"price": math.nan},
        {"price": math.inf},
        {"price": None},
        {"price": "dear"},
        {"price": [40.0, 41.0]},
        {"quality": [0.1, 0.2]},
        {"quality": "high"},
        {"quality": {"works": 0.5}},
        None,
        [("price", 40.0)],
        40.0,
    ],
    ids=str,
)
def test_what_is_no_set_of_levers_is_refused_in_one_clear_sentence_and_nothing_is_set(market, levers):
    firm = market.firms[0]
    before = firm.levers
    with pytest.raises(CxsimError, match="Firm 1"):
        firm.set_levers({"service": 1.7} | levers if isinstance(levers, dict) else levers)
    after = firm.levers
    assert all(np.array_equal(before[name], after[name]) for name in before)


def test_the_refusal_names_the_strategy_what_was_given_and_what_is_allowed(market):
    with pytest.raises(BadValueError, match=r"equity_planner.*prize.*price, loyalty_premium.* Did you mean price\?$"):
        market.firms[0].set_levers({"prize": 40.0})
