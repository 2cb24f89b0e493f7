"""The address is the state: it goes round unchanged, composes to what the command line composes, and can do no harm."""

import ast
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxsim.app.levers import BY_KEY
from cxsim.app.scenarios import SCENARIOS
from cxsim.app.state import LONGEST, MOST, RUN, VIEWS, bounded, default_presets, override, parse, preset_names, read, said, settable
from cxsim.config.errors import BadValueError, CxsimError
from cxsim.config.essence import content_hash
from cxsim.config.load import load

ADDRESSES = [
    *(f"scenario={scenario.name}" for scenario in SCENARIOS),
    "market=energy&market.n_firms=4&policy.regulator=fca&policy.regulator.fine_cap=250000&seed=9&months=36",
    "market=generic&regulator=self_funded&regulator.rules=hidden_fee,collusion&policy.regulator.rules=&market.attention=0.0123456789012345",
    "market=rail&policy.market.franchise_quality_floor=0.7&replications=3&market.n_customers=700&at=5&who=12&open=why",
    "market=generic&firms.levers=price,quality&market.outside_option=null&market.switching_cost=1e-05&customers=all_vigilant",
    "market=mobile&market.n_firms=3&policy.market=broadband&policy.market.n_firms=5",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_goes_round(address):
    state, notices = parse(address)
    assert notices == []
    again, notices = parse(state.query())
    assert notices == []
    assert again == state
    assert again.query() == state.query()


@pytest.mark.parametrize("address", ADDRESSES)
def test_overrides_compose_to_the_same_configuration(address):
    state, _ = parse(address)
    for side in ("baseline", "policy"):
        assert content_hash(load(*state.overrides(side))) == content_hash(state.config(side))


def test_commands_and_script_say_the_overrides():
    state, _ = parse(ADDRESSES[-4])
    for side, line in zip(("baseline", "policy"), state.commands().splitlines(), strict=True):
        assert shlex.split(line) == ["cxsim", "run", *state.overrides(side), f"name={side}"]
    calls = [node for node in ast.walk(ast.parse(state.python())) if isinstance(node, ast.Call)]
    called = [call for call in calls if ast.unparse(call.func) == "cxsim.simulate"]
    assert [[argument.value for argument in call.args] for call in called] == [state.overrides("baseline"), state.overrides("policy")]


def test_the_policy_has_what_the_baseline_has_and_it_does_not_change():
    state, _ = parse("market=generic&market.n_firms=3&market.attention=0.1&policy.market.n_firms=7")
    assert state.config("policy").market.attention == 0.1
    assert state.config("policy").market.n_firms == 7
    assert state.config("baseline").market.n_firms == 3


def test_another_preset_of_the_policy_leaves_the_baselines_values_behind():
    state, _ = parse("market=generic&regulator=stylised_continental&regulator.fine_cap=1000&policy.regulator=fca")
    assert state.config("policy").regulator == load("regulator=fca").regulator
    assert state.config("baseline").regulator.fine_cap == 1000


def test_what_changes_nothing_is_not_in_the_address():
    state, _ = parse("market=generic&market.attention=0.03&policy.market.attention=0.03&policy.market=generic&months=120&market.n_firms=4"
                     "&policy.market.n_firms=4")  # fmt: skip
    assert "attention" not in state.query()
    assert "policy" not in state.query()
    assert "months" not in state.query()
    assert "market.n_firms=4" in state.query()


def test_equal_sides_have_one_key_and_different_ones_two():
    same, _ = parse("market=generic&seed=4")
    assert same.key("baseline") == same.key("policy")
    for address in ("market=generic&policy.market.n_firms=4", "market=generic&policy.regulator=fca"):
        state, _ = parse(address)
        assert state.key("baseline") != state.key("policy")
    assert parse("seed=1")[0].key("policy") != parse("seed=2")[0].key("policy")
    assert parse("replications=1")[0].key("policy") == parse("replications=9")[0].key("policy")


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("market.n_firms=1e9", "allowed: 1 to 200"),
        ("market.n_firms=150", "at most 20 on the page"),
        ("market.n_customers=1000000", "at most 20,000 on the page"),
        ("months=100000000", "allowed: 1 to 12,000"),
        ("months=12000", "at most 360 on the page"),
        ("replications=1000", "at most 30 on the page"),
        ("seed=-1", "allowed"),
        ("seed=99999999999999999999999999", "allowed"),
        ("market.attention=nan", "a number"),
        ("market.attention=inf", "a number"),
        ("market.attention=1e400", "a number"),
        ("market.attention=", "a number"),
        ("market.attention=0,5", "a number"),
        ("market.attention=true", "a number"),
        ("market.attention=${oc.env:HOME}", "a number"),
        ("market=../../etc/passwd", "no such preset"),
        ("market=enrgy", "Did you mean energy?"),
        ("market.firms_table=/etc/passwd", "cannot be set in an address"),
        ("firms.strategy=os:system", "cannot be set in an address"),
        ("regulator.policy=os:system", "cannot be set in an address"),
        ("allow_user_code=true", "cannot be set in an address"),
        ("results_dir=/", "cannot be set in an address"),
        ("name=x", "cannot be set in an address"),
        ("threads=256", "cannot be set in an address"),
        ("market.jobs=[]", "cannot be set in an address"),
        ("hydra.run.dir=/", "no such parameter"),
        ("market.n_frims=3", "Did you mean market.n_firms?"),
        ("policy.policy.market.n_firms=3", "no such parameter"),
        ("policy.seed=3", "cannot be set"),
        ("firms.levers=price,murder", "allowed"),
        ("<script>alert(1)</script>=1", "no such parameter"),
    ],
)
def test_what_cannot_be_used_is_left_out_and_said_in_one_sentence(part, words):
    state, notices = parse(f"market=energy&{part}")
    assert len(notices) == 1
    assert words in notices[0]
    assert "\n" not in notices[0]
    clean, _ = parse("market=energy" if not part.startswith("market=") else "market.attention=0.03")
    assert state.config("policy") == clean.config("policy") or part.startswith("market=")


