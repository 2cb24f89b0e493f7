import math
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxsim.config.errors import TableError
from cxsim.config.tables import COLUMNS, FirmRow, firms_tables, read_firms_table

HEADER = "name,share,price,margin,satisfaction\n"


@pytest.fixture
def read(tmp_path):
    def make(text, encoding="utf-8"):
        path = tmp_path / "table.csv"
        path.write_bytes(text.encode(encoding))
        return read_firms_table(path)

    return make


def test_a_whole_table(read):
    rows = read(HEADER + "A,0.6,50,0.05,0.7\nB,0.4,48.5,-0.02,0.55\n")
    assert rows == [FirmRow("A", 0.6, 50.0, 0.05, 0.7), FirmRow("B", 0.4, 48.5, -0.02, 0.55)]


def test_empty_cells_and_columns_left_out_are_none(read):
    assert read(HEADER + "A,1,,,\n") == [FirmRow("A", 1.0)]
    assert read("share,name\n1,A\n") == [FirmRow("A", 1.0)]
    assert read("name,share,price\nA,1\n") == [FirmRow("A", 1.0)]


def test_comments_blank_lines_spaces_quotes_and_a_byte_order_mark_do_no_harm(read):
    text = '# where it comes from\n\nname, share ,price\n\n"A, Ltd", 0.5 ,3\n# more\nÉ,0.5,\n,,\n'
    expected = [FirmRow("A, Ltd", 0.5, 3.0), FirmRow("É", 0.5)]
    assert read(text) == expected
    assert read(text, "utf-8-sig") == expected
    assert read(text.replace("\n", "\r\n")) == expected


@given(st.lists(st.floats(0.001, 1), min_size=1, max_size=20), st.floats(-0.0199, 0.0199))
def test_shares_that_nearly_sum_to_one_are_scaled_in_proportion(tmp_path_factory, weights, slip):
    total = math.fsum(weights)
    shares = [weight / total * (1 + slip) for weight in weights]
    if max(shares) > 1:
        shares = [min(share, 1.0) for share in shares]
    path = tmp_path_factory.mktemp("tables") / "t.csv"
    path.write_text("name,share\n" + "".join(f"f{i},{share!r}\n" for i, share in enumerate(shares)))
    rows = read_firms_table(path)
    assert math.isclose(math.fsum(row.share for row in rows), 1, abs_tol=1e-12)
    assert all(math.isclose(row.share * math.fsum(shares), share) for row, share in zip(rows, shares, strict=True))


@pytest.mark.parametrize(("text", "words"), [
    ("", ["name", "is missing"]),
    (HEADER, ["no firm"]),
    ("# only a comment\n", ["is missing"]),
    ("name,price\nA,1\n", ["column share is missing", *COLUMNS]),
    ("share\n1\n", ["column name is missing"]),
    ("name,share,pirce\nA,1,1\n", ["'pirce'", "Did you mean price?"]),
    ("name,share,share\nA,1,1\n", ["share appears twice"]),
    ("name,share\nA,0.5\nB,0.4\n", ["sum to 0.9"]),
    ("name,share\nA,0.5\nB,0.53\n", ["sum to 1.03"]),
    ("name,share\nA,50\nB,50\n", ["line 2", "column share", "0 to 1"]),
    ("name,share\nA,-0.1\nB,1\n", ["line 2", "column share", "'-0.1'"]),
    ("name,share\nA,0.5\nA,0.5\n", ["'A' appears twice"]),
    ("name,share\n,1\n", ["line 2", "column name", "empty"]),
    ("name,share\nA,\n", ["line 2", "column share", "empty"]),
    ("name,share\nA,half\n", ["line 2", "column share", "'half'"]),
    ("name,share\nA,50%\n", ["'50%'"]),
    ("name,share\nA,nan\n", ["'nan'"]),
    ("name,share\nA,inf\n", ["'inf'"]),
    ("name,share,price\nA,1,1_000\n", ["'1_000'"]),
    ("name,share,price\n\nA,1,-3\n", ["line 3", "column price", "'-3'"]),
    ("name,share,margin\nA,1,-1.5\n", ["column margin", "-1 to 1"]),
    ("name,share,satisfaction\nA,1,55\n", ["column satisfaction", "0 to 1"]),
    ("name,share\nA,1,3\n", ["line 2", "3 cells", "header has 2"]),
    ('name,share\n"A,1\n', ["cannot be read"]),
])  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(read, text, words):
    with pytest.raises(TableError) as caught:
        read(text)
    message = str(caught.value)
    assert "table.csv" in message
    assert all(word in message for word in words), message
    assert "\n" not in message


def test_what_is_no_text_is_refused(read, tmp_path):
    with pytest.raises(TableError, match="cannot be read"):
        read("name,share\nÉ,1\n", "latin-1")
    with pytest.raises(TableError, match="cannot be read"):
        read_firms_table(tmp_path)


@pytest.mark.parametrize("name", ["no_such_table", "a/b.csv", "", "\x00", "x" * 5000, "~nobody_at_all/x.csv"])
def test_a_table_that_is_not_there_is_refused(name, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TableError):
        read_firms_table(name)


@given(st.text(alphabet="ab,.\"'#\n\r01-5 \t", max_size=60))
def test_any_text_is_a_table_or_a_table_error(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("tables") / "t.csv"
    path.write_text(text, newline="")
    try:
        rows = read_firms_table(path)
    except TableError:
        return
    assert math.isclose(math.fsum(row.share for row in rows), 1, abs_tol=1e-12)
    assert len({row.name for row in rows}) == len(rows)


@pytest.mark.parametrize("name", sorted(firms_tables()))
def test_the_tables_that_come_with_cxsim_can_be_read(name):
    assert read_firms_table(name) == read_firms_table(firms_tables()[name])


def test_a_misspelt_table_brings_the_nearest():
    for name in firms_tables():
        with pytest.raises(TableError, match=rf"Did you mean {name}\?"):
            read_firms_table(name[:-1] + "_")


def test_a_file_that_has_changed_is_read_again(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("name,share\nA,1\n")
    assert read_firms_table(path) == [FirmRow("A", 1.0)]
    path.write_text("name,share\nB,1\n")
    os.utime(path, ns=(1, 1))
    assert read_firms_table(path) == [FirmRow("B", 1.0)]


def test_the_caller_may_change_the_list(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("name,share\nA,1\n")
    read_firms_table(path).clear()
    assert len(read_firms_table(path)) == 1
