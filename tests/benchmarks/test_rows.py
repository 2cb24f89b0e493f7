"""Rows in words, as CSV, and found again."""

from __future__ import annotations

import csv
import io

import pytest

from benchmarks.rows import Row, as_csv, find, number

ROWS = [
    Row("month", "cxsim", 70.0, 65.0, 80.0, "ns", 1000, 5, 1),
    Row("month", "cxsim", 40.0, 40.0, 40.0, "ns", 1000, 5, 2),
    Row("memory", "state", 51.0, 51.0, 51.0, "bytes"),
]


@pytest.mark.parametrize(("value", "text"), [(12345.6, "12,346"), (99.94, "99.9"), (9.876, "9.88"), (0.0567, "0.06"), (-250.4, "-250")])
def test_numbers_have_the_digits_that_count(value: float, text: str) -> None:
    assert number(value) == text


def test_settings_and_intervals_in_words() -> None:
    assert ROWS[0].setting == "1,000 customers, 5 firms, 1 thread"
    assert ROWS[0].measured == "70.0 [65.0, 80.0] ns"
    assert ROWS[2].setting == ""
    assert ROWS[2].measured == "51.0 bytes"


def test_a_row_is_found_by_as_much_of_its_setting_as_is_given() -> None:
    assert find(ROWS, "month", "cxsim", threads=2) is ROWS[1]
    assert find(ROWS, "month", "cxsim", 1000) is ROWS[0]
    assert find(ROWS, "month", "cxsim", 2000) is None


def test_a_table_of_all_rows_reads_back() -> None:
    back = list(csv.DictReader(io.StringIO(as_csv(ROWS))))
    assert [float(line["value"]) for line in back] == [row.value for row in ROWS]
    assert back[2]["customers"] == ""
