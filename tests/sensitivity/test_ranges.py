import numpy as np
import pytest

from cxsim import load
from cxsim.config.errors import CxsimError
from cxsim.config.keys import index
from cxsim.sensitivity.ranges import Factor, guesses, preset_guesses, select


@pytest.fixture(scope="module")
def config():
    return load("market=generic", "regulator=stylised_continental")


def one(config, what, **options):
    return select([config], what, **options).factors[0]


def test_guesses_are_what_the_schema_says_nobody_measured(config):
    found = guesses(config)
    assert "customers.vigilance" in found
    assert "customers.loss_aversion" not in found  # Brown et al. (2024)
    assert all("guess" in index()[key].spec.reference for key in found)


def test_a_preset_with_a_source_makes_a_guess_a_measurement(config):
    sourced = [load("market=generic", "regulator=stylised_continental"), load("market=energy", "regulator=ofgem")]
    assert "market.switching_cost" not in guesses(sourced[0])  # the schema has no reference for it
    assert "market.switching_cost" in preset_guesses(sourced[0])
    for config_ in sourced:
        for key in guesses(config_):
            group, _, field = key.rpartition(".")
            entry = getattr(config_, group).sources.get(field, {})
            assert entry.get("confidence", "guess") == "guess", key


def test_half_on_either_side_within_the_schema(config):
    assert one(config, "customers.vigilance") == Factor(
        "customers.vigilance", 0.025, 0.075, 0.05, False, one(config, "customers.vigilance").rule
    )
    assert one(config, "regulator.detection").high == 1.0  # not 1.35
    assert one(config, "customers.vigilance", spread=0.2).low == pytest.approx(0.04)


def test_zero_is_varied_up_to_a_tenth(config):
    assert (one(config, "market.brand").low, one(config, "market.brand").high) == (0.0, 0.1)
    with pytest.raises(CxsimError, match="zero and its highest is above one"):
        select([config], "market.fixed_cost,market.renewal_months")


def test_whole_numbers_come_up_equally_often(config):
    factor = one(config, "market.n_firms=2:4")
    drawn = factor.scaled((np.arange(3000) + 0.5) / 3000)
    assert drawn.dtype == np.int64
    assert np.bincount(drawn).tolist() == [0, 0, 1000, 1000, 1000]
    assert factor.scaled(np.array([1.0])).tolist() == [4]


def test_patterns_and_what_is_left_out(config):
    chosen = select([config], "market.renewal_*,customers.*", without="customers.spread")
    keys = [factor.key for factor in chosen.factors]
    assert "market.renewal_attention" in keys
    assert "customers.spread" not in keys
    assert chosen.left_out["customers.spread"] == "asked to be left out"
    assert "zero" in chosen.left_out["market.renewal_months"]


def test_a_range_of_one_s_own_goes_before_the_rule(config):
    chosen = select([config], ["guesses", "customers.vigilance=0.01:0.02"])
    assert {f.key: (f.low, f.high) for f in chosen.factors}["customers.vigilance"] == (0.01, 0.02)
    assert one(config, "regulator.fine_cap=1e5:1e6").rule == "given"  # null in use


def test_the_schema_s_own_ranges_where_asked(config):
    assert (one(config, "customers.vigilance", rule="schema").low, one(config, "customers.vigilance", rule="schema").high) == (0.0, 1.0)
    assert all(np.isfinite([factor.low, factor.high]).all() for factor in select([config], "market.*", rule="schema").factors)


def test_what_the_regimes_differ_in_is_the_question_and_no_factor(config):
    other = load("market=generic", "regulator=none")
    with pytest.raises(CxsimError, match="the regimes differ in it"):
        select([config, other], "regulator.annual_funding")
    assert "regulator.annual_funding" in select([config, other], "regulator.*").left_out
    with pytest.raises(CxsimError, match="the regimes differ in it"):
        select([config, other], "regulator.annual_funding=1e5:1e6")


@pytest.mark.parametrize(
    ("what", "options", "words"),
    [
        ("customers.vigilanc", {}, "Did you mean customers.vigilance"),
        ("nothing.*", {}, "--vary"),
        ("market.entry", {}, "a parameter that is a number"),
        ("seed", {}, "how a run is made"),
        ("market.n_customers=10:20", {}, "how a run is made"),
        ("customers.vigilance=0.2:0.1", {}, "LOW:HIGH"),
        ("customers.vigilance=0.1", {}, "LOW:HIGH"),
        ("customers.vigilance=a:b", {}, "LOW:HIGH"),
        ("customers.vigilance=0.5:2", {}, "0 to 1"),
        ("market.n_firms=0:4", {}, "1 to 200"),
        ("regulator.fine_cap", {}, "no value in use"),
        ("customers.vigilance", {"rule": "wide"}, "--range"),
        ("customers.vigilance", {"spread": 0.0}, "--spread"),
        ("customers.vigilance", {"without": "customers.vigilance"}, "nothing is left"),
        ("", {}, "nothing is left"),
        ("market.max_hidden_fee=0.001:0.01,firms.initial_price", {}, "no value in use"),
    ],
)
def test_what_cannot_be_varied_is_refused(config, what, options, words):
    with pytest.raises(CxsimError, match=words):
        select([config], what, **options)


def test_ends_that_cannot_stand_together_are_told_before_anything_runs():
    started = load("market=generic", "firms.initial_levers={hidden_fee: 2.0}")
    with pytest.raises(CxsimError, match="hidden_fee"):
        select([started], "market.max_hidden_fee=0.001:0.05")
