"""A standing call of a compiled function gives what the function gives, whichever version of it the first call asks for."""

from __future__ import annotations

import copy

import numpy as np
import pytest

from cxsim.compiled import Standing, compiled


@compiled(makes_arrays=True)
def scaled(values, factor):
    return values * factor


def test_every_call_gives_what_the_function_gives():
    call = Standing(scaled)
    for factor in (2.0, 3.0, 0.5):
        values = np.arange(5.0) + factor
        assert np.array_equal(call(values, factor), scaled(values, factor))


@pytest.mark.parametrize("kind", [np.float32, np.float64, np.int64])
def test_it_holds_to_the_types_of_its_own_first_call_where_others_have_called_with_different_ones(kind):
    for other in (np.float32, np.float64, np.int64):
        scaled(np.arange(3, dtype=other), 2.0)
    call = Standing(scaled)
    values = np.arange(4, dtype=kind)
    for _ in range(3):
        found = call(values, 1.5)
        assert found.dtype == scaled(values, 1.5).dtype
        assert np.array_equal(found, values * 1.5)


def test_a_copy_calls_the_same_function_and_plain_functions_are_called_as_they_are():
    twice = Standing(lambda number: 2 * number)
    assert [copy.deepcopy(twice)(3), twice(4), twice(5)] == [6, 8, 10]
