import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxsim.claims import verdict as rule
from cxsim.claims.verdict import effect, of_condition, says, split, verdict

from . import made


@pytest.mark.parametrize(
    ("mean", "low", "high", "direction", "expected"),
    [
        (2.0, 1.5, 2.5, "up", "for"),
        (2.0, 0.1, 3.9, "up", "for"),
        (2.0, -0.1, 4.1, "up", "open"),
        (0.5, 0.3, 0.7, "up", "none"),  # sure and too small
        (0.9, 0.1, 1.7, "up", "open"),
        (-2.0, -2.5, -1.5, "up", "against"),
        (-2.0, -2.5, -1.5, "down", "for"),
        (0.0, -0.9, 0.9, "down", "none"),
        (0.0, -0.9, 0.9, "none", "for"),
        (0.0, -1.1, 0.9, "none", "open"),
        (2.0, 1.5, 2.5, "none", "against"),
        (-9.0, -12.0, -6.0, "not up", "for"),
        (0.0, -9.0, 0.9, "not up", "for"),
        (0.0, -9.0, 1.1, "not up", "open"),
        (2.0, 0.1, 3.9, "not up", "against"),
        (-2.0, -3.9, -0.1, "not down", "against"),
        (9.0, 6.0, 12.0, "not down", "for"),
        (np.nan, np.nan, np.nan, "up", "open"),
        (np.nan, np.nan, np.nan, "not up", "open"),
    ],
)
def test_what_an_effect_says(mean, low, high, direction, expected):
    assert says(mean, low, high, direction, 1.0) == expected


@given(st.floats(-5, 5), st.floats(0.001, 5), st.floats(0.01, 3))
def test_up_and_down_mirror_each_other(mean, half, smallest):
    for up, down in (("up", "down"), ("not up", "not down")):
        assert says(mean, mean - half, mean + half, up, smallest) == says(-mean, -mean - half, -mean + half, down, smallest)


@given(st.floats(-5, 5), st.floats(0.001, 5), st.floats(0.01, 3))
def test_what_is_not_up_is_down_or_none(mean, half, smallest):
    up, not_up = (says(mean, mean - half, mean + half, direction, smallest) for direction in ("up", "not up"))
    assert not_up == {"for": "against", "none": "for"}.get(up, not_up)
    assert (up, not_up) != ("against", "against")


def test_an_effect_is_a_paired_contrast():
    test = made.claim().tests["price"]
    luck = np.array([0.0, 10.0, -10.0, 5.0])
    found = effect(test, {"control": luck, "treatment": luck + np.array([1.9, 2.0, 2.1, 2.0])})
    assert found.mean == pytest.approx(2.0)
    assert found.says == "for"
    assert found.high - found.low < 0.5  # the luck that both share is gone
    assert effect(test, {"control": luck, "treatment": np.full(4, np.nan)}).says == "open"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["for", "for"], "for"),
        (["for", "open"], "open"),
        (["none", "open"], "open"),
        (["for", "none", "against"], "against"),
        (["for", "none"], "part"),
        (["none", "none"], "none"),
    ],
)
def test_a_condition_is_for_a_claim_only_if_all_tests_are(words, expected):
    assert of_condition(words) == expected


def known(count, **more):
    return [{"market": "a", **{key: values[place] for key, values in more.items()}} for place in range(count)]


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        (["for"] * 10, "supported"),
        (["for"] * 8 + ["none"] * 2, "supported"),
        (["for"] * 8 + ["against"] * 2, "conditional"),
        (["against"] * 9 + ["for"], "refuted"),
        (["none"] * 9 + ["for"], "no effect"),
        (["for"] * 5 + ["none"] * 5, "conditional"),
        (["for"] * 5 + ["open"] * 5, "undecided"),
        (["for"] * 6 + ["open"] * 4, "supported"),
        (["part"] * 10, "supported in part"),
        (["for"] * 4 + ["part"] * 4 + ["none"] * 2, "supported in part"),
        (["part"] * 5 + ["none"] * 5, "conditional"),
        (["against"] * 5 + ["none"] * 5, "refuted"),  # never for it
        (["against"] * 4 + ["none"] * 6, "no effect"),
        (["against"] * 6 + ["none"] * 3 + ["part"], "conditional"),
    ],
)
def test_the_verdict_follows_the_rule(outcomes, expected):
    assert verdict(outcomes, known(len(outcomes))).word == expected


def test_the_condition_is_the_split_that_tells_most():
    n_firms = [2, 2, 5, 5, 10, 10]
    cost = [1, 9, 1, 9, 1, 9]
    found = split(["none", "none", "for", "for", "for", "for"], known(6, n_firms=n_firms, cost=cost))
    assert found == "n_firms of 5 or more: 4 of 4 conditions are for it, 0 of 2 elsewhere"
    markets = [{"market": name} for name in ("energy", "rail", "mobile", "energy")]
    assert split(["for", "none", "none", "for"], markets).startswith("market energy: 2 of 2")
    assert split(["for", "for"], known(2)) == ""


@given(st.lists(st.sampled_from(["for", "part", "against", "none", "open"]), min_size=1, max_size=20), st.randoms())
def test_the_order_of_conditions_changes_no_verdict(outcomes, random):
    places = list(range(len(outcomes)))
    random.shuffle(places)
    values = known(len(outcomes), x=places)
    shuffled = verdict([outcomes[place] for place in places], [values[place] for place in places])
    assert (shuffled.word, shuffled.counts) == (verdict(outcomes, values).word, verdict(outcomes, values).counts)


def test_words_of_the_rule_are_those_of_the_module():
    for word in (rule.SUPPORTED, rule.REFUTED, rule.NO_EFFECT, rule.CONDITIONAL, rule.UNDECIDED):
        assert f"*{word}*" in rule.__doc__
