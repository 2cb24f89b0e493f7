"""Elementary effects against SALib's own and against functions whose effects are known."""

import numpy as np
import pytest

from cxsim.config.errors import CxsimError
from cxsim.sensitivity.morris import Plan, plan, screened

pytest.importorskip("SALib")


def additive(unit, luck):
    return 3 * unit[..., 0] - 2 * unit[..., 1] + 0 * unit[..., 2] + luck


def test_effects_of_an_additive_function_are_its_slopes():
    made = plan(3, 10, seed=1)
    found = screened(made, additive(made.unit, made.luck))
    np.testing.assert_allclose(found.mu, [3, -2, 0], atol=1e-12)
    np.testing.assert_allclose(found.mu_star, [3, 2, 0], atol=1e-12)
    np.testing.assert_allclose(found.sigma, 0, atol=1e-12)
    # What luck adds to all points of a trajectory alike is in no effect, and is measured beside them.
    np.testing.assert_allclose(found.luck, made.luck[:, -1] - made.luck[:, 0])
    assert found.luck_size[0] == pytest.approx(np.abs(found.luck).mean())


def test_sizes_are_those_that_salib_computes():
    from SALib.analyze.morris import analyze
    from SALib.test_functions import Ishigami

    made = plan(3, 12, seed=2)
    points = made.unit[:, :-1].reshape(-1, 3)
    values = Ishigami.evaluate(-np.pi + 2 * np.pi * made.unit.reshape(-1, 3)).reshape(12, -1)
    mine = screened(made, values)
    problem = {"num_vars": 3, "names": list("abc"), "bounds": [[0.0, 1.0]] * 3}
    theirs = analyze(problem, points, values[:, :-1].ravel(), num_levels=4, seed=1)
    for name in ("mu", "mu_star", "sigma"):
        np.testing.assert_allclose(getattr(mine, name), np.asarray(theirs[name], float), rtol=1e-9, atol=1e-9)


def test_each_point_of_a_trajectory_moves_one_parameter_and_the_last_is_the_first_again():
    made = plan(5, 4, seed=3)
    moved = (np.abs(np.diff(made.unit[:, :-1], axis=1)) > 1e-9).sum(axis=2)
    assert (moved == 1).all()
    np.testing.assert_array_equal(made.unit[:, -1], made.unit[:, 0])
    assert (made.luck[:, :-1] == made.luck[:, :1]).all()
    assert (made.luck[:, -1] != made.luck[:, 0]).all()
    assert len(set(made.luck[:, 0].tolist())) == 4


def test_more_trajectories_go_on_from_fewer():
    whole, first, rest = plan(4, 6, 1), plan(4, 2, 1), plan(4, 4, 1, first=2)
    np.testing.assert_array_equal(whole.unit, np.concatenate([first.unit, rest.unit]))
    np.testing.assert_array_equal(whole.luck, np.concatenate([first.luck, rest.luck]))
    assert not np.array_equal(plan(4, 2, 2).unit, first.unit)


def test_a_single_parameter_can_be_screened():
    made = plan(1, 5, seed=4)
    assert made.unit.shape == (5, 3, 1)
    np.testing.assert_allclose(screened(made, 7 * made.unit[..., 0]).mu, [7])


def test_intervals_hold_replication_noise():
    """A parameter whose effect depends on luck: the interval of its size covers the true mean size in about 95 % of studies."""
    covered = 0
    for study in range(200):
        made = plan(2, 20, seed=study)
        # The slope of a trajectory is its luck, uniform from 0 to 1: mean size one half.
        found = screened(made, made.luck * made.unit[..., 0], 400)
        covered += found.low[0] <= 0.5 <= found.high[0]
    assert covered / 200 >= 0.88


def test_two_trajectories_at_least():
    with pytest.raises(CxsimError, match="2 or more"):
        plan(3, 1, seed=1)


def test_results_do_not_depend_on_the_order_of_trajectories():
    made = plan(3, 6, seed=5)
    values = np.sin(5 * made.unit).sum(axis=2) + made.luck
    turned = Plan(made.unit[::-1], made.luck[::-1])
    np.testing.assert_allclose(screened(made, values).mu_star, screened(turned, values[::-1]).mu_star)
