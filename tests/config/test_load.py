import dataclasses
import json
import math
import os
import subprocess
import sys

import numpy as np
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxsim.config.errors import BadValueError, ContradictionError, CxsimError, UnknownKeyError, UnknownPresetError
from cxsim.config.keys import coerce, group_types, index
from cxsim.config.load import from_mapping, load, resolved, set_values, to_yaml, with_values
from cxsim.config.run import Config
from tests.checkout import surroundings

SCALARS = {
    key: parameter
    for key, parameter in index().items()
    if parameter.type.removesuffix(" | None") in {"int", "float", "bool"} or (parameter.spec.choices and parameter.type == "str")
}


def good_value(parameter):
    spec, kind = parameter.spec, parameter.type.removesuffix(" | None")
    if kind == "bool":
        values = st.booleans()
    elif kind == "str":
        values = st.sampled_from(spec.choices)
    elif kind == "int":
        values = st.integers(int(spec.low), int(min(spec.high, 2**53)))
    else:
        values = st.floats(spec.low, spec.high, allow_nan=False)
    return values | st.none() if spec.optional else values


GOOD = st.sampled_from(sorted(SCALARS)).flatmap(lambda key: st.tuples(st.just(key), good_value(SCALARS[key])))
ANY_VALUE = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=4), st.just(object())),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=8) | st.integers(), part, max_size=3),
    max_leaves=6,
)


