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
