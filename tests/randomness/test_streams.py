"""Distributions are tested at fixed seeds with thresholds at p = 1e-6, so that a failure means a wrong distribution, not bad luck."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from cxsim.randomness.streams import Purpose, Streams, key_words, lasting_key

ALARM = 1e-6
SEED = st.integers(0, 2**63 - 1)


@pytest.fixture(scope="module")
def streams():
    return Streams(42)


def test_uniforms_are_uniform(streams):
    draws = streams.uniforms(Purpose.USER, 0, 50_000)
    for column in draws.T:
        assert stats.kstest(column, "uniform").pvalue > ALARM
    assert draws.min() > 0.0
    assert draws.max() < 1.0


def test_the_four_words_neighbouring_ids_months_and_purposes_are_uncorrelated(streams):
    n = 50_000
    draws = [*streams.uniforms(Purpose.USER, 0, n).T]
    draws += [streams.uniforms(Purpose.USER, 0, n, first=1)[:, 0], streams.uniforms(Purpose.USER, 1, n)[:, 0]]
    draws += [streams.uniforms(Purpose.CASES, 0, n)[:, 0], streams.uniforms(Purpose.USER, 0, n, second=1)[:, 0]]
    draws += [Streams(43).uniforms(Purpose.USER, 0, n)[:, 0], Streams(42, 1).uniforms(Purpose.USER, 0, n)[:, 0]]
    between = np.corrcoef(draws) - np.eye(len(draws))
    assert np.abs(between).max() < 5.5 / math.sqrt(n)


def test_pairs_of_words_fill_the_unit_square(streams):
    draws = streams.uniforms(Purpose.USER, 3, 60_000)
    cells = np.histogram2d(draws[:, 0], draws[:, 1], bins=20, range=[[0, 1], [0, 1]])[0].ravel()
    assert stats.chisquare(cells).pvalue > ALARM


@given(SEED, st.integers(-500, 5000), st.integers(0, 2**31), st.integers(0, 2**32 - 1), st.integers(1, 50))
@settings(max_examples=50)
def test_a_draw_is_a_function_of_its_key_alone(seed, month, first, second, count):
    """One at a time, all at once, from the middle, or after other draws: the same bits."""
    streams = Streams(seed)
    together = streams.uniforms(Purpose.USER, month, count, first, second)
    streams.gumbels(Purpose.ENTRY, month, 3)
    alone = np.array([[streams.uniform(Purpose.USER, month, first + i, second, word) for word in range(4)] for i in range(count)])
    assert np.array_equal(together, alone)
    assert np.array_equal(together, Streams(seed).uniforms(Purpose.USER, month, count, first, second))


@given(SEED, st.integers(-500, 5000), st.lists(st.integers(0, 2**32 - 1), max_size=5), st.integers(0, 40), st.integers(0, 2**31))
@settings(max_examples=50)
def test_draws_for_several_second_ids_are_those_for_each(seed, month, seconds, count, first):
    streams = Streams(seed)
    uniforms = streams.uniforms_by_second(Purpose.USER, month, count, seconds, first)
    normals = streams.normals_by_second(Purpose.USER, month, count, seconds, first)
    assert uniforms.shape == normals.shape == (len(seconds), count, 4)
    for second, some_uniforms, some_normals in zip(seconds, uniforms, normals, strict=True):
        assert np.array_equal(some_uniforms, streams.uniforms(Purpose.USER, month, count, first, second))
        assert np.array_equal(some_normals, streams.normals(Purpose.USER, month, count, first, second))


@pytest.mark.parametrize("words", [1, 2, 3, 4])
def test_fewer_words_of_normal_draws_are_the_first_of_four(streams, words):
    assert np.array_equal(streams.normals(Purpose.USER, 2, 9, words=words), streams.normals(Purpose.USER, 2, 9)[:, :words])
    few, all_four = (streams.normals_by_second(Purpose.USER, 2, 9, [4, 5, 6], words=count) for count in (words, 4))
    assert np.array_equal(few, all_four[..., :words])


def test_months_of_the_burn_in_have_luck_of_their_own(streams):
    before, after = streams.uniforms(Purpose.USER, -3, 100), streams.uniforms(Purpose.USER, 3, 100)
    assert not np.array_equal(before, after)
    assert np.array_equal(before, streams.uniforms(Purpose.USER, -3, 100))


def test_months_drawn_together_are_the_months(streams):
    keys = np.array([5, 4_000_000_000, 17], np.uint32)
    together = streams.uniforms_by_key_for(Purpose.LOAD, -2, 5, keys)
    assert np.array_equal(together, [streams.uniforms_by_key(Purpose.LOAD, month, keys) for month in range(-2, 3)])
    assert np.array_equal(together[3, 1], streams.uniforms(Purpose.LOAD, 1, 1, first=4_000_000_000)[0])


def test_purposes_are_told_apart_and_their_numbers_are_unique():
    assert len({int(purpose) for purpose in Purpose}) == len(Purpose.__members__)
    streams = Streams(5)
    drawn = {streams.uniform(purpose, 0, 0) for purpose in Purpose}
    assert len(drawn) == len(Purpose)


def test_normals_and_gumbels_have_their_distributions(streams):
    normal, gumbel = streams.normals(Purpose.USER, 7, 20_000), streams.gumbels(Purpose.USER, 8, 20_000)
    for column in normal.T:
        assert stats.kstest(column, "norm").pvalue > ALARM
    for column in gumbel.T:
        assert stats.kstest(column, "gumbel_r").pvalue > ALARM
    assert np.abs(np.corrcoef(normal.T) - np.eye(4)).max() < 5.5 / math.sqrt(len(normal))


@pytest.mark.parametrize("mean", [0.05, 0.7, 3.0, 25.0, 180.0, 499.0, 501.0, 4000.0])
def test_poisson_has_its_distribution(streams, mean):
    """Counts in ten bins of about equal expected size, against scipy's distribution (Pearson's chi-square)."""
    count = 4000
    draws = np.array([streams.poisson(mean, Purpose.CASES, month) for month in range(count)])
    edges = np.unique(stats.poisson.ppf(np.linspace(0.1, 0.9, 9), mean))
    observed = np.bincount(np.searchsorted(edges, draws), minlength=len(edges) + 1)
    expected = count * np.diff(np.concatenate([[0.0], stats.poisson.cdf(edges, mean), [1.0]]))
    assert stats.chisquare(observed[expected > 0], expected[expected > 0]).pvalue > ALARM
    if len(edges) < 4:
        assert abs(draws.mean() - mean) < 5 * math.sqrt(mean / count)


@given(SEED, st.integers(0, 1000), st.lists(st.floats(0, 2000), min_size=2, max_size=12))
@settings(max_examples=200)
def test_poisson_never_falls_when_the_mean_rises(seed, month, means):
    streams = Streams(seed)
    drawn = [streams.poisson(mean, Purpose.CASES, month) for mean in sorted(means)]
    assert drawn == sorted(drawn)


@pytest.mark.parametrize("month", range(40))
def test_poisson_does_not_fall_where_its_method_changes(streams, month):
    drawn = [streams.poisson(mean, Purpose.CASES, month) for mean in (480.0, 499.0, 499.99, 500.0, 500.01, 501.0, 520.0)]
    assert drawn == sorted(drawn)


@pytest.mark.parametrize("mean", [0.0, -1.0])
def test_no_mean_no_cases(streams, mean):
    assert streams.poisson(mean, Purpose.CASES, 0) == 0


@given(SEED, st.integers(0, 10**6))
def test_key_words_are_two_words_of_32_bits(seed, replication):
    low, high = key_words(seed, replication)
    assert 0 <= low < 2**32
    assert 0 <= high < 2**32


def test_seeds_and_replications_do_not_share_keys():
    keys = {key_words(seed, replication) for seed in range(300) for replication in range(30)}
    assert len(keys) == 300 * 30


def test_lasting_keys_are_fnv_1a():
    """Known answers of the 32-bit FNV-1a (Fowler, Noll and Vo): the empty string, "a" and "foobar"."""
    assert [lasting_key(name) for name in ("", "a", "foobar")] == [0x811C9DC5, 0xE40C292C, 0xBF9CF968]


def test_no_two_firms_that_the_market_may_name_share_a_key():
    names = [f"{kind} {number}" for kind in ("Firm", "Entrant", "Franchisee") for number in range(1, 401)]
    keys = {lasting_key(name) for name in names}
    assert len(keys) == len(names)
    assert 0 not in keys  # the key of doing without
