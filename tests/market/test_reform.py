"""A change of the rules on a day: nothing but the change, all of the change, and at once."""

from __future__ import annotations

import copy
import functools
import io

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxsim.config.errors import ContradictionError
from cxsim.config.keys import index
from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.config.start import may_change, settled_at_start, taking_over
from cxsim.firms.table import INSIGHT, PREMIUM, PRICE
from cxsim.market.model import Market
from cxsim.market.plain import encode
from cxsim.market.reform import merged
from cxsim.market.snapshot import resume, take
from cxsim.regulator.policy import StandingPolicy

from .sameness import assert_same

SMALL = {"market.n_customers": 150, "months": 40, "burn_in": 0}
BUSY = SMALL | {
    "market.n_firms": 4, "market.attention": 0.2, "customers.vigilance": 0.3, "regulator.annual_funding": 3e6,
    "regulator.start_up_funds": 1e6, "regulator.fine_share_of_turnover": 0.1, "regulator.fine_multiple_of_gain": 1.0,
    "regulator.case_months": 3, "regulator.redress_share": 0.3, "regulator.self_funding_share": 0.2, "market.renewal_months": 6,
    "firms.levers": ["price", "quality", "service"],
    "firms.initial_levers": {
        "loyalty_premium": 5.0, "hidden_fee": 1.0, "exit_barrier": 10.0, "overpromise": 0.1, "personalisation": 0.3, "disclosure": 0.3,
        "score_gaming": 0.4, "dark_pattern": 0.7, "discretion": 0.4, "speed_target": 0.4, "technology": 0.5, "process": 0.3,
        "staff_care": 0.5, "boldness": 0.8, "announcement": 0.9,
    },
    "market.extra_price": 0.05, "market.failing_rate": 0.1, "market.truth_hazard": 0.1, "market.easy_quality": 0.5,
    "market.bold_success": 0.4, "firms.morale_gain": 0.2, "customers.talk_weight": 0.5,
}  # fmt: skip
FREE = {"firms.levers": ["value", "loyalty_premium", "hidden_fee", "exit_barrier", "overpromise", "personalisation", "score_gaming"]}
CARTEL = {
    "firms.strategy": "cartelist", "firms.cartel_cooldown": 2, "market.attention": 0.5, "firms.initial_levers": {},
    "regulator.fine_multiple_of_gain": 0.0, "regulator.detection": 0.3,
}  # fmt: skip
FRANCHISE = {"market.n_firms": 1, "market.franchise_months": 7}

CONTEXTS = {
    "market.entry": {"market.entry_cost": 0.001},
    "market.entry_cost": {"market.entry": "free"},
    "market.entrants": {"market.entry": "named", "market.entrants": [{"name": "A", "month": 20, "cost_advantage": 0.1, "quality": 0.5}]},
    "market.exit_after_months": {"market.fixed_cost": 0.2},
    "market.franchise_months": {"market.n_firms": 1},
    "market.franchise_bidders": FRANCHISE,
    "market.franchise_quality_floor": FRANCHISE,
    "firms.score_gaming_gain": {"firms.proxy_bias": 0.5},
    "market.basics": {"market.basics_threshold": 0.9},
    "market.basics_threshold": {"market.basics": ["works"]},
    "firms.extraction_step": FREE | {"firms.initial_levers": {}, "regulator.annual_funding": 0.0},
    "firms.cartel_cooldown": CARTEL,
    "firms.partial_collusion": CARTEL,
    "regulator.leniency": CARTEL
    | {  # fines that are worth a confession, and that nobody fears
        "regulator.fine_share_of_turnover": 10.0,
        "firms.prior_detection": 0.0,
        "firms.detection_learning": 0.0,
    },
    "regulator.false_positive_rate": {"regulator.rules": ["collusion"]},
    "regulator.policy": {"allow_user_code": True},
}
"""Where a parameter needs a market of some kind to matter."""

