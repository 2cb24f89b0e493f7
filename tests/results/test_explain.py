"""What is explained afterwards, held against what the run itself reported."""

import numpy as np
import pytest

from cxsim.config.errors import BadValueError
from cxsim.config.load import load, with_values
from cxsim.results.explain import NOBODY, NOTABLE, explain_month, follow_customer, notable_customers
from cxsim.results.run import run_config

CONFIG = load("market=home_insurance", "regulator=stylised_continental", "market.n_customers=300", "months=18", "burn_in=6", "seed=2",
              "regulator.case_months=3", "figures=false")  # fmt: skip


@pytest.fixture(scope="module")
def run():
    return run_config(CONFIG, progress=False)


@pytest.fixture(scope="module")
def told():
    return {month: explain_month(CONFIG, month) for month in range(6, 15)}


def test_flows_add_up_to_each_firms_joiners_and_leavers(run, told):
    for month, explained in told.items():
        firms = run.firms[run.firms["month"] == month].set_index("firm")
        left = explained.flows.groupby("origin")["customers"].sum()
        joined = explained.flows.groupby("target")["customers"].sum()
        for firm, row in firms.iterrows():
            assert left.get(firm, 0.0) == pytest.approx(row["leavers"])
            assert joined.get(firm, 0.0) == pytest.approx(row["joiners"])


def test_those_who_moved_are_among_those_who_looked(told):
    for explained in told.values():
        assert (explained.looked["moved"] <= explained.looked["customers"] + 1e-6).all()
        assert explained.looked["moved"].sum() == pytest.approx(explained.flows["customers"].sum())
        assert explained.people == pytest.approx(CONFIG.market.population)


def test_main_reasons_count_every_leaver_once(told):
    for explained in told.values():
        left = explained.flows[explained.flows["origin"] != NOBODY]["customers"].sum()
        assert explained.moved["customers"].sum() == pytest.approx(left)


def test_changed_levers_are_those_that_the_run_reports(run, told):
    firms = run.firms.set_index(["month", "firm"])
    seen = 0
    for month, explained in told.items():
        for row in explained.levers.itertuples():
            if row.lever in firms.columns:
                assert firms.loc[(month - 1, row.firm), row.lever] == pytest.approx(row.before)
                assert firms.loc[(month, row.firm), row.lever] == pytest.approx(row.after)
                seen += 1
    assert seen > 5


def test_fines_are_told_in_the_month_in_which_they_are_paid(run, told):
    for month, explained in told.items():
        fined = run.firms[(run.firms["month"] == month) & (run.firms["fines"] > 0)]["firm"]
        assert {event.split(" was found")[0] for event in explained.events if "fined" in event} == set(fined)
    assert any("fined" in event for explained in told.values() for event in explained.events)


def test_a_cartel_that_forms_and_a_firm_that_enters_are_told():
    cartel = load("market=generic", "firms=cartelist", "market.n_firms=2", "firms.cartel_cooldown=4", "market.n_customers=200", "burn_in=0")
    assert any("cartel formed" in event for month in range(4, 8) for event in explain_month(cartel, month).events)
    entry = with_values(CONFIG, {"market.entry": "named", "burn_in": 0, "market.entrants": [{"name": "Newcomer", "month": 5}]})
    assert any("Newcomer entered" in event for month in range(3, 8) for event in explain_month(entry, month).events)


@pytest.mark.parametrize("month", [-1, 18, 10_000])
def test_a_month_that_the_run_does_not_report_is_refused(month):
    with pytest.raises(BadValueError, match="month"):
        explain_month(CONFIG, month)


