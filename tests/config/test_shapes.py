import copy
import datetime
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxsim.config import customers, market
from cxsim.config.errors import BadValueError, ContradictionError, CxsimError
from cxsim.config.firms import STRATEGIES
from cxsim.config.shapes import INITIAL_LEVERS, SHAPES, is_user_class

RECORDS = {
    "customers.segments": customers.SEGMENTS,
    "market.jobs": market.GENERIC_JOBS,
    "market.entrants": [{"name": "new", "month": 3, "cost_advantage": 0.1, "quality": 0.7, "price": 20.0}],
}
LEFT_OUT = {
    "customers.segments": dict.fromkeys(("attention", "vigilance", "switching_cost", "willingness_to_pay", "complaint", "foresight"), 1.0),
    "market.jobs": {},
    "market.entrants": {"cost_advantage": 0.0, "quality": None, "price": None},
}


def records(key):
    return copy.deepcopy(RECORDS[key])


@pytest.mark.parametrize("key", RECORDS)
def test_good_entries_come_back_with_the_same_content(key):
    assert SHAPES[key](key, records(key)) == RECORDS[key]
    assert SHAPES[key](key, tuple(records(key))) == RECORDS[key]


@pytest.mark.parametrize("key", RECORDS)
def test_a_field_is_needed_or_has_a_neutral_value_and_no_other_is_known(key):
    for field in RECORDS[key][0]:
        entries = records(key)
        del entries[0][field]
        if field in LEFT_OUT[key]:
            assert SHAPES[key](key, entries)[0][field] == LEFT_OUT[key][field]
            continue
        with pytest.raises(BadValueError, match=rf"\[0\]\.{field}: "):
            SHAPES[key](key, entries)
    entries = records(key)
    entries[0]["nmae"] = "x"
    with pytest.raises(BadValueError, match=r"given 'nmae'.*Did you mean name\?"):
        SHAPES[key](key, entries)


@pytest.mark.parametrize("key", RECORDS)
def test_names_must_differ_and_say_something(key):
    with pytest.raises((BadValueError, ContradictionError)) as caught:
        SHAPES[key](key, records(key) * 2)
    assert "appears twice" in str(caught.value)
    for name in ("", "  "):
        entries = records(key)
        entries[0]["name"] = name
        with pytest.raises(BadValueError, match="not empty"):
            SHAPES[key](key, entries)


@pytest.mark.parametrize("key", ["customers.segments", "market.jobs"])
@pytest.mark.parametrize("slip", [1e-5, 0.1, -1e-5])
def test_shares_that_miss_one_are_refused(key, slip):
    entries = records(key)
    entries[0]["share"] += slip
    with pytest.raises(ContradictionError, match="shares sum to"):
        SHAPES[key](key, entries)


@pytest.mark.parametrize("key", ["customers.segments", "market.jobs"])
def test_shares_may_miss_one_by_rounding(key):
    entries = records(key)
    entries[0]["share"] += 9e-7
    assert SHAPES[key](key, entries)[0]["share"] == entries[0]["share"]


@pytest.mark.parametrize("key", ["customers.segments", "market.jobs"])
def test_somebody_must_be_there(key):
    with pytest.raises(BadValueError, match="at least one"):
        SHAPES[key](key, [])


def test_nobody_need_enter():
    assert SHAPES["market.entrants"]("market.entrants", []) == []


@pytest.mark.parametrize("weights", [{"works": 0.5}, {"works": 1.5, "easy": -0.5}, {}, None, [1.0], {"works": "1"}])
def test_weights_must_be_shares_of_one(weights):
    entries = [{"name": "job", "share": 1, "weights": weights}]
    with pytest.raises(CxsimError, match=r"market\.jobs\[0\]\.weights"):
        SHAPES["market.jobs"]("market.jobs", entries)


@pytest.mark.parametrize(("field", "value"), [("share", -0.1), ("attention", -1), ("vigilance", math.nan),
                                              ("complaint", "2"), ("switching_cost", True), ("name", None)])  # fmt: skip
def test_a_field_out_of_range_is_named_with_its_place(field, value):
    entries = records("customers.segments")
    entries[1][field] = value
    with pytest.raises(BadValueError, match=rf"^customers\.segments\[1\]\.{field}: "):
        SHAPES["customers.segments"]("customers.segments", entries)


