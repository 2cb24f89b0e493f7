import numpy as np
import pandas as pd
import pytest

from cxsim.config.errors import BadValueError
from cxsim.results.measure import Measure

MONTHS = 36


@pytest.fixture(scope="module")
def tables():
    months = np.arange(MONTHS)
    monthly = pd.DataFrame({"month": months, "experience": 50.0 + months / 12.0, "price": 10.0, "complaints": 0.5})
    firms = pd.DataFrame(
        [
            {"month": month, "firm": name, "strategy": strategy, "active": name != "Gone", "customers": customers,
             "price": price, "profit": price * customers, "experience": experience}
            for month in months
            for name, strategy, customers, price, experience in (
                ("A", "low_price", 300.0, 10.0, 40.0), ("B", "low_price", 100.0, 14.0, 44.0), ("C", "lock_in", 100.0, 20.0, 50.0),
                ("Gone", "lock_in", 900.0, 99.0, 0.0),
            )
        ]
    )  # fmt: skip
    ledger = pd.DataFrame(
        {"month": np.repeat(months, 2), "conduct": ["bill", "hidden_fee"] * MONTHS, "amount": np.tile([100.0, 5.0], MONTHS)}
    )
    return {"monthly": monthly, "firms": firms, "ledger": ledger}


def value(tables, given):
    return Measure.parse("m", given).of(tables)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("experience", 50.0 + 29.5 / 12.0),  # the mean of the last twelve months
        ({"column": "experience", "months": [0, 12]}, 50.0 + 5.5 / 12.0),
        ({"column": "experience", "months": [None, None], "statistic": "slope"}, 1.0),
        ({"column": "experience", "months": [0, None], "statistic": "change"}, 2.0),
        ({"column": "experience", "months": [-1, None], "statistic": "max"}, 50.0 + 35 / 12.0),
        ({"column": "price", "months": [0, 6], "statistic": "total"}, 60.0),
        ({"table": "firms", "column": "price", "where": {"strategy": "low_price"}}, 11.0),
        ({"table": "firms", "column": "price", "where": {"strategy": "low_price"}, "across": "mean"}, 12.0),
        ({"table": "firms", "column": "price", "across": "max"}, 20.0),
        ({"table": "firms", "column": "customers", "across": "sum", "where": {"strategy": ["low_price", "lock_in"]}}, 500.0),
        ({"table": "ledger", "column": "amount"}, 105.0),
        ({"table": "ledger", "column": "amount", "where": {"conduct": "hidden_fee"},
          "per": {"table": "ledger", "column": "amount", "where": {"conduct": "bill"}}}, 0.05),
        ({"column": "price", "minus": {"column": "complaints"}}, 9.5),
    ],
)  # fmt: skip
def test_a_measure_is_what_a_hand_would_work_out(tables, given, expected):
    assert value(tables, given) == pytest.approx(expected, rel=1e-12)


def test_a_correlation_is_across_firms_that_are_there(tables):
    given = {"table": "firms", "column": "price", "correlate": "experience"}
    assert value(tables, given) == pytest.approx(np.corrcoef([10, 14, 20], [40, 44, 50])[0, 1])


def test_what_cannot_be_told_is_not_a_number(tables):
    assert np.isnan(value(tables, {"table": "firms", "column": "price", "where": {"strategy": "imitator"}}))
    assert np.isnan(value(tables, {"table": "firms", "column": "price", "correlate": "experience", "where": {"strategy": "low_price"}}))
    assert np.isnan(value(tables, {"column": "price", "per": {"column": "price", "minus": {"column": "price"}}}))


@pytest.mark.parametrize(
    "given",
    [
        "experience",
        {"table": "firms", "column": "price", "where": {"strategy": ["low_price"]}, "months": [-24, None], "across": "max",
         "statistic": "slope", "minus": {"table": "monthly", "column": "price"}, "per": {"table": "monthly", "column": "complaints"}},
    ],
)  # fmt: skip
def test_what_is_described_is_read_back(given):
    measure = Measure.parse("m", given)
    assert Measure.parse("m", measure.described()) == measure


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"column": "experiense"}, "m.column.*experience"),
        ({"table": "firm", "column": "price"}, "m.table.*firms"),
        ({"column": "price", "colum": 1}, "m.colum.*column"),
        ({"column": "price", "statistic": "meen"}, "m.statistic.*mean"),
        ({"column": "price", "months": [0.5, 2]}, "m.months"),
        ({"column": "price", "where": {"strategy": "x"}}, "m.where"),
        ({"table": "firms", "column": "strategy"}, "m.column"),
        ({"column": "price", "per": {"column": "pric"}}, "m.per.column.*price"),
        (7, "m: given 7"),
        ({}, "m: given"),
    ],
)
def test_what_is_wrong_is_named(given, words):
    with pytest.raises(BadValueError, match=words):
        Measure.parse("m", given)


@pytest.mark.parametrize(
    ("given", "unit"),
    [
        ("experience", "index"),
        ({"column": "price", "statistic": "slope"}, "£/month a year"),
        ({"column": "profit", "statistic": "total"}, "£"),
        ({"table": "firms", "column": "price", "correlate": "experience"}, ""),
        ({"column": "fines", "per": {"column": "profit"}}, ""),
    ],
)
def test_units(given, unit):
    assert Measure.parse("m", given).unit == unit
