"""PRIM against the EMA workbench's own, and on cases made with a known box."""

import warnings

import numpy as np
import pytest

from cxsim.sensitivity.boxes import fit, quasi_p
from cxsim.sensitivity.prim import candidates, search, trajectory


def made(cases, parameters, seed, share=0.9, else_=0.05):
    draw = np.random.default_rng(seed)
    points = draw.random((cases, parameters))
    return points, draw.random(cases) < np.where((points[:, 0] > 0.6) & (points[:, 1] < 0.5), share, else_)


def test_peeling_is_that_of_the_workbench():
    """Kwakkel (2017); its pasting phase, which comes after, is left out here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        prim = pytest.importorskip("ema_workbench.analysis.prim")
        import pandas as pd

        points, fails = made(300, 4, seed=3)
        frame = pd.DataFrame(points, columns=list("abcd"))
        try:
            theirs = prim.Prim(frame, fails.astype(int), threshold=0.1).find_box()
        except TypeError:
            pytest.skip("another PRIM since version 3 of the workbench")
    steps = trajectory(points, fails)
    table = theirs.peeling_trajectory.iloc[: len(steps)]
    np.testing.assert_allclose(table["coverage"], [step.fit.coverage for step in steps])
    np.testing.assert_allclose(table["density"], [step.fit.density for step in steps])
    last = theirs.qp[len(steps) - 1]
    mine = {("abcd"[place], upper): chance for (place, upper), chance in quasi_p(steps[-1].box, points, fails).items()}
    for name, (low, high) in last.items():
        for upper, chance in ((False, low), (True, high)):
            if chance >= 0:
                assert mine[name, upper] == pytest.approx(chance, rel=1e-6)


def test_boxes_only_shrink_and_keep_the_least_share():
    points, fails = made(300, 5, seed=1)
    steps = trajectory(points, fails, least=0.1)
    sizes = [step.fit.inside for step in steps]
    assert sizes[0] == 300
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] >= 30
    densities = [step.fit.density for step in steps]
    assert densities == sorted(densities)


@pytest.mark.parametrize("seed", range(4))
def test_a_known_box_is_found_among_many_parameters(seed):
    points, fails = made(300, 40, seed)
    box, steps = search(points, fails)
    assert set(box.restricted()) >= {0, 1}
    assert box.low[0] == pytest.approx(0.6, abs=0.12)
    assert box.high[1] == pytest.approx(0.5, abs=0.12)
    assert fit(box, points, fails).score > 0.75
    assert all(step.box.low.shape == (40,) for step in steps)


def test_candidates_are_those_that_tell_failures_apart():
    points, fails = made(300, 30, seed=5)
    assert {0, 1} <= set(candidates(points, fails))
    assert len(candidates(points, fails)) == 6
    assert candidates(points[:, :3], fails) == [0, 1, 2]


def test_whole_numbers_are_cut_between_them():
    draw = np.random.default_rng(7)
    points = np.column_stack([draw.integers(1, 9, 300), draw.random(300)]).astype(float)
    fails = (points[:, 0] <= 3) ^ (draw.random(300) < 0.05)
    box, _ = search(points, fails)
    assert box.restricted() == [0]
    assert box.high[0] == 3.5


def test_what_is_decided_by_lot_has_no_rule_or_a_weak_one():
    draw = np.random.default_rng(9)
    points, fails = draw.random((300, 10)), draw.random(300) < 0.3
    box, _ = search(points, fails)
    if box is not None:
        assert fit(box, points, fails).score < 0.65


def test_scales_do_not_matter():
    points, fails = made(300, 6, seed=2)
    box, _ = search(points, fails)
    large, _ = search(points * 1e6 - 5, fails)
    np.testing.assert_allclose(large.low * 1.0, box.low * 1e6 - 5)
    np.testing.assert_allclose(large.high * 1.0, box.high * 1e6 - 5)
