"""Every strategy plays thirty-six months against the others and does what its name says."""

from __future__ import annotations

import numpy as np
import pytest

from cxsim.config.firms import STRATEGIES
from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.firms.archetypes import Imitator, rivals_price, running_cost
from cxsim.firms.registry import BY_NAME
from cxsim.firms.table import LEVER
from cxsim.market.model import Market

EVERYONE = list(BY_NAME)


@pytest.fixture(scope="module")
def contest():
    """The last month of the firms' table, by strategy, one firm of each (two cartelists, so that they have a partner)."""
    strategies = [*EVERYONE, "cartelist"]
    values = {
        "market.n_customers": 2400, "market.n_firms": len(strategies), "firms.strategy": strategies, "months": 36, "burn_in": 0,
        "market.attention": 0.05, "firms.insight": 0.5,
    }  # fmt: skip
    market = Market(with_values(Config(), values), rng=3)
    while market.running:
        market.step()
    table = market.frames()["firms"]
    last = table[table["month"] == 35].drop_duplicates("strategy").set_index("strategy")
    return market, last


def test_every_strategy_of_the_schema_is_there_and_finished(contest):
    _, last = contest
    assert set(BY_NAME) == set(STRATEGIES) == set(last.index)
    numbers = last.select_dtypes("number")
    assert np.isfinite(numbers.to_numpy()).all()
    assert last["active"].all()


def test_the_superior_product_has_the_better_quality_and_the_dearer_price(contest):
    _, last = contest
    assert last.quality["superior_product"] > last.quality["low_price"] + 0.1
    assert last.price["superior_product"] > last.price["low_price"]
    for honest in ("superior_product", "superior_service", "low_price", "service_and_low_price"):
        assert last.loc[honest, ["hidden_fee", "loyalty_premium", "exit_barrier", "overpromise"]].eq(0).all()


def test_superior_service_has_the_most_capacity(contest):
    _, last = contest
    assert last.service["superior_service"] == pytest.approx(1.5)
    assert last.service["service_and_low_price"] == pytest.approx(1.3)
    assert last.service["superior_service"] > last.service["low_price"]


def test_low_price_is_close_to_cost(contest):
    market, last = contest
    firm = next(firm for firm in market.firms if firm.strategy_name == "low_price")
    assert firm.price == pytest.approx(1.03 * running_cost(firm, market), rel=0.02)
    assert last.price["service_and_low_price"] < last.price["superior_product"]


def test_the_price_walker_ends_with_the_highest_premium_and_a_price_below_its_rivals(contest):
    market, last = contest
    assert last.loyalty_premium["price_walker"] == pytest.approx(0.3 * 50)
    assert last.loyalty_premium["price_walker"] >= last.loyalty_premium.max() - 1e-9
    firm = next(firm for firm in market.firms if firm.strategy_name == "price_walker")
    assert firm.price < rivals_price(firm, market)


def test_the_hidden_fee_seller_hides_a_fee_and_promises_too_much(contest):
    _, last = contest
    assert last.hidden_fee["hidden_fee_seller"] == pytest.approx(0.05 * 50)
    assert last.overpromise["hidden_fee_seller"] == pytest.approx(0.1)


def test_the_subscription_trap_presses_as_hard_as_it_may_and_earns_from_it():
    values = {
        "market.n_customers": 2000, "market.n_firms": 2, "firms.strategy": ["subscription_trap", "low_price"], "months": 36, "burn_in": 0,
        "market.extra_price": 0.2,
    }  # fmt: skip
    market = Market(with_values(Config(), values), rng=3)
    while market.running:
        market.step()
    trap, honest = market.firms
    assert (trap.dark_pattern, honest.dark_pattern) == (1.0, 0.0)
    assert trap.trapped > 0.1
    assert honest.trapped == 0.0
    ledger = market.frames()["ledger"]
    assert set(ledger.loc[ledger["conduct"] == "unwanted_extra", "firm"]) == {trap.name}
    assert set(ledger.loc[ledger["conduct"] == "extra", "firm"]) == {trap.name, honest.name}  # some want it anywhere


def test_lock_in_puts_up_barriers(contest):
    _, last = contest
    assert last.exit_barrier["lock_in"] == pytest.approx(0.5 * 50)
    assert last.loyalty_premium["lock_in"] == pytest.approx(0.4 * 0.3 * 50)


def test_the_harvester_knows_much_charges_by_it_and_starves_the_rest(contest):
    market, last = contest
    assert last.personalisation["loyalty_data_harvester"] == 1.0
    assert last.service["loyalty_data_harvester"] == pytest.approx(0.6)
    assert last.quality["loyalty_data_harvester"] < last.quality["superior_product"]
    firm = next(firm for firm in market.firms if firm.strategy_name == "loyalty_data_harvester")
    assert firm.insight == 1.0
    assert market.table.known[firm.slot].all()
    ledger = market.frames()["ledger"]
    personal = ledger[ledger["conduct"] == "personal_premium"]
    imitator = next(other for other in market.firms if other.strategy_name == "imitator")  # who may have copied the harvester
    assert {firm.name} <= set(personal["firm"]) <= {firm.name, imitator.name}
    assert personal["amount"].sum() > 0


