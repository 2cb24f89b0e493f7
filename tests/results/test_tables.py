import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxsim.results import tables
from cxsim.results.columns import TABLES
from cxsim.results.tables import Frames, Words, category, frame, plain, spelt, words

NAMES = ("", "Firm 1", "Firm 2", "Newcomer")
CODES = st.lists(st.integers(0, len(NAMES) - 1), max_size=30).map(lambda codes: np.array(codes, np.int64))


class Source:
    """Tables of two columns that count how often they are asked for."""

    def __init__(self):
        self.asked = []

    def columns(self, name):
        self.asked.append(name)
        return {"month": np.arange(3), "firm": words(np.array([2, 1, 2]), NAMES)}


@given(st.lists(CODES, min_size=1, max_size=3))
def test_categories_are_what_pandas_makes_of_the_words_in_order_of_appearance(parts):
    found = category([words(codes, NAMES) for codes in parts])
    written = [NAMES[code] for codes in parts for code in codes]
    codes, order = pd.factorize(np.array(written, dtype=object))
    expected = pd.Categorical.from_codes(codes, categories=[str(word) for word in order])
    pd.testing.assert_extension_array_equal(found, expected)
    assert found.codes.dtype == expected.codes.dtype


def test_parts_that_number_their_words_otherwise_mean_the_same():
    found = category([Words(np.array([0, 1]), ("a", "b")), Words(np.array([0, 1]), ("b", "a"))])
    assert list(found) == ["a", "b", "b", "a"]


@given(st.integers(1, 300))
def test_codes_are_as_short_as_pandas_keeps_them(count):
    names = tuple(map(str, range(count)))
    assert category([Words(np.arange(count), names)]).codes.dtype == pd.Categorical(names).codes.dtype


@given(CODES)
def test_words_are_spelt_as_pandas_spells_them(codes):
    column = words(codes, (*NAMES, "Firm 1"))
    written = [NAMES[code] for code in codes]
    assert list(plain(column)) == written
    pd.testing.assert_series_equal(pd.Series(spelt(column)), pd.Series(written, dtype=pd.Series(["a"]).dtype))


def test_a_name_given_twice_is_one_word():
    column = words(np.array([0, 1, 2]), ["planner", "imitator", "planner"])
    assert column.words == ("planner", "imitator")
    assert column.codes.tolist() == [0, 1, 0]


@pytest.mark.parametrize("blocks", [True, False])
@pytest.mark.parametrize("rows", [0, 1, 5])
def test_a_frame_is_what_pandas_makes_of_the_columns(monkeypatch, blocks, rows):
    if not blocks:
        monkeypatch.setattr(tables, "_from_blocks", None)
    columns = {
        "month": np.arange(rows), "a": np.linspace(0, 1, rows), "firm": category([Words(np.zeros(rows, int), ("x",))]),
        "active": np.ones(rows, bool), "b": np.linspace(1, 2, rows), "name": spelt(Words(np.zeros(rows, int), ("x",))),
    }  # fmt: skip
    pd.testing.assert_frame_equal(frame(columns), pd.DataFrame(columns))


def test_frames_share_nothing_that_can_be_changed():
    columns = {"a": np.zeros(2), "b": np.zeros(2)}
    one, other = frame(columns), frame(columns)
    one.columns.name = "mine"
    one.loc[0, "a"] = 5.0
    assert other.columns.name is None
    assert not other["a"].any()
    assert not columns["a"].any()


def test_a_table_is_worked_out_when_it_is_asked_for_and_once():
    source = Source()
    frames = Frames(source)
    assert list(frames) == list(TABLES)
    assert source.asked == []
    assert frames["firms"] is frames["firms"]
    assert source.asked == ["firms"]
    assert frames["firms"]["firm"].tolist() == ["Firm 2", "Firm 1", "Firm 2"]
    with pytest.raises(KeyError):
        frames["nothing"]


def test_tables_can_be_sent_to_another_process():
    there = pickle.loads(pickle.dumps(Frames(Source())))
    pd.testing.assert_frame_equal(there["firms"], Frames(Source())["firms"])
