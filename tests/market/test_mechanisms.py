"""How service is run, failings, projects, and how outcomes make up a job, in a whole market."""

import numpy as np
import pytest

from cxsim.config.load import load
from cxsim.firms.equity import steady_service
from cxsim.firms.planner import outlook_of
from cxsim.market.model import Market


def last(months=36, tail=12, **values):
    config = load("market=generic", **{"market.n_customers": 1500, "months": months, "burn_in": 0, "firms.levers": ["price"], **values})
    market = Market(config)
    while market.running:
        market.step()
    tables = market.frames()
    return tables["monthly"].tail(tail).mean(), tables["firms"], market


def test_what_no_script_covers_waits_unless_staff_may_solve_it():
    plain, _, _ = last()
    scripted, _, _ = last(**{"market.off_script": 0.4})
    free, _, _ = last(**{"market.off_script": 0.4, "firms.initial_levers": {"discretion": 1.0}})
    assert scripted["service"] < plain["service"] - 0.005
    assert free["service"] == pytest.approx(plain["service"], abs=1e-3)
    assert free["profit"] < plain["profit"]  # discretion is paid for


def test_handling_time_as_a_target_leaves_more_unsolved():
    plain, _, _ = last()
    driven, _, _ = last(**{"firms.initial_levers": {"speed_target": 1.0}})
    assert driven["service"] < plain["service"]
    assert driven["complaints"] > plain["complaints"]


def test_technology_helps_where_work_is_in_order_and_hurts_where_it_is_not():
    base = {"firms.initial_service": 0.8}
    plain, _, _ = last(**base)
    ordered, _, _ = last(**base, **{"firms.initial_levers": {"technology": 1.0, "process": 1.0}})
    bolted_on, _, _ = last(**base, **{"firms.initial_levers": {"technology": 1.0}})
    assert bolted_on["service"] < plain["service"] < ordered["service"]
    assert bolted_on["profit"] < plain["profit"]


def test_morale_matters_only_as_much_as_it_is_said_to():
    care = {"firms.initial_service": 0.8, "firms.initial_levers": {"staff_care": 1.0}}
    none, firms, _ = last(**care)
    some, _, _ = last(**care, **{"firms.morale_gain": 0.3})
    assert firms["morale"].iloc[-1] > 0.6
    assert some["service"] > none["service"]


@pytest.mark.parametrize("levers", [{"speed_target": 1.0}, {"technology": 1.0, "process": 0.9}, {}])
def test_what_a_planner_expects_of_service_is_what_settles(levers):
    values = {"market.problem_rate": 0.3, "market.load_variation": 0.0, "market.off_script": 0.2, "firms.initial_service": 0.9}
    values["firms.initial_levers"] = levers
    # Who comes has no problem yet, and who waits is more likely to go: neither is in what settles.
    stay = {"market.attention": 0.0, "market.price_attention": 0.0, "customers.dissatisfaction_attention": 0.0}
    month, _, market = last(months=60, tail=24, **values, **stay, **{"market.n_customers": 20_000, "firms.levers": []})
    expected = []
    for firm in market.firms:
        backlog, _ = steady_service(firm.service, float(firm.quality.mean()), outlook_of(firm, market))
        expected.append(backlog * firm.share)
    assert 1.0 - month["service"] == pytest.approx(sum(expected), rel=0.05)


def test_failings_told_cost_less_trust_than_failings_found_out():
    values = {"market.failing_rate": 0.2, "market.truth_hazard": 0.3}
    honest, honest_firms, _ = last(**values, **{"firms.initial_levers": {"disclosure": 1.0}})
    secret, secret_firms, _ = last(**values)
    neither, _, _ = last()
    assert secret["trust"] < honest["trust"] < neither["trust"]
    assert (honest_firms["secrets"] == 0).all()
    assert secret_firms["secrets"].max() > 0


def test_what_never_comes_out_costs_nothing():
    secret, _, _ = last(**{"market.failing_rate": 0.5, "market.truth_hazard": 0.0})
    neither, _, _ = last()
    assert secret["trust"] == neither["trust"]


def test_small_steps_end_at_the_frontier_and_bold_projects_move_it():
    values = {"market.easy_quality": 0.65, "firms.levers": ["price", "quality"], "firms.insight": 1.0, "market.initial_quality": 0.5}
    free, free_firms, _ = last(**{**values, "market.easy_quality": 1.0})
    safe, safe_firms, _ = last(**values)
    bold, bold_firms, _ = last(**values, **{"firms.initial_levers": {"boldness": 1.0}})
    assert free_firms["quality"].max() > 0.66
    assert safe_firms["quality"].max() <= 0.65 + 1e-9
    assert (safe_firms["frontier"] == 0.65).all()
    assert bold_firms["frontier"].max() > 0.7
    assert safe["quality"] < bold["quality"] <= free["quality"] + 0.02


def test_a_planner_mends_the_basics_first():
    values = {"firms.levers": ["quality"], "firms.insight": 1.0, "market.initial_quality": 0.4, "market.quality_spread": 0.0}
    values["market.quality_cost"] = 40.0  # so dear that only what is worth most is done
    basics = {"market.basics": ["works"], "market.basics_threshold": 0.7}
    _, _, plain = last(months=24, **values)
    _, _, kano = last(months=24, **values, **basics)
    extra = [np.mean([firm.quality[0] - firm.quality[1:].mean() for firm in market.firms]) for market in (plain, kano)]
    assert extra[1] > extra[0] + 0.05


def test_the_weakest_link_lowers_what_gets_done():
    plain, _, _ = last(**{"market.quality_spread": 0.2})
    weakest, _, _ = last(**{"market.quality_spread": 0.2, "market.job_exponent": -5.0})
    assert weakest["job_outcome"] < plain["job_outcome"] - 0.02


def test_complainers_who_meet_staff_with_discretion_stay():
    values = {"customers.recovery": 0.4, "market.problem_rate": 0.3, "firms.initial_service": 0.9, "market.attention": 0.1}
    script, _, _ = last(**values)
    human, _, _ = last(**values, **{"firms.initial_levers": {"discretion": 1.0}})
    quiet, _, _ = last(**values, **{"firms.initial_levers": {"discretion": 1.0}, "customers.complaint_rate": 0.05})
    assert script["recoveries"] == 0.0
    assert human["recoveries"] == pytest.approx(human["complaints"])  # with full discretion every complaint is dealt with
    assert human["satisfaction"] > quiet["satisfaction"] > script["satisfaction"] - 0.02
    assert human["churn"] < script["churn"]
