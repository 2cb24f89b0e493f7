"""Whom customers choose, against the closed forms of the logit (McFadden 1974); thresholds at p = 1e-6 and fixed seeds."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats
from scipy.special import logsumexp, softmax

from cxsim.customers.tables import SUM

from .made import alike, calm_offers, some_offers

VALUE, NOISE = 90.0, 4.0


def shares_agree(counts, shares):
    return stats.chisquare(counts, np.asarray(shares) * np.sum(counts)).pvalue > 1e-6


def test_attentive_customers_choose_by_the_logit():
    prices = np.array([30.0, 33.0, 36.0, 27.0])
    population = alike(20_000, supplier=2, **{"market.attention": 1.0})
    population.live_month(0, calm_offers(population, 4, price=prices))
    worth = np.concatenate([[-0.25 * VALUE], 0.6 * VALUE - prices]) / NOISE
    assert shares_agree(np.bincount(population.columns["supplier"], minlength=5)[1:], softmax(worth[1:]))
    assert np.bincount(population.columns["supplier"], minlength=5)[0] <= 5  # doing without is worth 76 pounds less


def test_doing_without_is_an_option_like_any_other():
    population = alike(20_000, **{"market.attention": 1.0, "market.outside_option": 0.25})
    population.live_month(0, calm_offers(population, 2))
    worth = np.array([0.25 * VALUE, 0.6 * VALUE - 30, 0.6 * VALUE - 30]) / NOISE
    assert shares_agree(np.bincount(population.columns["supplier"], minlength=3), softmax(worth))


def test_nobody_does_without_where_nobody_can():
    population = alike(2000, supplier=0, **{"market.attention": 0.0, "market.outside_option": None})
    population.live_month(0, calm_offers(population, 3, price=[500.0, 600.0, 700.0]))
    assert np.all(population.columns["supplier"] > 0)


def test_a_switching_cost_is_spread_over_the_horizon():
    values = {"market.attention": 1.0, "market.switching_cost": 96.0, "market.switching_horizon": 24}
    population = alike(20_000, **values)
    population.live_month(0, calm_offers(population, 2))
    assert shares_agree(np.bincount(population.columns["supplier"], minlength=3)[1:], softmax([0.0, -96.0 / 24 / NOISE]))


def test_an_exit_barrier_holds_customers_by_its_share_of_the_horizon():
    population = alike(20_000, **{"market.attention": 1.0, "market.switching_horizon": 12})
    sums = population.live_month(0, calm_offers(population, 2, barrier=[48.0, 0.0]))
    counts = np.bincount(population.columns["supplier"], minlength=3)
    assert shares_agree(counts[1:], softmax([0.0, -48.0 / 12 / NOISE]))
    assert sums[0, 1, SUM["barrier_cost"]] == 48.0 * counts[2]


@pytest.mark.parametrize("attention", [0.0, 0.02, 0.4, 1.0])
def test_attention_decides_how_many_look_and_half_of_those_between_twins_leave(attention):
    population = alike(20_000, **{"market.attention": attention})
    sums = population.live_month(0, calm_offers(population, 2))
    left = sums[0, 1, SUM["leavers"]]
    expected = attention / 2 * population.n
    assert abs(left - expected) <= 5 * math.sqrt(max(expected, 1e-9))


def test_dissatisfaction_a_dear_bill_a_jump_and_a_renewal_each_make_customers_look():
    def left(offers=None, tenure=24, expectation=0.6, **values):
        population = alike(20_000, **({"market.attention": 0.0, "customers.dissatisfaction_attention": 0.5} | values))
        population.columns["expectation"][:] = expectation
        population.columns["tenure"][:] = tenure
        sums = population.live_month(0, calm_offers(population, 2, price=60.0, **(offers or {})))
        return 2 * sums[0, 1, SUM["leavers"]] / population.n

    near = {"abs": 5 * math.sqrt(0.2 / 20_000)}
    assert left() == 0
    assert left(expectation=0.9) == pytest.approx(0.5 * 0.3, **near)
    assert left(**{"market.price_attention": 2.0}) == pytest.approx(2.0 * (60 / 50 - 1) ** 2, **near)
    assert left({"rise_old": 0.1}, **{"customers.price_shock_attention": 0.8}) == pytest.approx(0.08, **near)
    assert left({"rise_new": 0.1}, **{"customers.price_shock_attention": 0.8}) == 0
    assert left({"rise_new": 0.1}, tenure=3, **{"customers.price_shock_attention": 0.8}) == pytest.approx(0.08, **near)
    renewal = {"market.renewal_months": 8, "market.renewal_attention": 0.15}
    assert left(**renewal) == pytest.approx(0.15, **near)
    assert left(tenure=25, **renewal) == 0


def test_the_end_of_the_introductory_price_is_felt_once_as_a_rise():
    def looked(tenure):
        rules = {"reference": 50.0}
        population = alike(20_000, rules=rules, **{"market.attention": 0.0, "customers.price_shock_attention": 1.0})
        population.columns["tenure"][:] = tenure
        sums = population.live_month(0, calm_offers(population, 2, price=20.0, premium=[5.0, 5.0]))
        return sums[0, 1, SUM["leavers"]]

    assert looked(11) == looked(13) == 0
    assert looked(12) > 500  # a tenth of them look, and the premium drives most of those away


@pytest.mark.parametrize("seen", [0.0, 0.3])
def test_rivals_out_of_sight_are_not_chosen(seen):
    population = alike(20_000, rules={"seen": seen}, **{"market.attention": 1.0})
    population.live_month(0, calm_offers(population, 2, price=[30.0, 0.0]))
    went = (population.columns["supplier"] == 2).sum()
    assert abs(went - seen * population.n) <= 5 * math.sqrt(population.n * seen * (1 - seen))


def test_inactive_firms_are_not_chosen():
    population = alike(2000, **{"market.attention": 1.0})
    population.live_month(0, calm_offers(population, 3, price=[30.0, 0.0, 30.0], active=[True, False, True]))
    assert np.all(population.columns["supplier"] != 2)
    assert np.any(population.columns["supplier"] == 3)


def test_one_more_firm_changes_nobodys_order_of_the_others():
    """Tastes belong to (customer, month, firm): who does not choose the newcomer chooses as before."""
    chosen = []
    for active in (True, False):
        population = alike(5000, **{"market.attention": 1.0})
        population.live_month(0, calm_offers(population, 4, active=[True, True, True, active]))
        chosen.append(population.columns["supplier"].copy())
    stayed = chosen[0] != 4
    assert 0.6 < stayed.mean() < 0.9
    assert np.array_equal(chosen[0][stayed], chosen[1][stayed])


def test_tastes_for_a_firm_are_drawn_anew_each_month():
    chosen = []
    for month in (0, 1):
        population = alike(8000, **{"market.attention": 1.0})
        population.live_month(month, calm_offers(population, 2))
        chosen.append(population.columns["supplier"] == 2)
    assert abs(np.corrcoef(chosen)[0, 1]) < 5.5 / math.sqrt(8000)


def test_prospects_see_through_a_bad_firm_only_as_far_as_the_market_is_transparent():
    """Perceived quality is t q + (1 - t) hearsay."""
    for transparency in (0.0, 0.5, 1.0):
        population = alike(20_000, rules={"transparency": transparency}, **{"market.attention": 1.0})
        population.columns["satisfaction"][:] = 0.5
        offers = calm_offers(population, 2, quality=[0.5, 0.4], hearsay=[0.5, 0.5])
        population.live_month(0, offers)
        believed = transparency * 0.4 + (1 - transparency) * 0.5
        counts = np.bincount(population.columns["supplier"], minlength=3)[1:]
        assert shares_agree(counts, softmax(np.array([0.5, believed]) * VALUE / NOISE))


def test_a_friends_word_counts_against_hearsay():
    joined = []
    for told in (0.2, 0.9):
        population = alike(4000, rules={"transparency": 0.0, "friend_weight": 0.5}, **{"market.attention": 1.0})
        half = np.arange(population.n) % 2 == 1
        population.columns["supplier"][half] = 2
        population.columns["satisfaction"][half] = told
        population.live_month(0, calm_offers(population, 2))
        joined.append((population.columns["supplier"][~half] == 2).sum())
    assert joined[1] > 1.5 * joined[0]


@pytest.mark.parametrize("noise", [1e-9, 0.01, 0.3, 4.0, 1e4])
def test_the_gain_from_choice_is_the_log_sum_whatever_the_scale_of_tastes(noise):
    """Everybody chooses, experience is as expected, moving is free: mean surplus is the log-sum (Small and Rosen 1981)."""
    population = alike(4000, **{"market.attention": 1.0, "market.choice_noise": noise})
    population.columns["satisfaction"][:] = 0.0  # stuck with a firm that they think nothing of
    population.columns["expectation"][:] = 0.6
    prices = np.array([30.0, 31.0, 32.5])
    sums = population.live_month(0, calm_offers(population, 3, price=prices))
    worth = np.concatenate([[-0.25 * VALUE], 0.6 * VALUE - prices])
    worth[1] = -prices[0]
    chosen = population.columns["supplier"]
    logsum = noise * logsumexp(worth / noise)
    better_than_feared = 0.6 * VALUE * (chosen == 1).mean()  # lived through, not foreseen
    assert sums[0, :, SUM["surplus"]].sum() / population.n == pytest.approx(logsum + better_than_feared, abs=0.02 + 2e-5 * noise)


def test_who_moves_starts_anew():
    population = alike(3000, rules={"initial_trust": 0.35, "trust_speed": 0.0}, **{"market.attention": 1.0})
    population.columns["aware"][:] = population.columns["problem"][:] = 1
    sums = population.live_month(0, calm_offers(population, 2, hidden=[1.0, 0.0], resolved=0.0))
    moved, stayed = population.columns["supplier"] == 2, population.columns["supplier"] == 1
    assert np.all(population.columns["tenure"][moved] == 1)
    assert np.all(population.columns["tenure"][stayed] == 25)
    assert np.allclose(population.columns["trust"][moved], 0.35)
    assert not population.columns["problem"][moved].any()
    assert not population.columns["aware"][moved].any()
    assert np.all(population.columns["problem"][stayed] == 1)
    assert sums[0, 2, SUM["joiners"]] == moved.sum() == sums[0, 1, SUM["leavers"]]


def test_who_is_stranded_looks_at_once_and_who_does_without_looks_when_she_cares_to():
    joined = []
    for tenure in (-1, 0):
        population = alike(2000, supplier=0, **{"market.attention": 0.0})
        population.columns["tenure"][:] = tenure
        population.live_month(0, calm_offers(population, 2))
        joined.append((population.columns["supplier"] > 0).mean())
    assert joined[0] > 0.99
    assert joined[1] == 0


def test_nobody_moves_in_a_market_without_firms():
    population = alike(500, supplier=0, **{"market.outside_option": None})
    population.columns["tenure"][:] = -1
    offers = calm_offers(population, 2, active=False)
    sums = population.live_month(0, offers)
    assert np.all(population.columns["supplier"] == 0)
    assert np.all(np.isfinite(sums))


def test_offers_made_at_random_leave_no_customer_with_a_firm_that_is_gone():
    population = alike(1000, supplier=0, **{"market.attention": 1.0})
    offers = some_offers(population, np.random.default_rng(1))
    population.live_month(0, offers)
    assert np.all(offers.active[np.unique(population.columns["supplier"])[1:]])