def test_what_all_customers_paid_is_what_the_ledger_booked():
    small = with_values(CONFIG, {"market.n_customers": 24, "months": 8, "burn_in": 2, "market.extra_price": 0.1,
                                 "market.extra_offers": 0.5,
                                 "firms.initial_levers": {"dark_pattern": 0.8}, "customers.avoidance_cost": 0.02,
                                 "customers.vigilance": 0.4, "customers.foresight": 0.3})  # fmt: skip
    followed = [follow_customer(small, index).months for index in range(24)]
    scale = small.market.population / 24
    ledger = run_config(small, progress=False).ledger
    for month in range(8):
        rows = ledger[ledger["month"] == month].groupby("conduct", observed=True)["amount"].sum()
        booked = sum(rows.get(conduct, 0.0) for conduct in ("bill", "overcharge", "loyalty_premium", "personal_premium"))
        assert scale * sum(table["paid"][month] for table in followed) == pytest.approx(booked, rel=1e-5)
        assert scale * sum(table["hidden_fee"][month] for table in followed) == pytest.approx(rows.get("hidden_fee", 0.0), rel=1e-5)
        unwanted = scale * sum(table["extra"][month] for table in followed if table["unwanted"][month])
        assert unwanted == pytest.approx(rows.get("unwanted_extra", 0.0), rel=1e-5)
        extras = rows.get("extra", 0.0) + rows.get("unwanted_extra", 0.0)
        assert scale * sum(table["extra"][month] for table in followed) == pytest.approx(extras, rel=1e-5)
    assert ledger[ledger["conduct"] == "unwanted_extra"]["amount"].sum() > 0


def test_one_customers_run_hangs_together():
    followed = follow_customer(CONFIG, notable_customers(CONFIG)["most moves"])
    months = followed.months
    assert list(months["month"]) == list(range(18))
    moved = months["moved_from"] != ""
    assert moved.any()
    assert months.loc[moved, "looked"].all()
    assert (months.loc[moved, "why_moved"] != "").all()
    assert (months.loc[~moved, "gain"] == 0).all()
    assert (months["why_looked"] != "").equals(months["looked"])
    before = months["supplier"].shift(1)
    assert (months["moved_from"][1:][moved[1:]] == before[1:][moved[1:]]).all()
    assert (months["tenure"][moved & (months["supplier"] != NOBODY)] == 1).all()
    assert followed.traits["segment"] in {segment["name"] for segment in CONFIG.customers.segments}


def test_discovering_a_charge_costs_trust():
    changes = {"customers.vigilance": 0.1, "market.max_hidden_fee": 0.3, "firms.strategy": "hidden_fee_seller", "burn_in": 0}
    found = 0
    for index in range(6):
        months = follow_customer(with_values(CONFIG, changes), index).months
        fresh = months["aware"] & ~months["aware"].shift(1, fill_value=True) & (months["moved_from"] == "")
        assert (months["trust"][fresh] < months["trust"].shift(1)[fresh]).all()
        found += fresh.sum()
    assert found > 0


@pytest.mark.parametrize("index", [-1, 300])
def test_a_customer_that_there_is_not_is_refused(index):
    with pytest.raises(BadValueError, match="customer"):
        follow_customer(CONFIG, index)


def test_notable_customers_are_what_they_are_said_to_be():
    small = with_values(CONFIG, {"market.n_customers": 30, "months": 12, "burn_in": 0})
    notable = notable_customers(small)
    assert set(notable) == set(NOTABLE)
    followed = [follow_customer(small, index).months for index in range(30)]
    moves = np.array([((table["moved_from"] != "") & (table["moved_from"] != NOBODY)).sum() for table in followed])
    assert moves[notable["most moves"]] == moves.max()
    assert moves[notable["longest loyal"]] == 0
    problems = np.array([table["problem"].sum() for table in followed])
    assert problems[notable["most problems"]] == problems.max()


def test_a_tick_may_stop_the_work():
    class StopError(Exception):
        pass

    def stop():
        raise StopError

    for work, arguments in ((explain_month, (CONFIG, 3)), (follow_customer, (CONFIG, 0)), (notable_customers, (CONFIG,))):
        with pytest.raises(StopError):
            work(*arguments, tick=stop)
