"""Ready-made comparisons compare two things, and can be simulated."""

import pytest

from cxsim.app.scenarios import BY_NAME, DEFAULT, SCENARIOS
from cxsim.app.state import parse
from cxsim.config.essence import content_hash


def test_names_are_unique_and_the_first_is_the_default():
    assert len(BY_NAME) == len(SCENARIOS)
    assert SCENARIOS[0] is DEFAULT


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_scenario_compares_two_markets_that_differ(scenario):
    state, notices = parse(f"scenario={scenario.name}")
    assert notices == []
    assert content_hash(state.config("baseline")) != content_hash(state.config("policy"))
    assert state.view["scenario"] == scenario.name
    assert scenario.question.endswith("?")
    assert state.config("baseline").market.title == state.config("policy").market.title


def test_the_two_energy_caps_are_one_number():
    # The experiment that comes with cxsim has the cap of 2019: £1,137 a year.
    assert parse("scenario=cap")[0].config("policy").market.price_cap == 1137 / 12
