"""Practices are parts of one parameter that an address can say like any other."""

import pytest

from cxsim.app.practices import HOLDER, practice, practices
from cxsim.app.state import held, parse
from cxsim.config.load import load, with_values
from cxsim.config.shapes import INITIAL_LEVERS

KEY = f"{HOLDER}.discretion"


def test_every_practice_is_a_start_value_with_the_range_of_the_schema():
    for key, parameter in practices().items():
        spec = INITIAL_LEVERS[key.rpartition(".")[2]]
        assert (parameter.spec.low, parameter.spec.high) == (spec.low, spec.high)
        assert parameter.spec.meaning.endswith(".")
        assert parameter.spec.reference


def test_a_practice_is_nothing_where_nothing_is_said():
    config = load("market=generic")
    assert practice(config, KEY) == held(config, KEY) == practices()[KEY].default == 0.0
    assert held(with_values(config, {KEY: 0.5}), KEY) == 0.5


def test_an_address_says_a_practice_for_one_side_and_the_command_says_the_same():
    state, notices = parse(f"market=generic&{KEY}=1&policy.{KEY}=0.25&policy.{HOLDER}.technology=0")
    assert notices == []
    assert state.policy == {KEY: 0.25}, "technology is at nothing anyway"
    for side, value in (("baseline", 1.0), ("policy", 0.25)):
        assert state.config(side).firms.initial_levers == {"discretion": value}
        assert load(*state.overrides(side)).firms == state.config(side).firms
    again, _ = parse(state.query())
    assert again == state


@pytest.mark.parametrize("text", ["2", "-0.1", "true", "much", "nan", "null"])
def test_what_is_no_share_is_left_out_and_said(text):
    state, notices = parse(f"market=generic&{KEY}={text}")
    assert KEY not in state.baseline
    assert len(notices) == 1
    assert "0 to 1" in notices[0]


def test_start_values_that_are_no_practice_cannot_be_said_in_an_address():
    _, notices = parse(f"market=generic&{HOLDER}.hidden_fee=1")
    assert len(notices) == 1
