from __future__ import annotations

import collections
import math

import numpy as np
import pytest
from scipy import stats

from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.firms.table import HIDDEN
from cxsim.market.ledger import F, R
from cxsim.market.model import Market

BASE = {"market.n_customers": 100, "burn_in": 0, "months": 60, "firms.levers": ["price"]}


def make(**values):
    return Market(with_values(Config(), BASE | values), rng=7)


def watch(market, months=None):
    """Step, and yield the number of each month when it has passed; the regulator's books are checked on the way."""
    for month in range(market.config.months if months is None else months):
        before = market.regulator.budget
        market.step()
        regulator, book = market.regulator, market.book
        kept = book.firms[:, F["fine_retained"]].sum()
        change = book.regulator[R["funding"]] + kept - book.regulator[R["enforcement"]]
        assert regulator.budget - before == pytest.approx(change, abs=1e-6 * max(1.0, before))
        assert regulator.funds >= 0
        assert regulator.reserve >= 0
        assert len(regulator.open_cases) <= regulator.config.staff_cases
        yield month


def pass_by(market, months=None):
    collections.deque(watch(market, months), maxlen=0)


def opened(market, month):
    return sum(case.opened == month for case in market.regulator.open_cases)


def test_cases_are_a_poisson_number_of_what_the_money_buys():
    """Plenty of firms, staff and years: the variance of yearly numbers is their mean, and the mean is funding / cost."""
    yearly = []
    for seed in range(60):
        values = {
            "market.n_firms": 60, "market.n_customers": 60, "regulator.annual_funding": 8e5, "regulator.case_cost": 1e5,
            "regulator.case_months": 24, "regulator.targeting": "random", "months": 12, "firms.strategy": "imitator",
        }  # fmt: skip
        market = Market(with_values(Config(), BASE | values), rng=seed)
        first = 0
        for month in range(6):
            market.step()
            first += opened(market, month)
        yearly.append(first)
    # Half a year in, the budget (8 cases) has not yet bound: about 4 cases by then, and near-Poisson scatter.
    assert abs(np.mean(yearly) - 4) < 5 * math.sqrt(4 / 60)
    assert 0.4 < np.var(yearly) / np.mean(yearly) < 1.3


def test_the_first_months_number_of_cases_is_poisson():
    counts = []
    values = {"market.n_firms": 40, "market.n_customers": 40, "regulator.annual_funding": 3.6e6, "regulator.case_cost": 1e5,
              "regulator.targeting": "random", "firms.strategy": "imitator"}  # fmt: skip
    for seed in range(150):
        market = Market(with_values(Config(), BASE | values), rng=seed)
        market.step()
        counts.append(opened(market, 0))
    observed = np.bincount(np.minimum(counts, 6), minlength=7)
    expected = 150 * np.append(stats.poisson.pmf(range(6), 3), stats.poisson.sf(5, 3))
    assert stats.chisquare(observed, expected).pvalue > 1e-6


