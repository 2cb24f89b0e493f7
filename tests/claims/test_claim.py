import pytest
import yaml

from cxsim.claims import claim as claims
from cxsim.claims.claim import find, folder_of_claims, names, parse, read
from cxsim.claims.conditions import check_arms, configs
from cxsim.claims.stated import ClaimError
from cxsim.config.errors import BadValueError

from . import made


def test_all_that_a_file_says_is_read():
    claim = made.claim()
    assert (claim.name, claim.starred, list(claim.arms), claim.replications) == ("dearer", True, ["control", "treatment"], 4)
    assert claim.tests["price"].contrast == {"treatment": 1.0, "control": -1.0}
    assert [(factor.key, factor.guess) for factor in claim.factors] == [("market.attention", False), ("customers.loyalty", True)]


def test_a_smallest_effect_may_say_why_and_an_arm_may_be_a_multiple():
    test = {"title": "x", "measure": "price", "direction": "not up", "smallest": 1, "because": "2 % of a bill"}
    arms = {"control": {"title": "a"}, "treatment": {"title": "b", "times": {"market.attention": 3}}}
    claim = made.claim(tests={"x": test}, arms=arms)
    assert claim.tests["x"].because == "2 % of a bill"
    assert claim.arms["treatment"].times == {"market.attention": 3.0}
    assert made.claim().tests["price"].because == ""


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"titel": "x"}, "titel.*title"),
        ({"rule": "mine"}, "rule.*standard"),
        ({"rule": None}, "rule"),
        ({"title": ""}, "title"),
        ({"arms": {"control": {"title": "a"}}}, "arms.*two"),
        ({"arms": {"a": {"title": "a"}, "b": {"title": "b"}}}, "tests.price.contrast"),
        ({"tests": {}}, "tests"),
        ({"tests": {"x": {"title": "x", "measure": "prise", "direction": "up", "smallest": 1}}}, "tests.x.measure.*price"),
        ({"tests": {"x": {"title": "x", "measure": "price", "direction": "upp", "smallest": 1}}}, "direction.*up"),
        ({"tests": {"x": {"title": "x", "measure": "price", "direction": "up", "smallest": 0}}}, "smallest"),
        ({"tests": {"x": {"title": "x", "measure": "price", "direction": "up", "smallest": 1, "contrast": {"c": 1}}}}, "contrast"),
        ({"arms": {"a": {"title": "a"}, "b": {"title": "b", "times": {"market.atention": 2}}}}, "arms.b.times.*market.attention"),
        ({"arms": {"a": {"title": "a"}, "b": {"title": "b", "times": {"market.attention": 0}}}}, "arms.b.times.*above 0"),
        ({"conditions": {"markets": {}}}, "markets"),
        ({"conditions": {"markets": {"a": "market=rail"}}}, "conditions.markets.a"),
        ({"guesses": {"customers.loyalti": [1]}}, "guesses.*customers.loyalty"),
        ({"guesses": {"customers.loyalty": 1}}, "guesses.customers.loyalty"),
        ({"replications": 1}, "replications"),
        ({"starred": "yes"}, "starred"),
    ],
)
def test_what_is_wrong_is_named(changes, words):
    with pytest.raises(BadValueError, match=words):
        made.claim(**changes)


def test_a_claim_that_cannot_be_tested_needs_to_say_why_and_nothing_else():
    words = {key: made.GIVEN[key] for key in ("title", "claim", "source", "mechanism")}
    assert parse("x", {**words, "untestable": "No staff."}).untestable == "No staff."
    with pytest.raises(BadValueError, match="rule"):
        parse("x", words)


def test_a_file_that_cannot_be_used_is_named(tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    for text in ("", "a: [", "title: 3", "\x00"):
        (folder / claims.FILE).write_text(text)
        with pytest.raises(ClaimError, match=r"claim\.yaml"):
            read(folder)


def test_claims_are_found_by_name(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / claims.FILE).write_text(yaml.safe_dump(made.GIVEN))
    assert names(tmp_path) == ["one"]
    assert [claim.name for claim in find(tmp_path, ["one", "all"])] == ["one"]
    with pytest.raises(ClaimError, match="Did you mean one"):
        find(tmp_path, ["onne"])
    with pytest.raises(ClaimError, match="no such folder"):
        names(tmp_path / "nowhere")


@pytest.mark.parametrize("name", names(folder_of_claims()))
def test_every_claim_that_comes_with_cxsim_can_be_run(name):
    claim = read(folder_of_claims() / name)
    if claim.untestable:
        return
    check_arms(claim)
    found = list(configs(claim))
    # Three markets, or the conditions that the rule asks for.
    assert len(claim.markets) >= 3 or len(claim.factors) >= 3
    assert len({(condition, arm) for condition, arm, _ in found}) == len(found)
    assert all(test.because for test in claim.tests.values())
    weighed = {arm for test in claim.tests.values() for arm in test.contrast}
    assert weighed == set(claim.arms)  # no arm is run and not looked at