VALUES = {
    "market.basics_threshold": 0.95,
    "market.outside_option": 0.1,
    "firms.patience_months": 2,
    "market.rivals_seen": 1.0,
    "market.price_cap": 40.0,
    "market.max_loyalty_premium": 0.05,
    "market.max_hidden_fee": 0.01,
    "market.max_exit_barrier": 0.1,
    "market.entry_cost": 1e-4,
    "market.basics": ["works"],
    "market.easy_quality": 0.95,
    "customers.avoidance_cost": 0.01,
    "customers.crowding_limit": 0.01,
    "market.job_circle": 30.0,
    "market.entry": "free",
    "market.entrants": [{"name": "B", "month": 14, "cost_advantage": 0.2, "quality": 0.7}],
    "market.exit_after_months": 1,
    "market.franchise_months": 4,
    "market.franchise_quality_floor": 0.9,
    "firms.strategy": "price_walker",
    "firms.levers": ["price"],
    "firms.max_price": 0.8,
    "firms.max_overpromise": 0.02,
    "firms.extraction_step": 0.1,
    "regulator.rules": ["loyalty_premium"],
    "regulator.fine_cap": 1e3,
    "regulator.fine_cap_share_of_turnover": 1e-4,
    "regulator.staff_cases": 0,
    "regulator.leniency": 1.0,
    "regulator.policy": f"{__name__}:First",
}
"""Another value, where a rule does not find one."""

STARTS_DIFFERENTLY = {
    "market.unit_cost",
    "market.cost_spread",
    "market.max_loyalty_premium",
    "market.max_hidden_fee",
    "market.max_exit_barrier",
    "market.price_cap",
    "market.ban_price_walking",
    "market.basics_threshold",
    "market.franchise_quality_floor",
    "market.job_circle",
    "market.job_exponent",
    "market.basics",
    "customers.initial_trust",
    "customers.data_headroom",
    "firms.insight",
    "firms.max_price",
    "firms.max_overpromise",
    "firms.cartel_cooldown",
    "regulator.rules",
    "regulator.ban_exit_barriers",
    "regulator.ban_hidden_fees",
}
"""Parameters that act through the month and besides give firms or customers another start than they would have had."""

DAY, AFTER = 13, 12


class First(StandingPolicy):
    """Always the first firm."""

    def targets(self, regulator, market, count):
        return [market.firms[0].slot]


def context(key):
    return BUSY | CONTEXTS.get(key, {})


def another(key):
    """A value that differs from the one in the parameter's context."""
    if key in VALUES:
        return VALUES[key]
    parameter, held = index()[key], context(key).get(key, index()[key].default)
    if isinstance(held, bool):
        return not held
    if parameter.spec.choices:
        return next(choice for choice in parameter.spec.choices if choice != held)
    if key == "customers.segments":
        changed = copy.deepcopy(held)
        changed[0]["attention"], changed[1]["complaint"] = 0.1, 3.0
        return changed
    assert isinstance(held, int | float), f"{key}: say in VALUES what else it may be"
    more = 3 * held + (1 if "int" in parameter.type else 0.1)
    high = parameter.spec.high
    new = more if high is None or more <= high else held / 3
    return int(new) if "int" in parameter.type else new


def config_of(values):
    return with_values(Config(), values)


def played(market, months):
    for _ in range(months):
        market.step()
    return market


@functools.cache
def lived(kind):
    """A snapshot of a market of some kind on the day, and what became of that market without any change."""
    market = played(Market(config_of(dict(context(kind))), rng=3), DAY)
    snapshot = take(market)
    return snapshot, happened(played(market, AFTER))


def happened(market):
    """All that has happened in a market, as bytes."""
    arrays = {}
    said = repr(encode(take(market, history=False).state, "it", arrays))
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    tables = {name: frame.to_csv() for name, frame in market.frames().items()}
    return said, stream.getvalue(), tables


# --- all of the change -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", may_change())
def test_a_parameter_that_may_change_takes_effect_from_the_day_of_its_change(key):
    """A parameter that fails here acts only at the start (mark it ``from_start`` in the schema), or needs a market of its own above."""
    snapshot, without = lived(key if key in CONTEXTS else "")
    reformed = resume(snapshot, taking_over(snapshot.config, {key: another(key)}))
    assert happened(played(reformed, AFTER)) != without


@pytest.mark.parametrize("key", settled_at_start())
def test_a_parameter_that_is_settled_at_the_start_cannot_change(key):
    snapshot, _ = lived("")
    others = {
        "market.jobs": [{"name": "one", "share": 1.0, "weights": {"works": 1.0}}],
        "market.outcomes": ["works", "reliable", "easy", "clear", "helped", "valued", "new"],
        "market.firms_table": "energy",
        "market.population": 2e6,
        "firms.initial_price": 45.0,
        "firms.initial_levers": {},
    }
    value = others[key] if key in others else another(key)
    with pytest.raises(ContradictionError, match=rf"^{key}: given .*, and it is .*settled when a run starts"):
        resume(snapshot, taking_over(snapshot.config, {key: value}))


