import numpy as np
import pandas as pd
import pytest

from cxsim.config.load import load
from cxsim.tournament.entries import Entry
from cxsim.tournament.question import Question, Setting
from cxsim.tournament.rounds import Played
from cxsim.tournament.scores import ranked, scored


def question(months=2, replications=2):
    config = load("market=generic", months=months, replications=replications)
    return Question("e", (), (), ("duel",), (Setting("generic", {}, config),), (), {})


def played(sides):
    frame = pd.DataFrame(sides, columns=["setting", "replication", "match", "format", "entry", "seats", "firms", "customers", "revenue",
                                         "profit", "experience"])  # fmt: skip
    markets = frame[["setting", "replication", "match"]].drop_duplicates().assign(consumer_surplus=5.0)
    return Played((Entry("a", "a", "a.py"), Entry("b", "b")), (), frame, markets, (), 2)


def test_scores_are_what_their_descriptions_say():
    what = question()
    market = what.config.market
    people, price, worth = market.population, market.reference_price, market.willingness_to_pay
    months = what.config.months
    # a serves half of the people at the reference price and experience 80, with a margin of a tenth; b has nobody.
    served = 0.5 * people * months
    sides = [row for replication in (0, 1) for row in (
        (0, replication, 0, "duel", 3, 2, 1, served, served * price, 0.1 * served * price, served * 80.0),
        (0, replication, 0, "duel", 7, 2, 1, 0.0, 0.0, -0.01 * people * price * months, 0.0))]  # fmt: skip
    scores = scored(what, played(sides))
    assert scores.names == ("a", "b")
    assert scores.overall("profit")[0] == pytest.approx([10.0, -2.0])
    assert scores.overall("share")[0] == pytest.approx([1.0, 0.0])
    assert scores.overall("experience")[0, 0] == pytest.approx(80.0)
    assert scores.overall("paid")[0, 0] == pytest.approx(100.0)
    assert scores.overall("value")[0, 0] == pytest.approx(100 * (worth * 0.8 - price) / price)
    assert scores.overall("surplus")[0] == pytest.approx(100 * 5.0 / price)
    assert np.isnan(scores.overall("value")[:, 1]).all()


def test_a_replication_that_lacks_a_setting_is_left_out_of_the_whole():
    what = question(replications=3)
    sides = [(0, replication, 0, "duel", entry, 2, 1, 1.0, 1.0, 1.0 + replication, 1.0) for replication in (0, 2) for entry in (0, 1)]
    assert scored(what, played(sides)).overall("profit").shape == (2, 2)


def test_places_that_cannot_be_ruled_out_hold_the_true_ones():
    # Mogstad, Romano, Shaikh and Wilhelm (2024): the sets hold all true ranks together with the confidence of the intervals.
    generator = np.random.default_rng(5)
    truth = np.array([0.0, 0.0, 1.0, 3.0])
    rank_low, rank_high = np.array([3, 3, 2, 1]), np.array([4, 4, 2, 1])  # ties share their places
    held = 0
    for _ in range(300):
        found = ranked(truth + generator.normal(size=(8, 4)))
        held += bool(np.all((found.best <= rank_low) & (found.worst >= rank_high)))
    assert held / 300 > 0.92


def test_what_always_differs_by_the_same_is_told_and_what_is_equal_is_not():
    values = np.array([[1.0, 2.0, 2.0], [5.0, 6.0, 6.0], [2.0, 3.0, 3.0]])
    found = ranked(values)
    assert found.order[-1] == 0
    assert found.best.tolist() == [3, 1, 1]
    assert found.worst.tolist() == [3, 2, 2]


def test_one_replication_rules_no_place_out():
    found = ranked(np.array([[1.0, 2.0]]))
    assert found.best.tolist() == [1, 1]
    assert found.worst.tolist() == [2, 2]
