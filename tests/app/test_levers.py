"""Every lever names a parameter, stays inside its range, and changes what happens."""

import pytest

from cxsim.app.levers import BY_KEY, SECTIONS, effective
from cxsim.app.practices import practices
from cxsim.app.scenarios import SCENARIOS
from cxsim.app.state import MOST, build, parse, settable, taken
from cxsim.config.load import load, with_values
from cxsim.market.model import Market

SMALL = {"market.n_customers": 150, "market.n_firms": 3, "months": 15, "burn_in": 0, "seed": 1}
STRONG = load("market=generic", "regulator=stylised_continental", "regulator.case_months=3", "market.problem_rate=0.1",
              "regulator.self_funding_share=0.5", "regulator.redress_share=0.5", "regulator.staff_cases=1", "market.extra_price=0.2",
              "market.extra_offers=0.3", "market.failing_rate=0.2", "market.truth_hazard=0.3", "market.renewal_months=6",
              "firms.levers=[value,loyalty_premium,hidden_fee,exit_barrier,overpromise,personalisation,dark_pattern,score_gaming]",
              **SMALL)  # fmt: skip
WORKING = with_values(STRONG, {
    "market.off_script": 0.3, "market.easy_quality": 0.65, "customers.recovery": 0.3, "customers.complaint_rate": 0.8,
    "firms.levers": ["price", "quality", "service"],
    "firms.initial_levers": {"discretion": 0.5, "technology": 0.5, "process": 0.5, "boldness": 0.9, "disclosure": 0.5}})  # fmt: skip
TALKING = with_values(STRONG, {"customers.talk_weight": 0.5, "customers.credibility_loss": 2.0, "firms.levers": ["price", "announcement"]})
LOSING = with_values(STRONG, {"market.fixed_cost": 0.3})
HONEST = with_values(STRONG, {"regulator.targeting": "random", "firms.levers": ["price", "quality"], "regulator.staff_cases": 5})
CARTEL = load("market=generic", "firms=cartelist", "regulator=stylised_continental", "regulator.case_months=2", "firms.cartel_cooldown=2",
              "regulator.detection=1", "regulator.leniency=0.5", "firms.prior_detection=0", "firms.detection_learning=0",
              **{**SMALL, "market.n_firms": 2, "market.n_customers": 300})  # fmt: skip
RAIL = load("market=rail", "regulator=orr", **{key: value for key, value in SMALL.items() if key != "market.n_firms"})
OPEN = with_values(STRONG, {"market.entry": "free", "market.unit_cost": 10.0})
TURNING = with_values(RAIL, {"market.franchise_months": 12})
MODEST = load("market=generic", "firms=cartelist", "regulator=none", "firms.horizon_months=3", **{**SMALL, "market.n_firms": 4})
BASES = {
    "regulator.leniency": CARTEL, "firms.cartel_cooldown": CARTEL, "firms.partial_collusion": MODEST,
    "market.franchise_quality_floor": RAIL, "market.franchise_months": TURNING, "market.franchise_bidders": TURNING,
    "market.entry_cost": OPEN, "market.exit_after_months": LOSING, "regulator.false_positive_rate": HONEST,
    **dict.fromkeys(("customers.talk_weight", "customers.credibility_loss", "customers.credibility_recovery", "firms.announcement_cost"),
                    TALKING),
    **dict.fromkeys(("market.off_script", "market.easy_quality", "market.bold_success", "customers.recovery", "firms.morale_gain",
                     "customers.disclosure_relief", *practices()), WORKING),
}  # fmt: skip
"""Levers that speak to a cartel, a franchise, an open market, or another way of working or talking alone."""


def test_every_lever_is_a_parameter_that_an_address_may_set():
    assert set(BY_KEY) <= set(settable())
    assert len(BY_KEY) == sum(len(section.levers) for section in SECTIONS) >= 30


@pytest.mark.parametrize("market", ["generic", "energy", "retail_banking", "grocery", "rail"])
def test_every_stop_is_allowed(market):
    config = load(f"market={market}")
    for lever in BY_KEY.values():
        for stop in lever.stops(config) if lever.stops else []:
            if stop is None or stop <= MOST.get(lever.key, stop):
                taken(lever.key, stop)


def test_null_is_a_stop_only_where_it_is_allowed_and_said():
    for lever in BY_KEY.values():
        stops = lever.stops(STRONG) if lever.stops else []
        if None in stops:
            assert settable()[lever.key].spec.optional
            assert lever.none


def test_words_of_choices_are_those_of_the_schema():
    for lever in BY_KEY.values():
        if lever.kind in {"choice", "set"}:
            words = {name for name, _ in lever.choices}
            assert words <= set(settable()[lever.key].spec.choices)
            taken(lever.key, list(words) if lever.kind == "set" else next(iter(words)))
        if lever.kind == "switch":
            assert settable()[lever.key].type == "bool"


def test_explanations_are_sentences_without_the_schemas_jargon():
    for lever in BY_KEY.values():
        assert lever.words.endswith(".")
        assert lever.words[0].isupper()
        assert not any(word in lever.words.lower() for word in ("logit", "coefficient", "parameter", "lognormal"))


def test_the_number_of_firms_is_that_of_the_table_where_the_table_decides():
    lever = BY_KEY["market.n_firms"]
    assert effective(lever, load("market=energy")) == 10
    assert effective(lever, load("market=energy", "market.n_firms=4")) == 4


def test_sets_of_levers_are_spelled_out():
    assert "quality" in effective(BY_KEY["firms.levers"], load("firms=value_creators"))


def _story(config):
    market = Market(config, rng=1)
    while market.running:
        market.step()
    frames = market.frames()
    return frames["monthly"].to_numpy().tobytes() + frames["segments"].drop(columns="segment").to_numpy().tobytes()


@pytest.mark.parametrize("key", BY_KEY)
def test_no_lever_is_dead(key):
    lever = BY_KEY[key]
    base = BASES.get(key, STRONG)
    assert lever.matters(base)
    if lever.kind == "switch":
        others = [not effective(lever, base)]
    elif lever.kind == "choice":
        others = [word for word, _ in lever.choices if word not in {effective(lever, base), "named"}]
    elif lever.kind == "set":
        others = [["price", "quality"], []] if key == "firms.levers" else [[]]
    else:
        stops = [stop for stop in lever.stops(base) if stop != effective(lever, base)]
        others = [stops[0], stops[-1], stops[len(stops) // 2]]
    before = _story(base)
    assert any(_story(with_values(base, {key: other})) != before for other in others)


def test_an_address_can_say_every_lever():
    config = load("market=generic", "regulator=fca")
    for lever in BY_KEY.values():
        value = effective(lever, config)
        state, notices = parse(f"market=generic&regulator=fca&{lever.key}={','.join(value) if isinstance(value, list) else value}".replace(
            "None", "null").replace("True", "true").replace("False", "false"))  # fmt: skip
        assert notices == []
        build(state.side("baseline"), state.run)


@pytest.mark.parametrize("key", BY_KEY)
def test_every_lever_matters_in_some_ready_made_comparison(key):
    lever = BY_KEY[key]
    states = [parse(f"scenario={scenario.name}")[0] for scenario in SCENARIOS]
    assert any(lever.matters(state.config(side)) for state in states for side in ("baseline", "policy"))