def test_segments_may_change_in_what_they_do_and_not_in_who_they_are():
    snapshot, _ = lived("")
    for name, value in (("name", "other"), ("share", 0.31)):
        segments = copy.deepcopy(snapshot.config.customers.segments)
        segments[0][name] = value
        segments[1]["share"] = 0.8 - segments[0]["share"]
        with pytest.raises(ContradictionError, match=r"^customers\.segments: .*names and shares"):
            resume(snapshot, taking_over(snapshot.config, {"customers.segments": segments}))


@pytest.mark.parametrize("key", may_change())
def test_on_the_first_day_a_change_is_a_run_under_the_new_rules(key):
    """Branching before the first month gives, in every bit, the market that starts with the new value."""
    old = config_of(context(key))
    new = taking_over(old, {key: another(key)})
    branched, fresh = resume(take(Market(old, rng=5)), new), Market(new, rng=5)
    if key in STARTS_DIFFERENTLY:
        with pytest.raises(AssertionError):
            assert_same(branched, fresh)
    else:
        assert_same(branched, fresh)
        assert_same(played(branched, 5), played(fresh, 5))


# --- nothing but the change --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["", "market.entry_cost", "market.franchise_bidders", "firms.partial_collusion"])
def test_a_change_of_nothing_leaves_every_bit_alone(kind):
    snapshot, without = lived(kind)
    words = {"market.title": "Another title", "regulator.sources": {"detection": {"source": "none"}}, "name": "x"}
    same = taking_over(snapshot.config, words)
    assert happened(played(resume(snapshot, same), AFTER)) == without


@pytest.mark.parametrize("key", ["regulator.fine_cap", "regulator.publicity", "market.exit_after_months", "firms.others_weight"])
def test_until_a_change_can_matter_nothing_differs(key):
    """Money and customers are left as they were; a rule that binds nobody in this market changes nothing."""
    calm = SMALL | {"regulator.annual_funding": 0.0, "market.n_firms": 3}
    market = played(Market(config_of(calm), rng=2), 9)
    reformed = resume(take(market), taking_over(market.config, {key: VALUES.get(key, 0.7)}))
    said, without = happened(played(reformed, 8)), happened(played(market, 8))
    assert said[2]["monthly"] == without[2]["monthly"]
    assert said[2]["firms"] == without[2]["firms"]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=20).map(np.array))
def test_merging_keeps_what_nobody_changed_and_takes_what_somebody_did(columns):
    now, before, after = columns.T
    result = merged(now, before, after)
    assert np.array_equal(result[before == after], now[before == after])
    assert np.array_equal(result[before != after], after[before != after])


@given(st.sampled_from([key for key in may_change() if key not in CONTEXTS]), st.integers(0, 9))
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
def test_there_and_back_again_on_one_day_is_no_change(key, month):
    market = played(Market(config_of(BUSY), rng=4), month)
    if key in STARTS_DIFFERENTLY:
        return  # what was cut off by a limit does not grow again
    there = resume(take(market), taking_over(market.config, {key: another(key)}))
    if key in ("firms.strategy", "regulator.policy"):
        return  # whoever is new remembers nothing
    back = resume(take(there), market.config)
    assert np.allclose(back.table.numbers, market.table.numbers, rtol=1e-12)
    for name, column in market.population.columns.items():
        assert np.array_equal(column, back.population.columns[name]), name


# --- at once -----------------------------------------------------------------------------------------------------------


def reformed(values, kind=""):
    snapshot, _ = lived(kind)
    return resume(snapshot, taking_over(snapshot.config, values))


def test_what_is_banned_stops_on_the_day():
    market = reformed({"market.ban_price_walking": True, "regulator.ban_hidden_fees": True, "regulator.ban_exit_barriers": True})
    for firm in market.firms:
        assert (firm.loyalty_premium, firm.personalisation, firm.hidden_fee, firm.exit_barrier) == (0, 0, 0, 0)
        assert firm.disclosure == 0.3
    assert not market.offers.premium.any()
    assert not market.offers.hidden.any()


def test_a_price_cap_binds_on_the_day():
    snapshot, _ = lived("")
    cap = float(np.median(snapshot.state["table"]["levers"][1:, PRICE]))
    market = reformed({"market.price_cap": cap})
    assert (market.table.levers[1:, PRICE] + market.table.levers[1:, PREMIUM]).max() <= cap
    assert market.table.price_last.max() > cap  # so that customers see the bill fall


