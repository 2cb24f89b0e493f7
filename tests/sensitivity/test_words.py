import numpy as np
import pytest

from cxsim.analysis.conditions import metric
from cxsim.sensitivity import words
from cxsim.sensitivity.convergence import Convergence
from cxsim.sensitivity.morris import Screening
from cxsim.sensitivity.question import question
from cxsim.sensitivity.sobol import Indices

FEES = metric("hidden_fees")


@pytest.fixture(scope="module")
def plainly():
    return question(["market=generic"], vary="market.attention,customers.harm_weight,customers.vigilance")


def screening(sizes, luck=(1.0, 0.8, 1.2), mu=None):
    sizes = np.asarray(sizes, float)
    return Screening(
        np.zeros((3, 3)), np.ones(3), sizes if mu is None else np.asarray(mu), sizes, sizes / 2, 0.9 * sizes, 1.1 * sizes, luck
    )


def test_what_moves_more_than_luck_is_named_with_its_way(plainly):
    said = words.screening(plainly, plainly.selection.factors, FEES, screening([3.0, 2.0, 0.1], mu=[3.0, -0.5, 0.1]))
    assert "market.attention (£3 a month, £2.7 to £3.3, up) and customers.harm_weight (£2 a month, £1.8 to £2.2, either way)" in said
    assert "Another draw of luck moves it by £1 a month, £0.8 to £1.2 on average" in said
    assert "Of the other 1 parameters 1 move it less than luck does, and 0 not at all" in said


def test_nothing_above_luck_is_told(plainly):
    assert "none of 3 parameters moves hidden fees" in words.screening(plainly, plainly.selection.factors, FEES, screening([0.1, 0.2, 0.0]))


def test_shares_are_told_with_intervals_that_no_share_leaves(plainly):
    spread = np.random.default_rng(1).normal(0, 0.2, (500, 3))
    found = Indices(np.array([0.7, -0.05, -0.02]), np.array([0.9, 0.05, 0.1]), np.array([0.7, -0.05, -0.02]) + spread,
                    np.array([0.9, 0.05, 0.1]) + spread, 64, 4.0)  # fmt: skip
    said = words.indices(plainly, ["market.attention", "customers.vigilance"], FEES, found)
    assert "standard deviation £2 a month" in said
    assert "market.attention 90 % (" in said
    assert "to 100 %)" in said
    assert "luck alone 0 %" in said
    assert "the rest is interactions" in said


def test_convergence_is_told_by_what_is_missing():
    names = ["a", "b", "luck"]
    done = words.converged("Sobol'", FEES, Convergence(0.04, 0.0, 0.5, 1), names, 512, "more.")
    assert done.endswith("can be left out (Sarrazin, Pianosi and Wagener 2016).")
    not_yet = words.converged("Morris", FEES, Convergence(0.4, 0.01, 2.0, 1), names, 8, "--trajectories 16 goes on.")
    assert "8 trajectories: not converged: the widest interval, of b, is 0.4 wide" in not_yet
    assert "Converged: screening. --trajectories 16 goes on." in not_yet
