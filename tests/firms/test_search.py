"""The search for better levers against SciPy's optimiser and fine grids; equity itself is held to its oracles in test_equity.py."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from cxsim.firms.desk import desk
from cxsim.firms.equity import equity, packed_panel
from cxsim.firms.review import POINTS
from cxsim.firms.search import Draft, _insert, _look_closer, climb, room_for_trials, value_of
from cxsim.firms.table import BARRIER, HIDDEN, LEVER_NAMES, OVERPROMISE, PREMIUM, PRICE, SERVICE

from .test_equity import CASES, a_plan, reached, usual


def try_lever(plan, lever, low, high, points=POINTS, cap=np.inf):
    packed, weights = packed_panel(plan.panel), np.ascontiguousarray(plan.panel.weights.T, np.float32)
    draft = Draft(plan.levers.copy(), plan.quality.copy(), np.empty(2), weights, packed)
    top = value_of(draft, plan.outlook, plan.enforcement)
    if high > low:
        work = desk(packed.shape[1], len(plan.market.table), len(plan.quality), 1, len(LEVER_NAMES))
        trial = room_for_trials.py_func(work)
        top = climb(lever, float(low), float(high), points, top, draft, trial, cap, plan.outlook, plan.enforcement)
    return top, draft.levers, draft.quality, packed


@pytest.mark.parametrize("case", ["as it comes", "patient", "static", "nobody can do without", "service starved"])
@pytest.mark.parametrize("lever", [PRICE, PREMIUM, HIDDEN, BARRIER, OVERPROMISE, SERVICE])
def test_the_search_finds_the_best_value_of_a_lever(case, lever):
    """Against a grid of 2,001 points and SciPy's bounded optimiser around its best: a hundredth of the attainable gain may be missed."""
    plan = a_plan(**CASES[case])
    present = plan.levers[lever]
    low, high = {PRICE: (present - 3, present + 3), SERVICE: (max(0, present - 0.1), present + 0.1), OVERPROMISE: (-0.3, 0.3)}.get(
        lever, (0.0, {PREMIUM: 15.0, HIDDEN: 2.5, BARRIER: 25.0}.get(lever))
    )

    def worth(at):
        levers = plan.levers.copy()
        levers[lever] = at
        return reached(plan, levers)

    grid = np.linspace(low, high, 2001)
    values = np.array([worth(at) for at in grid])
    best = grid[values.argmax()]
    around = (max(low, best - 2 * (grid[1] - grid[0])), min(high, best + 2 * (grid[1] - grid[0])))
    polished = minimize_scalar(lambda at: -worth(at), bounds=around, method="bounded", options={"xatol": 1e-9})
    maximum = max(values.max(), -polished.fun, worth(present))
    top, levers, *_ = try_lever(plan, lever, low, high)
    assert low <= levers[lever] <= high or levers[lever] == present
    assert top == pytest.approx(worth(levers[lever]), rel=1e-6)
    assert maximum - top <= 0.01 * (maximum - values.min()) + 1e-6 * abs(maximum)


def test_the_search_never_ends_below_where_it_started_and_changes_one_lever_only():
    plan = a_plan(**CASES["every lever in use"])
    before = reached(plan)
    for lever in range(len(LEVER_NAMES)):
        top, levers, quality, _ = try_lever(plan, lever, 0.0, 1.0)
        assert top >= before
        others = np.arange(len(LEVER_NAMES)) != lever
        assert np.array_equal(levers[others], plan.levers[others])
        assert np.array_equal(quality, plan.quality)


def test_the_highest_fee_that_nobody_avoids_is_found_exactly():
    """With many who foresee the fee, the best one is what avoiding it costs, on the edge of a fall; no grid would hit it."""
    foreseen = {"customers.foresight": 0.8, "customers.avoidance_cost": 0.0137, "customers.vigilance": 0.0}
    plan = a_plan(**foreseen, **{"firms.initial_price": 42.0, "firms.levers": ["disclosure"]})
    _, levers, *_ = try_lever(plan, HIDDEN, 0.0, 2.5)
    assert levers[HIDDEN] == 0.0137 * 50.0
    above = plan.levers.copy()
    above[HIDDEN] = np.nextafter(levers[HIDDEN], 3.0)
    assert reached(plan, above) < reached(plan, levers)


