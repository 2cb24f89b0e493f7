import numpy as np
import pytest

from cxsim.config.errors import CxsimError
from cxsim.sensitivity import discovery as module
from cxsim.sensitivity.discovery import discover, enough


@pytest.fixture(autouse=True)
def _few_resamples(monkeypatch):
    monkeypatch.setattr(module, "RESAMPLES", 4)


def made(seed=1, cases=300, parameters=12):
    draw = np.random.default_rng(seed)
    points = draw.random((cases, parameters))
    return points, draw.random(cases) < np.where((points[:, 0] > 0.6) & (points[:, 1] < 0.5), 0.9, 0.05)


@pytest.mark.parametrize("method", ["prim", "cart"])
def test_a_known_rule_is_found_and_holds_on_cases_held_out(method):
    if method == "cart":
        pytest.importorskip("sklearn")
    found = discover(*made(), method)
    one = found.found[0]
    assert set(one.box.restricted()) >= {0, 1}
    assert one.holds
    assert one.density[0] <= one.checked.density <= one.density[1]
    assert one.density[0] > 2 * one.base
    assert min(one.steady.get(0, 0), one.steady.get(1, 0)) >= 0.5


def test_cases_held_out_play_no_part_in_the_rule():
    points, fails = made()
    first = discover(points, fails, boxes=1)
    turned = fails.copy()
    # Other outcomes for the cases held out, with as many failures, leave the split and the rule as they are.
    held = np.flatnonzero(first.held)
    spoiled = points.copy()
    spoiled[held] = np.random.default_rng(2).random((len(held), points.shape[1]))
    again = discover(spoiled, turned, boxes=1)
    np.testing.assert_array_equal(first.held, again.held)
    np.testing.assert_array_equal(first.found[0].box.low, again.found[0].box.low)
    np.testing.assert_array_equal(first.found[0].box.high, again.found[0].box.high)
    assert again.found[0].checked.density < first.found[0].checked.density


def test_a_third_is_held_out_of_failures_and_others_alike():
    points, fails = made()
    held = discover(points, fails, boxes=1).held
    assert held[fails].mean() == pytest.approx(1 / 3, abs=0.02)
    assert held[~fails].mean() == pytest.approx(1 / 3, abs=0.02)


def test_where_lots_decide_rules_hardly_ever_hold():
    """Density must exceed the base rate at the lower end of a 95 % interval, so luck passes in about 2.5 % of searches."""
    false = 0
    for seed in range(25):
        draw = np.random.default_rng(seed)
        false += any(one.holds for one in discover(draw.random((150, 6)), draw.random(150) < 0.3, boxes=1, seed=seed).found)
    assert false <= 3


def test_a_second_rule_is_found_outside_the_first():
    draw = np.random.default_rng(4)
    points = draw.random((600, 5))
    fails = (points[:, 0] > 0.85) | (points[:, 1] < 0.15)
    found = discover(points, fails, boxes=2).found
    assert [one.box.restricted() for one in found] in ([[0], [1]], [[1], [0]])
    assert all(one.holds for one in found)
    assert found[1].checked.cases < found[0].checked.cases


def test_too_few_of_either_kind_cannot_be_learnt_from():
    assert enough(np.array([True] * 10 + [False] * 10))
    assert not enough(np.array([True] * 9 + [False] * 100))
    assert discover(np.random.default_rng(1).random((60, 2)), np.arange(60) < 5).found == []


def test_another_method_is_refused():
    with pytest.raises(CxsimError, match="Did you mean prim"):
        discover(*made(), "prin")


def test_the_same_search_each_time():
    one, two = (discover(*made(3), seed=5) for _ in range(2))
    assert one.found[0].steady == two.found[0].steady
    np.testing.assert_array_equal(one.held, two.held)
