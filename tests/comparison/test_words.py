"""The text claims what the intervals say, and nothing else: every claim is found again in the words, read back and held against its row."""

from __future__ import annotations

import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxsim.comparison import words
from cxsim.comparison.measures import HARMS, LABELS
from cxsim.comparison.settings import Settings

NUMBER = r"-?£?[\d,.]+(?:bn|m)?"
CLAIM = re.compile(rf"(?P<size>{NUMBER})[^()]*? (?P<way>higher|lower|more|less) \((?P<low>{NUMBER}) to (?P<high>{NUMBER})\)")
STANDINGS = ("higher", "lower", "same", "not told")
UNITS = ("£/month", "£/year", "index", "", "1/year")


def read(text):
    """A number as it was written."""
    plain = text.replace("£", "").replace(",", "")
    scale = {"m": 1e6, "n": 1e9}.get(plain[-1], 1.0)
    return float(plain.rstrip("bnm")) * scale


def near(text, value):
    return read(text) == pytest.approx(value, rel=0.006, abs=1e-11)


@st.composite
def row(draw, **keys):
    """A row of a table of differences, as any result might make it."""
    size = draw(st.sampled_from([1e-4, 0.01, 1.0, 300.0, 1e7]))
    middle = size * draw(st.floats(-3, 3, allow_subnormal=False))
    half = size * draw(st.sampled_from([0.0, 0.01, 0.5, 1.0, 4.0]))
    low, high = middle - half, middle + half
    same = middle == 0 and half == 0
    told = "same" if same else "higher" if low > 0 else "lower" if high < 0 else "not told"
    unit = draw(st.sampled_from(UNITS))
    return SimpleNamespace(difference=middle, low_all=low, high_all=high, told=told, unit=unit, **keys)


@st.composite
def rows(draw, key, names):
    chosen = draw(st.lists(st.sampled_from(names), min_size=1, max_size=8, unique=True))
    return [draw(row(**{key: name})) for name in chosen]


def claimed(text):
    return [found.groupdict() for found in CLAIM.finditer(text)]


def told(some):
    return [one for one in some if one.told in ("higher", "lower")]


def agrees(claim, one, words_for=("higher", "lower")):
    sign = 1 if one.told == "higher" else -1
    ends = sorted((sign * one.low_all, sign * one.high_all))
    return (
        claim["way"] == words_for[sign < 0]
        and near(claim["size"], abs(one.difference))
        and near(claim["low"], ends[0])
        and near(claim["high"], ends[1])
        and ends[0] > 0
    )


@given(rows("metric", list(LABELS)[:20]))
def test_metrics_are_claimed_as_their_intervals_allow(some):
    text = words.metrics(some)
    claims = claimed(text)
    assert len(claims) == len(told(some))
    assert all(agrees(claim, one) for claim, one in zip(claims, told(some), strict=True))
    _, _, after = text.partition("No difference can be told in ")
    untold = after.partition(".")[0]
    for one in some:
        assert LABELS[one.metric] in text
        if one.told == "not told":
            assert LABELS[one.metric] in untold


@given(rows("metric", ["customers", "firms", "treasury", "regulator", "total"]))
def test_gains_are_claimed_as_their_intervals_allow(some):
    text = words.gains(some)
    claims = claimed(text)
    assert len(claims) == len(told(some))
    assert all(agrees(claim, one, ("more", "less")) for claim, one in zip(claims, told(some), strict=True))
    assert ("cannot be told" in text) == any(one.told == "not told" for one in some)


@given(rows("conduct", [*HARMS, "all"]))
def test_harm_is_claimed_as_its_intervals_allow(some):
    text = words.harm(some)
    claims = claimed(text)
    assert len(claims) == len(told(some))
    assert all(agrees(claim, one, ("more", "less")) for claim, one in zip(claims, told(some), strict=True))


@given(row())
def test_a_change_is_progressive_or_regressive_only_where_the_interval_says_so(one):
    text = words.fairness(one, "vulnerable", chosen=False)
    assert ("The change is progressive" in text) == (one.low_all > 0)
    assert ("The change is regressive" in text) == (one.high_all < 0)
    assert ("cannot be told" in text) == (one.low_all <= 0 <= one.high_all and one.told != "same")


