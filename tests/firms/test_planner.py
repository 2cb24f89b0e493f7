from __future__ import annotations

import copy

import numpy as np
import pytest

from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.firms.equity import equity
from cxsim.firms.planner import EquityPlanner, Plan, Sheets, outlook_of, standing_enforcement
from cxsim.firms.table import HIDDEN, LEVER, LEVER_NAMES, PREMIUM, PRICE, SERVICE
from cxsim.market.model import Market


def a_market(months=3, seed=4, **values):
    market = Market(with_values(Config(), {"market.n_customers": 400, "months": 24, "burn_in": 0} | values), rng=seed)
    for _ in range(months):
        market.step()
    return market


def reckoned(plan, levers, quality):
    change = np.asarray(quality) - plan.quality
    base = plan.panel.base + plan.panel.weights @ change
    return equity(levers, np.mean(quality), np.mean(np.square(quality)), base, plan.panel, plan.outlook, plan.enforcement)


CASES = {
    "as it comes": {},
    "every lever": {"firms.levers": ["all"], "firms.insight": 1.0},
    "price cap": {"market.price_cap": 52.0, "firms.initial_levers": {"loyalty_premium": 5.0}, "firms.levers": ["price", "loyalty_premium"]},
    "price cap, all levers": {"market.price_cap": 45.0, "firms.levers": ["all"], "market.n_firms": 1},
    "franchise": {"market.n_firms": 1, "market.franchise_months": 12, "market.franchise_quality_floor": 0.5},
    "regulator": {"regulator.annual_funding": 1e7, "regulator.fine_share_of_turnover": 0.1, "firms.levers": ["all"]},
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("months", [0, 4, 11])
def test_a_review_never_leaves_the_firm_worse_off_by_its_own_reckoning(case, months):
    """What is planned is judged as it will be: after caps and bans have had their say."""
    market = a_market(months, **CASES[case])
    for firm in market.firms:
        plan = Plan(firm, market)
        before = reckoned(plan, plan.levers.copy(), plan.quality.copy())
        planned = firm.strategy.review(firm, market)
        kept_levers, kept_quality = market.table.levers[firm.slot].copy(), market.table.quality[firm.slot].copy()
        firm.set_levers(planned)
        after = reckoned(plan, market.table.levers[firm.slot], market.table.quality[firm.slot])
        market.table.levers[firm.slot], market.table.quality[firm.slot] = kept_levers, kept_quality
        assert after >= before - 1e-6 * abs(before)


@pytest.mark.parametrize("case", CASES)
def test_what_is_planned_is_allowed_as_it_stands(case):
    """Limits have nothing left to cut: a plan that reckons with what it may not do would be a wrong plan."""
    market = a_market(5, **CASES[case])
    for firm in market.firms:
        planned = firm.strategy.review(firm, market)
        firm.set_levers(planned)
        for name in LEVER_NAMES:
            assert getattr(firm, name) == pytest.approx(planned[name], abs=1e-9), name


@pytest.mark.parametrize("lever", ["price", "quality", "service", "loyalty_premium", "hidden_fee", "exit_barrier", "overpromise",
                                   "personalisation", "disclosure", "score_gaming"])  # fmt: skip
def test_a_planner_moves_the_levers_it_may_use_and_no_others(lever):
    market = a_market(2, **{"firms.levers": ["price"]})
    firm = market.firms[0]
    planned = EquityPlanner([lever]).review(firm, market)
    for name in LEVER_NAMES:
        if name != lever:
            assert planned[name] == getattr(firm, name), name
    if lever != "quality":
        assert np.array_equal(planned["quality"], firm.quality)


def test_steps_are_no_larger_than_allowed():
    values = {"firms.levers": ["all"], "firms.price_step": 0.02, "firms.quality_step": 0.03, "firms.extraction_step": 0.2}
    market = a_market(0, **values)
    for _ in range(8):
        before = market.table.levers[1:].copy(), market.table.quality[1:].copy()
        market.step()
        moved = np.abs(market.table.levers[1:] - before[0])
        assert moved[:, PRICE].max() <= 0.02 * 50 + 1e-9
        assert moved[:, SERVICE].max() <= 2 * 0.03 + 1e-9
        rise = market.table.levers[1:] - before[0]
        assert np.all(rise[:, HIDDEN] <= 0.2 * market.limits.high[HIDDEN] + 1e-9)
        assert np.all(rise[:, PREMIUM] <= 0.2 * market.limits.high[PREMIUM] + 1e-9)
        assert np.abs(market.table.quality[1:] - before[1]).max() <= 0.03 + 1e-9


def test_quality_changes_only_where_the_firm_knows_that_it_matters():
    market = a_market(0, **{"firms.insight": 0.5, "firms.levers": ["price", "quality"]})
    before = market.table.quality.copy()
    for _ in range(12):
        market.step()
    changed = np.abs(market.table.quality - before) > 1e-12
    assert changed[1:][market.table.known[1:]].mean() > 0.5
    assert not changed[1:][~market.table.known[1:]].any()


def test_a_firm_without_insight_has_no_idea_of_quality():
    market = a_market(0, **{"firms.insight": 0.0})
    before = market.table.quality.copy()
    for _ in range(6):
        market.step()
    assert np.array_equal(before, market.table.quality)


def test_dearer_production_means_dearer_prices():
    cheap, dear = (a_market(24, **{"market.unit_cost": cost}).table.levers[1:, PRICE].mean() for cost in (25.0, 40.0))
    assert dear > cheap + 5


def test_a_ban_or_a_cap_binds_from_the_start():
    market = a_market(6, **{"market.ban_price_walking": True, "regulator.ban_hidden_fees": True, "market.price_cap": 48.0})
    table = market.frames()["firms"]
    assert not table[["loyalty_premium", "hidden_fee"]].to_numpy().any()
    assert table["price"].max() <= 48.0


def test_a_franchisee_looks_no_further_than_its_term():
    values = {"market.n_firms": 1, "market.franchise_months": 30, "firms.horizon_months": 36}
    market = a_market(0, **values)
    horizons = []
    for _ in range(24):
        horizons.append(outlook_of(market.firms[0], market).horizon)
        market.step()
    assert horizons == [float(30 - month) for month in range(24)]


def test_a_franchisee_reckons_with_what_it_pays_for_each_customer():
    """The payment falls due per customer and month, so it is a cost of serving one."""
    values = {"market.n_firms": 1, "market.franchise_months": 2, "market.cost_spread": 0.5}
    market = a_market(5, **values)
    assert market.franchise.payment > 0
    firm = market.firms[0]
    paid = market.book.firms[firm.slot].sum() / market.table.customers[firm.slot]
    plan = Plan(firm, market)
    assert plan.outlook.unit_cost == pytest.approx(firm.unit_cost + market.franchise.payment)
    assert paid > firm.unit_cost + market.franchise.payment - 1e-6


def test_enforcement_is_what_the_configuration_says():
    config = with_values(
        Config(),
        {
            "regulator.rules": ["hidden_fee", "collusion"], "regulator.fine_cap": 3e6, "regulator.detection": 0.7,
            "regulator.redress_share": 0.5,
        },
    )  # fmt: skip
    terms = standing_enforcement(config)
    against = {name for name, value in terms._asdict().items() if name.startswith("against_") and value}
    assert against == {"against_hidden", "against_collusion"}
    assert (terms.cap, terms.detection, terms.redress_share) == (3e6, 0.7, 0.5)
    assert terms.cap_share > 1e200


# --- Becker (1968) -----------------------------------------------------------------------------------------------------

FEE, PRICE_SET, BELIEF = 0.075, 1.5, 0.02
"""The highest fee (a twentieth of the reference price), the price, and the chance of a case that firms believe in."""


def fee_charged(play_plain, **changes):
    """The fee that firms settle on where it is their only lever, nobody can notice it, and every case finds any breach."""
    values = {
        "market.n_firms": 3, "firms.levers": ["hidden_fee"], "firms.initial_price": PRICE_SET, "firms.initial_price_spread": 0.0,
        "firms.detection_learning": 0.0, "firms.prior_detection": BELIEF, "regulator.detection": 1.0, "regulator.severity_scale": 0.0,
        "regulator.rules": ["hidden_fee"], "regulator.fine_severity_scale": 1e-9, "market.max_hidden_fee": FEE / 1.5,
        "regulator.publicity": 0.0, "months": 8, "market.outside_option": None,
    }  # fmt: skip
    return play_plain(values | changes)


def all_fees(market):
    return {round(market.table.levers[slot, HIDDEN], 9) for slot in range(1, len(market.table))}


@pytest.mark.parametrize("relative", [0.5, 0.9, 1.1, 2.0])
@pytest.mark.parametrize("horizon", [1, 36])
def test_a_fee_is_charged_if_and_only_if_its_gain_exceeds_detection_times_fine(play_plain, relative, horizon):
    """Gain a month: fee x customers. Fine: share of annual turnover. Indifference at share = fee / (belief x 12 x income)."""
    threshold = FEE / (BELIEF * 12 * PRICE_SET)
    market = fee_charged(play_plain, **{"regulator.fine_share_of_turnover": relative * threshold, "firms.horizon_months": horizon})
    assert all_fees(market) == ({FEE} if relative < 1 else {0.0})


@pytest.mark.parametrize("relative", [0.8, 1.2])
def test_a_multiple_of_the_gain_deters_from_one_over_the_yearly_chance(play_plain, relative):
    market = fee_charged(play_plain, **{"regulator.fine_multiple_of_gain": relative / (12 * BELIEF)})
    assert all_fees(market) == ({FEE} if relative < 1 else {0.0})


@pytest.mark.parametrize("relative", [0.8, 1.3])
def test_only_the_smaller_of_fine_and_cap_deters(play_plain, relative):
    """A crushing fine under a cap: charged if and only if the gain exceeds detection x cap."""
    gain = FEE * 1e6 / 3
    market = fee_charged(play_plain, **{"regulator.fine_share_of_turnover": 10.0, "regulator.fine_cap": relative * gain / BELIEF})
    assert all_fees(market) == ({FEE} if relative < 1 else {0.0})


@pytest.mark.parametrize("funding", [0.0, 1e6, 1e9])
def test_a_cap_below_the_gain_makes_funding_irrelevant(play_plain, funding):
    """Firms learn of every case here, and one a month at most can be brought against each."""
    market = fee_charged(
        play_plain,
        **{
            "regulator.annual_funding": funding, "regulator.fine_share_of_turnover": 10.0, "regulator.fine_cap": 0.9 * FEE * 1e6 / 3,
            "firms.detection_learning": 0.3, "regulator.case_months": 1, "months": 30,
        },
    )  # fmt: skip
    assert all_fees(market) == {FEE}


def test_funding_deters_where_the_cap_does_not_stand_in_the_way(play_plain):
    values = {
        "regulator.fine_share_of_turnover": 2.0, "firms.detection_learning": 0.3, "regulator.case_months": 1, "months": 30,
        "firms.prior_detection": 0.0,
    }  # fmt: skip
    fees = [np.mean(list(all_fees(fee_charged(play_plain, **values, **{"regulator.annual_funding": money})))) for money in (0.0, 1e8)]
    assert fees[0] == FEE
    assert fees[1] < FEE


def test_levers_by_name_cover_every_column():
    assert sorted(LEVER.values()) == list(range(len(LEVER_NAMES)))


def test_the_sheets_of_a_review_hold_what_the_plan_says_it_reckons_with():
    market = a_market(**{"firms.strategy": ["equity_planner", "profit_planner"], "firms.customer_weight": 0.3, "market.n_firms": 2})
    market.sheets = Sheets()
    for firm in market.firms:
        plan = Plan(firm, market)
        plan.improve(market.planner_levers)
        outlook, terms = market.sheets.of(firm, market)
        assert tuple(outlook.row) == tuple(outlook.record[0]) == pytest.approx(tuple(plan.outlook), rel=1e-15)
        assert tuple(terms.row) == tuple(terms.record[0]) == pytest.approx([float(term) for term in plan.enforcement], rel=1e-15)
    assert [outlook.record["customer_weight"][0] for outlook in (market.sheets.of(firm, market)[0] for firm in market.firms)] == [0.3, 0.0]


def test_a_copied_market_writes_on_sheets_of_its_own():
    market = a_market()
    twin = copy.deepcopy(market.sheets)
    theirs, ours = twin.of(market.firms[0], market), market.sheets.of(market.firms[0], market)
    theirs[0].row[:] = 0.0
    assert not np.any(theirs[0].record["horizon"])
    assert np.all(ours[0].record["horizon"] > 0.0)