def test_customers_traits_move_with_their_luck():
    snapshot, _ = lived("")
    before = snapshot.state["population"]["columns"]
    columns = reformed({"market.switching_cost": 30.0, "market.attention": 0.1}).population.columns
    assert columns["switching_cost"] == pytest.approx(before["switching_cost"] / 2, rel=1e-6)
    assert columns["attention"] == pytest.approx(np.minimum(before["attention"] / 2, 1), rel=1e-6)
    for name in ("willingness_to_pay", "vigilance", "choice_noise", "supplier", "tenure", "trust"):
        assert np.array_equal(columns[name], before[name]), name


def test_firms_move_in_proportion_and_keep_what_makes_them_different():
    market = played(Market(config_of(BUSY | CONTEXTS["market.entrants"] | {"market.cost_spread": 0.2}), rng=3), 22)
    assert len(market.table) == 6
    dearer = resume(take(market), taking_over(market.config, {"market.unit_cost": 1.3 * market.config.market.unit_cost}))
    assert dearer.table.unit_cost[1:] == pytest.approx(1.3 * market.table.unit_cost[1:], rel=1e-12)
    wiser = {"firms.horizon_months": 99.0, "firms.proxy_bias": 0.2, "firms.insight": 1.0}
    patient = resume(take(market), taking_over(market.config, wiser))
    assert (patient.table.horizon[1:] == 99).all()
    assert (patient.table.proxy_bias[1:] == 0.2).all()
    assert (patient.table.levers[1:, INSIGHT] == 1).all()
    assert patient.table.known[1:].all()


def test_a_firm_that_has_set_its_own_insight_keeps_it():
    market = played(Market(config_of(BUSY | {"firms.strategy": ["loyalty_data_harvester", "equity_planner"]}), rng=3), 16)
    own = market.table.levers[1:, INSIGHT].copy()
    assert own[0] > 0.5
    after = resume(take(market), taking_over(market.config, {"firms.insight": 0.25})).table.levers[1:, INSIGHT]
    assert after.tolist() == [own[0], 0.25, own[2], 0.25]


def test_new_strategies_take_over_where_they_differ_and_old_ones_remember():
    market = played(Market(config_of(BUSY | {"firms.strategy": ["q_learning", "imitator"]}), rng=3), 7)
    changed = resume(take(market), taking_over(market.config, {"firms.strategy": ["q_learning", "price_walker"]}))
    assert [firm.strategy_name for firm in changed.firms] == ["q_learning", "price_walker"] * 2
    learned = market.firms[0].strategy.state()
    assert learned["_reviews"] > 0
    assert np.array_equal(changed.firms[0].strategy.state()["_value"], learned["_value"])
    played(changed, 3)


def test_small_steps_lead_further_or_less_far_and_what_was_won_is_kept():
    market = played(Market(config_of(BUSY | {"market.initial_quality": 0.3}), rng=3), 3)
    market.table.frontier[1:] = 0.5, 0.7, 0.5, 0.95
    frontier, reached = market.table.frontier[1:].copy(), market.table.quality[1:].max(axis=1)
    further = resume(take(market), taking_over(market.config, {"market.easy_quality": 0.9})).table.frontier[1:]
    assert np.array_equal(further, np.maximum(frontier, 0.9))
    less = resume(take(market), taking_over(market.config, {"market.easy_quality": 0.1})).table.frontier[1:]
    assert np.array_equal(less, np.where(frontier > 0.5, frontier, reached))


def test_a_cartel_ends_when_its_members_may_no_longer_collude():
    colluding = CARTEL | {"firms.strategy": "equity_planner", "firms.levers": ["price", "collusion"]}
    market = played(Market(config_of(BUSY | colluding), rng=3), 5)
    assert market.cartel.members
    assert resume(take(market), taking_over(market.config, {"firms.price_step": 0.2})).cartel.members
    honest = resume(take(market), taking_over(market.config, {"firms.levers": ["price"]}))
    assert not honest.cartel.members
    assert not honest.table.cartel.any()


def test_a_franchise_that_begins_has_its_whole_term_before_it():
    market = reformed({"market.franchise_months": 6}, "market.franchise_months")
    assert market.franchise.months_left(DAY) == 6
    assert played(market, 6).franchise.number == 0
    assert played(market, 1).franchise.number == 1


def test_open_cases_are_decided_by_the_new_rules():
    market = played(Market(config_of(BUSY), rng=3), 6)
    assert market.regulator.open_cases
    for cap in (None, 1.0):
        capped = resume(take(market), taking_over(market.config, {"regulator.fine_cap": cap}))
        fines = [decision.fine for decision in played(capped, 3).regulator.decisions if decision.month >= 6]
        assert max(fines) > 1.0 if cap is None else max(fines) == 1.0
