from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.market.model import Market
from cxsim.results.columns import FIRMS, MONTHLY, SEGMENTS, TABLES
from cxsim.results.tables import Words

from .written_out import entries

ENTRANT = {"name": "Newcomer", "month": 2, "cost_advantage": 0.0, "quality": 0.6}


@pytest.fixture(scope="module")
def market():
    """Nine months with an entrant, an exit, a cartel and a regulator."""
    values = {
        "market.n_customers": 900, "market.n_firms": 3, "burn_in": 2, "months": 9, "market.entry": "named", "market.entrants": [ENTRANT],
        "firms.levers": ["all"], "firms.cartel_cooldown": 0, "regulator.annual_funding": 1e7, "regulator.fine_share_of_turnover": 0.1,
        "regulator.case_months": 2, "market.exit_after_months": 1, "regulator.redress_share": 1.0, "market.attention": 0.1,
        "firms.initial_levers": {"hidden_fee": 2.0, "loyalty_premium": 4.0},
    }  # fmt: skip
    made = Market(with_values(Config(), values), rng=5)
    while made.running:
        made.step()
        if made.month == 5:
            made.table.losses_in_a_row[1], made.table.cash[1] = 9, -1e15
    return made


def test_tables_have_the_columns_of_the_schema_in_its_order(market):
    frames = market.frames()
    assert set(frames) == set(TABLES)
    for name, columns in TABLES.items():
        assert list(frames[name].columns) == [column.name for column in columns if column.name != "replication"]


def test_every_month_has_a_row_for_the_market_and_one_for_each_segment(market):
    frames = market.frames()
    assert frames["monthly"]["month"].tolist() == list(range(9))
    assert frames["segments"]["month"].tolist() == np.repeat(range(9), 3).tolist()
    assert frames["segments"]["segment"].tolist() == ["vigilant", "inattentive", "vulnerable"] * 9


def test_a_firm_has_rows_from_its_entry_on_and_keeps_them_after_its_exit(market):
    rows = market.frames()["firms"].groupby("firm")["month"].agg(["min", "max", "count"])
    assert rows.loc["Newcomer"].tolist() == [3, 8, 6]
    assert rows.loc["Firm 1"].tolist() == [0, 8, 9]
    firms = market.frames()["firms"]
    gone = firms[(firms["firm"] == "Firm 1") & ~firms["active"]]
    assert len(gone) > 0
    assert not gone[["customers", "revenue", "share"]].to_numpy().any()


def test_market_means_are_those_of_customers(market):
    """The last month, worked out anew from the columns of customers."""
    last = market.frames()["monthly"].iloc[-1]
    columns = market.population.columns
    served = columns["supplier"] > 0
    assert last["experience"] == pytest.approx(100 * columns["experience"][served].astype(float).mean(), rel=1e-5)
    assert last["satisfaction"] == pytest.approx(columns["satisfaction"][served].astype(float).mean(), rel=1e-5)
    assert last["trust"] == pytest.approx(columns["trust"][served].astype(float).mean(), rel=1e-5)
    assert last["service"] == pytest.approx(1 - columns["problem"][served].mean())
    assert last["coverage"] == pytest.approx(served.mean())
    price = market.table.levers[columns["supplier"][served].astype(int), 0]
    assert last["price"] == pytest.approx(price.mean())
    share = np.bincount(columns["supplier"][served])[1:] / served.sum()
    assert last["hhi"] == pytest.approx(1e4 * (share**2).sum())


def test_segments_means_are_those_of_their_customers(market):
    last = market.frames()["segments"].tail(3).set_index("segment")
    columns = market.population.columns
    for number, name in enumerate(market.population.segment_names):
        theirs = columns["segment"] == number
        served = theirs & (columns["supplier"] > 0)
        assert last.loc[name, "customers"] == pytest.approx(theirs.sum() * market.population.scale)
        assert last.loc[name, "coverage"] == pytest.approx(served.sum() / theirs.sum())
        assert last.loc[name, "satisfaction"] == pytest.approx(columns["satisfaction"][served].astype(float).mean(), rel=1e-5)


