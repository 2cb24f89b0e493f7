import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cxsim.comparison.paired import paired
from cxsim.comparison.regret import expanded, never_worse, regrets

# Savage's regret by hand: acts across, states of the world down.
TABLE = np.array([[5.0, 9.0, 7.0], [4.0, 1.0, 3.0], [6.0, 6.0, 2.0]])
REGRET = np.array([[4.0, 0.0, 2.0], [0.0, 3.0, 1.0], [0.0, 0.0, 4.0]])


def _values(means, replications=8, spread=0.0, shared=1.0, seed=1):
    rng = np.random.default_rng(seed)
    luck = shared * rng.standard_normal((replications, 1, 1))
    return means + luck + spread * rng.standard_normal((replications, *means.shape))


def test_regret_is_savages():
    found = regrets(_values(TABLE, shared=0.0), 1)
    assert np.array_equal(found.by_future, REGRET)
    assert found.mean == pytest.approx(REGRET.mean(axis=0))
    assert found.largest == pytest.approx([4, 3, 4])
    assert found.where.tolist() == [0, 1, 2]
    # In the last future two are best.
    assert found.best == pytest.approx([1.5 / 3, 1.5 / 3, 0])


def test_less_may_be_better():
    less, more = regrets(_values(TABLE), -1), regrets(-_values(TABLE), 1)
    assert less.by_future == pytest.approx(more.by_future)
    assert less.by_future == pytest.approx(TABLE - TABLE.min(axis=1, keepdims=True), abs=1e-12)


def test_luck_that_all_share_leaves_nothing_open():
    found = regrets(_values(TABLE, shared=50.0), 1)
    assert found.mean_low == pytest.approx(found.mean, abs=1e-9)
    assert found.largest_high == pytest.approx(found.largest, abs=1e-9)


@given(st.integers(0, 10**6))
def test_some_regime_has_no_regret_in_each_future_and_none_has_less_than_none(seed):
    rng = np.random.default_rng(seed)
    found = regrets(rng.standard_normal((3, 4, 3)), 1, draws=20)
    assert (found.by_future >= 0).all()
    assert (found.by_future.min(axis=1) == 0).all()
    assert found.best.sum() == pytest.approx(1)
    assert (found.mean <= found.largest).all()


def test_for_a_plain_mean_the_interval_is_students():
    """Where one regime is best beyond doubt, mean regret is a mean of paired differences: its interval must be the t interval."""
    means = np.array([[100.0, 0.0], [100.0, 0.0]])
    values = _values(means, replications=9, spread=1.0)
    found = regrets(values, 1, draws=40_000)
    each = (values[..., 0] - values[..., 1]).mean(axis=1)
    test = paired(each, 0.0)
    assert found.mean[1] == pytest.approx(test.difference)
    width = test.high - test.low
    assert found.mean_low[1] == pytest.approx(test.low, abs=0.06 * width)
    assert found.mean_high[1] == pytest.approx(test.high, abs=0.06 * width)
    # The plain percentiles would be a fifth narrower.
    assert found.mean_high[1] - found.mean_low[1] > 0.93 * width


def test_percentiles_are_hesterbergs():
    """Hesterberg (2015): for n = 10 and 95 % the percentiles are 0.0086 and 0.9914; for many replications the usual ones."""
    assert expanded(10, 0.95) == pytest.approx(stats.norm.cdf(-np.sqrt(10 / 9) * 2.262157), abs=1e-6)
    assert expanded(100_000, 0.95) == pytest.approx(0.025, abs=1e-4)


def test_regimes_that_cannot_be_told_from_the_least_are_named():
    means = np.array([[1.0, 1.0, 5.0], [2.0, 2.0, 9.0]]) * -1
    first, near = regrets(_values(means, spread=0.2), 1).least("mean")
    assert {first, *near} == {0, 1}
    assert regrets(_values(TABLE), 1).least("largest") == (1, [])
    assert regrets(_values(TABLE, replications=1), 1).least("largest")[1] == [0, 2]


def test_the_least_is_rarely_told_from_its_equal():
    """Two regimes with the same truth: a claim that one is regretted less may err in one study of twenty."""
    wrong = 0
    studies = 300
    for seed in range(studies):
        values = np.random.default_rng(seed).standard_normal((10, 4, 2))
        _, near = regrets(values, 1, draws=400).least("mean")
        wrong += not near
    assert wrong / studies <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / studies)


def test_never_worse_is_shown_only_where_every_future_shows_it():
    means = np.array([[0.0, 1.0, 1.0, 0.0], [0.0, 1.0, -1.0, 0.0], [0.0, 1.0, 1.0, 0.0]])
    found = never_worse(_values(means, spread=0.05), 0, 1)
    assert found.shown.tolist()[1:3] == [True, False]
    assert (found.better[1], found.worse[1]) == (3, 0)
    assert (found.better[2], found.worse[2]) == (2, 1)
    assert found.worse[3] == 0
    turned = never_worse(_values(means, spread=0.05), 0, -1)
    assert (turned.better[1], turned.worse[1]) == (0, 3)


def test_a_regime_that_changes_nothing_is_never_worse():
    values = _values(np.zeros((3, 2)))
    assert never_worse(values, 0, 1).shown.tolist() == [True, True]


def test_never_worse_is_rarely_shown_of_a_regime_that_is_worse_somewhere():
    """The intersection-union test (Berger 1982): a regime a little worse in one future is shown never worse in 2.5 % at most."""
    means = np.array([[0.0, 3.0], [0.0, -1e-6], [0.0, 3.0]])
    shown = [bool(never_worse(_values(means, spread=1.0, seed=seed), 0, 1).shown[1]) for seed in range(1_200)]
    assert np.mean(shown) <= 0.025 + 3 * np.sqrt(0.025 * 0.975 / 1_200)


def test_one_replication_shows_nothing():
    found = regrets(_values(TABLE, replications=1), 1)
    assert np.isnan(found.mean_low).all()
    assert not never_worse(_values(TABLE, replications=1), 0, 1).shown.any()
