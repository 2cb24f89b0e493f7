from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.customers.population import Population, _shares, draw_profiles, lognormal, mixing_stride
from cxsim.customers.tables import CHUNK
from cxsim.randomness.streams import Purpose, Streams, lasting_key

TRAITS = ("profile", "segment", "willingness_to_pay", "choice_noise", "vigilance", "attention", "switching_cost")


def population(seed=1, n=20_000, **values):
    return Population(with_values(Config(), {"market.n_customers": n, **values}), Streams(seed))


@pytest.fixture(scope="module")
def alike(segment):
    """Twenty thousand customers of one segment."""
    return population(**{"customers.segments": [segment], "market.switching_cost_spread": "uniform"})


# --- profiles --------------------------------------------------------------------------------------------------------


def test_profiles_weigh_outcomes_in_parts_of_one():
    profiles = draw_profiles(Config(), Streams(1))
    assert np.allclose(profiles.weights.sum(axis=1), 1.0)
    assert profiles.weights.min() >= 0
    assert math.isclose(profiles.share.sum(), 1.0)
    assert len(profiles.job) == len(profiles.share) == len(profiles.weights) == 24


def test_variants_of_a_job_spread_around_it_as_a_dirichlet_does():
    """Mean w and variance w (1 - w) / (concentration + 1)."""
    config = with_values(Config(), {"market.job_variants": 1000, "market.job_concentration": 12.0})
    profiles = draw_profiles(config, Streams(3))
    for job, given_job in enumerate(config.market.jobs):
        drawn = profiles.weights[profiles.job == job]
        mean = np.array([given_job["weights"][name] for name in config.market.outcomes])
        variance = mean * (1 - mean) / 13.0
        assert np.abs(drawn.mean(axis=0) - mean).max() < 5 * math.sqrt(variance.max() / 1000)
        assert np.allclose(drawn.var(axis=0), variance, rtol=0.2)


def test_one_variant_is_the_job_itself_and_a_job_without_an_outcome_stays_without():
    jobs = [{"name": "a", "share": 0.4, "weights": {"works": 0.75, "easy": 0.25}}, {"name": "b", "share": 0.6, "weights": {"works": 1.0}}]
    for variants in (1, 5):
        config = with_values(Config(), {"market.jobs": jobs, "market.job_variants": variants})
        profiles = draw_profiles(config, Streams(1))
        absent = [config.market.outcomes.index(name) for name in ("reliable", "clear", "helped", "valued")]
        assert np.all(profiles.weights[:, absent] == 0.0)
        assert np.allclose([profiles.share[profiles.job == job].sum() for job in (0, 1)], [0.4, 0.6])
        if variants == 1:
            assert np.allclose(profiles.weights[0, [0, 2]], [0.75, 0.25])


def test_a_hardly_concentrated_job_still_gives_whole_weights():
    config = with_values(Config(), {"market.job_concentration": 0.1, "market.job_variants": 200})
    weights = draw_profiles(config, Streams(2)).weights
    assert np.all(np.isfinite(weights))
    assert np.allclose(weights.sum(axis=1), 1.0)


def test_places_on_the_circle_are_even_and_only_there_when_asked_for():
    assert draw_profiles(Config(), Streams(1)).position is None
    position = draw_profiles(with_values(Config(), {"market.job_circle": 5.0}), Streams(1)).position
    assert np.allclose(np.diff(np.concatenate([position, [position[0] + 1]])), 1 / len(position))


# --- traits ----------------------------------------------------------------------------------------------------------


def test_traits_have_the_means_and_spreads_asked_for(alike):
    market, customers = Config().market, Config().customers
    n = alike.n
    for name, mean, variation in (
        ("willingness_to_pay", market.willingness_to_pay, market.willingness_to_pay_spread),
        ("attention", market.attention, customers.spread),
        ("vigilance", customers.vigilance, customers.spread),
    ):
        column = alike.columns[name].astype(float)
        assert abs(column.mean() / mean - 1) < 5 * variation / math.sqrt(n), name
        assert abs(column.std() / column.mean() / variation - 1) < 0.05, name
        assert stats.kstest(np.log(column), "norm", args=(np.log(column).mean(), np.log(column).std())).pvalue > 1e-4
    uniform = alike.columns["switching_cost"] / (2 * market.switching_cost)
    assert stats.kstest(uniform, "uniform").pvalue > 1e-6


def test_traits_are_independent_of_one_another(alike):
    names = ("profile", "willingness_to_pay", "vigilance", "attention", "switching_cost")
    between = stats.spearmanr(np.stack([alike.columns[name] for name in names], axis=1)).statistic
    assert np.abs(between - np.eye(len(names))).max() < 5.5 / math.sqrt(alike.n)