def test_a_years_money_is_spent_evenly_within_the_year_where_there_is_enough_to_do():
    market = make(**{"market.n_firms": 40, "regulator.annual_funding": 1e6, "regulator.case_cost": 1e4, "regulator.case_months": 1})
    spent = np.array([market.book.regulator[R["enforcement"]] for _ in watch(market, 60)])
    assert np.all(np.cumsum(spent) <= 1e6 * (1 + np.arange(60) // 12))
    assert np.all(spent.reshape(5, 12).sum(axis=1) > 0.9e6)
    assert spent.reshape(5, 12).mean(axis=0) == pytest.approx([1e6 / 12] * 12, rel=0.5)


def test_funding_arrives_once_a_year_counted_from_the_start_of_the_burn_in():
    market = make(**{"regulator.annual_funding": 12.0, "burn_in": 5, "months": 20})
    funded = [market.book.regulator[R["funding"]] for _ in watch(market, 25)]
    assert [position for position, amount in enumerate(funded) if amount] == [0, 12, 24]
    assert set(funded) == {0.0, 12.0}


@pytest.mark.parametrize("funds", [0.0, 99_999.0])
def test_money_for_less_than_a_case_opens_none_and_is_kept(funds):
    market = make(**{"regulator.annual_funding": funds, "regulator.case_cost": 1e5})
    for month in watch(market, 11):
        assert not market.regulator.open_cases
        assert market.regulator.budget == funds
        assert month < 12


def test_savings_carry_over_until_they_pay_for_a_case():
    market = make(**{"regulator.annual_funding": 40_000.0, "regulator.case_cost": 1e5, "months": 48})
    first = [month for month in watch(market, 48) if opened(market, month)]
    assert first
    assert min(first) >= 24


def test_staff_limits_cases_under_way():
    market = make(**{"market.n_firms": 30, "regulator.annual_funding": 1e9, "regulator.staff_cases": 4, "regulator.case_months": 6})
    under_way = [len(market.regulator.open_cases) for _ in watch(market, 24)]
    assert max(under_way) == 4


def test_no_staff_no_cases():
    market = make(**{"regulator.annual_funding": 1e9, "regulator.staff_cases": 0})
    assert all(not market.regulator.open_cases for _ in watch(market, 6))


def test_a_firm_is_never_under_two_cases_at_once():
    market = make(**{"regulator.annual_funding": 1e9, "regulator.case_months": 5})
    for _ in watch(market, 24):
        slots = [case.slot for case in market.regulator.open_cases]
        assert len(slots) == len(set(slots))


def test_cases_take_their_months():
    market = make(**{"regulator.annual_funding": 1e7, "regulator.case_months": 4})
    seen = {}
    for month in watch(market, 30):
        for case in market.regulator.open_cases:
            assert case.closes - case.opened == 4
            seen[case.slot, case.opened] = case.closes
        for decision in market.regulator.decisions:
            if decision.month == month:
                assert month in [closes for (slot, _), closes in seen.items() if slot == decision.slot]


# --- findings and fines --------------------------------------------------------------------------------------------------


def guilty(**values):
    """Firms that charge a hidden fee for good, and a regulator with money."""
    settings = {
        "firms.initial_levers": {"hidden_fee": 2.0}, "firms.levers": ["price"], "regulator.annual_funding": 1e9, "regulator.case_months": 1,
        "regulator.fine_share_of_turnover": 0.05, "market.n_firms": 10, "regulator.targeting": "random",
    }  # fmt: skip
    return make(**settings | values)


@pytest.mark.parametrize(("detection", "scale"), [(1.0, 0.0), (0.4, 0.0), (0.8, 0.05)])
def test_breaches_are_found_with_the_chance_that_their_severity_gives(detection, scale):
    market = guilty(**{"regulator.detection": detection, "regulator.severity_scale": scale})
    pass_by(market)
    found = [decision.found for decision in market.regulator.decisions]
    chance = detection if scale == 0 else detection * (1 - math.exp(-2.0 / 50 / scale))
    assert len(found) > 200
    assert abs(np.mean(found) - chance) < 5 * math.sqrt(chance * (1 - chance) / len(found)) + 1e-9


@pytest.mark.parametrize("rate", [0.0, 0.2, 1.0])
def test_the_innocent_are_found_guilty_at_the_rate_of_error(rate):
    market = guilty(**{"firms.initial_levers": {}, "regulator.false_positive_rate": rate})
    pass_by(market)
    found = [decision.found for decision in market.regulator.decisions]
    assert abs(np.mean(found) - rate) < 5 * math.sqrt(rate * (1 - rate) / len(found)) + 1e-9
    fined = [decision.fine for decision in market.regulator.decisions if decision.found]
    assert all(fine > 0 for fine in fined)


@pytest.mark.parametrize(("cap", "cap_share"), [(50_000.0, None), (None, 0.001), (30_000.0, 0.001), (0.0, None)])
def test_fines_respect_their_caps(cap, cap_share):
    values = {"regulator.fine_cap": cap, "regulator.fine_cap_share_of_turnover": cap_share, "regulator.fine_share_of_turnover": 5.0}
    market = guilty(**values)
    highest = 0.0
    for month in watch(market, 24):
        before = market.regulator.decisions
        for decision in before:
            if decision.month == month:
                if cap is not None:
                    assert decision.fine <= cap
                highest = max(highest, decision.fine)
        turnover = market.table.annual_revenue.max() * 1.2
        if cap_share is not None:
            assert highest <= cap_share * turnover
    assert (highest > 0) == (cap != 0.0)


def test_what_was_done_when_the_case_was_opened_counts():
    """Stopping on the day a case is opened does not help."""
    market = guilty(**{"market.n_firms": 1, "regulator.case_months": 3, "regulator.detection": 1.0, "regulator.severity_scale": 0.0})
    market.step()
    assert market.regulator.open_cases
    market.table.levers[1, HIDDEN] = 0.0
    for _ in range(3):
        market.step()
    first = market.regulator.decisions[0]
    assert first.found
    assert first.severity == pytest.approx(2.0 / 50)
    assert first.fine == pytest.approx(0.05 * 0.4 * market.table.annual_revenue[1], rel=0.1)


def test_fines_are_split_between_treasury_and_regulator_and_the_regulators_part_comes_next_year():
    market = guilty(**{"regulator.self_funding_share": 0.3, "regulator.annual_funding": 1e6, "regulator.case_cost": 1e4})
    kept_in_year, funds_before = 0.0, None
    for month in watch(market, 36):
        book = market.book.firms
        kept, treasury = book[:, F["fine_retained"]].sum(), book[:, F["fine"]].sum()
        assert kept == pytest.approx(0.3 * (kept + treasury))
        if month % 12 == 0 and month:
            spent, kept_now = market.book.regulator[R["enforcement"]], kept
            assert market.regulator.funds == pytest.approx(funds_before + 1e6 + kept_in_year - spent)
            kept_in_year = kept_now
        else:
            kept_in_year += kept
        assert market.regulator.reserve == pytest.approx(kept_in_year)
        funds_before = market.regulator.funds
    assert kept_in_year >= 0


def test_a_self_funded_regulator_can_start_small_and_grow():
    values = {"regulator.annual_funding": 0.0, "regulator.start_up_funds": 1e5, "regulator.case_cost": 1e5, "regulator.case_months": 3}
    alive = guilty(**values, **{"regulator.self_funding_share": 1.0, "regulator.detection": 1.0, "regulator.severity_scale": 0.0})
    broke = guilty(**values)
    pass_by(alive), pass_by(broke)
    assert len(alive.regulator.decisions) > 10
    assert len(broke.regulator.decisions) == 1


def test_redress_pays_back_a_share_of_the_years_gain_to_the_firms_customers():
    values = {"regulator.redress_share": 0.5, "regulator.detection": 1.0, "regulator.severity_scale": 0.0, "market.n_firms": 2}
    market = guilty(**values)
    pass_by(market, 14)
    decision = market.regulator.decisions[-1]
    gain = 12 * 2.0 * market.table.customers[decision.slot]
    assert decision.redress == pytest.approx(0.5 * gain, rel=0.1)
    monthly = market.frames()["monthly"]
    booked = sum(each.redress for each in market.regulator.decisions)
    assert monthly["redress"].sum() == pytest.approx(booked)


def test_a_finding_is_published_once():
    market = guilty(**{"regulator.publicity": 0.6, "regulator.detection": 1.0, "regulator.severity_scale": 0.0, "market.n_firms": 3})
    for month in watch(market, 10):
        found = {decision.slot for decision in market.regulator.decisions if decision.found and decision.month == month}
        exposed = set(np.flatnonzero(market.offers.exposed))
        assert exposed == found
        assert np.allclose(market.offers.exposed[list(found)], 0.6)


# --- the cartel ----------------------------------------------------------------------------------------------------------


def test_one_cartel_is_punished_once_per_member():
    """Cases against several members concern one and the same cartel."""
    values = {
        "market.n_firms": 3, "firms.strategy": "cartelist", "regulator.annual_funding": 1e9, "regulator.rules": ["collusion"],
        "regulator.case_months": 3, "regulator.detection": 1.0, "regulator.severity_scale": 0.0, "regulator.false_positive_rate": 0.0,
        "regulator.fine_share_of_turnover": 0.1, "market.attention": 0.5, "firms.horizon_months": 60, "firms.prior_detection": 0.0,
        "firms.detection_learning": 0.0, "firms.cartel_cooldown": 6, "market.n_customers": 300,
    }  # fmt: skip
    market = make(**values)
    formed = None
    for month in watch(market, 16):
        formed = month if formed is None and market.cartel.members else formed
    assert formed is not None
    found = [decision for decision in market.regulator.decisions if decision.found]
    assert sorted(decision.slot for decision in found) == [1, 2, 3]
    assert all(decision.severity > 0 for decision in found)


def test_members_answer_for_what_they_did_when_the_case_was_opened():
    """A cartel that dissolves while it is investigated is fined for what it was, every member for its own part."""
    values = {
        "market.n_firms": 3, "firms.strategy": "cartelist", "regulator.annual_funding": 1e9, "regulator.rules": ["collusion"],
        "regulator.case_months": 4, "regulator.detection": 1.0, "regulator.severity_scale": 0.0, "regulator.targeting": "random",
        "regulator.fine_share_of_turnover": 0.1, "market.attention": 0.5, "firms.horizon_months": 60, "firms.prior_detection": 0.0,
        "firms.detection_learning": 0.0, "firms.cartel_cooldown": 6, "market.n_customers": 300, "regulator.false_positive_rate": 0.0,
        "regulator.staff_cases": 1,
    }  # fmt: skip
    market = make(**values)
    case = None
    for month in watch(market, 20):
        case = next((case for case in market.regulator.open_cases if case.members and case.severity > 0 and case.opened == month), None)
        if case:
            break
    assert case is not None
    severity = {slot: market.table.severity[slot] for slot in case.members}
    market.cartel.end()
    for _ in range(4):
        market.step()
    found = {decision.slot: decision for decision in market.regulator.decisions if decision.month == case.closes}
    assert set(found) == {1, 2, 3}
    for slot, decision in found.items():
        assert decision.found
        assert decision.severity == pytest.approx(severity[slot], rel=0.5)
        assert decision.fine == pytest.approx(0.1 * min(1, decision.severity / 0.1) * market.table.annual_revenue[slot], rel=0.2)


# --- learning ------------------------------------------------------------------------------------------------------------


def test_beliefs_follow_what_is_seen_and_fade_without_cases():
    watched = guilty(**{"firms.prior_detection": 0.0, "firms.detection_learning": 0.2})
    quiet = guilty(**{"firms.prior_detection": 0.2, "firms.detection_learning": 0.2, "regulator.annual_funding": 0.0})
    pass_by(quiet, 12)
    for _ in watch(watched, 12):
        assert np.all((watched.table.perceived_detection >= 0) & (watched.table.perceived_detection <= 1))
    assert watched.table.perceived_detection[1:].mean() > 0.3
    assert np.allclose(quiet.table.perceived_detection[1:], 0.2 * 0.8**12)


def test_firms_that_do_not_learn_keep_their_prior():
    market = guilty(**{"firms.prior_detection": 0.07, "firms.detection_learning": 0.0})
    pass_by(market, 12)
    assert np.all(market.table.perceived_detection[1:] == 0.07)


def test_cases_against_others_count_by_publicity():
    """Own case: weight 1; one of nine rivals' cases: weight w x publicity / 9; all over 1 + w x publicity."""
    values = {"firms.prior_detection": 0.0, "firms.detection_learning": 1.0, "firms.others_weight": 0.5, "regulator.publicity": 0.8}
    market = guilty(**values, **{"regulator.staff_cases": 1, "regulator.case_months": 24})
    market.step()
    belief = market.table.perceived_detection
    target = market.regulator.open_cases[0].slot
    others = [slot for slot in range(1, 11) if slot != target]
    assert belief[target] == pytest.approx(1 / 1.4)
    assert np.allclose(belief[others], 0.4 / 9 / 1.4)


def test_no_regulator_no_decisions_and_no_money():
    market = make()
    for _ in watch(market, 24):
        assert market.regulator.budget == 0
        assert not market.book.regulator.any()
    assert market.regulator.decisions == []
