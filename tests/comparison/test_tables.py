import numpy as np
import pandas as pd
import pytest
from scipy import stats

from cxsim.comparison.data import METRIC_NAMES
from cxsim.comparison.measures import HARMS
from cxsim.comparison.settings import Settings


def _rows(comparison, table, **keys):
    frame = comparison.table(table)
    for key, value in keys.items():
        frame = frame[frame[key] == value]
    return frame


def test_differences_are_those_of_the_pairs(small):
    frame = small.table("metrics")
    assert set(frame["regime"]) == {"strict", "banned"}
    for row in frame.itertuples():
        values = small.values(row.metric)
        paired = values[row.regime] - values["today"]
        assert row.difference == pytest.approx(paired.mean(), rel=1e-9, abs=1e-12)
        assert row.baseline == pytest.approx(values["today"].mean(), rel=1e-9, abs=1e-12)
        assert row.level == pytest.approx(values[row.regime].mean(), rel=1e-9, abs=1e-12)
        if paired.std() > 0:
            low, high = stats.ttest_1samp(paired, 0).confidence_interval(0.95)
            assert (row.low, row.high) == (pytest.approx(low, rel=1e-6, abs=1e-12), pytest.approx(high, rel=1e-6, abs=1e-12))
            low, high = stats.ttest_1samp(paired, 0).confidence_interval(1 - 0.05 / len(frame))
            assert (row.low_all, row.high_all) == (pytest.approx(low, rel=1e-6, abs=1e-12), pytest.approx(high, rel=1e-6, abs=1e-12))


def test_every_metric_is_in_one_of_the_two_tables(small):
    chosen, rest = set(small.table("metrics")["metric"]), set(small.table("other_metrics")["metric"])
    assert chosen | rest == set(METRIC_NAMES)
    assert not chosen & rest


def test_a_move_that_is_there_is_told_and_one_that_is_not_is_not(made_up):
    moved = made_up(1.0, regimes=3)
    assert set(moved.table("metrics")["told"]) == {"higher"}
    assert set(made_up(-1.0).table("metrics")["told"]) == {"lower"}
    told = [word for seed in range(40) for word in made_up(0.0, seed=seed, spread=1.0).table("metrics")["told"]]
    assert told.count("not told") >= 0.98 * len(told)


def test_false_claims_in_any_table_are_as_rare_as_they_say(made_up):
    """Regimes with the same truth and luck of their own: in each table at most one study in twenty claims anything."""
    studies = 150
    wrong = dict.fromkeys(("metrics", "segments", "firms", "harm", "accounts"), 0)
    for seed in range(studies):
        found = made_up(0.0, seed=seed, regimes=3, spread=1.0, replications=8)
        for name in wrong:
            wrong[name] += bool(found.table(name)["told"].isin(["higher", "lower"]).any())
    # Three standard errors above 5 %.
    assert max(wrong.values()) <= studies * (0.05 + 3 * np.sqrt(0.05 * 0.95 / studies))


def test_segments_of_all_people_add_up_to_the_market(small):
    whole = _rows(small, "segments", metric="surplus_all").groupby("regime", sort=False)["difference"].sum()
    population = small.regimes[0].config.market.population
    expected = 12 * population * small.differences("consumer_surplus").mean()
    assert whole.to_numpy() == pytest.approx(expected[list(whole.index)].to_numpy(), rel=1e-6)


def test_firms_add_up_to_the_market_and_to_their_strategies(small):
    frame = small.table("firms")
    profit = frame[frame["metric"] == "profit"]
    alone = profit[~profit["firm"].str.startswith("all ")].groupby("regime", sort=False)["difference"].sum()
    together = profit[profit["firm"].str.startswith("all ")].groupby("regime", sort=False)["difference"].sum()
    expected = 12 * small.differences("profit").mean()
    assert alone.to_numpy() == pytest.approx(expected[list(alone.index)].to_numpy(), rel=1e-9)
    assert together.to_numpy() == pytest.approx(alone.to_numpy(), rel=1e-9)


def test_the_harm_ledger_adds_up(small):
    frame = small.table("harm")
    for column in ("baseline", "level", "difference"):
        parts = frame[frame["conduct"] != "all"].groupby("regime", sort=False)[column].sum()
        sums = frame[frame["conduct"] == "all"].set_index("regime")[column]
        assert parts.to_numpy() == pytest.approx(sums[list(parts.index)].to_numpy(), rel=1e-9)
    assert list(frame[frame["regime"] == "strict"]["conduct"]) == [*HARMS, "all"]
    banned = frame[frame["regime"] == "banned"].set_index("conduct")
    assert banned.loc["hidden_fee", "level"] == 0
    assert banned.loc["hidden_fee", "told"] == "lower"


def test_accounts_add_up_and_their_regulators_money_is_that_of_the_ledger(small):
    frame = small.table("accounts")
    for regime in ("strict", "banned"):
        rows = frame[frame["regime"] == regime].set_index("metric")["difference"]
        assert rows["total"] == pytest.approx(rows[["customers", "firms", "treasury", "regulator"]].sum(), rel=1e-9)
    strict = frame[frame["regime"] == "strict"].set_index("metric")
    assert strict.loc["funding", "difference"] == pytest.approx(small.regimes[1].config.regulator.annual_funding)


def test_gain_per_pound_is_gain_over_cost(small):
    frame = small.table("per_pound")
    gain = small.differences("customers")["strict"]
    cost = small.regimes[1].config.regulator.annual_funding
    row = frame[(frame["regime"] == "strict") & (frame["ratio"] == "per_public_pound")].iloc[0]
    assert row["value"] == pytest.approx(gain.mean() / cost, rel=1e-9)
    low, high = stats.ttest_1samp(gain / cost, 0).confidence_interval(0.95)
    assert (row["low"], row["high"]) == (pytest.approx(low, rel=1e-6), pytest.approx(high, rel=1e-6))
    accounts = small.table("accounts")
    told = accounts[(accounts["regime"] == "strict") & (accounts["metric"] == "customers")]["told"].item()
    assert (row["low_all"] > 0 or row["high_all"] < 0) == (told in ("higher", "lower"))
    assert set(frame[frame["regime"] == "banned"]["kind"]) == {"undefined"}


def test_the_gap_is_about_the_worst_off_or_the_one_asked_for(small, made_up):
    frame = small.table("gap")
    surplus = small.data.segments["consumer_surplus"][:, 0].mean(axis=0)
    assert frame["segment"].iloc[0] == small.data.segment_names[int(np.argmin(surplus))]
    rows = frame[frame["regime"] == "strict"].set_index("segment")["difference"]
    assert rows["advantage"] == pytest.approx(rows.iloc[0] - rows["all others"], rel=1e-9, abs=1e-9)
    asked = made_up(settings=Settings(focus="vigilant"))
    assert list(asked.table("gap")["segment"]) == ["vigilant", "all others", "advantage"]


def test_columns_are_described_and_answers_can_hold_all_tables(small):
    for table in small.tables.values():
        assert all(column.meaning for column in table.columns)
        assert isinstance(table.frame, pd.DataFrame)
        assert not table.frame.empty


def test_levels_are_there_for_every_regime(small):
    frame = small.table("levels")
    assert set(frame["regime"]) == {"today", "strict", "banned"}
    row = frame[(frame["regime"] == "today") & (frame["metric"] == "experience")].iloc[0]
    assert row["low"] < row["level"] < row["high"]