def test_profiles_are_dealt_by_their_shares(alike):
    counts = np.bincount(alike.columns["profile"], minlength=len(alike.profiles.share))
    assert stats.chisquare(counts, alike.profiles.share * alike.n).pvalue > 1e-6


def test_segments_have_their_sizes_and_multipliers():
    made = population(**{"customers.spread": 0.0, "market.willingness_to_pay_spread": 0.0, "market.switching_cost_spread": "constant"})
    config = Config()
    for number, part in enumerate(config.customers.segments):
        rows = made.columns["segment"] == number
        assert rows.sum() == round(part["share"] * made.n)
        for name, mean in (
            ("attention", config.market.attention), ("vigilance", config.customers.vigilance),
            ("switching_cost", config.market.switching_cost), ("willingness_to_pay", config.market.willingness_to_pay),
        ):  # fmt: skip
            assert np.allclose(made.columns[name][rows], np.float32(mean * part[name]))


@given(st.lists(st.floats(0.001, 1), min_size=1, max_size=8), st.integers(1, 1000))
def test_shares_become_whole_numbers_that_add_up_and_miss_by_less_than_one(parts, n):
    dealt = _shares([{"share": part} for part in parts], n)
    assert dealt.sum() == n
    assert np.abs(dealt - np.array(parts) / sum(parts) * n).max() < 1 + 1e-6


@pytest.mark.parametrize("spread", [0.0, 0.3, 2.0])
def test_lognormal_has_mean_one_and_the_given_variation(spread):
    draws = lognormal(stats.norm.ppf((np.arange(400_000) + 0.5) / 400_000), spread)
    assert abs(draws.mean() - 1) < 2e-3
    assert abs(draws.std() - spread) < 0.02 * (1 + spread**2)


@pytest.mark.parametrize(
    "values",
    [
        {"market.n_firms": 9},
        {"market.price_cap": 20.0, "market.ban_price_walking": True},
        {"regulator.annual_funding": 1e7, "regulator.fine_share_of_turnover": 0.1},
        {"firms.levers": ["all"], "months": 6},
        {"market.review_months": 1, "market.outside_option": None},
    ],
    ids=["more firms", "cap and ban", "regulator", "levers", "others"],
)
def test_who_customers_are_does_not_depend_on_firms_rules_or_the_regulator(values):
    before, after = population(n=500), population(n=500, **values)
    for name in TRAITS:
        assert np.array_equal(before.columns[name], after.columns[name]), name


def test_a_customers_luck_is_her_own_whatever_their_number(segment):
    small, large = (population(n=n, **{"customers.segments": [segment]}) for n in (300, 900))
    for name in TRAITS:
        assert np.array_equal(small.columns[name], large.columns[name][:300]), name


def test_another_seed_or_replication_makes_other_people():
    drawn = [
        Population(with_values(Config(), {"market.n_customers": 200}), Streams(seed, replication)).columns["willingness_to_pay"]
        for seed, replication in ((1, 0), (2, 0), (1, 1))
    ]
    assert not np.array_equal(drawn[0], drawn[1])
    assert not np.array_equal(drawn[0], drawn[2])


# --- the start -------------------------------------------------------------------------------------------------------


def settled(shares, names, n=4000, seed=1):
    made = population(seed, n)
    keys = np.array([0, *(lasting_key(name) for name in names)], np.uint32)
    with np.errstate(divide="ignore"):
        log_share = np.log(np.array([0.0, *shares]))
    quality = np.tile(np.linspace(0, 0.9, len(keys), dtype=np.float32), (len(made.profiles.share), 1))
    made.settle_in(log_share, keys, quality, 0.6)
    return made


def test_customers_start_with_firms_by_their_shares():
    shares = [0.5, 0.3, 0.2, 0.0]
    made = settled(shares, "abcd")
    counts = np.bincount(made.columns["supplier"], minlength=5)
    assert counts[0] == counts[4] == 0
    assert stats.chisquare(counts[1:4], made.n * np.array(shares[:3])).pvalue > 1e-6
    assert np.all(made.columns["tenure"] >= 0)
    assert np.allclose(made.columns["satisfaction"], 0.9 / 4 * made.columns["supplier"], atol=1e-6)


def test_the_order_of_firms_decides_nothing():
    names = np.array(["", *"abcd"])
    there, back = settled([0.5, 0.3, 0.15, 0.05], "abcd"), settled([0.05, 0.15, 0.3, 0.5], "dcba")
    assert np.array_equal(names[there.columns["supplier"]], np.array(["", *"dcba"])[back.columns["supplier"]])
    assert np.array_equal(there.columns["tenure"], back.columns["tenure"])


