import numpy as np
import pytest

from cxsim.claims.conditions import conditions, configs, guessed_of
from cxsim.claims.finding import finding

from . import made

NOISE = np.array([-0.1, 0.0, 0.1, 0.05])


def found(effects, claim=None, guessed=None, second=None):
    """A finding of a claim whose conditions have the effects given, in order; a second test may have effects of its own."""
    claim = claim or made.claim(guesses={"customers.loyalty": [0.0, 0.02, 0.2]})
    places = conditions(claim)
    known = [{"market": place.market} for place in places]
    tested = {}
    for test, wanted in zip(claim.tests, [effects, second], strict=False):
        each = dict(zip(places, wanted, strict=True))
        tested[test] = {place: {"control": NOISE * 3, "treatment": NOISE * 3 + each[place] + NOISE} for place in places}
    return finding(claim, places, known, tested, False, guessed)


# Conditions of the claim to test with: generic, attention twice, three guesses; few, attention twice.
GUESSED = {"customers.loyalty": [0.05, 0.0, 0.02, 0.2]}


def test_a_guess_that_changes_nothing_holds_over_all_that_was_tried():
    told = found([5] * 9, guessed=GUESSED)
    assert told.verdict.word == "supported"
    assert told.ranges == {"customers.loyalty": (0.0, 0.2, 0.0, 0.2)}
    assert told.sure == "firm"
    assert "It stays the same over the ranges tried of what nobody has measured (customers.loyalty 0 to 0.2)" in told.sentence()


@pytest.mark.parametrize(
    ("levels", "low", "high"),
    [((5, 5, -5), 0.0, 0.05), ((-5, 5, 5), 0.02, 0.2), ((5, -5, 5), 0.05, 0.2), ((-5, -5, -5), 0.05, 0.05)],
)
def test_a_guess_that_changes_the_answer_is_told_with_the_range_over_which_it_holds(levels, low, high):
    told = found([5, 5, 5, *levels, 5, 5, 5], guessed=GUESSED)
    assert told.verdict.word == "supported"  # guesses have no say in it
    assert told.ranges["customers.loyalty"] == (low, high, 0.0, 0.2)
    assert told.rests_on_guesses
    assert told.sure == "weak"
    said = f"it holds from {low:g} to {high:g}" if low < high else f"it holds at {low:g} alone"
    assert said in told.sentence()


def test_a_guess_that_turns_an_effect_where_none_was_predicted_is_told():
    """Both signs are against such a claim, but they are not the same answer."""
    tests = {"price": {"title": "Price", "measure": "price", "direction": "none", "smallest": 1}}
    told = found([5, 5, 5, 5, -5, 5, 5, 5, 5], made.claim(tests=tests, guesses={"customers.loyalty": [0.0, 0.02, 0.2]}), GUESSED)
    assert told.verdict.word == "refuted"
    assert told.guesses == {"customers.loyalty": ("0.02: against on the other side",)}
    assert told.sure == "weak"


def test_a_guess_that_leaves_the_answer_open_is_not_said_to_leave_it_the_same():
    told = found([5, 5, 5, 5, 5, 0.95, 5, 5, 5], guessed=GUESSED)
    assert not told.rests_on_guesses
    assert "nowhere decided otherwise, and open in 1 of 3 conditions" in told.sentence()
    assert told.sure == "fair"


def test_where_the_first_market_is_open_nothing_is_said_of_guesses():
    told = found([0.95, 5, 5, 5, 5, -5, 5, 5, 5], guessed=GUESSED)
    assert told.verdict.word == "supported"
    assert not told.rests_on_guesses
    assert "stays open with generic" in told.sentence()
    assert told.sure == "weak"


@pytest.mark.parametrize(
    ("effects", "sure"), [([5] * 6, "firm"), ([5, 5, 5, 5, 5, 0.95], "fair"), ([5, 5, 5, 0, 0, 0], "fair"), ([0.95] * 6, "weak")]
)
def test_how_sure_it_is_falls_with_what_is_open(effects, sure):
    assert found(effects, made.claim(guesses={})).sure == sure


def test_two_parts_of_which_one_holds_are_told_apart():
    tests = {
        "price": made.GIVEN["tests"]["price"],
        "paid": {"title": "Paid", "measure": "price_paid", "direction": "up", "smallest": 1},
    }
    told = found([5] * 6, made.claim(tests=tests, guesses={}), second=[0] * 6)
    assert told.verdict.word == "supported in part"
    assert told.parts == {"price": "supported", "paid": "no effect"}
    assert "Test by test: Price: supported; Paid: no effect." in told.sentence()


def test_the_few_conditions_decided_otherwise_are_named():
    conditions = {"markets": {"a": [], "b": []}, "vary": {"market.attention": [0.01, 0.1, 0.3]}}
    claim = made.claim(conditions=conditions, guesses={"customers.loyalty": [0.1]})
    told = found([5, 5, 0, 5, 5, 5, 5, 5, 5], claim)
    assert told.verdict.word == "supported"
    assert "Otherwise in a, market.attention=0.1 (no effect)." in told.sentence()
    assert "Otherwise" not in found([5] * 6, made.claim(guesses={})).sentence()


def test_runs_of_arms_that_a_test_does_not_use_are_not_missed():
    tests = {"price": {**made.GIVEN["tests"]["price"], "contrast": {"treatment": 1}}}
    claim = made.claim(tests=tests, guesses={})
    places = conditions(claim)
    values = {"price": {place: {"control": np.full(4, np.nan), "treatment": 5 + NOISE} for place in places}}
    told = finding(claim, places, [{"market": place.market} for place in places], values, False)
    assert told.failed == 0
    assert told.verdict.word == "supported"


def test_values_of_guesses_are_those_of_the_first_market():
    claim = made.claim(guesses={"customers.loyalty": ["x0.5", 0.2], "market.switching_cost_spread": ["constant"]})
    assert guessed_of(claim, list(configs(claim))) == {"customers.loyalty": [0.05, 0.025, 0.2]}  # words have no range
