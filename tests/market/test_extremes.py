"""Legal settings at the ends of their ranges run to the end: no crash, no NaN, books in balance."""

from __future__ import annotations

import numpy as np
import pytest

from cxsim.config.load import with_values
from cxsim.config.parameter import parameters
from cxsim.config.run import Config
from cxsim.market.model import Market

ENTRANT = {"name": "Newcomer", "month": 3, "cost_advantage": 0.2, "quality": 0.7}
REGULATOR = {"regulator.annual_funding": 1e7, "regulator.fine_share_of_turnover": 0.1, "regulator.case_months": 2}
SEGMENT = {"attention": 1.0, "vigilance": 1.0, "switching_cost": 1.0, "willingness_to_pay": 1.0, "complaint": 1.0}
CASES = {
    "one firm": {"market.n_firms": 1},
    "one firm that nobody can do without": {"market.n_firms": 1, "market.outside_option": None},
    "one customer": {"market.n_customers": 1},
    "one customer of one firm": {"market.n_customers": 1, "market.n_firms": 1, "firms.levers": ["all"]},
    "two hundred firms": {"market.n_firms": 200},
    "twenty colluding firms": {"market.n_firms": 20, "firms.levers": ["price", "collusion"], "firms.cartel_cooldown": 0, "months": 4},
    "nobody ever looks": {"market.attention": 0.0, "market.price_attention": 0.0, "customers.dissatisfaction_attention": 0.0},
    "everybody always looks": {"market.attention": 1.0},
    "price cap below cost": {"market.price_cap": 10.0, "firms.levers": ["all"]},
    "price cap of zero": {"market.price_cap": 0.0, "firms.levers": ["all"]},
    "all is free and that is normal": {"market.price_cap": 0.0, "market.reference_price_speed": 1.0},
    "nothing is worth anything": {"market.willingness_to_pay": 0.0},
    "nothing is worth anything, on a circle": {"market.willingness_to_pay": 0.0, "market.job_circle": 5.0},
    "doing without is as good as anything": {"market.outside_option": 1.0, "market.attention": 1.0},
    "doing without is unbearable": {"market.outside_option": -10.0},
    "nobody can do without": {"market.outside_option": None},
    "a regulator with less than a case costs": {"regulator.annual_funding": 99_999.0, "regulator.start_up_funds": 0.0},
    "a regulator as rich as can be": {**REGULATOR, "regulator.annual_funding": 1e12, "regulator.case_cost": 1.0},
    "fines of ten times turnover": {**REGULATOR, "regulator.fine_share_of_turnover": 10.0, "regulator.fine_multiple_of_gain": 1000.0,
                                     "regulator.false_positive_rate": 1.0, "market.exit_after_months": 1},
    "redress of five times the gain": {**REGULATOR, "regulator.redress_share": 5.0, "firms.initial_levers": {"hidden_fee": 2.0}},
    "one month": {"months": 1},
    "a burn-in alone counts for nothing": {"months": 1, "burn_in": 30},
    "firms leave until none is left": {"market.price_cap": 1.0, "market.exit_after_months": 1, "market.fixed_cost": 1.0},
    "all firms leave a market that nobody can do without": {"market.price_cap": 1.0, "market.exit_after_months": 1,
                                                              "market.outside_option": None},
    "all firms leave a watched market": {**REGULATOR, "market.price_cap": 1.0, "market.exit_after_months": 1},
    "all colluding firms leave": {"market.price_cap": 1.0, "market.exit_after_months": 2, "firms.levers": ["price", "collusion"],
                                   "firms.cartel_cooldown": 0},
    "free entry for nothing": {"market.entry": "free", "market.entry_cost": 0.0, "months": 24},
    "free entry and exit, watched": {"market.entry": "free", "market.entry_cost": 0.001, "market.exit_after_months": 2, **REGULATOR,
                                      "market.fixed_cost": 0.05, "months": 24},
    "named entrants": {"market.entry": "named", "market.entrants": [ENTRANT, {**ENTRANT, "name": "Later", "month": 7}], **REGULATOR},
    "an entrant after all others left": {"market.entry": "named", "market.entrants": [{**ENTRANT, "month": 8}], "market.price_cap": 1.0,
                                          "market.exit_after_months": 1},
    "entrants among brands": {"market.entry": "named", "market.entrants": [ENTRANT], "market.brand": 1.0},
    "a franchise": {"market.n_firms": 1, "market.franchise_months": 5, "market.franchise_quality_floor": 0.6, **REGULATOR},
    "a franchise of one month and one bidder": {"market.n_firms": 1, "market.franchise_months": 1, "market.franchise_bidders": 1},
    "a franchisee that gives up": {"market.n_firms": 1, "market.franchise_months": 6, "market.price_cap": 1.0,
                                    "market.exit_after_months": 1},
    "one segment": {"customers.segments": [{"name": "all", "share": 1.0} | SEGMENT]},
    "a segment without anybody": {"customers.segments": [{"name": "a", "share": 1.0} | SEGMENT, {"name": "b", "share": 0.0} | SEGMENT]},
    "one outcome": {"market.outcomes": ["works"], "market.jobs": [{"name": "job", "share": 1.0, "weights": {"works": 1.0}}]},
    "a job circle": {"market.job_circle": 30.0},
    "a job circle of no length and one of great length": {"market.job_circle": 1e6},
    "no taste at all": {"market.choice_noise": 1e-9, "market.attention": 1.0},
    "nothing but taste": {"market.choice_noise": 1e9},
    "no rival is seen": {"market.rivals_seen": 0.0},
    "no insight": {"firms.insight": 0.0, "firms.levers": ["all"]},
    "no steps": {"firms.price_step": 0.0, "firms.quality_step": 0.0, "firms.extraction_step": 0.0, "firms.levers": ["all"]},
    "steps beyond precision": {"firms.price_step": 1e-15, "firms.quality_step": 1e-16, "firms.extraction_step": 1e-300,
                                "firms.levers": ["all"]},
    "no service": {"firms.initial_service": 0.0, "market.problem_rate": 1.0, "firms.levers": ["price"]},
    "service under wild load": {"market.load_variation": 2.0, "market.problem_rate": 0.5},
    "hardly any variation of load": {"market.load_variation": 1e-12, "market.problem_rate": 0.5},
    "barriers and fees without end": {"market.max_exit_barrier": 100.0, "market.max_hidden_fee": 10.0, "market.max_loyalty_premium": 10.0,
                                       "firms.levers": ["all"]},
    "patience without end": {"firms.horizon_months": 1e6, "firms.levers": ["all"]},
    "wildly unequal customers": {"market.willingness_to_pay_spread": 5.0, "customers.spread": 3.0},
    "tiny money": {"market.reference_price": 1e-6, "market.willingness_to_pay": 1.8e-6, "market.choice_noise": 1e-7,
                   "market.unit_cost": 7e-7, "market.quality_cost": 2e-7, "market.service_cost": 1e-8, "market.contact_cost": 1e-8,
                   "market.switching_cost": 1e-6},
    "huge money": {"market.reference_price": 1e9, "market.willingness_to_pay": 1e9, "market.choice_noise": 1e8, "market.unit_cost": 5e8,
                   "market.switching_cost": 1e9},
    "a huge population": {"market.population": 1e10},
    "a population of one": {"market.population": 1.0},
    "renewals every month": {"market.renewal_months": 1, "market.renewal_attention": 1.0},
    "nobody forgets, nothing heals": {"customers.forgetting": 0.0, "customers.trust_speed": 0.0, "firms.levers": ["all"]},
    "everybody foresees fees and avoids them for nothing": {"customers.foresight": 1.0, "customers.avoidance_cost": 0.0,
                                                            "firms.levers": ["all"], **REGULATOR},
    "an extra as dear as can be": {"market.extra_price": 10.0, "market.extra_offers": 1.0, "customers.backlash": 1.0,
                                   "firms.levers": ["all"], **REGULATOR, "regulator.rules": ["dark_pattern"]},
    "everybody wants the extra": {"market.extra_price": 1.0, "customers.enrolment_plain": 1.0, "firms.levers": ["all"]},
    "the smallest scales": {"customers.notice_scale": 1e-9, "customers.sludge_scale": 1e-9, "regulator.fine_severity_scale": 1e-9,
                             "firms.levers": ["all"], **REGULATOR},
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_extreme_settings_run_to_the_end_and_balance(case):
    config = with_values(Config(), {"market.n_customers": 120, "months": 14, "burn_in": 0} | CASES[case])
    market = Market(config, rng=2)
    while market.running:
        market.step()
        flows = (market.book.customers, market.book.firms, market.book.regulator)
        assert all(np.isfinite(flow).all() and np.all(flow >= 0) for flow in flows)
        assert abs(sum(market.book.balances().values())) <= 1e-9 * sum(flow.sum() for flow in flows)
        supplier = market.population.columns["supplier"]
        assert not np.bincount(supplier, minlength=len(market.table))[1:][~market.table.active[1:]].any()
    assert market.month == config.months
    for name, frame in market.frames().items():
        assert np.isfinite(frame.select_dtypes("number").to_numpy()).all(), name
    assert len(market.frames()["monthly"]) == config.months


def test_a_market_that_everybody_left_says_so():
    values = CASES["firms leave until none is left"] | {"months": 14, "burn_in": 0, "market.n_customers": 120}
    market = Market(with_values(Config(), values), rng=2)
    while market.running:
        market.step()
    last = market.frames()["monthly"].iloc[-1]
    assert last["n_firms"] == last["coverage"] == last["price_paid"] == last["churn"] == 0
    assert market.frames()["segments"]["customers"].iloc[-3:].sum() == pytest.approx(1e6)


NUMERIC = [
    parameter for parameter in parameters(Config)
    if parameter.spec.low is not None and isinstance(parameter.default, float | int | None) and not isinstance(parameter.default, bool)
    and parameter.key not in ("seed", "months", "burn_in", "replications", "threads", "market.n_customers", "market.franchise_months",
                              "market.n_firms", "firms.initial_price")
]  # fmt: skip


@pytest.mark.parametrize("parameter", NUMERIC, ids=lambda parameter: parameter.key)
def test_either_end_of_every_parameters_range_runs(parameter):
    """One parameter at a time at its lowest and highest legal value, in a busy market."""
    for value in {parameter.spec.low, parameter.spec.high} - {None}:
        values = {"market.n_customers": 60, "months": 5, "burn_in": 0, "market.n_firms": 3, "firms.levers": ["all"], **REGULATOR}
        kind = int if parameter.type.startswith("int") else float
        market = Market(with_values(Config(), values | {parameter.key: kind(value)}), rng=2)
        while market.running:
            market.step()
        for name, frame in market.frames().items():
            assert np.isfinite(frame.select_dtypes("number").to_numpy()).all(), (name, value)
