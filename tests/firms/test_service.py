"""Oracles: SciPy's quadrature over the lognormal swing, and the closed form that holds without swings."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from cxsim.firms.service import log_spread, overload, waiting_share

SWING = np.linspace(-8, 8, 20_001)
CHANCE = stats.norm.pdf(SWING) / stats.norm.pdf(SWING).sum()


def resolved_share(capacity, load, variation):
    """Mean share of open problems that a month resolves: a sum over the swing in steps so small that the kink does not show."""
    sigma = math.sqrt(math.log1p(variation**2))
    return float(CHANCE @ np.minimum(1.0, capacity / load / np.exp(sigma * SWING - sigma**2 / 2)))


def mean_over_swings(function, variation):
    sigma = math.sqrt(math.log1p(variation**2))
    density = stats.norm.pdf

    def term(z):
        return function(math.exp(sigma * z - sigma**2 / 2)) * density(z)

    kinks = np.linspace(-8, 8, 33)
    return sum(integrate.quad(term, a, b)[0] for a, b in itertools.pairwise(kinks))


@pytest.mark.parametrize("variation", [0.05, 0.3, 1.5])
@pytest.mark.parametrize("ratio", [0.2, 0.9, 1.0, 1.1, 4.0])
def test_mean_overload_is_what_quadrature_says(ratio, variation):
    assert overload(ratio, 1.0, log_spread(variation)) == pytest.approx(
        mean_over_swings(lambda x: max(0, x / ratio - 1), variation), abs=2e-4
    )


@given(st.floats(1e-6, 1e6), st.floats(1e-6, 1e6), st.floats(0, 2))
def test_crowding_is_not_negative(capacity, load, variation):
    assert overload(capacity, load, log_spread(variation)) >= -1e-12


def test_the_ends_of_the_range():
    for variation in (0.0, 0.5):
        assert overload(1.0, 0.0, log_spread(variation)) == 0.0
        assert waiting_share(0.0, 1.0, log_spread(variation)) == 0.0
        assert waiting_share(0.1, 0.0, log_spread(variation)) == 1.0
        assert overload(0.0, 1.0, log_spread(variation)) == math.inf
    assert overload(0.5, 1.0, 0.0) == 1.0


@pytest.mark.parametrize("arrivals", [1e-4, 0.002, 0.03, 0.5, 1.0])
@pytest.mark.parametrize("service", [0.0, 0.3, 0.8, 0.97])
def test_without_swings_waiting_settles_at_one_less_capacity_by_arrivals_and_hardly_any_swing_changes_little(arrivals, service):
    settled = waiting_share(arrivals, service * arrivals, 0.0)
    assert settled == pytest.approx(1 - service)
    assert waiting_share(arrivals, service * arrivals, log_spread(1e-3)) == pytest.approx(settled, abs=5e-3)


@pytest.mark.parametrize("variation", [0.05, 0.15, 0.6])
@pytest.mark.parametrize("service", [0.5, 0.9, 1.0, 1.2, 2.0])
def test_waiting_is_where_a_month_leaves_it_unchanged(service, variation):
    arrivals = 0.03
    waiting = waiting_share(arrivals, service * arrivals, log_spread(variation))
    load = waiting + arrivals * (1 - waiting)
    after = load * (1 - resolved_share(service * arrivals, load, variation))
    assert after == pytest.approx(waiting, abs=2e-5)


def test_more_capacity_means_less_waiting_and_more_swing_means_more():
    waiting = [waiting_share(0.03, 0.03 * service, log_spread(0.15)) for service in np.linspace(0, 3, 40)]
    assert np.all(np.diff(waiting) <= 1e-6)
    assert waiting[-1] < 1e-4
    swinging = [waiting_share(0.03, 0.033, log_spread(variation)) for variation in (0.0, 0.1, 0.3, 0.8)]
    assert swinging == sorted(swinging)
    assert waiting_share(0.0, 0.0, log_spread(0.3)) == 0.0


@pytest.mark.parametrize("variation", [0.0, 0.15, 0.6])
@pytest.mark.parametrize("service", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("solving", [0.3, 0.8, 1.0])
def test_what_is_handled_and_not_solved_comes_back(solving, service, variation):
    """The oracle walks month by month to where it settles."""
    arrivals = 0.3
    waiting = 0.0
    for _ in range(400):
        load = waiting + arrivals * (1 - waiting)
        waiting = load * (1 - solving * resolved_share(service * arrivals, load, variation))
    assert waiting_share(arrivals, service * arrivals, log_spread(variation), solving) == pytest.approx(waiting, abs=1e-6)