def test_what_is_paid_is_what_the_ledger_says(market):
    frames = market.frames()
    ledger = frames["ledger"].pivot_table(index="month", columns="conduct", values="amount", aggfunc="sum", fill_value=0.0)
    monthly = frames["monthly"].set_index("month")
    customers = monthly["coverage"] * 1e6
    paid = sum(ledger[name] for name in ("bill", "overcharge", "loyalty_premium", "personal_premium", "hidden_fee") if name in ledger)
    assert np.allclose(monthly["price_paid"] * customers, paid)
    assert np.allclose(monthly["hidden_fees"] * customers, ledger["hidden_fee"])
    assert np.allclose(monthly["redress"], ledger.get("redress", 0.0))
    fines = sum(ledger[name] for name in ("fine", "fine_retained") if name in ledger)
    assert np.allclose(monthly["fines"], fines)
    assert np.allclose(monthly["switching_costs"] * 1e6, ledger["switching_cost"])
    assert np.allclose(monthly["regulator_spend"], ledger.get("enforcement", 0.0))
    by_segment = frames["ledger"].query("conduct == 'hidden_fee'").groupby(["month", "segment"])["amount"].sum()
    segments = frames["segments"].set_index(["month", "segment"])
    held = segments["customers"] * segments["coverage"]
    assert np.allclose((segments["hidden_fees"] * held).loc[by_segment.index], by_segment)


def test_whole_numbers_are_whole(market):
    monthly = market.frames()["monthly"]
    for name in ("cases", "cartel_members", "n_firms", "month"):
        assert monthly[name].dtype == np.int64
    firms = market.frames()["firms"]
    assert firms["active"].dtype == bool
    assert firms["cartel_member"].dtype == bool


def test_what_was_recorded_does_not_change_when_the_market_goes_on():
    made = Market(with_values(Config(), {"market.n_customers": 100, "burn_in": 0, "months": 9}), rng=1)
    for _ in range(3):
        made.step()
    before = made.frames()
    for _ in range(3):
        made.step()
    after = made.frames()
    for name in before:
        again = after[name][after[name]["month"] < 3].reset_index(drop=True)
        assert before[name].equals(again), name


def short(months=4, **values):
    made = Market(with_values(Config(), {"market.n_customers": 60, "burn_in": 0, "months": months, **values}), rng=1)
    while made.running:
        made.step()
    return made


def test_writing_into_a_table_changes_no_other_one_and_no_market():
    made = short()
    before, records = made.frames(), made.recorder.history()
    kept = {name: getattr(records, name).copy() for name in ("sums", "flows", "costs", "levers", "quality", "numbers", "month", "budget")}
    spoilt = made.frames()
    for table in spoilt.values():
        numbers = list(table.select_dtypes("number"))
        table.loc[:, numbers] = 77
        for column in set(table) - set(numbers):
            table[column] = None
    for name, table in made.frames().items():
        pd.testing.assert_frame_equal(table, before[name], check_exact=True)
    for name, values in kept.items():
        assert np.array_equal(getattr(made.recorder.history(), name), values), name


def test_months_that_do_not_lie_side_by_side_have_the_same_tables():
    made = short(6)
    before = made.frames()
    made.recorder.records = [record._replace(levers=record.levers.copy()) for record in made.recorder.records]
    for name, table in made.frames().items():
        pd.testing.assert_frame_equal(table, before[name], check_exact=True)


def test_months_beyond_those_planned_are_in_the_tables():
    made, longer = short(3), short(5)
    for _ in range(2):
        made.step()
    for name, table in longer.frames().items():
        pd.testing.assert_frame_equal(table, made.frames()[name], check_exact=True)


@pytest.mark.parametrize("last", [1, 3, 9, 20])
def test_the_last_months_are_the_end_of_all(market, last):
    first = max(0, 9 - last)
    history = market.recorder.history(last)
    for name, table in market.frames().items():
        theirs = table[table["month"] >= first].reset_index(drop=True)
        for column, values in history.columns(name).items():
            found = np.array([values.words[code] for code in values.codes]) if isinstance(values, Words) else values
            assert np.array_equal(found, theirs[column].to_numpy()), (name, column)


def test_before_the_first_reported_month_tables_are_empty_and_whole():
    made = Market(with_values(Config(), {"market.n_customers": 50, "burn_in": 4}), rng=1)
    made.step()
    for name, columns in (("monthly", MONTHLY), ("firms", FIRMS), ("segments", SEGMENTS)):
        frame = made.frames()[name]
        assert len(frame) == 0
        assert frame.dtypes.equals(short(1).frames()[name].dtypes)
        assert list(frame.columns) == [column.name for column in columns if column.name != "replication"]


def test_the_ledger_is_what_the_books_say_entry_by_entry(market):
    recorder = market.recorder
    names = [firm.name if firm else "" for firm in market.by_slot]
    expected = entries(recorder.months, recorder.books, market.population.segment_names, names)
    pd.testing.assert_frame_equal(market.frames()["ledger"], expected, check_exact=True)


def test_tables_keep_to_the_months_that_there_were_when_they_were_asked_for():
    made = Market(with_values(Config(), {"market.n_customers": 50, "burn_in": 0, "months": 4}), rng=1)
    made.step()
    tables = made.recorder.tables()
    made.step()
    assert {name: tables[name]["month"].max() for name in tables} == dict.fromkeys(TABLES, 0)
