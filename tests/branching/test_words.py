"""Words say what the tables hold, and how sure it is."""

from __future__ import annotations

import pandas as pd
import pytest

from cxsim.branching import words
from cxsim.branching.differences import PARTIES
from cxsim.branching.futures import futures_of
from cxsim.config.load import load

CONFIG = load("market=generic", "regulator=minimal_capped", "replications=4", "months=60", "burn_in=12")


def effects(future, **moved):
    rows = []
    for metric in words.METRICS:
        difference, low, high = moved.get(metric, (0.0, 0.0, 0.0))
        rows.append({"future": future, "segment": "", "period": "last", "start": 48, "months": 12, "metric": metric,
                     "difference": difference, "low": low, "high": high})  # fmt: skip
    return pd.DataFrame(rows)


def pounds(future, **moved):
    rows = []
    for party in PARTIES:
        difference, low, high = moved.get(party.split()[0], (0.0, 0.0, 0.0))
        rows.append({"future": future, "party": party, "period": "last", "difference": difference, "low": low, "high": high})
    return pd.DataFrame(rows)


def told(moved, money=None, felt=24, replications=4, name="reform"):
    futures = [future for future in futures_of(CONFIG, [{name: "regulator.fine_cap=null"}]).values() if future.name != "base"]
    return words.findings(effects(name, **moved), pounds(name, **(money or {})), futures, 24, {name: felt}, replications)


def test_what_is_sure_is_told_with_its_interval_on_its_side():
    (text,) = told({"experience": (1.234, 0.9, 1.6), "price_paid": (-0.5, -0.7, -0.3)})
    assert "Reform (regulator.fine_cap=null), from month 24 on, is first felt at once." in text
    assert "experience up by 1.23 points of 100 (95 % interval 0.900 to 1.60)" in text
    assert "what customers pay down by £0.500 a month (95 % interval £0.300 to £0.700)" in text
    assert "luck" not in text


def test_what_luck_may_have_done_is_not_called_an_effect():
    (text,) = told({"experience": (1.0, -0.5, 2.5), "violations": (-0.02, -0.05, 0.01)})
    assert "it moves" not in text
    assert "Not told apart from luck: experience (-0.500 to 2.50)" in text
    assert "the share of customers at firms that break rules (-5.00 to 1.00)" in text


def test_what_does_not_show_is_not_told():
    (text,) = told({"quality": (1e-5, -1e-5, 3e-5), "hidden_fees": (1e-17, 0.0, 1e-16), "trust": (1.0, 1.0, 1.0)})
    assert not any(word in text for word in ("quality", "hidden fees", "luck:"))


def test_money_is_told_by_who_gains_and_who_loses():
    money = {"customers": (3e6, 1e6, 5e6), "firms": (-2e6, -3e6, -1e6), "public": (1e4, -2e4, 4e4), "all": (0.1, -0.2, 0.3)}
    (text,) = told({"experience": (1.0, 0.5, 1.5)}, money)
    assert "customers gain £3.00m (95 % interval £1.00m to £5.00m)" in text
    assert "firms lose £2.00m (95 % interval £1.00m to £3.00m)" in text
    assert "the public purse: not told apart from luck (-£20,000 to £40,000)" in text
    assert "all together: as before" in text


def test_a_change_of_nothing_and_a_late_one():
    assert told({}, felt=None) == [
        "Reform (regulator.fine_cap=null) changes nothing at all: every number of every month is that of the market without it."
    ]
    assert "first felt in month 27" in told({"experience": (1.0, 0.5, 1.5)}, felt=27)[0]


def test_one_replication_says_nothing_about_luck():
    text = told({"experience": (1.0, float("nan"), float("nan"))}, {"customers": (1e6, float("nan"), float("nan"))}, replications=1)
    assert "experience up by 1.00 points of 100 and" not in text[0]
    assert "experience up by 1.00 points of 100." in text[0]
    assert "customers gain £1.00m" in text[0]
    assert "interval" not in text[0]
    assert "one replication" in text[-1]


def test_several_futures_are_set_side_by_side_the_best_first():
    futures = list(futures_of(CONFIG, [{"a": "regulator=gdpr", "b": "regulator=none"}]).values())[1:]
    table = pd.concat([effects("a", experience=(-1.0, -2.0, -0.5)), effects("b", experience=(0.3, -0.1, 0.7))])
    money = pd.concat([pounds("a"), pounds("b")])
    first, *rest = words.findings(table, money, futures, 24, {"a": 24, "b": 24}, 4)
    assert first == (
        "Experience in the last 12 months, against the same market without a change: b not told apart from luck (-0.100 to 0.700); "
        "a down by 1.00 points of 100 (95 % interval 0.500 to 2.00)."
    )
    assert len(rest) == 2
    assert "a (regulator=gdpr) or b (regulator=none)" in words.question(CONFIG, 24, futures)


@pytest.mark.parametrize(("month", "told"), [(24, False), (30, True), (36, False)])
def test_money_that_comes_with_the_regulators_next_year_is_told_of(month, told):
    futures = list(futures_of(CONFIG, ["regulator.annual_funding=5e6"]).values())[1:]
    found = [text for text in words.limits(CONFIG, month, futures) if "funded by the year" in text]
    assert bool(found) == told
    assert not told or "arrives in month 36" in found[0]
    other = list(futures_of(CONFIG, ["regulator.fine_cap=null"]).values())[1:]
    assert not [text for text in words.limits(CONFIG, month, other) if "funded by the year" in text]


def test_the_method_names_what_was_done():
    text = " ".join(words.method(CONFIG, 24, list(futures_of(CONFIG, ["regulator=gdpr"]).values())[1:]))
    assert "month 24" in text
    assert "4 replications, seed 1" in text
    assert "2 futures" in text
