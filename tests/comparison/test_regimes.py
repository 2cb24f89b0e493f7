import pytest

from cxsim.comparison.regimes import MOST, RegimesError, baseline_of, from_grid, from_plan, from_values, scenarios_of
from cxsim.config.errors import BadValueError, ContradictionError, CxsimError
from cxsim.config.load import load
from cxsim.config.sweeps import plan

WORDS = ["market=generic", "months=6"]


def _planned(*words):
    return from_plan(plan([*WORDS, *words], multirun=True))


def test_a_list_of_presets_is_a_regime_each_with_the_titles_of_the_presets():
    regimes = _planned("regulator=none,gdpr")
    assert [regime.name for regime in regimes] == ["none", "gdpr"]
    assert [regime.title for regime in regimes] == [load(f"regulator={name}").regulator.title for name in ("none", "gdpr")]
    assert [regime.config for regime in regimes] == [load(*WORDS, f"regulator={name}") for name in ("none", "gdpr")]


def test_several_lists_are_every_combination_the_last_fastest():
    regimes = _planned("market.n_firms=2,3", "market.ban_price_walking=false,true")
    assert [regime.name for regime in regimes] == [
        "n_firms-2--ban_price_walking-false", "n_firms-2--ban_price_walking-true", "n_firms-3--ban_price_walking-false",
        "n_firms-3--ban_price_walking-true",
    ]  # fmt: skip
    assert [(regime.config.market.n_firms, regime.config.market.ban_price_walking) for regime in regimes] == [
        (2, False), (2, True), (3, False), (3, True),
    ]  # fmt: skip


@pytest.mark.parametrize(("words", "titles"), [
    ("market.ban_price_walking=false,true", ["no ban price walking", "ban price walking"]),
    ("market.price_cap=null,94.75", ["price cap: no cap", "price cap: £94.75 a month"]),
    ("market.n_firms=2,3", ["n firms: 2 firms", "n firms: 3 firms"]),
    ("regulator.targeting=random,severity", ["targeting: random", "targeting: severity"]),
])  # fmt: skip
def test_values_have_titles_in_words(words, titles):
    assert [regime.title for regime in _planned(words)] == titles


def test_an_experiment_brings_its_own_regimes():
    regimes = from_plan(plan(["experiment=price_walk_ban"], multirun=True))
    assert [regime.values for regime in regimes] == [{"market.ban_price_walking": False}, {"market.ban_price_walking": True}]


def test_regimes_with_one_title_are_told_apart_by_their_names():
    configs = [load(*WORDS), load(*WORDS)]
    regimes = from_values({"a": {"title": "Same", "market.n_firms": 2}, "b": {"title": "Same", "market.n_firms": 3}}, WORDS, None, {})
    assert [regime.title for regime in regimes] == ["Same (a)", "Same (b)"]
    made = from_grid({"firms.levers": [["price"], ["price", "service"]]}, configs)
    assert len({regime.name for regime in made}) == 2


def test_named_regimes_have_several_values_each_and_share_the_rest():
    named = {
        "today": {"title": "As it is"},
        "reform": {"regulator": "gdpr", "market": {"price_cap": 60.0, "n_firms": 4}, "regulator.publicity": 0.9},
    }
    today, reform = from_values(named, WORDS, None, {"seed": 5})
    assert (today.title, reform.title) == ("As it is", "reform")
    assert today.config == load(*WORDS, seed=5)
    assert reform.config == load(*WORDS, "regulator=gdpr", "market.price_cap=60", "market.n_firms=4", "regulator.publicity=0.9", seed=5)
    # What one sets, the other's row says too.
    assert today.values == {
        "regulator": "ofgem", "market.price_cap": None, "market.n_firms": 5, "regulator.publicity": today.config.regulator.publicity,
    }  # fmt: skip
    assert list(reform.values) == list(today.values)


def test_equal_regimes_under_two_names_are_allowed():
    assert len(from_values({"a": {"regulator": "none"}, "b": {"regulator": "none"}}, WORDS, None, {})) == 2


