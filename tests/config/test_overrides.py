import itertools

import pytest
from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.override_parser.overrides_parser import OverridesParser
from hypothesis import given
from hypothesis import strategies as st

from cxsim.config.errors import BadValueError, CxsimError, UnknownKeyError, UnknownPresetError
from cxsim.config.keys import index
from cxsim.config.overrides import MOST_JOBS, jobs, parse

PRESETS = {"market": ["energy", "rail"], "regulator": ["none", "2015"], "experiment": ["first", "sub/second"]}


def one(token, **settings):
    (parsed,) = parse([token], PRESETS, **settings)
    return parsed


@pytest.mark.parametrize(("token", "key", "value"), [
    ("seed=3", "seed", 3),
    ("market.n_firms=null", "market.n_firms", None),
    ("market.attention=0.5", "market.attention", 0.5),
    ("figures=false", "figures", False),
    ("name='a,b'", "name", "a,b"),
    ("name=Überland", "name", "Überland"),
    ("name=日本", "name", "日本"),
    ("results_dir=/home/josé/my results", "results_dir", "/home/josé/my results"),
    ("name='é, ü'", "name", "é, ü"),
    ('name="3"', "name", "3"),
    ("firms.levers=[price,'quality']", "firms.levers", ["price", "quality"]),
    ("firms.initial_levers={hidden_fee:3}", "firms.initial_levers", {"hidden_fee": 3}),
    ("customers.segments.0.share=0.5", "customers.segments.0.share", 0.5),
    ("market=rail", "market", "rail"),
    ("experiment=sub/second", "experiment", "sub/second"),
])  # fmt: skip
def test_overrides_are_taken_apart_as_hydra_does(token, key, value):
    parsed = one(token)
    assert (parsed.key, parsed.value, parsed.swept) == (key, value, False)


@pytest.mark.parametrize("prefix", ["+", "++"])
def test_a_plus_does_not_matter_for_what_is_known(prefix):
    assert one(f"{prefix}seed=3") == one("seed=3")
    assert one(f"{prefix}market=rail") == one("market=rail")


@pytest.mark.parametrize("prefix", ["", "+", "++"])
@pytest.mark.parametrize("key", ["x", "market.n_frims", "market.x.y", "market/firms", "seed.x", "markt"])
def test_no_prefix_lets_an_unknown_key_in(prefix, key):
    with pytest.raises(UnknownKeyError):
        one(f"{prefix}{key}=3")


@pytest.mark.parametrize("token", ["", "energy", "=", "=3", "seed=[1", "seed={a", "seed='a", "a b=3", "seed==3", "+=3", "@=3",
                                   "~seed", "~market=rail", "market@x=rail", "seed=int(x)", "seed=nosuch(3)", "---", None, 3])  # fmt: skip
def test_malformed_overrides_are_refused(token):
    with pytest.raises(CxsimError, match="key=value"):
        one(token)


@pytest.mark.parametrize("token", ["seed=1,2", "seed=range(1,3)", "seed=choice(1,2)", "market=energy,rail", "seed=interval(1,2)",
                                   "market=glob(*)"])  # fmt: skip
def test_several_values_are_refused_where_one_is_meant(token):
    with pytest.raises(BadValueError, match="--multirun"):
        one(token)


@pytest.mark.parametrize("token", ["market=enrgy", "market=null", "market=", "market=[energy]", "market={a:1}", "market=true",
                                   "experiment=second", "market=energy.yaml"])  # fmt: skip
def test_presets_must_exist(token):
    with pytest.raises(UnknownPresetError, match="Allowed: "):
        one(token)
    with pytest.raises(CxsimError):
        one(f"{token},rail", sweeps=True)


def test_a_preset_may_look_like_a_number():
    assert one("regulator=2015").text == "regulator=2015"


def test_no_experiment_undoes_earlier_ones():
    kept = parse(["experiment=first", "seed=1", "experiment=null"], PRESETS)
    assert [token.key for token in kept] == ["seed"]
    kept = parse(["experiment=null", "experiment=first"], PRESETS)
    assert [token.value for token in kept] == ["first"]


