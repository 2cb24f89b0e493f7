"""What the charts draw is what the run's tables say."""

import numpy as np
import pytest

from cxsim.app.picture import FLOWS, LINES, METRICS, Picture, average, difference, past_year, picture
from cxsim.config.load import load, with_values
from cxsim.market.model import Market
from cxsim.results.intervals import mean_interval
from cxsim.results.run import run_config

CONFIG = load("market=home_insurance", "regulator=stylised_continental", "market.n_customers=250", "months=30", "burn_in=4",
              "replications=3", "regulator.case_months=3")  # fmt: skip


def painted(config, replication=0):
    market = Market(config, rng=config.seed, replication=replication)
    while market.running:
        market.step()
    return picture(market)


@pytest.fixture(scope="module")
def run():
    return run_config(CONFIG, progress=False)


@pytest.fixture(scope="module")
def pictures():
    return [painted(CONFIG, number) for number in range(3)]


def test_lines_are_the_columns_of_the_run(run, pictures):
    for number, one in enumerate(pictures):
        monthly = run.monthly[run.monthly["replication"] == number]
        for name in set(LINES) & set(monthly.columns):
            np.testing.assert_array_equal(one.lines[name], monthly[name].to_numpy())
        assert set(one.lines) == set(LINES)
        people = CONFIG.market.population
        np.testing.assert_array_equal(one.lines["firms_profit"], monthly["profit"] / people)
        np.testing.assert_array_equal(one.lines["budget"], monthly["regulator_budget"])
        np.testing.assert_allclose(one.lines["spent"], monthly["regulator_spend"].cumsum())
        np.testing.assert_allclose(one.lines["fined"], monthly["fines"].cumsum(), rtol=1e-12)
        np.testing.assert_allclose(one.lines["leavers"][11:], 100 * monthly["churn"].rolling(12).mean().to_numpy()[11:], rtol=1e-9)


def test_the_ends_are_those_of_the_runs_summary_to_the_last_digit(run, pictures):
    summary = run.summary()
    summary = summary[summary["segment"] == ""].set_index("metric")
    ends = average(pictures).ends
    for place, name in enumerate(METRICS):
        assert ends.mean[place] == summary.loc[name, "end"]


def test_shares_prices_and_what_firms_take_are_those_of_the_tables(run, pictures):
    firms = run.firms[run.firms["replication"] == 0]
    ledger = run.ledger[run.ledger["replication"] == 0]
    taken = ledger[ledger["conduct"].isin(["overcharge", "loyalty_premium", "personal_premium", "hidden_fee", "unwanted_extra"])]
    one = pictures[0]
    for row, name in enumerate(one.firms):
        own = firms[firms["firm"] == name].set_index("month")
        np.testing.assert_allclose(one.share[row][own.index], own["share"])
        np.testing.assert_array_equal(one.price[row][own.index], own["price"])
        for month in (3, 20):
            since = range(max(0, month - 11), month + 1)
            amount = taken[(taken["firm"] == name) & taken["month"].isin(since)]["amount"].sum()
            held = own["customers"].reindex(since).sum()
            if held > 0:
                assert one.extraction[row, month] == pytest.approx(amount / held)


def test_the_ledger_by_segment_adds_up_to_what_segments_paid(run, pictures):
    ledger = run.ledger[run.ledger["replication"] == 0]
    segments = run.segments[run.segments["replication"] == 0]
    one = pictures[0]
    people = [CONFIG.market.population * segment["share"] for segment in CONFIG.customers.segments]
    everyone = dict(zip(one.segments, people, strict=True))
    for flow, parts in FLOWS.items():
        for place, name in enumerate(one.segments):
            rows = ledger[(ledger["segment"] == name) & ledger["conduct"].isin(parts) & (ledger["month"] >= 18)]
            amount = rows["amount"].sum() / 12 / everyone[name]
            assert one.ledger[list(FLOWS).index(flow), place, 29] == pytest.approx(amount, rel=1e-6, abs=1e-12)
    assert set(segments["segment"]) == set(one.segments)


def test_past_year_is_the_mean_of_up_to_twelve_months():
    values = np.arange(20.0)
    np.testing.assert_allclose(past_year(values)[:3], [0.0, 0.5, 1.0])
    assert past_year(values)[19] == np.mean(values[8:20])
    assert past_year(np.ones((2, 3, 5))).shape == (2, 3, 5)


def test_averages_are_means_with_their_intervals(pictures):
    averaged = average(pictures)
    expected = mean_interval(np.stack([one.lines["experience"] for one in pictures]))
    np.testing.assert_array_equal(averaged.lines["experience"].mean, expected.mean)
    np.testing.assert_array_equal(averaged.lines["experience"].low, expected.low)
    assert averaged.count == 3
    assert np.isnan(average(pictures[:1]).lines["experience"].low).all()


def test_differences_are_paired(pictures):
    other = [painted(with_values(CONFIG, {"market.ban_price_walking": True}), number) for number in range(3)]
    found = difference(pictures, other)
    expected = mean_interval(np.stack([after.ends - before.ends for before, after in zip(pictures, other, strict=True)]))
    np.testing.assert_array_equal(found.mean, expected.mean)
    place = METRICS.index("loyalty_premium")
    assert found.high[place] < 0
    np.testing.assert_array_equal(difference(pictures, pictures).mean, np.zeros(len(METRICS)))


def test_a_firm_that_came_in_one_replication_only_is_averaged_over_that_one():
    def made(firms, share):
        lines = {name: np.zeros(2) for name in LINES}
        grid = np.array(share, dtype=float)
        return Picture(lines, np.zeros(len(METRICS)), firms, grid, grid, grid, ("all",), np.zeros((len(FLOWS), 1, 2)))

    averaged = average([made(("a",), [[1.0, 1.0]]), made(("a", "b"), [[0.5, 0.4], [np.nan, 0.6]])])
    assert averaged.firms == ("a", "b")
    np.testing.assert_allclose(averaged.share[0], [0.75, 0.7])
    assert np.isnan(averaged.share[1, 0])
    assert averaged.share[1, 1] == 0.6


def test_a_part_of_a_run_is_the_beginning_of_the_whole():
    market = Market(CONFIG, rng=CONFIG.seed)
    while market.month < 10:
        market.step()
    part, whole = picture(market), painted(CONFIG)
    for name, values in part.lines.items():
        np.testing.assert_array_equal(values, whole.lines[name][:10])
    np.testing.assert_array_equal(part.ledger, whole.ledger[..., :10])
