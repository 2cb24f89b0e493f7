"""Plans from files and from the command line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxsim.branching.futures import futures_of
from cxsim.branching.plans import Plan, joined, listed, read, split, typed
from cxsim.config.errors import BadValueError, CxsimError
from cxsim.config.load import load

PLAIN = st.from_regex(r"[a-z_.]{1,8}=[a-z0-9.]{1,6}", fullmatch=True)
KEY = st.from_regex("[a-z.]{1,5}", fullmatch=True)
NESTED = st.builds(lambda key, parts: f"{key}=[{','.join(parts)}]", KEY, st.lists(PLAIN, max_size=3))
QUOTED = st.builds(lambda key, text: f"{key}='{text}'", KEY, st.text("ab,]=[ ", max_size=6))


@given(st.lists(PLAIN | NESTED | QUOTED, max_size=5))
def test_a_list_is_cut_where_it_was_joined(parts):
    assert split("x", f"[{','.join(parts)}]") == parts
    assert split("x", f"[{' , '.join(parts)}]") == parts


def test_a_single_override_needs_no_brackets():
    assert split("x", "regulator=gdpr") == ["regulator=gdpr"]
    assert split("x", "firms.levers=[price,quality]") == ["firms.levers=[price,quality]"]
    assert split("x", "[]") == []


@pytest.mark.parametrize("text", ["[a=1", "a=1]", "[a=[1]", "[a='1]", "[a=1]]"])
def test_brackets_and_quotes_that_do_not_match_are_refused(text):
    with pytest.raises(BadValueError, match=r"futures.x: given .*in brackets"):
        split("futures.x", text)


def test_words_of_a_command_line():
    futures = ["futures.a=[regulator=gdpr,seed=2]", "futures.b=regulator=none"]
    plan, name = typed(["market=rail", "at=60", *futures, "futures=mine.yml", "seed=3"])
    assert name == "mine.yml"
    assert plan == Plan("", 60, ("market=rail", "seed=3"), {"a": ("regulator=gdpr", "seed=2"), "b": ("regulator=none",)})
    with pytest.raises(BadValueError, match="at: given 'soon'"):
        typed(["at=soon"])


@pytest.mark.parametrize("words", [["at=3", "at=3"], ["futures.a=seed=1", "futures.a=seed=2"], ["futures=a.yml", "futures=b.yml"]])
def test_what_is_said_twice_is_named(words):
    with pytest.raises(CxsimError, match=f"^{words[0].partition('=')[0]}: it is given twice"):
        typed(words)


def test_what_is_typed_comes_after_the_file():
    first = Plan("T", 5, ("a=1",), {"x": ("b=1",), "y": ()})
    assert joined(first, Plan("", None, ("a=2",), {"x": ("b=2",)})) == Plan("T", 5, ("a=1", "a=2"), {"x": ("b=2",), "y": ()})
    assert joined(first, Plan("", 7)).at == 7


@pytest.mark.parametrize("name", listed())
def test_every_plan_that_comes_with_cxsim_can_be_carried_out(name):
    plan = read(name)
    assert plan.title
    config = load(*plan.overrides)
    assert 0 <= plan.at < config.months
    assert len(futures_of(config, [plan.futures])) > 2


def test_a_plan_of_ones_own(tmp_path):
    path = tmp_path / "mine.yml"
    path.write_text("at: 12\nfutures:\n  a: regulator=gdpr\n  b: [regulator=none, 'regulator.rules=[collusion]']\n")
    assert read(str(path)) == Plan("", 12, (), {"a": ("regulator=gdpr",), "b": ("regulator=none", "regulator.rules=[collusion]")})


@pytest.mark.parametrize(("text", "told"), [
    ("- a", "allowed: a mapping with title, at, overrides, futures"),
    ("futures: {a: [x=1]}\nwhen: 3", "given 'when'; allowed: the keys"),
    ("futures: {a: [x=1]}\nfuture: 3", "Did you mean futures"),
    ("at: 3", "futures: given null"),
    ("futures: [a]", "futures: given "),
    ("futures: {a: {b: 1}}", r"futures\.a: given "),
    ("futures: {a: [1]}", r"futures\.a: given "),
    ("futures: {a: [x=1]}\nat: soon", "at: given 'soon'"),
    ("futures: {a: [x=1]}\noverrides: {a: 1}", "overrides: given "),
    ("futures: {a: [x=1]}\ntitle: [x]", "title: given "),
    ("futures: {a: [x=1", "line 1: expected"),
    ("futures: {a: [x=1], a: [x=2]}", "line 1: .a. is there twice"),
])  # fmt: skip
def test_a_file_that_is_no_plan_is_refused_by_name(tmp_path, text, told):
    path = tmp_path / "mine.yml"
    path.write_text(text)
    with pytest.raises(CxsimError, match=rf"mine\.yml.*{told}"):
        read(str(path))


def test_an_unknown_plan_is_refused_with_the_closest():
    with pytest.raises(BadValueError, match=r"futures: given 'mony_and_cap'.*Did you mean money_and_cap"):
        read("mony_and_cap")
