"""The criteria of Sarrazin, Pianosi and Wagener (2016) on resamples made for them."""

import numpy as np
import pytest

from cxsim.sensitivity.convergence import convergence


def resamples(index, spread, count=2000, seed=1):
    return np.asarray(index) + np.random.default_rng(seed).normal(0, 1, (count, len(index))) * spread


def test_tight_resamples_have_converged_in_everything():
    found = convergence(np.array([0.6, 0.3, 0.01]), resamples([0.6, 0.3, 0.01], 0.005))
    assert found.met == {"indices": True, "screening": True, "ranking": True}
    assert found.indices == pytest.approx(2 * 1.96 * 0.005, rel=0.1)


def test_each_criterion_can_fail_alone():
    index = np.array([0.6, 0.3, 0.01])
    wide_top = convergence(index, resamples(index, np.array([0.05, 0.005, 0.005])))
    assert wide_top.met == {"indices": False, "screening": True, "ranking": True}
    assert wide_top.widest == 0
    close = convergence(np.array([0.4, 0.4, 0.01]), resamples([0.4, 0.4, 0.01], 0.005))
    assert close.met == {"indices": True, "screening": True, "ranking": True}  # the order of two equals: distance just below one
    wide_low = convergence(index, resamples(index, np.array([0.005, 0.005, 0.05])))
    assert not wide_low.met["screening"]


def test_orders_that_change_among_large_indices_count_and_among_small_ones_do_not():
    many = np.array([0.3, 0.3, 0.3, 0.3, 0.0])
    assert convergence(many, resamples(many, 0.02)).ranking > 1
    small = np.array([0.9, 0.001, 0.001, 0.001])
    assert convergence(small, resamples(small, 0.002)).ranking < 0.01


def test_nothing_of_little_influence_is_nothing_to_screen():
    assert convergence(np.array([0.5, 0.4]), resamples([0.5, 0.4], 0.1)).screening == 0.0


def test_indices_that_are_all_zero_have_converged():
    assert convergence(np.zeros(3), np.zeros((100, 3))).met == {"indices": True, "screening": True, "ranking": True}
