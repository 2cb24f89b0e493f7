from __future__ import annotations

import numpy as np
import pytest

from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.firms.table import HIDDEN
from cxsim.market.model import Market
from cxsim.regulator.policy import StandingPolicy
from cxsim.regulator.regulator import Case


def make(**values):
    return Market(with_values(Config(), {"market.n_customers": 100, "market.n_firms": 4, "burn_in": 0} | values), rng=3)


def often(market, months=3000, count=1):
    """How often each slot is picked, over many months of luck."""
    picked = np.zeros(len(market.table))
    policy = StandingPolicy()
    for month in range(months):
        market.month = month
        for slot in policy.targets(market.regulator, market, count):
            picked[slot] += 1
    return picked / months


def test_complaints_decide_in_proportion():
    market = make()
    market.regulator.complaints = np.array([50.0, 1.0, 3.0, 6.0, 0.0])
    share = often(market)
    assert share[0] == 0
    assert np.allclose(share[1:4], [0.1, 0.3, 0.6], atol=0.05)
    assert share[4] < 1e-3


def test_random_targeting_looks_at_everybody_alike():
    market = make(**{"regulator.targeting": "random"})
    market.regulator.complaints = np.array([0.0, 1.0, 3.0, 600.0, 0.0])
    assert np.allclose(often(market)[1:], 0.25, atol=0.05)


def test_targeting_by_severity_goes_for_the_worst():
    market = make(**{"regulator.targeting": "severity"})
    market.table.severity[1:] = [0.0, 0.01, 0.09, 0.0]
    assert np.allclose(often(market)[1:], [0, 0.1, 0.9, 0], atol=0.05)


def test_several_targets_are_different_firms_and_never_more_than_there_are():
    market = make()
    for count in (1, 2, 4, 9):
        chosen = StandingPolicy().targets(market.regulator, market, count)
        assert len(chosen) == len(set(chosen)) == min(count, 4)


def test_firms_under_a_case_or_gone_are_left_alone():
    market = make()
    market.regulator.open_cases = [Case(2, 0, 9, 0.0, 0.0)]
    market.table.active[3] = False
    assert sorted(StandingPolicy().targets(market.regulator, market, 9)) == [1, 4]
    market.table.active[:] = False
    assert list(StandingPolicy().targets(market.regulator, market, 9)) == []


def test_who_is_picked_does_not_depend_on_who_else_is_there():
    """Luck belongs to the firm: one more firm either is picked itself or leaves the pick as it was."""
    few, more = make(**{"regulator.targeting": "random"}), make(**{"regulator.targeting": "random", "market.n_firms": 5})
    for month in range(200):
        few.month = more.month = month
        before, after = (StandingPolicy().targets(market.regulator, market, 1)[0] for market in (few, more))
        assert after in (before, 5)


def test_complaint_led_targeting_prefers_firms_that_earn_complaints():
    """One firm of four hides a fee: with complaints it is looked at more often than at random."""
    cases = {}
    for targeting in ("complaints", "random"):
        values = {
            "market.n_customers": 2000, "regulator.annual_funding": 4e6, "regulator.case_months": 1, "regulator.staff_cases": 1,
            "regulator.targeting": targeting, "months": 60, "firms.levers": ["disclosure"], "firms.disclosure_cost": 1.0,
            "customers.complaint_to_regulator": 0.5, "market.max_hidden_fee": 0.15,
        }  # fmt: skip
        market = make(**values)
        market.table.levers[2, HIDDEN] = 7.0
        while market.running:
            market.step()
        slots = [decision.slot for decision in market.regulator.decisions]
        cases[targeting] = slots.count(2) / len(slots)
    assert cases["complaints"] > cases["random"] + 0.1


def test_the_fine_is_that_of_the_configuration():
    market = make(**{"regulator.fine_share_of_turnover": 0.1, "regulator.fine_severity_scale": 0.2})
    market.table.annual_revenue[1] = 1e6
    case = Case(1, 0, 0, severity=0.05, annual_gain=0.0)
    assert StandingPolicy().fine(market.regulator, market, case) == pytest.approx(0.1 * 1e6 * 0.25)