def typed(value):
    """The value as one would type it on the command line."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    return value if isinstance(value, str) else repr(value)


# --- load


def test_without_anything_it_is_the_default_market():
    assert load() == load("market=energy", "customers=default", "firms=equity_planner", "regulator=ofgem")


def test_overrides_and_values_are_two_ways_to_say_the_same():
    by_text = load("market=rail", "seed=3", "market.n_customers=77", "market.price_cap=null")
    by_value = load("market=rail", seed=3, **{"market.n_customers": 77, "market.price_cap": None})
    assert by_text == by_value == load(market="rail", **resolved_subset(by_text))
    assert by_text.market.n_customers == 77


def resolved_subset(config):
    return {"seed": config.seed, "market.n_customers": config.market.n_customers, "market.price_cap": config.market.price_cap}


def test_values_come_after_overrides():
    assert load("seed=3", seed=4).seed == 4
    assert load("market=energy", market="rail") == load("market=rail")


def test_contradictions_are_judged_when_everything_is_there():
    config = load("market.franchise_months=24", **{"market.n_firms": 1})
    assert (config.market.franchise_months, config.market.n_firms) == (24, 1)
    with pytest.raises(ContradictionError):
        load("market.franchise_months=24", **{"market.n_firms": 2})


@settings(max_examples=5, deadline=None)
@given(st.lists(GOOD, min_size=3, max_size=8, unique_by=lambda pair: pair[0]))
def test_what_is_typed_is_what_with_values_sets(pairs):
    overrides = [f"{key}={typed(value)}" for key, value in pairs]
    try:
        expected = with_values(load(), dict(pairs))
    except ContradictionError:
        with pytest.raises(ContradictionError):
            load(*overrides)
        return
    assert load(*overrides) == expected


@pytest.mark.parametrize(("override", "kind", "words"), [
    ("market.n_frims=4", UnknownKeyError, "Did you mean market.n_firms?"),
    ("n_firms=4", UnknownKeyError, "Did you mean market.n_firms?"),
    ("+x=3", UnknownKeyError, "x: there is no such parameter"),
    ("++market.x=3", UnknownKeyError, "market.x: there is no such parameter"),
    ("marekt=energy", UnknownKeyError, "Did you mean market?"),
    ("market=enrgy", UnknownPresetError, "Did you mean energy?"),
    ("market.n_firms=0", BadValueError, "market.n_firms: given 0; allowed: 1 to 200"),
    ("market.n_firms=2.5", BadValueError, "a whole number"),
    ("market.n_firms=true", BadValueError, "a whole number"),
    ("market.n_firms='4'", BadValueError, "given '4'"),
    ("market.attention=nan", BadValueError, "finite"),
    ("market.attention=inf", BadValueError, "finite"),
    ("market.attention=lots", BadValueError, "given 'lots'"),
    ("market.unit_cost=null", BadValueError, "given null"),
    ("market.entry=nobody", BadValueError, "none, free, named"),
    ("figures=1", BadValueError, "true or false"),
    ("regulator.rules=[hidden_fees]", BadValueError, "Did you mean hidden_fee?"),
    ("customers.segments.0.share=0.9", ContradictionError, "customers.segments: the shares sum to"),
    ("customers.segments.0.nothing=1", BadValueError, "given 'nothing'"),
    ("firms.initial_levers.hiden_fee=1", BadValueError, "Did you mean hidden_fee?"),
    ("name=../escape", BadValueError, "a folder below"),
    ("seed=[1", BadValueError, "key=value"),
    ("seed", BadValueError, "key=value"),
])  # fmt: skip
def test_bad_input_is_one_clear_sentence(override, kind, words):
    with pytest.raises(kind) as caught:
        load(override)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("values", [{"sed": 3}, {"market": 3}, {"market": {"n_firms": 3}}, {"regulator": None}, {"market": "enrgy"},
                                    {"seed": "3"}, {"seed": None}, {"seed": float("nan")}, {"market.n_firms": object()},
                                    {"market.n_firms.x": 3}, {"": 3}, {"experiment": "nothing"}])  # fmt: skip
def test_bad_values_are_refused_too(values):
    with pytest.raises(CxsimError):
        load(**values)


WORDS = st.text(alphabet="ab1.,=+~@/[]{}()'\"$:\\ -?#%é\n\x00", max_size=15)
KEYS = st.sampled_from([*index(), *group_types(), "experiment", "hydra.searchpath", "hydra.mode", "hydra/launcher", "hydra"])


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(WORDS, st.builds("{}={}".format, KEYS, WORDS)), max_size=3))
def test_any_overrides_make_a_configuration_or_a_clear_error(overrides):
    try:
        config = load(*overrides)
    except CxsimError:
        return
    assert from_mapping(resolved(config)) == config


def test_a_folder_of_ones_own_is_looked_into_first(tmp_path):
    for group, text in {"market": "n_firms: 7\n", "customers": "loyalty: 0.5\n", "experiment": "# @package _global_\nmonths: 9\n"}.items():
        (tmp_path / group).mkdir()
        (tmp_path / group / "mine.yaml").write_text(text)
    config = load("market=mine", "customers=mine", "experiment=mine", config_dir=tmp_path)
    assert (config.market.n_firms, config.customers.loyalty, config.months) == (7, 0.5, 9)
    with pytest.raises(UnknownPresetError):
        load("market=mine")
    (tmp_path / "market" / "wrong.yaml").write_text("n_frims: 7\n")
    with pytest.raises(UnknownKeyError, match=r"Did you mean market\.n_firms\?"):
        load("market=wrong", config_dir=tmp_path)


def test_loading_writes_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    load("market=rail")
    with pytest.raises(CxsimError):
        load("market=rial")
    assert os.listdir(tmp_path) == []


def test_a_configuration_can_be_made_without_importing_hydra():
    code = "import sys; from cxsim.config.load import from_mapping; from_mapping({}); sys.exit('hydra' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, env=surroundings()).returncode == 0


# --- from_mapping and with_values


def test_a_configuration_comes_back_from_its_mapping():
    for config in (Config(), load(), load("market=rail")):
        assert from_mapping(resolved(config)) == config
        assert from_mapping(yaml.safe_load(to_yaml(config))) == config
        assert from_mapping(json.loads(json.dumps(resolved(config)))) == config


def test_what_is_left_out_keeps_its_default():
    assert from_mapping({}) == Config()
    assert from_mapping({"market": {}, "seed": 3}) == dataclasses.replace(Config(), seed=3)


@pytest.mark.parametrize("mapping", [None, 3, [], "x", {"x": 1}, {3: 1}, {None: 1}, {"market": None}, {"market": "energy"},
                                     {"market": {"x": 1}}, {"market": {3: 1}}, {"market.n_firms": 3}, {"seed": True},
                                     {"hydra": {}}, {"experiment": "x"}])  # fmt: skip
def test_mappings_that_are_no_configuration_are_refused(mapping):
    with pytest.raises(CxsimError):
        from_mapping(mapping)


@given(st.dictionaries(st.sampled_from([*group_types(), "seed", "name", "x"]), ANY_VALUE, max_size=2))
def test_any_mapping_is_a_configuration_or_a_clear_error(mapping):
    try:
        config = from_mapping(mapping)
    except CxsimError:
        return
    assert from_mapping(resolved(config)) == config


@given(st.sampled_from(list(index())), ANY_VALUE)
def test_any_value_is_taken_with_its_type_or_refused(key, value):
    try:
        config = with_values(Config(), {key: value})
    except CxsimError:
        return
    group, _, field = key.rpartition(".")
    taken = getattr(getattr(config, group) if group else config, field)
    assert taken == coerce(key, value)
    assert from_mapping(resolved(config)) == config


@given(st.lists(GOOD, max_size=6, unique_by=lambda pair: pair[0]))
def test_with_values_is_the_same_as_starting_over(pairs):
    values = dict(pairs)
    base = Config()
    before = resolved(base)
    try:
        expected = from_mapping(set_values(resolved(base), values))
    except ContradictionError:
        with pytest.raises(ContradictionError):
            with_values(base, values)
    else:
        found = with_values(base, values)
        assert found == expected
        assert with_values(found, {}) == found
    assert resolved(base) == before


def test_a_part_of_a_list_can_be_set():
    base = Config()
    found = with_values(base, {"customers.segments.0.attention": 3, "firms.initial_levers.hidden_fee": 2, "seed": 5})
    assert found.customers.segments[0]["attention"] == 3
    assert found.customers.segments[1:] == base.customers.segments[1:]
    assert base.customers.segments[0]["attention"] != 3
    assert found.firms.initial_levers == {"hidden_fee": 2}
    assert base.firms.initial_levers == {}
    both = with_values(base, {"customers.segments.0.share": 0.5, "customers.segments.1.share": 0.3})
    assert [segment["share"] for segment in both.customers.segments] == [0.5, 0.3, 0.2]


def test_parts_set_together_are_judged_together():
    with pytest.raises(ContradictionError, match="shares sum to"):
        with_values(Config(), {"customers.segments.0.share": 0.5})


@pytest.mark.parametrize("values", [{"market": "rail"}, {"experiment": "x"}, {"x": 1}, {3: 1}, {"customers.segments.9.share": 1},
                                    {"market.n_firms": math.inf}])  # fmt: skip
def test_with_values_refuses_what_load_refuses(values):
    with pytest.raises(CxsimError):
        with_values(Config(), values)


def test_numpy_values_from_a_sweep_are_taken():
    found = with_values(Config(), {"market.n_firms": np.int64(3), "market.attention": np.float64(0.25)})
    assert found == with_values(Config(), {"market.n_firms": 3, "market.attention": 0.25})
    assert type(found.market.n_firms) is int


def test_a_configuration_is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        load().seed = 3


# --- text


def test_the_mapping_may_be_changed():
    config = load()
    mapping = resolved(config)
    mapping["customers"]["segments"][0]["share"] = 9
    assert config.customers.segments[0]["share"] != 9


@pytest.mark.parametrize("nested", ["market", "regulator"])
def test_a_preset_that_names_a_group_is_told_how_to_say_it(tmp_path, nested):
    (tmp_path / "market").mkdir()
    (tmp_path / "market" / "mine.yaml").write_text(f"{nested}:\n  title: Mine\n")
    with pytest.raises(CxsimError, match=rf"^market\.{nested}: a preset of market holds the parameters of market, without .* experiment"):
        load("market=mine", config_dir=tmp_path)
