"""Indices against those of the Ishigami function with added noise, which are known in closed form (Ishigami and Homma 1990)."""

import numpy as np
import pytest
from scipy.stats import norm

from cxsim.config.errors import CxsimError
from cxsim.sensitivity.sobol import indices, sample

pytest.importorskip("SALib")

A, B, NOISE = 7.0, 0.1, 2.0


def ishigami(points):
    """The function of the first three inputs, with normal noise that depends on the fourth (luck) alone."""
    x = -np.pi + 2 * np.pi * points
    noise = NOISE * norm.ppf(np.clip(points[..., 3], 1e-9, 1 - 1e-9))
    return np.sin(x[..., 0]) + A * np.sin(x[..., 1]) ** 2 + B * x[..., 2] ** 4 * np.sin(x[..., 0]) + noise


@pytest.fixture(scope="module")
def known():
    """First-order and total indices of the three inputs and of luck."""
    first = 0.5 * (1 + B * np.pi**4 / 5) ** 2
    second, both = A**2 / 8, B**2 * np.pi**8 * (1 / 18 - 1 / 50)
    whole = first + second + both + NOISE**2
    return np.array([first, second, 0, NOISE**2]) / whole, np.array([first + both, second, both, NOISE**2]) / whole


def test_a_large_sample_finds_the_known_indices_luck_among_them(known):
    found = indices(ishigami(sample(3, 4096, seed=1)), 200)
    np.testing.assert_allclose(found.first, known[0], atol=0.03)
    np.testing.assert_allclose(found.total, known[1], atol=0.03)


def test_intervals_cover_the_known_indices(known):
    covered = []
    for seed in range(40):
        found = indices(ishigami(sample(3, 128, seed)), 200)
        for which, truth in (("first", known[0]), ("total", known[1])):
            low, high = found.interval(which)
            covered.append((low <= truth) & (truth <= high))
    assert np.mean(covered, axis=0).min() >= 0.85
    # Rows of a Sobol' sequence are spread more evenly than draws, so resampling them errs on the wide side.
    assert np.mean(covered) >= 0.93


def test_without_luck_in_the_result_luck_explains_nothing(known):
    points = sample(3, 512, seed=2)
    quiet = ishigami(np.concatenate([points[..., :3], np.full((*points.shape[:2], 1), 0.5)], axis=2))
    found = indices(quiet, 100)
    assert (found.first[-1], found.total[-1]) == (0.0, 0.0)
    assert found.total[0] == pytest.approx(0.558, abs=0.08)


def test_luck_that_works_through_a_parameter_is_told_as_an_interaction():
    """x1 + z x2 with z normal: variances 1/12 (x1), 1/4 (z) and 1/12 (z with x2) of 5/12 in all."""
    points = sample(2, 4096, seed=3)
    found = indices(points[..., 0] + norm.ppf(np.clip(points[..., 2], 1e-9, 1 - 1e-9)) * points[..., 1], 100)
    np.testing.assert_allclose(found.first, [0.2, 0.0, 0.6], atol=0.03)
    np.testing.assert_allclose(found.total, [0.2, 0.2, 0.8], atol=0.03)


def test_a_smaller_sample_is_the_beginning_of_a_larger_one():
    np.testing.assert_array_equal(sample(4, 256, seed=5)[:64], sample(4, 64, seed=5))


def test_points_of_a_row_change_one_input_each():
    rows = sample(3, 16, seed=6)
    assert rows.shape == (16, 6, 4)
    for column in range(4):
        differs = rows[:, column + 1] != rows[:, 0]
        assert differs[:, column].all()
        assert not np.delete(differs, column, axis=1).any()


def test_a_result_that_does_not_vary_leaves_nothing_to_explain():
    found = indices(np.full((16, 6), 3.7), 50)
    assert found.variance == 0.0
    assert not found.total.any()
    assert found.total_all.shape == (50, 4)


@pytest.mark.parametrize("rows", [0, 4, 100, -8])
def test_rows_are_a_power_of_two(rows):
    with pytest.raises(CxsimError, match="power of two"):
        sample(3, rows, seed=1)


def test_results_in_other_units_have_the_same_indices():
    values = ishigami(sample(3, 128, seed=7))
    np.testing.assert_allclose(indices(values, 50).total, indices(1000 * values - 5, 50).total, atol=1e-9)
