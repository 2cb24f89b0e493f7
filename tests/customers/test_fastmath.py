"""Oracle: NumPy in the next wider precision. The bounds are those that the module states."""

from __future__ import annotations

import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxsim.customers import fastmath

SINGLE = 2e-7
DOUBLE = 1e-13


def over(function, dtype):
    @numba.njit
    def apply(values, out):
        for i in range(values.shape[0]):
            out[i] = function(values[i])

    def run(values):
        given_values = np.asarray(values, dtype)
        out = np.empty(len(given_values), dtype)
        apply(given_values, out)
        return out

    return run


exp32 = over(fastmath.exp32, np.float32)
log32 = over(fastmath.log32, np.float32)
exp64 = over(fastmath.exp64, np.float64)


def relative(found, true):
    return np.abs(found.astype(np.longdouble) - true) / np.abs(true)


def test_exp32_keeps_its_bound():
    x = np.linspace(-87.0, 87.0, 400_001, dtype=np.float32)
    assert relative(exp32(x), np.exp(x.astype(np.float64))).max() < SINGLE


def test_exp64_keeps_its_bound():
    x = np.linspace(-700.0, 700.0, 400_001)
    assert relative(exp64(x), np.exp(x.astype(np.longdouble))).max() < DOUBLE


def test_log32_keeps_its_bound_over_all_magnitudes():
    x = np.exp(np.linspace(np.log(1.2e-38), np.log(3.4e38), 400_001)).astype(np.float32)
    x = x[x != 1.0]
    assert relative(log32(x), np.log(x.astype(np.float64))).max() < SINGLE


@pytest.mark.parametrize("toward", [0.0, 2.0])
def test_log32_keeps_its_bound_next_to_one_where_the_logarithm_vanishes(toward):
    x = [np.float32(1.0)]
    for _ in range(20_000):
        x.append(np.nextafter(x[-1], np.float32(toward)))
    found = log32(x)
    assert found[0] == 0.0
    assert relative(found[1:], np.log(np.array(x[1:], np.float64))).max() < SINGLE


@pytest.mark.parametrize(("function", "low", "high"), [(exp32, -87.0, 88.0), (exp64, -700.0, 700.0)], ids=["exp32", "exp64"])
def test_exponentials_are_clamped_and_never_infinite_or_zero(function, low, high):
    beyond = function([low - 1, low * 10, -1e30, -np.inf, high + 1, high * 10, 1e30, np.inf])
    assert np.all(beyond[:4] == function([low])[0])
    assert np.all(beyond[4:] == function([high])[0])
    assert np.all(np.isfinite(beyond))
    assert np.all(beyond > 0)


def test_powers_of_two_and_one_are_exact():
    assert exp32([0.0])[0] == 1.0
    assert exp64([0.0])[0] == 1.0
    assert log32([1.0])[0] == 0.0


@given(st.lists(st.floats(-87, 88, width=32), min_size=2, max_size=50))
def test_exp32_never_falls_by_more_than_rounding(values):
    made = exp32(np.sort(np.array(values, np.float32)))
    assert np.all(made[1:] >= made[:-1] * np.float32(1 - 2 * SINGLE))


@given(st.lists(st.floats(2**-100, 2**100, width=32), min_size=1, max_size=50))
def test_log32_undoes_exp32(values):
    x = np.log(np.array(values, np.float64)).astype(np.float32)
    assert np.abs(log32(exp32(x)) - x).max() <= 3 * SINGLE * max(1.0, np.abs(x).max())
