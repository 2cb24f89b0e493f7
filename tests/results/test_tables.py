import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxsim.results import tables
from cxsim.results.columns import TABLES, Column
from cxsim.results.tables import Frames, Layout, Table, Words, category, frame, plain, spelt

NAMES = ("", "Firm 1", "Firm 2", "Newcomer")
CODES = st.lists(st.integers(0, len(NAMES) - 1), max_size=30).map(lambda codes: np.array(codes, np.int64))


class Source:
    """Tables of two columns that count how often they are asked for."""

    def __init__(self):
        self.asked = []

    def columns(self, name):
        self.asked.append(name)
        return {"month": np.arange(3), "firm": Words(np.array([2, 1, 2]), NAMES)}


@given(st.lists(CODES, min_size=1, max_size=3))
def test_categories_are_what_pandas_makes_of_the_words_in_order_of_appearance(parts):
    found = category([Words(codes, NAMES) for codes in parts])
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
    column = Words(codes, (*NAMES, "Firm 1"))
    written = [NAMES[code] for code in codes]
    assert list(plain(column)) == written
    pd.testing.assert_series_equal(pd.Series(spelt(column)), pd.Series(written, dtype=pd.Series(["a"]).dtype))


def test_codes_that_stand_for_the_same_word_are_one_category():
    column = Words(np.array([0, 1, 2]), ("planner", "imitator", "planner"))
    assert list(category([column])) == ["planner", "imitator", "planner"]
    assert category([column]).categories.tolist() == ["planner", "imitator"]


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


COLUMNS = tuple(Column(name, "", "") for name in ("replication", "month", "firm", "share", "active", "strategy", "cases", "profit"))


def table(rows):
    """A table with columns of every kind, not side by side in their order, and the same column by column."""
    numbers, whole, flags = np.arange(2.0 * rows).reshape(2, -1), np.arange(2 * rows).reshape(2, -1), np.arange(rows)[None] % 2 == 1
    firm, strategy = Words(np.arange(rows) % 3, NAMES), Words(np.arange(rows) % 2, ("planner", "imitator"))
    columns = {
        "month": whole[0].copy(), "firm": firm, "share": numbers[0].copy(), "active": flags[0].copy(), "strategy": strategy,
        "cases": whole[1].copy(), "profit": numbers[1].copy(),
    }  # fmt: skip
    return Table(Layout(COLUMNS, {"month", "cases"}), (numbers, whole, flags), (firm, strategy)), columns


@pytest.mark.parametrize("rows", [0, 1, 5])
def test_a_table_has_its_columns_by_name_and_in_order(rows):
    found, columns = table(rows)
    assert list(found) == list(columns)
    for name, values in columns.items():
        assert found[name] is values if isinstance(values, Words) else np.array_equal(found[name], values)


@pytest.mark.parametrize("blocks", [True, False])
@pytest.mark.parametrize("rows", [0, 1, 5])
def test_a_frame_of_a_table_is_that_of_its_columns(monkeypatch, blocks, rows):
    if not blocks:
        monkeypatch.setattr(tables, "_from_blocks", None)
    found, columns = table(rows)
    pd.testing.assert_frame_equal(frame(found), pd.DataFrame({name: spelt(values) for name, values in columns.items()}))


def test_where_pandas_keeps_words_as_objects_they_are_objects(monkeypatch):
    monkeypatch.setattr(tables, "_kind_of_words", lambda: np.dtype(object))
    found, columns = table(4)
    for made in (frame(found), frame(columns)):
        assert made["firm"].dtype == object
        assert made["firm"].tolist() == ["", "Firm 1", "Firm 2", ""]
        assert made["profit"].tolist() == columns["profit"].tolist()


def test_a_frame_of_a_table_can_be_worked_with_as_any_other():
    made, plain_frame = frame(table(5)[0]), pd.DataFrame({name: spelt(values) for name, values in table(5)[1].items()})
    for work in (
        lambda given: given.groupby("strategy")[["share", "profit", "cases"]].mean(),
        lambda given: given.select_dtypes("number").to_numpy(),
        lambda given: given[["profit", "share"]].to_numpy(),
        lambda given: given.assign(share=given["share"] * 2.0).sort_values("profit", ascending=False),
        lambda given: pd.concat([given, given], ignore_index=True).query("active and firm != ''"),
    ):
        one, other = work(made), work(plain_frame)
        assert np.array_equal(one, other) if isinstance(one, np.ndarray) else one.equals(other)


def test_naming_the_columns_of_one_frame_of_a_table_names_no_other_ones():
    layout = Layout(COLUMNS, {"month", "cases"})
    one, other = (frame(Table(layout, table(3)[0].blocks, table(3)[0].words)) for _ in range(2))
    one.columns.name = "mine"
    assert other.columns.name is None


def test_a_layout_says_where_numbers_lie_among_numbers():
    layout = Layout(COLUMNS, {"month", "cases"})
    assert (layout.numbers, layout.whole, layout.flags, layout.words) == (
        ("share", "profit"), ("month", "cases"), ("active",), ("firm", "strategy"),
    )  # fmt: skip
    assert layout.rows_of(("profit", "share")) == (1, 0)


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
