from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cxsim.customers.deal import draw_over, places

GRID = st.sampled_from(np.linspace(0, 1, 17).tolist())


@given(st.lists(GRID, max_size=40), st.lists(st.one_of(GRID, st.floats(0, 1)), max_size=30))
def test_a_place_is_the_number_of_edges_reached(edges, draws):
    """Edges on a grid, some of them alike, and draws on it and beside it; the oracle is NumPy's search from the right."""
    edges, draws = np.sort(np.array(edges, float)), np.array(draws, float)
    assert np.array_equal(places(edges, draws), np.searchsorted(edges, draws, side="right"))


def test_many_edges_and_many_draws_are_placed_alike():
    rng = np.random.default_rng(1)
    for count in (1, 2, 3, 63, 64, 65, 20_000):
        edges, draws = np.sort(rng.random(count)), rng.random(3_001)
        assert np.array_equal(places(edges, draws), np.searchsorted(edges, draws, side="right"))


@given(st.lists(st.lists(GRID, min_size=7, max_size=7), min_size=1, max_size=9))
def test_everybody_goes_where_taste_is_greatest_and_to_the_first_of_equals(tastes):
    """Rows are slots in the order in which they come; the oracle is NumPy's argmax, which takes the first."""
    best, supplier = np.full(7, -np.inf), np.zeros(7, np.int16)
    for slot, taste in enumerate(tastes, start=1):
        draw_over(np.array(taste), slot, best, supplier)
    assert np.array_equal(supplier, 1 + np.argmax(tastes, axis=0))
    assert np.array_equal(best, np.max(tastes, axis=0))
