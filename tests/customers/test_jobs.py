import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxsim.customers.jobs import job_done, rise_in_worth

WEIGHTS = np.array([[0.5, 0.3, 0.2], [0.1, 0.1, 0.8], [0.0, 1.0, 0.0]])
BASICS = np.array([True, False, False])
qualities = st.lists(st.floats(0.01, 1.0), min_size=3, max_size=3).map(np.array)


@given(qualities)
def test_outcomes_that_add_up_are_a_weighted_sum(quality):
    assert job_done(quality[None], WEIGHTS) == pytest.approx(WEIGHTS @ quality[:, None])


@given(qualities, st.floats(-30.0, 0.99))
def test_the_less_outcomes_make_up_for_one_another_the_less_is_done_and_never_less_than_the_weakest(quality, exponent):
    summed, mean = job_done(quality[None], WEIGHTS)[:, 0], job_done(quality[None], WEIGHTS, exponent)[:, 0]
    weakest = np.where(WEIGHTS > 0, quality, np.inf).min(axis=1)
    assert (mean <= summed + 1e-9).all()
    assert (mean >= weakest - 1e-9).all()


@given(st.floats(0.01, 1.0), st.floats(-30.0, 1.0))
def test_an_even_offer_does_every_job_alike(level, exponent):
    assert job_done(np.full((1, 3), level), WEIGHTS, exponent) == pytest.approx(level)


def test_means_of_known_exponents():
    quality = np.array([[0.9, 0.4, 0.1]])
    weights = WEIGHTS[:1]
    assert job_done(quality, weights, 0.0)[0, 0] == pytest.approx(0.9**0.5 * 0.4**0.3 * 0.1**0.2)
    assert job_done(quality, weights, -1.0)[0, 0] == pytest.approx(1 / (0.5 / 0.9 + 0.3 / 0.4 + 0.2 / 0.1))
    assert job_done(quality, weights, -200.0)[0, 0] == pytest.approx(0.1, rel=0.02)
    assert job_done(quality, weights, 0.0)[0, 0] == pytest.approx(job_done(quality, weights, 1e-4)[0, 0], rel=1e-3)


def test_basics_come_before_the_rest():
    low, enough = np.array([[0.2, 0.8, 0.8]]), np.array([[0.5, 0.8, 0.8]])
    assert job_done(low, WEIGHTS[:1], 1.0, BASICS, 0.4)[0, 0] == pytest.approx(0.5 * 0.2 + 0.5 * 0.8 * 0.5)
    assert job_done(enough, WEIGHTS[:1], 1.0, BASICS, 0.4)[0, 0] == pytest.approx(0.5 * 0.5 + 0.5 * 0.8)
    # Who does not care for the basics does not miss them.
    assert job_done(low, WEIGHTS[2:], 1.0, BASICS, 0.4)[0, 0] == pytest.approx(0.8)


def rise(quality, exponent=1.0, basics=None, threshold=0.0):
    """What a small rise of each outcome adds to each job done, from the model's own relative to the weights."""
    worth, given = np.full_like(WEIGHTS, np.nan), quality.copy()
    rise_in_worth(given, WEIGHTS, exponent, np.zeros(3, np.bool_) if basics is None else basics, threshold, worth)
    assert (given == quality).all()
    return worth * WEIGHTS


@pytest.mark.parametrize("settings", [(1.0, None, 0.0), (0.3, None, 0.0), (0.0, None, 0.0), (-2.0, None, 0.0), (1.0, BASICS, 0.6),
                                      (-2.0, BASICS, 0.6)])  # fmt: skip
@pytest.mark.parametrize("quality", [[0.5, 0.6, 0.3], [1.0, 0.9, 1.0], [0.3, 1.0, 0.7]])
def test_the_rise_in_worth_is_a_finite_difference_of_the_job_done(settings, quality):
    """Differences as wide as a firm's small steps, and cut off where quality ends."""
    quality = np.array(quality)
    slope = rise(quality, *settings)
    for outcome in range(3):
        up, down = quality.copy(), quality.copy()
        up[outcome], down[outcome] = min(quality[outcome] + 0.02, 1.0), max(quality[outcome] - 0.02, 0.0)
        better, worse = job_done(up[None], WEIGHTS, *settings)[:, 0], job_done(down[None], WEIGHTS, *settings)[:, 0]
        assert slope[:, outcome] == pytest.approx((better - worse) / (up[outcome] - down[outcome]), abs=1e-9)


def test_below_the_threshold_a_basic_is_worth_more_and_the_rest_less_than_their_weights():
    slope = rise(np.array([0.2, 0.8, 0.8]), 1.0, BASICS, 0.6)[0]
    assert slope[0] > WEIGHTS[0, 0]
    assert (slope[1:] < WEIGHTS[0, 1:]).all()