@given(rows("segment", [f"s{number}" for number in range(8)]))
def test_winners_and_losers_are_those_of_the_intervals(some):
    text = words.winners(some, "Surplus", lambda one: one.segment, " a head")
    parts = dict(re.findall(r"(up|down|no change can be told) for ([^;]*)[;.]", text))
    for way, sign in (("up", "higher"), ("down", "lower")):
        names = [one.segment for one in some if one.told == sign]
        assert (way in parts) == bool(names)
        if 0 < len(names) <= words.MOST_FIRMS:
            assert set(re.findall(r"s\d", parts[way])) == set(names)
        elif names:
            assert str(len(names)) in parts[way]
    assert ("no change can be told" in text) == any(one.told == "not told" for one in some)


@given(
    st.sampled_from(["bounded", "unbounded", "undefined", "unknown"]), st.floats(-5, 5, allow_subnormal=False), st.floats(0, 4),
    st.sampled_from([-2e6, 3e5]),
)  # fmt: skip
def test_a_gain_per_pound_is_claimed_only_with_its_sign_and_a_cost(kind, value, half, cost):
    one = SimpleNamespace(kind_all=kind, value=value, low_all=value - half, high_all=value + half, cost=cost)
    text = words.per_pound(one)
    found = re.match(rf"Customers (gain|lose) ({NUMBER}) \(({NUMBER}) to ({NUMBER})\) for each pound", text)
    clear = kind == "bounded" and (one.low_all > 0 or one.high_all < 0)
    assert bool(found) == clear
    if found:
        # More money and more for customers, or less money and less: the ratio is positive in both.
        gains = (value > 0) == (cost > 0)
        assert found[1] == ("gain" if gains else "lose")
        assert near(found[2], abs(value))
        assert read(found[3]) > 0
        assert text.endswith("saved." if cost < 0 else "public money.")
    elif kind == "bounded":
        assert "cannot be told" in text


@pytest.mark.parametrize("seed", range(6))
def test_whole_paragraphs_hold_as_many_claims_as_the_tables(made_up, seed):
    effect = np.random.default_rng(seed).choice([-0.1, 0.0, 0.3])
    found = made_up(effect, seed=seed, spread=0.3, replications=6)
    text = "\n".join(found.findings[:-1])
    expected = sum(
        found.table(name)["told"].isin(["higher", "lower"])[which].sum()
        for name, which in (
            ("metrics", slice(None)), ("harm", slice(None)), ("accounts", slice(0, 5)), ("gap", slice(2, 3)),
        )
    )  # fmt: skip
    gap = found.table("gap").iloc[2]["told"] in ("higher", "lower")
    assert len(claimed(text)) == expected - gap
    assert ("The change is " in text) == gap


@given(st.integers(1, 5).flatmap(lambda half: st.lists(st.sampled_from(STANDINGS), min_size=2 * half, max_size=2 * half)))
def test_the_answer_names_every_regime_where_it_belongs(standings):
    half = len(standings) // 2
    names = [f"r{place}" for place in range(half)]
    frame = pd.DataFrame({"regime": names * 2, "metric": ["customers"] * half + ["total"] * half, "told": standings})
    text = words.short(frame, {name: f"T{name}" for name in names}, "Base")
    first, second = re.match(r"Compared with “Base”: (.*)\. ((?:Customers, firms|Whether customers, firms).*)\.$", text).groups()
    for part, some in ((first, standings[:half]), (second, standings[half:])):
        clauses = part.split("; ")
        for word, standing in (("are better off under", "higher"), ("are worse off under", "lower"), ("are as well off under", "same")):
            said = [clause for clause in clauses if word in clause and "cannot be told" not in clause]
            expected = {f"Tr{place}" for place, one in enumerate(some) if one == standing}
            assert set(re.findall(r"Tr\d", " ".join(said))) == expected
        untold = [clause for clause in clauses if "cannot be told" in clause]
        assert bool(untold) == ("not told" in some)


def test_equal_regimes_are_said_to_be_equal_and_nothing_else(made_up):
    found = made_up(0.0, spread=0.0)
    assert found.findings[0].startswith("“Regime 1” and “Regime 0” give the same in every replication: ")
    assert not claimed(found.text)


def test_a_segment_asked_about_is_not_called_the_worst_off(made_up):
    found = made_up(1.0, settings=Settings(focus="vigilant"))
    assert "vigilant" in found.text
    assert "least surplus" not in found.text
    assert "least surplus" in made_up(1.0).text


def test_what_it_rests_on_is_said(made_up):
    text = made_up(1.0).findings[-1]
    assert text.startswith("From 12 pairs of runs with the same luck; means over all months reported.")
    assert "Bonferroni" in text
    assert "no whole years" in text
    assert "no whole years" not in words.basis(5, 120, 120, [3])
    assert "the last 12 months" in words.basis(5, 120, 12, [3])
