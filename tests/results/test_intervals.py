import numpy as np
import pytest
from scipy import stats

from cxsim.results.intervals import mean_interval


@pytest.mark.parametrize("replications", [2, 3, 5, 20])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_covers_the_true_mean_as_often_as_it_says(replications, level):
    draws = np.random.default_rng(replications).normal(3.0, 2.0, (replications, 20_000))
    _, low, high = mean_interval(draws, level=level)
    covered = np.mean((low <= 3.0) & (high >= 3.0))
    assert covered == pytest.approx(level, abs=4 * np.sqrt(level * (1 - level) / 20_000))


def test_covers_a_skewed_mean_nearly_as_often():
    draws = np.random.default_rng(1).lognormal(0.0, 0.3, (20, 20_000))
    _, low, high = mean_interval(draws)
    assert np.mean((low <= np.exp(0.045)) & (high >= np.exp(0.045))) > 0.93


def test_agrees_with_scipy():
    values = np.random.default_rng(2).normal(size=7)
    mean, low, high = mean_interval(values)
    expected = stats.t.interval(0.95, 6, loc=values.mean(), scale=stats.sem(values))
    assert (low, high) == pytest.approx(expected)
    assert mean == pytest.approx(values.mean())


def test_replications_without_a_value_are_left_out():
    values = np.array([[1.0, np.nan], [2.0, 5.0], [np.nan, np.nan], [6.0, np.nan]])
    result = mean_interval(values)
    assert [bound[0] for bound in result] == pytest.approx(mean_interval([1.0, 2.0, 6.0]))
    assert result.mean[1] == 5.0
    assert np.isnan(result.low[1])
    assert np.isnan(result.high[1])


def test_one_or_no_value_has_no_interval():
    assert mean_interval([4.0]).mean == 4.0
    assert np.isnan(mean_interval([4.0]).low)
    assert np.isnan(mean_interval([np.nan, np.nan]).mean)
    assert np.isnan(mean_interval([]).mean)


def test_equal_replications_have_no_width():
    assert mean_interval([0.1] * 10) == (0.1, 0.1, 0.1)


def test_the_axis_of_replications_may_be_any():
    values = np.random.default_rng(3).normal(size=(4, 6))
    for one, other in zip(mean_interval(values, axis=0), mean_interval(values.T, axis=1), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_shift_and_a_scale_carry_through():
    values = np.random.default_rng(4).normal(size=9)
    moved = mean_interval(1e6 + 3 * values)
    for one, other in zip(mean_interval(values), moved, strict=True):
        assert other == pytest.approx(1e6 + 3 * one, rel=1e-12)


@pytest.mark.parametrize("level", [0, 1, 95])
def test_an_impossible_level_is_refused(level):
    with pytest.raises(ValueError, match="level"):
        mean_interval([1.0, 2.0], level=level)
