import numpy as np
import pytest

from cxsim.market.ledger import CUSTOMER_FLOWS, FIRM_FLOWS, REGULATOR_FLOWS
from cxsim.results.columns import CONDUCTS
from cxsim.sweeps.api import execute
from cxsim.sweeps.reading import read
from cxsim.sweeps.series import series

LIVELY = {"market.n_customers": 60, "months": 8, "burn_in": 1, "regulator.annual_funding": 1e7, "regulator.fine_share_of_turnover": 0.1}


@pytest.fixture(scope="module")
def market(play):
    return play({**LIVELY, "firms.strategy": ["price_walker", "hidden_fee_seller"]})


@pytest.mark.parametrize("kind", ["monthly", "segments", "firms"])
def test_tables_are_those_of_the_recorder(market, kind):
    table = market.frames()[kind]
    found = series(market, [kind])[kind]
    assert list(found) == list(table)
    for name in table:
        assert np.array_equal(found[name], table[name].to_numpy()), name


def test_the_ledger_holds_every_pound_by_month_segment_and_conduct(market):
    found = series(market, ["ledger"])["ledger"]
    ledger = market.frames()["ledger"]
    assert set(found) - {"month", "segment"} == set(CONDUCTS)
    for conduct in (*CUSTOMER_FLOWS, *FIRM_FLOWS, *REGULATOR_FLOWS):
        booked = ledger[ledger["conduct"] == conduct].groupby(["month", "segment"])["amount"].sum()
        rows = found[conduct] != 0
        kept = dict(zip(zip(found["month"][rows], found["segment"][rows], strict=True), found[conduct][rows], strict=True))
        assert kept == pytest.approx(booked.to_dict(), rel=1e-12)
    assert found["bill"].sum() > 0
    assert found["enforcement"].sum() > 0


def test_the_last_months_alone_are_the_end_of_all(market):
    whole, end = (series(market, ("monthly", "ledger"), last) for last in (None, 3))
    for kind in whole:
        for name in whole[kind]:
            assert np.array_equal(whole[kind][name][-len(end[kind][name]) :], end[kind][name])


def test_what_is_not_asked_for_is_not_worked_out(market):
    assert series(market, ()) == {}


def test_a_sweep_keeps_them_for_every_run(scenarios, tmp_path):
    made = scenarios({"market.n_firms": [2, 3]})
    execute(made, tmp_path / "s", executor="serial", progress=False, tables=("segments", "firms", "ledger"))
    runs = read(tmp_path / "s").to_pandas()
    for kind, rows in {"segments": 3 * 2, "firms": None, "ledger": 4 * 2}.items():
        table = read(tmp_path / "s", kind).to_pandas()
        counts = table.groupby("id").size()
        assert set(counts.index) == set(runs["id"])
        if rows:
            assert set(counts) == {rows}
    firms = read(tmp_path / "s", "firms").to_pandas()
    assert firms.groupby("point")["firm"].nunique().tolist() == [2, 3]
    assert firms["active"].dtype == bool


def test_tables_are_those_of_the_run_and_each_is_made_once_when_asked_for():
    from cxsim.config.load import with_values
    from cxsim.config.run import Config
    from cxsim.market.model import Market
    from cxsim.results.columns import TABLES
    from cxsim.sweeps.series import Tables

    market = Market(with_values(Config(), {"market.n_customers": 50, "months": 3, "burn_in": 0}))
    while market.running:
        market.step()
    tables, frames = Tables(market), market.frames()
    assert set(tables) == set(frames) == set(TABLES)
    for kind, frame in frames.items():
        assert tables[kind].equals(frame)
        assert tables[kind] is tables[kind]
