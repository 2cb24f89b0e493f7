from __future__ import annotations

import copy
import math

import numpy as np
import pytest

from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.firms.table import BARRIER, DISCLOSURE, HIDDEN, INSIGHT, OVERPROMISE, PERSONAL, PREMIUM, PRICE, SERVICE
from cxsim.market.model import Market
from cxsim.market.offers import Swings, load_swings, offer_terms, prepare, problem_rate, quality_by_profile, service_state


def market_of(**values):
    return Market(with_values(Config(), {"market.n_customers": 200, "market.n_firms": 3, "burn_in": 0} | values), rng=2)


def offers_of(market, **kwargs):
    return prepare(market.config, market.population.profiles, market.table, market.reference_price, **kwargs).by_name()


def service_of(market, rate, swing=1.0):
    """Chance of being resolved and loss from crowding, by slot."""
    table, terms = market.table, offer_terms(market.config)
    found = [
        service_state(table.levers[slot], table.customers[slot], table.open_problems[slot], table.morale[slot], rate * (slot > 0), swing,
                      terms, market.service)
        for slot in range(len(table))
    ]  # fmt: skip
    return np.array(found).T


def test_what_a_profile_gets_is_quality_weighed_by_what_matters_to_it():
    market = market_of()
    found = quality_by_profile(market.config, market.population.profiles, market.table)
    weights = market.population.profiles.weights
    for slot in (1, 2, 3):
        assert np.allclose(found[:, slot], (weights * market.table.quality[slot]).sum(axis=1), atol=1e-6)
    assert not found[:, 0].any()
    assert found.dtype == np.float32


def test_on_a_circle_distance_counts_against_quality_the_shorter_way_round():
    """Loss in pounds is the given amount per unit of distance for a customer of mean worth (Salop 1979)."""
    market = market_of(**{"market.job_circle": 30.0, "market.n_firms": 4})
    flat = market_of(**{"market.n_firms": 4})
    profiles, table = market.population.profiles, market.table
    assert np.allclose(np.sort(table.position[1:]), [0, 0.25, 0.5, 0.75])
    loss = quality_by_profile(flat.config, profiles, table) - quality_by_profile(market.config, profiles, table)
    for slot in range(1, 5):
        gap = np.abs(profiles.position - table.position[slot])
        assert np.allclose(90.0 * loss[:, slot], 30.0 * np.minimum(gap, 1 - gap), atol=1e-3)


def test_better_quality_prevents_problems():
    market = market_of(**{"market.problem_rate": 0.1, "market.problem_quality_slope": 1.5})
    market.table.quality[1:] = np.array([0.0, 0.5, 1.0])[:, None]
    assert offers_of(market).problem_rate == pytest.approx([0.0, 0.175, 0.1, 0.025])
    certain = with_values(market.config, {"market.problem_rate": 0.9})
    assert problem_rate(np.zeros(6), offer_terms(certain)) == 1.0


def test_service_resolves_capacity_by_load_and_overload_crowds_everybody():
    market = market_of(**{"market.problem_rate": 0.1, "customers.crowding_weight": 0.2, "customers.crowding_limit": 3.0})
    table = market.table
    table.customers[1:] = 1000.0
    table.open_problems[1:] = [0.0, 100.0, 1000.0]
    table.levers[1:, SERVICE] = [1.0, 1.0, 0.5]
    resolved, crowding = service_of(market, 0.1)
    loads, capacity = np.array([100.0, 190.0, 1000.0]), np.array([100.0, 100.0, 50.0])
    assert resolved[1:] == pytest.approx(np.minimum(1, capacity / loads))
    assert crowding[1:] == pytest.approx(0.2 * np.minimum(3.0, loads / capacity - 1))
    assert resolved[0] == 1.0
    assert crowding[0] == 0.0


@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_a_firm_without_customers_or_capacity_has_no_undefined_service():
    market = market_of()
    table = market.table
    table.customers[1:] = [0.0, 100.0, 100.0]
    table.levers[1:, SERVICE] = [1.0, 0.0, 1e-310]
    resolved, crowding = service_of(market, 0.03)
    assert resolved[1] == 1.0
    assert resolved[2] == 0.0
    assert crowding[2] == pytest.approx(0.10 * 3.0)
    assert np.isfinite(resolved).all()
    assert np.isfinite(crowding).all()


