import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cxsim.comparison.paired import holm, paired, standing

PAIRS = 4_000


def _draws(rng, replications, comparisons=PAIRS, shared=0.9, effect=0.0):
    """Pairs of normal values whose luck is shared to a degree."""
    luck = rng.standard_normal((replications, comparisons))
    own = rng.standard_normal((2, replications, comparisons))
    base, other = np.sqrt(shared) * luck + np.sqrt(1 - shared) * own
    return other + effect, base


@pytest.mark.parametrize("replications", [2, 5, 20])
def test_intervals_cover_the_truth_as_often_as_they_say(replications):
    found = paired(*_draws(np.random.default_rng(1), replications, effect=0.7))
    covered = ((found.low <= 0.7) & (found.high >= 0.7)).mean()
    assert covered == pytest.approx(0.95, abs=4 * np.sqrt(0.95 * 0.05 / PAIRS))


@pytest.mark.parametrize("replications", [5, 20])
def test_joint_intervals_hold_all_together(replications):
    rng = np.random.default_rng(2)
    studies, comparisons = 1_500, 12
    found = paired(*_draws(rng, replications, studies * comparisons), comparisons=comparisons)
    wrong = (found.told.reshape(studies, comparisons) != 0).any(axis=1).mean()
    # Independent comparisons are nearly the worst case of Bonferroni's bound: 1 - (1 - 0.05/12)^12 = 0.049.
    assert wrong == pytest.approx(0.049, abs=4 * np.sqrt(0.049 * 0.951 / studies))


def test_joint_intervals_err_less_often_where_comparisons_hang_together():
    rng = np.random.default_rng(3)
    studies, comparisons = 1_000, 12
    shared = rng.standard_normal((10, studies, 1))
    values = (0.9 * shared + 0.44 * rng.standard_normal((10, studies, comparisons))).reshape(10, -1)
    wrong = (paired(values, 0.0, comparisons=comparisons).told.reshape(studies, comparisons) != 0).any(axis=1).mean()
    assert wrong <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / studies)


def test_the_test_is_scipys_for_paired_values():
    other, base = _draws(np.random.default_rng(4), 9, 30, effect=0.3)
    found, expected = paired(other, base), stats.ttest_rel(other, base)
    assert found.p == pytest.approx(expected.pvalue, rel=1e-9)
    low, high = expected.confidence_interval(0.95)
    assert (found.low, found.high) == (pytest.approx(low, rel=1e-9), pytest.approx(high, rel=1e-9))
    low, high = expected.confidence_interval(1 - 0.05 / 30)
    assert (found.low_all, found.high_all) == (pytest.approx(low, rel=1e-9), pytest.approx(high, rel=1e-9))


@pytest.mark.parametrize("shared", [0.0, 0.5, 0.9])
def test_pairing_saves_the_share_of_variance_that_is_shared(shared):
    # var(x) + var(y) = 2, var(x - y) = 2 (1 - shared).
    found = paired(*_draws(np.random.default_rng(5), 2_000, 4, shared))
    assert found.variance_ratio == pytest.approx(1 / (1 - shared), rel=0.1)
    assert np.array_equal(found.effective, 2_000 * found.variance_ratio)


def test_equal_values_differ_by_nothing_at_all():
    values = np.random.default_rng(6).standard_normal((7, 5)) * 1e9
    found = paired(values, values)
    for part in (found.difference, found.low, found.high, found.low_all, found.high_all):
        assert (part == 0).all()
    assert found.same.all()
    assert (found.p_holm == 1).all()
    assert set(standing(found)) == {"same"}


def test_a_difference_without_any_spread_is_certain():
    values = np.random.default_rng(7).integers(0, 9, (6, 1)) / 8
    found = paired(values + 2, values)
    assert (found.low_all, found.high_all, found.p) == ([2], [2], [0])
    assert np.isinf(found.variance_ratio).all()
    assert standing(found) == ["higher"]


def test_replications_without_both_values_are_left_out():
    other, base = _draws(np.random.default_rng(8), 8, 3)
    holes = other.copy()
    holes[2:4, 0] = np.nan
    found, expected = paired(holes, base, comparisons=3), paired(np.delete(other, [2, 3], 0), np.delete(base, [2, 3], 0), comparisons=3)
    assert found.count.tolist() == [6, 8, 8]
    for name in ("difference", "low", "high", "low_all", "p", "variance_ratio"):
        assert getattr(found, name)[0] == pytest.approx(getattr(expected, name)[0], rel=1e-12)


@pytest.mark.parametrize("replications", [0, 1])
def test_one_replication_has_a_difference_and_no_interval(replications):
    found = paired(np.full((replications, 2), 3.0), 1.0)
    assert np.isnan(found.low).all()
    assert np.isnan(found.p).all()
    assert standing(found) == ["unknown", "unknown"]
    assert np.array_equal(found.difference, np.full(2, 2.0 if replications else np.nan), equal_nan=True)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_is_its_definition(p):
    """Holm (1979): reject the k smallest as long as p(k) <= a / (m - k + 1); the corrected p is the least such a."""
    corrected = holm(p)
    for level in (0.01, 0.05, 0.3):
        order = sorted(range(len(p)), key=lambda place: p[place])
        rejected = set()
        for rank, place in enumerate(order):
            if p[place] * (len(p) - rank) > level:
                break
            rejected.add(place)
        assert {place for place in range(len(p)) if corrected[place] <= level} == rejected


def test_holm_leaves_out_what_has_no_value_and_can_count_more_than_it_is_given():
    assert holm([0.01, np.nan, 0.5]) == pytest.approx([0.02, np.nan, 0.5], nan_ok=True)
    assert holm([0.01], comparisons=5) == pytest.approx([0.05])


@given(st.integers(2, 12), st.integers(1, 6), st.integers(0, 10**6))
def test_whatever_the_joint_intervals_tell_holm_confirms(replications, comparisons, seed):
    rng = np.random.default_rng(seed)
    found = paired(rng.standard_normal((replications, comparisons)) + rng.normal(0, 3, comparisons), 0.0)
    assert (found.p_holm[found.told != 0] <= 0.05 + 1e-9).all()


def test_a_pilot_never_makes_an_interval_narrower():
    other, base = _draws(np.random.default_rng(9), 30, 200)
    without, with_pilot = paired(other, base), paired(other, base, pilot=6)
    assert (with_pilot.low <= without.low).all()
    assert (with_pilot.p >= without.p).all()
    narrow = other[:6].std(axis=0) < 0.6 * other.std(axis=0)
    assert np.array_equal(with_pilot.difference, without.difference)
    assert narrow.any()
