"""The market as a whole: a month in order, the same bits however it is run, nobody lost on the way."""

from __future__ import annotations

import mesa
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from cxsim.config.errors import CxsimError
from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.customers.tables import CHUNK, SUM
from cxsim.market.ledger import C
from cxsim.market.model import Market
from cxsim.results.columns import TABLES

from .configs import markets

PATIENT = settings(max_examples=60, suppress_health_check=list(HealthCheck))
BUSY = {
    "firms.levers": ["all"], "regulator.annual_funding": 2e6, "regulator.fine_share_of_turnover": 0.1, "regulator.case_months": 3,
    "market.n_firms": 4, "months": 10, "burn_in": 2, "market.n_customers": 300,
}  # fmt: skip


def market_of(values, rng=1, **more):
    return Market(with_values(Config(), values), rng=rng, **more)


def play(market):
    while market.running:
        market.step()
    return market


def same_bits(one, two):
    for name, column in one.population.columns.items():
        assert np.array_equal(column, two.population.columns[name]), name
    assert np.array_equal(one.table.levers, two.table.levers)
    frames = one.frames(), two.frames()
    for name in frames[0]:
        pd.testing.assert_frame_equal(frames[0][name], frames[1][name], check_exact=True)


# --- conservation and ranges -------------------------------------------------------------------------------------------


@given(markets())
@PATIENT
def test_customers_are_conserved_and_everything_stays_in_its_range_in_every_market(values):
    market = market_of(values, rng=4)
    n = market.population.n
    while market.running:
        market.step()
        columns, table = market.population.columns, market.table
        supplier = columns["supplier"].astype(int)
        assert np.all((supplier >= 0) & (supplier < len(table)))
        counts = np.bincount(supplier, minlength=len(table))
        assert counts.sum() == n
        assert not counts[1:][~table.active[1:]].any()
        for name in ("satisfaction", "expectation", "trust", "experience", "aware", "problem"):
            assert 0 <= columns[name].min() <= columns[name].max() <= 1, name
        assert np.all((columns["tenure"] >= -1) & (columns["tenure"] <= 1200))
        assert np.all(columns["tenure"][supplier > 0] >= 1)
        assert np.all((table.perceived_detection >= 0) & (table.perceived_detection <= 1))
        assert np.all(table.levers[1:] >= market.limits.low - 1e-12)
        assert np.all(table.levers[1:] <= market.limits.high + 1e-12)
        assert np.all((table.quality >= 0) & (table.quality <= 1))
        assert np.all(table.severity >= 0)
        assert np.isfinite(table.cash).all()


@given(markets())
@PATIENT
def test_every_number_of_every_table_is_finite_and_in_the_range_of_its_column(values):
    market = play(market_of(values, rng=5))
    for name, frame in market.frames().items():
        columns = {column.name: column for column in TABLES[name]}
        assert set(frame.columns) == set(columns) - {"replication"}
        for label in frame.columns:
            if label in ("firm", "strategy", "segment", "payer", "payee", "conduct"):
                continue
            found = frame[label].to_numpy(dtype=float)
            assert np.isfinite(found).all(), (name, label)
            low, high = columns[label].low, columns[label].high
            if name == "monthly" and label in ("job_outcome",) and market.config.market.job_circle is not None:
                continue  # distance on the circle counts against the outcome
            slack = 1e-6 * max(1.0, abs(high or 0.0), np.abs(found).max(initial=0))
            assert low is None or len(found) == 0 or found.min() >= low - slack, (name, label, found.min())
            assert high is None or len(found) == 0 or found.max() <= high + slack, (name, label, found.max())


def test_the_market_table_agrees_with_the_table_of_firms():
    market = play(market_of(BUSY))
    frames = market.frames()
    monthly, firms = frames["monthly"].set_index("month"), frames["firms"]
    grouped = firms.groupby("month")
    assert np.allclose(grouped["profit"].sum(), monthly["profit"])
    assert np.allclose(grouped["fines"].sum(), monthly["fines"])
    assert np.allclose(grouped["share"].sum(), 1.0)
    assert np.allclose(1e4 * grouped["share"].apply(lambda share: (share**2).sum()), monthly["hhi"])
    assert np.allclose(grouped["customers"].sum(), monthly["coverage"] * 1e6)
    paid = grouped["revenue"].sum() / grouped["customers"].sum()
    assert np.allclose(paid, monthly["price_paid"])
    assert np.array_equal(grouped["active"].sum(), monthly["n_firms"])
    segments = frames["segments"].groupby("month")
    assert np.allclose(segments["customers"].sum(), 1e6)


def test_tables_hold_the_reported_months_and_only_those():
    market = play(market_of(BUSY | {"burn_in": 7}))
    for name, frame in market.frames().items():
        if name != "ledger":
            assert sorted(frame["month"].unique()) == list(range(10))
    assert market.month == 10


def test_tables_can_be_asked_for_at_any_time():
    market = market_of(BUSY)
    assert len(market.frames()["monthly"]) == 0
    for _ in range(4):
        market.step()
    assert market.frames()["monthly"]["month"].tolist() == [0, 1]
    assert len(market.frames()["firms"]) == 8


# --- the same bits -----------------------------------------------------------------------------------------------------


def test_one_seed_gives_the_same_bits_again_and_another_seed_or_replication_does_not():
    one = play(market_of(BUSY))
    same_bits(one, play(market_of(BUSY)))
    for other in (play(market_of(BUSY, rng=2)), play(market_of(BUSY, replication=1))):
        assert not np.array_equal(one.frames()["monthly"]["experience"], other.frames()["monthly"]["experience"])