def test_load_swings_have_mean_one_the_given_spread_and_belong_to_the_firm():
    market = market_of(**{"market.load_variation": 0.4})
    drawn = load_swings(market.config, market.table, market.streams, 0, 3000)[:, 1:]
    assert np.allclose(drawn.mean(axis=0), 1.0, atol=5 * 0.4 / math.sqrt(3000))
    assert np.allclose(drawn.std(axis=0), 0.4, rtol=0.15)
    assert np.abs(np.corrcoef(drawn.T) - np.eye(3)).max() < 5.5 / math.sqrt(3000)
    more = market_of(**{"market.load_variation": 0.4, "market.n_firms": 5})
    again = load_swings(more.config, more.table, more.streams, 7, 1)
    assert np.array_equal(again[0, 1:4], drawn[7])
    still = load_swings(market_of(**{"market.load_variation": 0.0}).config, market.table, market.streams, 0, 1)
    assert np.all(still == 1.0)


def test_swings_that_are_drawn_ahead_are_those_of_their_month_whoever_comes():
    market = market_of(**{"market.load_variation": 0.4})
    swings, table = Swings(market.config, market.streams), market.table
    months = [*range(-3, 30), 5, 200, 6]
    drawn = np.array([swings.of(month, table).copy() for month in months])
    of_each = [load_swings(market.config, table, market.streams, month, 1)[0] for month in months]
    assert np.array_equal(drawn, of_each)
    table.add_slots([77])
    assert swings.of(7, table)[:4].tolist() == load_swings(market.config, table, market.streams, 7, 1)[0, :4].tolist()
    assert len(swings.of(7, table)) == 5
    twin = copy.deepcopy(swings)
    assert np.array_equal(twin.of(7, table), swings.of(7, table))


def test_levers_reach_customers_as_what_they_mean():
    market = market_of(**{"firms.insight": 0.8})
    table, reference = market.table, 50.0
    row = table.levers[1]
    row[[PRICE, PREMIUM, HIDDEN, BARRIER, OVERPROMISE]] = [44.0, 6.0, 2.5, 10.0, 0.2]
    row[[PERSONAL, DISCLOSURE, INSIGHT]] = [0.5, 0.25, 0.8]
    table.job_outcome[1], table.reputation[1] = 0.6, 0.5
    table.price_last[1], table.premium_last[1] = 42.0, 3.0
    offers = offers_of(market)
    expected = {
        "price": 44.0, "premium": 6.0, "hidden": 2.5, "barrier": 10.0, "personal": 0.5 * 0.8 * 0.15, "promise": 0.8,
        "hearsay": 0.6 * 0.5 + 0.4 * 0.8, "noticing": 1 - math.exp(-2.5 / (0.05 * reference)), "told": 0.25,
        "trust_kept": 1 - 0.35 * (1 - 0.5 * 0.25), "quiet": math.exp(-10 / (0.2 * reference)), "rise_new": 2.0 / reference,
        "rise_old": 5.0 / reference,
    }  # fmt: skip
    for name, value in expected.items():
        assert getattr(offers, name)[1] == pytest.approx(value, rel=1e-6), name


def test_there_is_nothing_to_tell_without_a_hidden_fee_and_falling_prices_are_no_rise():
    market = market_of()
    market.table.levers[1, DISCLOSURE] = 0.9
    market.table.levers[1, PRICE] = market.table.price_last[1] - 5
    offers = offers_of(market)
    assert offers.told[1] == 0
    assert offers.rise_new[1] == 0
    assert offers.noticing[1] == 0


def test_promises_stay_between_nothing_and_perfection():
    market = market_of()
    market.table.job_outcome[1:] = [0.95, 0.05, 0.5]
    market.table.levers[1:, OVERPROMISE] = [0.3, -0.3, 0.1]
    assert offers_of(market).promise[1:] == pytest.approx([1.0, 0.0, 0.6])


def test_offers_are_copies_that_later_changes_of_levers_do_not_touch():
    market = market_of()
    offers = offers_of(market)
    before = offers.price.copy(), offers.active.copy()
    market.table.levers[1, PRICE] = 1.0
    market.table.active[1] = False
    assert np.array_equal(offers.price, before[0])
    assert np.array_equal(offers.active, before[1])