def test_an_endless_address_is_left_out():
    state, notices = parse("market=energy&" + "x" * LONGEST)
    assert len(notices) == 1
    assert state.view["scenario"] == SCENARIOS[0].name
    _, notices = parse("&".join(f"a{number}=1" for number in range(400)))
    assert len(notices) == 1


def test_what_is_looked_at_is_read_or_left_out_silently():
    state, notices = parse("market=generic&at=7&who=3&firm=Firm 2&open=why&side=policy")
    assert notices == []
    assert dict(state.view) == {"at": 7, "who": 3, "firm": "Firm 2", "open": "why", "side": "policy"}
    state, notices = parse("market=generic&at=-1&who=1e9&firm=%00&open=everything&side=left&scenario=none")
    assert (dict(state.view), notices) == ({}, [])


def test_a_contradiction_is_an_error_of_the_configuration_alone():
    state, notices = parse("market=rail&market.n_firms=3")
    assert notices == []
    with pytest.raises(CxsimError, match="franchise"):
        state.config("baseline")


def test_the_pages_own_limits_are_inside_the_schemas():
    for key, most in MOST.items():
        bounded(key, most)
        with pytest.raises(BadValueError):
            bounded(key, most + 1)


def test_nothing_that_may_be_set_names_a_file_or_code():
    for key, parameter in settable().items():
        kind = parameter.type.removesuffix(" | None")
        assert kind in {"float", "int", "bool"} or parameter.spec.choices, key
    assert "market.firms_table" not in settable()
    assert not set(settable()) & set(RUN)
    assert not {*settable(), *RUN, *preset_names()} & set(VIEWS)


def test_the_defaults_are_presets_that_exist():
    assert all(name in preset_names()[group] for group, name in default_presets().items())


@given(st.one_of(st.none(), st.booleans(), st.integers(-(10**12), 10**12), st.floats(allow_nan=False, allow_infinity=False)))
def test_a_value_comes_back_from_the_address_to_the_last_digit(value):
    again = read("market.attention", said(value))
    assert again == value
    assert type(again) is type(value)


@given(st.lists(st.sampled_from(["price", "quality", "hidden_fee"]), unique=True))
def test_a_set_of_words_comes_back(words):
    assert read("firms.levers", said(words)) == words
    assert override(words) == f"[{','.join(words)}]"


@given(st.dictionaries(st.sampled_from([*BY_KEY, "market", "seed", "junk", "at"]), st.text(max_size=20), max_size=5))
def test_no_address_raises(pairs):
    from urllib.parse import urlencode

    state, notices = parse(urlencode(pairs))
    assert all(isinstance(notice, str) for notice in notices)
    assert parse(state.query())[0] == state


@given(st.text(max_size=200))
def test_no_text_raises(text):
    parse(text)