def test_one_more_firm_only_draws_customers_to_itself():
    few, more = settled([1 / 3] * 3, "abc"), settled([1 / 4] * 4, "abcd")
    moved = few.columns["supplier"] != more.columns["supplier"]
    assert np.all(more.columns["supplier"][moved] == 4)
    assert abs(moved.mean() - 0.25) < 5 * math.sqrt(0.25 * 0.75 / few.n)


def test_a_supplier_that_goes_strands_its_customers_and_nobody_else():
    made = settled([0.5, 0.5], "ab")
    before = {name: column.copy() for name, column in made.columns.items()}
    count = made.displace(2)
    theirs = before["supplier"] == 2
    assert count == theirs.sum() > 0
    assert np.all(made.columns["supplier"][theirs] == 0)
    assert np.all(made.columns["tenure"][theirs] == -1)
    for name, column in before.items():
        assert np.array_equal(column[~theirs], made.columns[name][~theirs]), name


def test_a_transfer_keeps_tenure_and_satisfaction():
    made = settled([0.5, 0.5], "ab")
    made.columns["aware"][:] = 1
    before = {name: column.copy() for name, column in made.columns.items()}
    theirs = before["supplier"] == 1
    assert made.transfer(1, 2, 0.25) == theirs.sum()
    assert np.all(made.columns["supplier"] == 2)
    assert np.all(made.columns["trust"][theirs] == np.float32(0.25))
    assert np.array_equal(made.columns["aware"], np.where(theirs, 0, 1))
    for name in ("tenure", "satisfaction", "expectation"):
        assert np.array_equal(before[name], made.columns[name])


@pytest.mark.parametrize("spread", ["lognormal", "uniform", "constant"])
def test_switching_costs_that_do_not_last_are_drawn_anew_each_month(spread, segment):
    values = {"customers.segments": [segment], "market.switching_cost_lasting": False, "market.switching_cost_spread": spread}
    made = population(n=8000, **values)
    seen = []
    for month in (-1, 0, 1):
        made.begin_month(month)
        seen.append(made.columns["switching_cost"].copy())
    for column in seen:
        assert abs(column.mean() / 60.0 - 1) < 0.04
    if spread != "constant":
        assert np.abs(np.corrcoef(seen) - np.eye(3)).max() < 5.5 / math.sqrt(8000)
    made.begin_month(0)
    assert np.array_equal(made.columns["switching_cost"], seen[1])
    lasting = population(n=100)
    before = lasting.columns["switching_cost"].copy()
    lasting.begin_month(5)
    assert np.array_equal(lasting.columns["switching_cost"], before)


@given(st.integers(1, 5000))
@settings(max_examples=200)
def test_the_stride_along_the_ring_visits_everybody(n):
    stride = mixing_stride(n)
    assert 1 <= stride <= max(n, 1)
    assert math.gcd(stride, n) == 1


def test_a_customer_takes_little_memory():
    """Fifty bytes or so each: a column per attribute, none of them wider than it need be."""
    made = population(n=10)
    assert made.state_bytes() == sum(column.itemsize for column in made.columns.values()) + 2 + 4
    assert made.state_bytes() <= 64


def test_switching_luck_is_not_that_of_traits():
    streams = Streams(1)
    traits, monthly = streams.uniforms(Purpose.TRAITS_A, 0, 2000)[:, 1], streams.uniforms(Purpose.SWITCHING, 0, 2000)[:, 0]
    assert abs(np.corrcoef(traits, monthly)[0, 1]) < 5.5 / math.sqrt(2000)


@pytest.mark.parametrize("n", [1, 7, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 5])
@pytest.mark.parametrize("shares", [(1.0,), (0.3, 0.5, 0.2), (0.999, 0.0001, 0.0009), (0.5, 0.5)])
def test_pieces_are_parts_of_chunks_that_are_of_one_segment(n, shares):
    segments = [{"name": f"segment {number}", "share": share} for number, share in enumerate(shares)]
    config = with_values(Config(), {"market.n_customers": n, "customers.segments": segments})
    population = Population(config, Streams(3))
    chunks, segment = population.chunks, population.columns["segment"]
    rows = [np.arange(start, stop) for start, stop in zip(chunks.starts, chunks.stops, strict=True)]
    assert np.array_equal(np.concatenate(rows), np.arange(n))
    assert all(len(piece) and (segment[piece] == which).all() for piece, which in zip(rows, chunks.segments, strict=True))
    assert chunks.starts[chunks.pieces[:-1]].tolist() == list(range(0, n, CHUNK))
    assert chunks.pieces[-1] == len(rows)
