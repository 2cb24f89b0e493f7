import copy

import pytest

from cxsim.config.errors import BadValueError, UnknownKeyError
from cxsim.config.keys import changed, coerce, group_types, index, is_container, locate
from cxsim.config.load import resolved
from cxsim.config.run import Config


def defaults():
    nested = resolved(Config())
    for group in group_types():
        nested |= {f"{group}.{name}": value for name, value in nested.pop(group).items()}
    return nested


def test_the_index_holds_every_value_of_a_configuration():
    assert set(index()) == set(defaults())


@pytest.mark.parametrize("key", list(index()))
def test_every_default_is_a_value_that_its_own_parameter_takes(key):
    assert coerce(key, defaults()[key]) == defaults()[key]


@pytest.mark.parametrize("key", [key for key, parameter in index().items() if parameter.spec.low is not None])
def test_every_range_is_kept(key):
    spec = index()[key].spec
    assert coerce(key, spec.low) == spec.low
    with pytest.raises(BadValueError, match=f"^{key}: "):
        coerce(key, spec.low - 1)
    if spec.high is not None:
        assert coerce(key, spec.high) == spec.high
        with pytest.raises(BadValueError, match=f"^{key}: "):
            coerce(key, spec.high * 2 + 1)


@pytest.mark.parametrize("key", list(index()))
def test_null_is_taken_only_where_it_means_something(key):
    parameter = index()[key]
    if parameter.spec.optional:
        assert coerce(key, None) is None
        assert parameter.type.endswith("| None")
    else:
        with pytest.raises(BadValueError, match="given null"):
            coerce(key, None)


def test_an_unknown_key_brings_the_nearest():
    with pytest.raises(UnknownKeyError, match=r"Did you mean market\.n_firms\?"):
        coerce("market.n_frims", 3)
    with pytest.raises(UnknownKeyError, match=r"Did you mean market\.n_firms\?"):
        locate("n_firms")
    with pytest.raises(UnknownKeyError, match=r"Did you mean market\?"):
        locate("markt", ["market"])


def test_parts_of_lists_and_mappings_are_found():
    assert locate("market.n_firms") == ("market.n_firms", ())
    assert locate("customers.segments.0.share") == ("customers.segments", ("0", "share"))
    assert locate("firms.initial_levers.hidden_fee") == ("firms.initial_levers", ("hidden_fee",))


@pytest.mark.parametrize("key", ["market.n_firms.x", "market", "x.y", "", ".", "market.", "seed.0"])
def test_nothing_lies_below_a_single_value(key):
    with pytest.raises(UnknownKeyError):
        locate(key)
    assert not is_container("market.n_firms")


def test_changing_a_part_leaves_the_original_alone():
    segments = defaults()["customers.segments"]
    before = copy.deepcopy(segments)
    result = changed("customers.segments", segments, ("1", "share"), 0.9)
    assert result[1]["share"] == 0.9
    assert segments == before
    result[1]["share"] = before[1]["share"]
    assert result == before


@pytest.mark.parametrize("way", [("9", "share"), ("x",), ("0", "weights", "a"), ("0", "name", "a"), ("-1",), ("1.0",)])
def test_a_way_that_leads_nowhere_is_refused(way):
    with pytest.raises(BadValueError, match=r"customers\.segments"):
        changed("customers.segments", defaults()["customers.segments"], way, 1)