def test_improving_quality_moves_what_customers_get_with_it():
    plan = a_plan(**{"firms.insight": 1.0, "market.quality_cost": 0.0})
    outcome = 2
    top, levers, quality, packed = try_lever(plan, len(LEVER_NAMES) + outcome, 0.0, 1.0)
    assert quality[outcome] == 1.0  # quality that costs nothing
    assert np.array_equal(levers, plan.levers)
    change = quality[outcome] - plan.quality[outcome]
    base = plan.panel.base + plan.panel.weights[:, outcome] * change
    again = equity(levers, quality.mean(), (quality**2).mean(), base, plan.panel, plan.outlook, plan.enforcement)
    assert top == pytest.approx(again, rel=1e-6)
    assert np.any([np.allclose(row, base) for row in packed])


def test_an_empty_range_changes_nothing():
    plan = usual()
    _, levers, *_ = try_lever(plan, PRICE, 40.0, 40.0)
    assert np.array_equal(levers, plan.levers)


def test_the_present_value_competes_even_from_outside_the_range():
    plan = usual()
    top, levers, *_ = try_lever(plan, PRICE, 0.0, 1.0)
    assert levers[PRICE] == plan.levers[PRICE]
    assert top == pytest.approx(reached(plan))


def test_a_cap_on_the_whole_bill_cuts_the_premium_as_the_price_rises():
    plan = a_plan(**CASES["every lever in use"])
    cap = plan.levers[PRICE] + plan.levers[PREMIUM]
    top, levers, *_ = try_lever(plan, PRICE, plan.levers[PRICE] - 5, plan.levers[PRICE] + 5, cap=cap)
    assert levers[PRICE] + levers[PREMIUM] <= cap + 1e-9
    assert top == pytest.approx(reached(plan, levers), rel=1e-6)


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=20))
def test_points_tried_are_kept_in_order_and_once_each(points):
    tried, values, n = np.empty(20), np.empty(20), 0
    for at in points:
        n += _insert(at, 2.0 * at, tried, values, n) >= 0
    assert np.all(np.diff(tried[:n]) > 0)
    assert np.array_equal(values[:n], 2.0 * tried[:n])
    span = max(points) - min(points)
    assert all(np.abs(tried[:n] - at).min() <= 2e-9 * span for at in points)


@given(st.floats(-5, 5), st.floats(0.01, 10), st.lists(st.floats(-10, 10), min_size=3, max_size=3, unique=True))
def test_the_top_of_a_parabola_is_found_from_any_three_points(peak, bend, points):
    tried = np.sort(points)
    if np.diff(tried).min() < 0.1:
        return
    values = -bend * (tried - peak) ** 2
    best = int(np.argmax(values))
    at, gain = _look_closer(best, 3, tried, values)
    if best == 1:
        assert at == pytest.approx(peak, abs=1e-6)
        assert gain == pytest.approx(-values[best], abs=1e-6)
    else:  # beyond an end, or close to it: never outside of the range
        assert tried[0] <= at <= tried[2]


def test_a_peak_close_to_an_end_of_the_range_is_not_missed():
    """Where the best point of the grid is an end, it is looked a little inside before the search gives up."""
    for peak in (0.03, 0.1, 0.2):
        tried, values, n = np.empty(20), np.empty(20), 0
        for at in (0.0, 0.5, 1.0):
            n += _insert(at, -((at - peak) ** 2), tried, values, n) >= 0
        for _ in range(4):
            at, gain = _look_closer(int(np.argmax(values[:n])), n, tried, values)
            if gain <= 1e-12:
                break
            n += _insert(at, -((at - peak) ** 2), tried, values, n) >= 0
        assert tried[np.argmax(values[:n])] == pytest.approx(peak, abs=1e-6)