@pytest.mark.parametrize("value", [None, "x", 3, {"name": "a"}, [3], ["a"]])
@pytest.mark.parametrize("key", RECORDS)
def test_what_is_no_list_of_mappings_is_refused(key, value):
    with pytest.raises(BadValueError):
        SHAPES[key](key, value)


@pytest.mark.parametrize("value", [[], "works", None, ["a", ""], [None]])
def test_outcomes_are_a_list_of_names(value):
    with pytest.raises(BadValueError):
        SHAPES["market.outcomes"]("market.outcomes", value)


def test_outcomes_must_differ():
    with pytest.raises(ContradictionError, match="appears twice"):
        SHAPES["market.outcomes"]("market.outcomes", ["a", "b", "a"])


@pytest.mark.parametrize("lever", INITIAL_LEVERS)
def test_start_values_keep_to_their_range(lever):
    spec = INITIAL_LEVERS[lever]
    take = SHAPES["firms.initial_levers"]
    assert take("k", {lever: spec.low}) == {lever: spec.low}
    assert take("k", {lever: spec.high}) == {lever: spec.high}
    for value in (spec.low - 0.01, spec.high * 1.01, math.inf, "1", None):
        with pytest.raises(BadValueError):
            take("k", {lever: value})


def test_an_unknown_lever_brings_the_nearest():
    with pytest.raises(BadValueError, match=r"Did you mean hidden_fee\?"):
        SHAPES["firms.initial_levers"]("firms.initial_levers", {"hiden_fee": 1})


@pytest.mark.parametrize("name", [*STRATEGIES, "module:Class", "a.b.c:D", "a:B.C"])
def test_strategies_are_known_names_or_classes(name):
    take = SHAPES["firms.strategy"]
    assert take("firms.strategy", name) == name
    assert take("firms.strategy", [name, STRATEGIES[0]]) == [name, STRATEGIES[0]]


@pytest.mark.parametrize("name", ["", "low_prise", ":Class", "module:", "a b:C", "a:b:c", ".a:B", "a;b:C", None, 3, {}])
@pytest.mark.parametrize("key", ["firms.strategy", "regulator.policy"])
def test_other_names_of_behaviour_are_refused(key, name):
    with pytest.raises(BadValueError, match="or module:Class"):
        SHAPES[key](key, name)


def test_a_list_of_strategies_must_hold_good_ones():
    for value in ([], [[]], ["low_price", "low_prise"]):
        with pytest.raises(BadValueError):
            SHAPES["firms.strategy"]("firms.strategy", value)
    with pytest.raises(BadValueError):
        SHAPES["regulator.policy"]("regulator.policy", ["standing"])


@given(st.text(max_size=20))
def test_only_identifiers_joined_by_one_colon_name_a_class(text):
    if is_user_class(text):
        module, _, name = text.partition(":")
        assert all(part.isidentifier() for part in [*module.split("."), *name.split(".")])


@pytest.mark.parametrize("name", ["run", "two words", "study/first", "2024", "a.b", "é"])
def test_names_that_can_be_folders(name):
    assert SHAPES["name"]("name", name) == name


@pytest.mark.parametrize("name", ["", " ", ".", "..", "../x", "a/../b", "/abs", "a//b", "a/", "a\\b", "a\x00b", "a\nb",
                                  "a:b", "con*", "x" * 300, None, 1.5, "a /b"])  # fmt: skip
def test_names_that_cannot(name):
    with pytest.raises(BadValueError):
        SHAPES["name"]("name", name)


@given(st.dictionaries(st.one_of(st.text(max_size=3), st.integers()), st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=3),
              st.dates()), lambda part: st.lists(part, max_size=2) | st.dictionaries(st.integers(), part, max_size=2))))  # fmt: skip
def test_sources_become_plain_json(value):
    taken = SHAPES["market.sources"]("market.sources", value)
    assert json.loads(json.dumps(taken, sort_keys=True)) == taken


@pytest.mark.parametrize("value", [None, [], "text", {"a": math.nan}, {"a": object()}, {"a": [{"b": 1j}]}])
def test_sources_that_are_not_plain_are_refused(value):
    with pytest.raises(BadValueError):
        SHAPES["market.sources"]("market.sources", value)


def test_a_date_becomes_text():
    assert SHAPES["market.sources"]("k", {"a": datetime.date(2015, 1, 2)}) == {"a": "2015-01-02"}
