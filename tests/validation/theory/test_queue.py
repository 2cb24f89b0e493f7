import numpy as np
import pytest

from cxsim.validation.theory import queue


def test_the_path_follows_its_recursion():
    rate, capacity = 0.1, 0.07
    path = queue.waiting(rate, capacity, 50)
    before = np.concatenate([[0.0], path[:-1]])
    assert path == pytest.approx(before + rate * (1.0 - before) - capacity)


def test_swings_of_no_size_change_nothing():
    assert queue.settled_with_swings(0.1, 0.07, 1e-4) == pytest.approx(0.3, abs=2e-3)


def test_a_long_walk_spends_its_time_where_the_grid_says():
    rng = np.random.default_rng(1)
    sigma = np.sqrt(np.log1p(0.3**2))
    factor = np.exp(sigma * rng.standard_normal(200_000) - 0.5 * sigma**2)
    waiting, total = 0.0, 0.0
    for swing in factor:
        load = waiting + 0.1 * (1.0 - waiting)
        waiting = load * (1.0 - min(1.0, 0.07 / (load * swing)))
        total += waiting
    assert total / len(factor) == pytest.approx(queue.settled_with_swings(0.1, 0.07, 0.3), rel=0.01)


def test_the_spread_is_that_of_a_simulated_queue():
    """Binomial arrivals and resolutions in 4,000 queues of 200 customers: standard deviations within five standard errors."""
    rng = np.random.default_rng(1)
    waiting, n, rate, capacity = np.zeros(4000, int), 200, 0.25, 0.175
    expected = queue.spread(rate, capacity, 12)
    for month in range(12):
        load = waiting + rate * (n - waiting)
        waiting = waiting + rng.binomial(n - waiting, rate)
        waiting = rng.binomial(waiting, 1 - np.minimum(1, capacity * n / load))
        assert waiting.std() / np.sqrt(n) == pytest.approx(expected[month], rel=5 / np.sqrt(2 * 4000) + 0.01)


def test_the_noise_under_swings_is_that_of_simulated_means():
    rng = np.random.default_rng(2)
    runs, months, sigma = 1500, 400, np.sqrt(np.log1p(0.09))
    share, total = np.full(runs, 0.24), np.zeros(runs)
    for _ in range(months):
        load = share + 0.25 * (1 - share)
        share = load * (1 - np.minimum(1, 0.175 / (load * np.exp(sigma * rng.normal(size=runs) - 0.5 * sigma**2))))
        total += share
    found = (total / months).std() * np.sqrt(months)
    assert queue.noise_with_swings(0.25, 0.175, 0.3) == pytest.approx(found, rel=5 / np.sqrt(2 * runs))
