"""What planners overlook or mistake of their returns, and programmes that are cut back before they pay."""

from __future__ import annotations

import numpy as np
import pytest

from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.firms.planner import Plan
from cxsim.firms.programmes import Programme, credit, pays
from cxsim.market.model import Market

BASE = {"market.n_customers": 600, "market.n_firms": 4, "months": 36, "burn_in": 0, "firms.insight": 1.0, "market.load_variation": 0.2,
        "firms.levers": ["price", "quality", "service"]}  # fmt: skip


def market_of(**values):
    return Market(with_values(Config(), {**BASE, **values}), rng=3)


def lived(**values):
    market = market_of(**values)
    while market.running:
        market.step()
    return market


def last(**values):
    return lived(**values).frames()["monthly"].tail(6).mean()


def test_who_sees_the_cost_and_not_the_value_skimps_the_more_the_less_is_seen():
    months = [last(**{"firms.value_visibility": share}) for share in (1.0, 0.5, 0.0)]
    quality, service = ([month[name] for month in months] for name in ("quality", "service"))
    assert quality[0] > quality[1] + 0.01 > quality[2]
    assert service[0] >= service[1] > service[2]


def test_where_no_value_is_seen_quality_falls_by_a_step_at_each_review():
    market = market_of(**{"firms.value_visibility": 0.0, "market.problem_quality_slope": 0.0, "market.quality_spread": 0.0})
    for _ in range(market.config.market.review_months):
        market.step()
    expected = market.config.market.initial_quality - market.config.firms.quality_step
    assert market.table.quality[1:] == pytest.approx(expected)


def test_errors_are_keyed_by_firm_month_and_outcome_and_average_out():
    market = market_of(**{"firms.attribution_noise": 0.7, "firms.value_visibility": 0.8})
    drawn = []
    for month in range(400):
        market.month = month
        drawn.append([credit(firm, market) for firm in market.firms])
    drawn = np.array(drawn)
    again = credit(market.firms[2], market)
    assert (again == drawn[-1, 2]).all()
    assert drawn.mean() == pytest.approx(0.8, abs=0.03)
    assert drawn.std() == pytest.approx(0.8 * 0.7, rel=0.05)
    assert len(np.unique(drawn)) == drawn.size


@pytest.mark.parametrize(("lever", "sign"), [("service", -1), ("hidden_fee", 1), ("exit_barrier", 1)])
def test_a_silo_spends_no_more_on_others_and_takes_no_less_from_them(lever, sign):
    """From the same state, with half of each cross-effect left out and with all of it; contacts cost nothing, so service only costs."""
    values = {"market.contact_cost": 0.0, "customers.vigilance": 0.3, "market.attention": 0.3, "market.problem_rate": 0.2,
              "firms.initial_service": 0.8, "firms.initial_levers": {"hidden_fee": 1.0, "exit_barrier": 10.0}}  # fmt: skip
    chosen = []
    for silo in (0.0, 0.5, 1.0):
        market = market_of(**values)
        market.step()
        market.config = with_values(market.config, {"firms.silo": silo})
        chosen.append([Plan(firm, market).improve([lever])[lever] for firm in market.firms])
    whole, half, parts = sign * np.array(chosen)
    assert (half >= whole - 1e-6).all()
    assert (parts >= half - 1e-6).all()
    assert (parts > whole + 1e-3).any()


def test_silos_leave_more_customers_waiting():
    levers = {"firms.levers": ["price", "quality", "service"], "market.contact_cost": 0.0}
    assert last(**levers, **{"firms.silo": 1.0})["service"] < last(**levers)["service"] - 0.005


def test_a_unit_that_shares_nothing_with_others_is_no_worse_off_in_a_silo():
    # Price touches no other unit's account, and nor does quality where it prevents no problems.
    for values in ({"firms.levers": ["price"]}, {"firms.levers": ["price", "quality"], "market.problem_quality_slope": 0.0}):
        one, two = last(**values), last(**values, **{"firms.silo": 1.0})
        assert two["price"] == pytest.approx(one["price"], rel=1e-3)
        assert two["quality"] == pytest.approx(one["quality"], rel=1e-3)


def test_a_profit_planner_is_free_of_it_all():
    slants = {"firms.value_visibility": 0.1, "firms.attribution_noise": 2.0, "firms.silo": 1.0, "firms.patience_months": 3}
    clear = lived(**{"firms.strategy": "profit_planner"}).frames()["monthly"]
    same = lived(**{"firms.strategy": "profit_planner"}, **slants).frames()["monthly"]
    assert (clear == same).all(axis=None)


def test_a_programme_pays_if_what_is_believed_gained_covers_what_is_spent_more():
    start = Programme(0, 100.0, 500.0, 1.0, (0.5,))
    assert pays(start, 120.0, 520.0, 1.0)
    assert not pays(start, 120.0, 519.0, 1.0)
    assert not pays(start, 120.0, 530.0, 0.5)
    assert pays(start, 90.0, 495.0, 1.0)


def test_a_programme_that_has_not_paid_in_time_goes_back_to_where_it_began():
    market = market_of(**{"firms.patience_months": 6, "firms.levers": [], "market.review_months": 1, "market.attention": 0.0})
    market.step()
    firm = market.firms[0]
    before, service = firm.quality, firm.service
    market.table.revenue[firm.slot] = 0.0  # nothing is there to be lost
    plans = {"quality": np.minimum(before + 0.05, 1.0), "service": service + 0.1}
    firm.strategy = Once(firm.strategy, plans)
    for _ in range(6):
        market.step()
        assert firm.quality == pytest.approx(plans["quality"])
        assert firm.slot in market.programmes
    market.table.revenue[firm.slot] = -1e9  # whatever it was to bring, it did not
    market.step()
    assert firm.quality == pytest.approx(before)
    assert firm.service == pytest.approx(service)
    assert (market.table.programmes[firm.slot], market.table.cancelled[firm.slot]) == (1.0, 1.0)
    assert firm.slot not in market.programmes


class Once:
    """A strategy that makes one change and then none."""

    plain_equity = False

    def __init__(self, strategy, levers):
        self.strategy, self.levers = strategy, levers

    def may_collude(self, market):
        return False

    def review(self, firm, market):
        levers, self.levers = self.levers, {}
        return levers


def test_patience_without_end_cuts_nothing_and_counts_nothing():
    never, patient = lived(), lived(**{"firms.patience_months": 1000})
    for market in (never, patient):
        assert (market.frames()["firms"][["programmes", "cancelled"]] == 0).all(axis=None)
    one, two = (market.frames()["firms"].drop(columns=["programmes", "cancelled"]) for market in (never, patient))
    assert (one == two).all(axis=None)
    hasty = lived(**{"firms.patience_months": 3}).frames()["firms"]
    assert hasty["programmes"].max() > 0
    assert (hasty["cancelled"] <= hasty["programmes"]).all()
