"""Differences are those of the tables, paired by replication; pounds are those of the ledger."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from cxsim.branching import differences
from cxsim.branching.differences import BY_MONTH, BY_PERIOD, IN_POUNDS, PARTIES, Period, first_felt, periods
from cxsim.config.errors import BadValueError
from cxsim.results.columns import MONTHLY, SEGMENTS
from cxsim.results.summary import KEYS

from . import made


@pytest.mark.parametrize(("month", "months", "expected"), [
    (60, 120, [Period("first", 60, 72), Period("last", 108, 120), Period("all", 60, 120)]),
    (8, 18, [Period("first", 8, 13), Period("last", 13, 18), Period("all", 8, 18)]),
    (17, 18, [Period("first", 17, 18), Period("last", 17, 18), Period("all", 17, 18)]),
    (15, 18, [Period("first", 15, 16), Period("last", 17, 18), Period("all", 15, 18)]),
])  # fmt: skip
def test_the_first_and_the_last_months_do_not_overlap(month, months, expected):
    assert periods(month, months) == expected


def test_monthly_differences_are_paired_by_replication():
    branches = made.branches()
    table = branches.differences()
    assert list(table) == [column.name for column in BY_MONTH]
    assert set(table["month"]) == set(range(8, 18))
    assert set(table["metric"]) == {column.name for column in MONTHLY} - set(KEYS)
    for metric in ("experience", "price_paid", "profit"):
        pair = [run.monthly.pivot_table(metric, "replication", "month") for run in (branches.base, branches.runs["ban"])]
        paired = pair[1] - pair[0]
        rows = table[(table["future"] == "ban") & (table["metric"] == metric)].set_index("month")
        assert rows["base"].to_numpy() == pytest.approx(pair[0].mean().loc[8:].to_numpy())
        assert rows["difference"].to_numpy() == pytest.approx(paired.mean().loc[8:].to_numpy())
        for month in (8, 17):
            low, high = stats.t.interval(0.95, 2, paired[month].mean(), stats.sem(paired[month]))
            assert rows.loc[month, ["low", "high"]].tolist() == pytest.approx([low, high])


def test_segments_have_differences_of_their_own():
    branches = made.branches()
    table = branches.differences("segments")
    assert set(table["segment"]) == set(branches.base.segments["segment"].unique())
    assert set(table["metric"]) == {column.name for column in SEGMENTS} - set(KEYS)
    row = table.query("future == 'ban' and segment == 'vulnerable' and month == 12 and metric == 'experience'").iloc[0]
    rows = [run.segments.query("segment == 'vulnerable' and month == 12") for run in (branches.base, branches.runs["ban"])]
    assert row["difference"] == pytest.approx((rows[1]["experience"].to_numpy() - rows[0]["experience"].to_numpy()).mean())
    with pytest.raises(BadValueError, match=r"table: given 'segment'; allowed: monthly or segments\. Did you mean segments"):
        branches.differences("segment")


def test_periods_are_means_of_months():
    branches = made.branches()
    table = branches.effects
    assert list(table) == [column.name for column in BY_PERIOD]
    row = table.query("future == 'ban' and segment == '' and period == 'last' and metric == 'hidden_fees'").iloc[0]
    monthly = branches.differences().query("future == 'ban' and metric == 'hidden_fees' and month >= 13")
    assert (row["start"], row["months"]) == (13, 5)
    for column in ("base", "value", "difference"):
        assert row[column] == pytest.approx(monthly[column].mean())


def test_nothing_differs_where_nothing_changes():
    branches = made.branches()
    for table in (branches.effects, branches.pounds, branches.differences(), branches.differences("segments")):
        rows = table[table["future"] == "nothing"]
        assert (rows[["difference", "low", "high"]] == 0).all(axis=None)
    assert branches.first_felt["nothing"] is None
    assert branches.first_felt["ban"] == 8


def test_the_month_in_which_a_change_is_first_felt():
    """Money comes with the regulator's next year: the burn-in has 2 months, so years begin in month 10."""
    from cxsim.branching.branch import branch

    branches = branch(made.config("regulator=none"), 4, {"money": "regulator.annual_funding=1e6"}, progress=False)
    assert branches.first_felt == {"money": 10}
    assert first_felt(branches.base, branches.runs["money"], 12) == 12


def test_gains_are_those_of_the_ledger():
    """Firms' and the public purse's gains are what the ledger's double entries leave with them; the oracle sums entries by party."""
    branches = made.branches()
    for party, members in (("firms", ("firm",)), ("public purse", ("treasury", "regulator"))):
        gains = []
        for run in (branches.base, branches.runs["uncapped"]):
            ledger = run.ledger.query("month >= 13")
            taken = ledger[ledger["payee"].isin(members)].groupby("replication")["amount"].sum()
            given = ledger[ledger["payer"].isin(members)].groupby("replication")["amount"].sum()
            gains.append(taken.reindex(range(3), fill_value=0) - given.reindex(range(3), fill_value=0))
        yearly = (gains[1] - gains[0]) * 12 / 5
        rows = branches.pounds[branches.pounds["party"] == party]
        row = rows.query("future == 'uncapped' and period == 'last'").iloc[0]
        assert row["difference"] == pytest.approx(yearly.mean(), rel=1e-9, abs=1e-3)


def test_all_together_is_the_sum_of_the_three():
    table = made.branches().pounds
    assert list(table) == [column.name for column in IN_POUNDS]
    assert set(table["party"]) == set(PARTIES)
    wide = table.pivot_table("difference", ["future", "period"], "party")
    assert wide["all together"].to_numpy() == pytest.approx(wide[["customers", "firms", "public purse"]].sum(axis=1).to_numpy())


def test_one_replication_has_no_interval():
    branches = made.branches(replications=1)
    assert branches.effects["low"].isna().all()
    assert branches.effects["difference"].notna().all()
    assert np.isfinite(branches.pounds["difference"]).all()
    assert differences.by_month(branches.base, branches.changed, 8)["high"].isna().all()