@pytest.mark.parametrize("threads", [2, 4])
def test_threads_do_not_change_a_bit(threads):
    values = BUSY | {"market.n_customers": 4 * CHUNK + 100, "months": 4, "burn_in": 0}
    same_bits(play(market_of(values)), play(market_of(values | {"threads": threads})))


def test_looking_at_the_market_does_not_change_a_bit():
    """A data collector that asks customers and firms, shuffles and samples between the months."""
    plain, watched = market_of(BUSY), market_of(BUSY)
    collector = mesa.DataCollector(
        model_reporters={"satisfaction": lambda m: m.customers.agg("satisfaction", np.mean), "n": lambda m: len(m.agents)},
        agent_reporters={"id": "unique_id"},
    )
    while plain.running:
        plain.step()
        watched.step()
        collector.collect(watched)
        watched.agents.shuffle()
        watched.customers.select(at_most=0.1)
        watched.random.random()
        watched.frames()
    same_bits(plain, watched)
    assert len(collector.get_model_vars_dataframe()) == 12


def test_other_markets_in_between_do_not_change_a_bit():
    alone, among = market_of(BUSY), market_of(BUSY)
    while alone.running:
        alone.step()
    while among.running:
        other = market_of(BUSY | {"market.n_firms": 2, "threads": 2}, rng=9)
        other.step()
        among.step()
        other.step()
    same_bits(alone, among)


def test_values_by_keyword_and_by_configuration_are_the_same():
    config = with_values(Config(), BUSY)
    same_bits(play(Market(config, rng=3, **{"market.n_firms": 3})), play(market_of(BUSY | {"market.n_firms": 3}, rng=3)))


def test_the_seed_of_the_configuration_is_used_where_none_is_given():
    config = with_values(Config(), BUSY | {"seed": 11})
    same_bits(play(Market(config)), play(market_of(BUSY, rng=11)))


@pytest.mark.parametrize("rng", [-1, "lucky", 1.5])
def test_what_is_no_seed_is_refused_clearly(rng):
    with pytest.raises(CxsimError, match="seed"):
        market_of(BUSY, rng=rng)


# --- a month in order --------------------------------------------------------------------------------------------------


def test_the_reference_price_follows_what_firms_advertise():
    values = BUSY | {
        "market.reference_price_speed": 1.0, "firms.initial_price": 30.0, "firms.initial_price_spread": 0.0, "firms.levers": ["disclosure"],
    }  # fmt: skip
    market = market_of(values)
    assert market.reference_price == 50.0
    market.step()
    assert market.reference_price == pytest.approx(30.0)
    still = market_of(values | {"market.reference_price_speed": 0.0})
    still.step()
    assert still.reference_price == 50.0


def test_no_bill_exceeds_a_price_cap():
    """The cap is on price and premiums; hidden fees escape it, prices made from data do not."""
    cap = 46.0
    own = {"firms.initial_levers": {"personalisation": 1.0}, "firms.insight": 1.0, "market.intro_months": 1}
    values = BUSY | own | {"market.price_cap": cap}
    market = market_of(values)
    for _ in range(6):
        market.step()
        flows = market.book.customers[:, 1:, [C[name] for name in ("bill", "overcharge", "loyalty_premium", "personal_premium")]]
        assert flows.sum(axis=(0, 2)).max() > 0
        assert np.all(flows.sum(axis=(0, 2)) <= cap * market.table.customers[1:] * (1 + 1e-6))


def test_firms_take_turns_and_each_reviews_once_in_a_round():
    market = market_of({"market.n_firms": 5, "market.review_months": 4, "market.n_customers": 100, "burn_in": 0, "firms.levers": ["price"]})
    reviewed = {firm.slot: [] for firm in market.firms}
    for firm in market.firms:
        firm.strategy.review = lambda firm, market: reviewed[firm.slot].append(market.month) or {}
    for _ in range(12):
        market.step()
    assert all(len(months) == 3 and np.all(np.diff(months) == 4) for months in reviewed.values())
    assert len({months[0] for months in reviewed.values()}) == 4


def test_all_firms_that_review_see_the_market_as_it_was():
    """With every firm reviewing each month, the order of firms gives none of them a look at another's new price."""
    seen = {}
    market = market_of({"market.n_firms": 3, "market.review_months": 1, "market.n_customers": 100, "burn_in": 0})
    for firm in market.firms:

        def review(firm, market):
            seen[firm.slot] = [each.price for each in market.firms]
            return {"price": firm.price + 1}

        firm.strategy.review = review
    market.step()
    assert seen[1] == seen[2] == seen[3]


def test_joiners_and_leavers_explain_every_change_of_customers():
    market = market_of(BUSY | {"market.attention": 0.3})
    had = market.table.customers.copy()
    for _ in range(6):
        market.step()
        table = market.table
        assert np.allclose(table.customers[1:], had[1:] + table.joiners[1:] - table.leavers[1:])
        had = table.customers.copy()


def test_churn_is_twelve_times_the_share_who_leave_in_a_month():
    market = market_of(BUSY | {"burn_in": 0, "market.attention": 0.2})
    held = market.population.n
    market.step()
    left = market.recorder.records[0].sums[:, 1:, SUM["leavers"]].sum()
    assert market.frames()["monthly"]["churn"][0] == pytest.approx(12 * left / held)


def test_the_names_of_jobs_are_those_of_the_market():
    market = market_of(BUSY)
    jobs = {job["name"] for job in market.config.market.jobs}
    assert {market.profile_job_name(profile) for profile in range(len(market.population.profiles.share))} == jobs


def test_mesa_knows_everybody():
    market = market_of(BUSY)
    assert isinstance(market, mesa.Model)
    kinds = {kind.__name__: len(agents) for kind, agents in market.agents_by_type.items()}
    assert kinds == {"Customer": 300, "Firm": 4, "Regulator": 1}
    assert len(market.agents) == 305
