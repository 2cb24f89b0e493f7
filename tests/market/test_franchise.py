"""Competition for the market (Demsetz 1968) by second-price tender (Vickrey 1961)."""

from __future__ import annotations

import numpy as np
import pytest

from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.market.franchise import Franchise
from cxsim.market.ledger import F
from cxsim.market.model import Market


def market_of(**values):
    franchise = {"market.n_customers": 300, "market.n_firms": 1, "market.franchise_months": 6, "burn_in": 0, "months": 26}
    return Market(with_values(Config(), franchise | values), rng=2)


@pytest.mark.parametrize("regulator", [{}, {"regulator.annual_funding": 1e7}], ids=["unwatched", "watched"])
def test_there_is_one_supplier_at_a_time_and_it_changes_when_a_term_ends(regulator):
    market = market_of(**regulator)
    names = []
    while market.running:
        market.step()
        assert len(market.firms) == 1
        names.append(market.firms[0].name)
    changes = [month for month in range(1, 26) if names[month] != names[month - 1]]
    assert changes == [6, 12, 18, 24]
    assert len(set(names)) == 5


def test_customers_and_quality_pass_to_the_next_supplier():
    market = market_of(**{"market.attention": 0.0, "firms.levers": ["price"]})
    for _ in range(6):
        market.step()
    before = {name: column.copy() for name, column in market.population.columns.items()}
    old = market.firms[0]
    quality, price, customers = old.quality, old.price, old.customers
    market.step()
    new = market.firms[0]
    assert new is not old
    assert np.allclose(new.quality, quality)
    assert abs(new.price - price) <= 0.06 * 50 + 1e-9
    assert new.customers == pytest.approx(customers, rel=0.02)
    served = before["supplier"] > 0
    assert np.all(market.population.columns["supplier"][served & (market.population.columns["supplier"] > 0)] == new.slot)
    stayed = served & (market.population.columns["supplier"] == new.slot)
    assert np.mean(market.population.columns["tenure"][stayed] == before["tenure"][stayed] + 1) > 0.95


def test_the_winner_has_the_lowest_cost_and_pays_what_the_second_is_dearer():
    market = market_of(**{"market.cost_spread": 0.2, "market.franchise_bidders": 6})
    while market.month < 7:
        market.step()
    winner, franchise = market.firms[0], market.franchise
    draws = market.streams.normals(41, franchise.number, 6)[:, 0]
    costs = np.sort(35.0 * np.maximum(0.1, 1 + 0.2 * draws))
    assert winner.unit_cost == pytest.approx(costs[0])
    assert franchise.payment == pytest.approx(costs[1] - costs[0])
    assert market.book.firms[winner.slot, F["franchise"]] == pytest.approx(franchise.payment * winner.customers)


def test_more_bidders_mean_lower_costs_and_smaller_payments_to_the_treasury():
    costs, payments = [], []
    for bidders in (2, 10):
        market = market_of(**{"market.cost_spread": 0.2, "market.franchise_bidders": bidders})
        tenders = []
        for number in range(400):
            franchise = Franchise(6, bidders, 0)
            franchise.number = number
            tenders.append((franchise.tender(market), franchise.payment))
        costs.append(np.mean(tenders, axis=0)[0])
        payments.append(np.mean(tenders, axis=0)[1])
    assert costs[1] < costs[0] - 3
    assert payments[1] < payments[0]


def test_a_lone_bidder_pays_nothing():
    market = market_of()
    franchise = Franchise(6, 1, 0)
    franchise.tender(market)
    assert franchise.payment == 0


def test_the_contracts_floor_under_quality_holds_to_the_last_month_of_a_term():
    market = market_of(**{"market.franchise_quality_floor": 0.55, "market.quality_cost": 60.0})
    while market.running:
        market.step()
        assert market.firms[0].quality.min() >= 0.55
    free = market_of(**{"market.quality_cost": 60.0})
    while free.running:
        free.step()
    assert free.firms[0].quality.min() < 0.55


def test_months_left_and_due():
    franchise = Franchise(12, 3, -24)
    assert franchise.months_left(-24) == 12
    assert franchise.months_left(-13) == 1
    assert not franchise.is_due(-13)
    assert franchise.is_due(-12)
    assert franchise.months_left(5) == 1