@pytest.mark.parametrize(("token", "values"), [
    ("seed=1,2", [1, 2]),
    ("seed=range(1,4)", [1, 2, 3]),
    ("name='1','b,c'", ["1", "b,c"]),
    ("market.attention=range(0,1,0.25)", [0.0, 0.25, 0.5, 0.75]),
    ("market=glob(r*)", ["rail"]),
    ("firms.levers=[price],[price,quality]", [["price"], ["price", "quality"]]),
    ("market.price_cap=null,5", [None, 5]),
])  # fmt: skip
def test_sweeps_are_spread(token, values):
    parsed = one(token, sweeps=True)
    assert parsed.swept
    assert parsed.value == values
    again = [one(f"{parsed.key}={choice}").value for choice in parsed.choices]
    assert again == values


@pytest.mark.parametrize("token", ["market=glob(x*)", "seed=range(1,2,0)", "seed=[choice(1,2)],3", "market.n_firms=1,1",
                                   "market=rail,'rail'", "market.attention=1,1.0"])  # fmt: skip
def test_sweeps_over_nothing_or_one_value_twice_are_refused(token):
    with pytest.raises(CxsimError):
        one(token, sweeps=True)


@given(st.lists(st.sampled_from(["seed=1,2", "months=3", "market=energy,rail", "name=a,b", "seed=7", "firms.levers=[price],[]",
                                 "customers.segments.0.share=0.3,0.4", "months=4,5"]), max_size=5))  # fmt: skip
def test_jobs_come_as_hydras_own_sweeper_would_run_them(tokens):
    tokens = parse(tokens, PRESETS, sweeps=True)
    parsed = OverridesParser.create().parse_overrides([token.text for token in tokens])
    expected = list(itertools.chain(*BasicSweeper.split_arguments(parsed, None)))
    found = [[token.text for token in job] for job in jobs(tokens)]
    assert [[text.split("=", 1) for text in job] for job in found] == [[text.split("=", 1) for text in job] for job in expected]


def test_too_many_jobs_are_refused():
    tokens = parse(["seed=range(0,200)", f"months=range(1,{MOST_JOBS // 200 + 2})"], PRESETS, sweeps=True)
    with pytest.raises(CxsimError, match="at most"):
        jobs(tokens)
    with pytest.raises(CxsimError, match="at most"):
        parse(["seed=range(0,1000000000000)"], PRESETS, sweeps=True)


def test_an_interval_has_ends_and_no_values():
    found = one("market.attention=interval(0.1,0.6)", sweeps=True)
    assert (found.swept, found.value, found.choices, found.ends) == (True, [], (), (0.1, 0.6))
    assert one("market.n_firms=int(interval(1.2,8))", sweeps=True).ends == (1.0, 8.0)
    for token in ("market.attention=interval(0.6,0.1)", "market.attention=interval(0,inf)", "market=interval(0,1)"):
        with pytest.raises(BadValueError, match="interval"):
            one(token, sweeps=True)


@pytest.mark.parametrize("token", ["seed=shuffle(range(0,50))", "seed=shuffle(1,2,3,4,5,6,7,8)", "firms.levers=shuffle([price,quality])"])
def test_a_shuffled_sweep_is_the_same_sweep_each_time(token):
    import random

    random.seed(1)
    expected = random.random()
    random.seed(1)
    orders = [one(token, sweeps=True).value for _ in range(5)]
    assert all(order == orders[0] for order in orders)
    assert random.random() == expected
    assert sorted(map(str, orders[0])) == sorted(map(str, one(token.replace("shuffle", "sort"), sweeps=True).value))


KEYS = st.sampled_from([*index(), *PRESETS, "hydra.verbose", "x", ""])
SOUP = st.text(alphabet="ab1.,=+~@/[]{}()'\"$:\\ -null%é\n", max_size=25)


@given(st.one_of(SOUP, st.builds("{}={}".format, KEYS, SOUP), st.builds("+{}={}".format, KEYS, st.text(max_size=5))), st.booleans())
def test_any_text_is_an_override_or_a_clear_error(token, sweeps):
    try:
        kinds = {parsed.kind for parsed in parse([token], PRESETS, sweeps=sweeps)}
    except CxsimError:
        return
    assert kinds <= {"parameter", "group", "hydra"}
