from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.text import Text
from scipy.optimize import LinearConstraint, minimize

from cxsim.results.figures import lines
from cxsim.results.intervals import mean_interval


def test_a_grid_adds_rows_of_a_month_and_shows_months_without_any():
    frame = pd.DataFrame({"replication": [0, 0, 1], "month": [1, 1, 0], "amount": [2.0, 3.0, 7.0]})
    grid = lines.by_month(frame, frame["amount"], 3, 2)
    np.testing.assert_array_equal(grid, [[np.nan, 5.0, np.nan], [7.0, np.nan, np.nan]])


def test_the_line_is_the_mean_and_the_band_the_interval_within_bounds():
    grid = np.random.default_rng(1).exponential(1.0, (3, 20))
    axes = Figure().subplots()
    drawn = lines.band(axes, grid, "black", low=0)
    mean, low, high = mean_interval(grid)
    np.testing.assert_array_equal(axes.lines[0].get_ydata(), mean)
    np.testing.assert_array_equal(drawn.low, np.maximum(low, 0))
    np.testing.assert_array_equal(drawn.high, high)
    edges = axes.collections[0].get_paths()[0].vertices[:, 1]
    assert edges.max() == pytest.approx(high.max())
    assert low.min() < 0 <= edges.min()


def test_one_replication_has_no_band():
    axes = Figure().subplots()
    lines.band(axes, np.ones((1, 5)), "black")
    assert len(axes.collections) == 0


def test_one_month_is_a_point():
    axes = Figure().subplots()
    lines.band(axes, np.ones((1, 1)), "black")
    assert axes.lines[0].get_marker() == "o"


def test_the_last_value_skips_months_without_one():
    assert lines.last(np.array([1.0, 2.0, np.nan])) == 2.0
    assert np.isnan(lines.last(np.array([np.nan])))


@given(st.lists(st.floats(0, 1), max_size=12).map(sorted), st.floats(0.01, 0.3))
def test_places_keep_their_order_and_distance_and_stay_if_they_can(places, gap):
    found = lines.spread(places, gap)
    assert np.all(np.diff(found) >= gap - 1e-9)
    if np.all(np.diff(places) >= gap):
        np.testing.assert_allclose(found, places, atol=1e-12)
    if gap * (len(places) - 1) <= 1:
        assert all(-1e-9 <= place <= 1 + 1e-9 for place in found)


@pytest.mark.parametrize("seed", range(4))
def test_places_are_the_nearest_possible(seed):
    # An uneven power crowds the places against a bound.
    places, gap = np.sort(np.random.default_rng(seed).random(6) ** (0.2 + seed)), 0.12
    found = lines.spread(places, gap)
    differences = np.diff(np.eye(6), axis=0)
    best = minimize(lambda x: np.sum((x - places) ** 2), np.linspace(0, 1, 6), method="SLSQP", tol=1e-12,
                    bounds=[(0, 1)] * 6, constraints=LinearConstraint(differences, gap, np.inf))  # fmt: skip
    np.testing.assert_allclose(found, best.x, atol=1e-4)


def test_names_at_one_height_do_not_overlap():
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    axes.set_ylim(0, 1)
    lines.name_ends(axes, [(0.5, f"name {number}", "black") for number in range(8)] + [(np.nan, "nobody", "black")])
    figure.draw_without_rendering()
    # The letters alone, without the arrow that an annotation counts as its own.
    boxes = sorted((Text.get_window_extent(text) for text in axes.texts), key=lambda box: box.y0)
    assert len(boxes) == 8
    assert all(below.y1 <= above.y0 for below, above in pairwise(boxes))