@pytest.mark.parametrize(("given", "message"), [
    ({"a": {"regulator": "nobody"}, "b": {}}, "regime a: regulator=nobody: there is no such preset."),
    ({"a": {"market.n_frims": 3}, "b": {}}, "regime a: market.n_frims: there is no such parameter. Did you mean market.n_firms?"),
    ({"a": {"market.n_firms": 0}, "b": {}}, "regime a: market.n_firms: given 0; allowed: "),
    ({"a": {"market": {"n_frims": 3}}, "b": {}}, "Did you mean market.n_firms?"),
    ({"a": {"market": {"n_firms": 3}, "market.n_firms": 4}, "b": {}}, "regime a: market.n_firms is given twice"),
    ({"a": 3, "b": {}}, "regime a: given 3; allowed: a mapping"),
    ({"a b": {}, "b": {}}, "name of a regime: given 'a b'"),
    ({True: {}, "b": {}}, "write it in quotes"),
    ({"a": {3: 4}, "b": {}}, "write it in quotes"),
    ({"a": {"title": ""}, "b": {}}, "regime a: title"),
    ({"a": {"seed": 2}, "b": {}}, "seed: all regimes share it"),
    ({"a": {"months": 3}, "b": {}}, "months: all regimes share it"),
    ({"a": {}}, "regimes: given one (a)"),
    ({}, "regimes: given one (none)"),
])  # fmt: skip
def test_what_cannot_be_a_regime_is_said(given, message):
    with pytest.raises(CxsimError) as caught:
        from_values(given, WORDS, None, {})
    assert message in str(caught.value)


@pytest.mark.parametrize(("words", "message"), [
    (["regulator=none"], "regimes: given none; allowed: several values"), (["seed=1,2"], "seed: all regimes share it"),
    (["replications=2,3"], "replications: all regimes share it"), (["regulator=none,none"], "give each value once"),
    (["market.n_firms=1"], "given none"),
])  # fmt: skip
def test_a_command_line_without_regimes_is_said(words, message):
    with pytest.raises(CxsimError, match=message):
        _planned(*words)


def test_more_regimes_than_anyone_can_read_are_refused():
    with pytest.raises(RegimesError, match=f"at most {MOST}"):
        _planned(f"market.n_firms=range(1,{MOST + 2})")


def test_experiments_of_other_lengths_are_no_regimes(tmp_path):
    (tmp_path / "experiment").mkdir()
    for months in (5, 6):
        (tmp_path / "experiment" / f"m{months}.yaml").write_text(f"# @package _global_\nmonths: {months}\n")
    with pytest.raises(RegimesError, match="months: all regimes share it, and it is 5 in m5, 6 in m6"):
        from_plan(plan(["experiment=m5,m6"], tmp_path, multirun=True))


def test_the_baseline_is_the_first_or_the_one_named():
    regimes = _planned("market.ban_price_walking=false,true")
    wanted = {None: 0, "ban_price_walking-true": 1, "true": 1, True: 1, "ban_price_walking-false": 0}
    assert {word: baseline_of(regimes, word) for word in wanted} == wanted
    with pytest.raises(BadValueError, match="Did you mean ban_price_walking-true"):
        baseline_of(regimes, "ban_price_walking-tru")


def test_regimes_are_points_of_a_sweep_that_says_what_sets_them_apart():
    regimes = from_values({"a": {"regulator": "none"}, "b": {"market.price_cap": 60.0}}, WORDS, None, {})
    scenarios = scenarios_of(regimes, {"customers.vigilance": [0.1, 0.2]})
    assert [dict(scenarios.design[place]) for place in range(2)] == [
        {"regulator": "none", "market.price_cap": None, "customers.vigilance": 0.1},
        {"regulator": "ofgem", "market.price_cap": 60.0, "customers.vigilance": 0.2},
    ]  # fmt: skip


def test_contradictions_keep_the_regimes_name():
    with pytest.raises(CxsimError) as caught:
        from_values({"a": {"market.franchise_months": 12, "market.n_firms": 3}, "b": {}}, WORDS, None, {})
    assert str(caught.value).startswith("regime a: market.franchise_months")
    assert not isinstance(caught.value, ContradictionError)