def test_the_imitator_takes_over_from_the_most_profitable():
    values = {
        "market.n_customers": 400, "market.n_firms": 2, "firms.strategy": ["imitator", "price_walker"], "months": 60, "burn_in": 0,
        "firms.initial_price_spread": 0.0, "market.attention": 0.01,
    }  # fmt: skip
    market = Market(with_values(Config(), values), rng=3)
    apart = []
    while market.running:
        market.step()
        imitator, walker = market.firms
        apart.append(abs(imitator.loyalty_premium - walker.loyalty_premium))
    assert max(apart) > 5
    assert min(apart[6:]) < 0.5


def test_an_imitator_that_earns_the_most_keeps_what_it_does():
    market = Market(with_values(Config(), {"market.n_customers": 200}), rng=1)
    firm = market.firms[0]
    market.table.profit[1:] = [5.0, 4.0, 3.0, 2.0, 1.0]
    assert Imitator().review(firm, market) == {}
    market.table.profit[3] = 50.0
    market.table.levers[3, LEVER["service"]] = 3.0
    levers = Imitator().review(firm, market)
    assert levers["service"] == pytest.approx(firm.service + market.limits.step[LEVER["service"]])
    market.table.active[3] = False  # who is gone is no example
    assert Imitator().review(firm, market) == {}


def test_cartelists_price_above_planners_with_the_same_levers():
    values = {
        "market.n_customers": 600, "market.n_firms": 2, "months": 60, "burn_in": 0, "firms.horizon_months": 120, "market.attention": 0.5,
        "firms.levers": ["price", "quality", "service"],
    }  # fmt: skip
    prices = {}
    for strategy in ("cartelist", "equity_planner"):
        market = Market(with_values(Config(), values | {"firms.strategy": strategy}), rng=2)
        while market.running:
            market.step()
        prices[strategy] = market.frames()["monthly"]["price"].tail(12).mean()
        assert (market.frames()["monthly"]["cartel_members"].max() == 2) == (strategy == "cartelist")
    assert prices["cartelist"] > prices["equity_planner"] + 1


@pytest.mark.parametrize("strategy", EVERYONE)
def test_every_strategy_alone_and_against_itself_stays_within_its_limits(strategy):
    for count in (1, 3):
        values = {"market.n_customers": 150, "market.n_firms": count, "firms.strategy": strategy, "months": 36, "burn_in": 0}
        market = Market(with_values(Config(), values), rng=5)
        while market.running:
            market.step()
            row = market.table.levers[1:]
            assert np.all(row >= market.limits.low - 1e-12)
            assert np.all(row <= market.limits.high + 1e-12)
        assert np.isfinite(market.table.cash).all()


def test_followers_among_themselves_do_not_give_their_service_away():
    """Price walkers and hidden-fee sellers earn on those who stay: undercutting one another must end before that is worth nothing."""
    for strategy in ("price_walker", "hidden_fee_seller", "lock_in"):
        values = {"market.n_customers": 300, "market.n_firms": 4, "firms.strategy": strategy, "months": 120, "burn_in": 0}
        market = Market(with_values(Config(), values), rng=5)
        while market.running:
            market.step()
        revenue = market.table.revenue[1:].sum()
        assert revenue > 0.7 * market.table.cost[1:].sum(), strategy


def test_rivals_price_is_weighed_by_customers_and_ones_own_where_there_is_no_rival():
    market = Market(with_values(Config(), {"market.n_customers": 200, "market.n_firms": 3}), rng=1)
    table = market.table
    table.levers[1:, LEVER["price"]] = [40.0, 50.0, 60.0]
    table.customers[1:] = [100.0, 300.0, 100.0]
    assert rivals_price(market.firms[0], market) == pytest.approx((50 * 300 + 60 * 100) / 400)
    table.active[2:] = False
    assert rivals_price(market.firms[0], market) == 40.0


def test_a_value_planner_leaves_extraction_alone_and_colludes_with_nobody():
    values = {"market.n_customers": 400, "market.n_firms": 4, "months": 24, "burn_in": 0, "firms.levers": ["all"]}
    values["firms.strategy"] = ["equity_planner", "value_planner"]
    market = Market(with_values(Config(), values), rng=3)
    assert [firm.strategy.may_collude(market) for firm in market.firms] == [True, False, True, False]
    while market.running:
        market.step()
    table = market.frames()["firms"]
    pure, free = (table[table["strategy"] == name] for name in ("value_planner", "equity_planner"))
    for lever in ("loyalty_premium", "hidden_fee", "exit_barrier", "overpromise", "personalisation", "dark_pattern", "score_gaming"):
        assert (pure[lever] == 0.0).all()
    assert (free["loyalty_premium"] > 0.0).any()
    assert pure["price"].nunique() > 1
