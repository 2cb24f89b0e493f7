import numpy as np
import pytest

from cxsim.firms.projects import Projects, outcome

SETTINGS = Projects(easy=0.6, success=0.15, gain=0.1, cost=0.3)


def career(boldness, reviews=40, firms=400, settings=SETTINGS):
    luck = np.random.default_rng(3).random((firms, reviews, 2))
    ends, spent = [], 0.0
    for firm in luck:
        frontier = settings.easy
        for draw in firm:
            frontier, cost = outcome(frontier, boldness, draw, settings)
            spent += cost
        ends.append(frontier)
    return np.mean(ends), spent / firms


def test_safe_steps_never_move_the_frontier_and_cost_nothing():
    assert career(0.0) == (pytest.approx(0.6), 0.0)


def test_the_bold_get_further_at_a_cost():
    reached, spent = career(1.0, reviews=10)
    assert reached == pytest.approx(0.6 + 10 * 0.15 * 0.1, abs=0.01)
    assert spent == pytest.approx(10 * 0.3, rel=0.05)


def test_there_is_nothing_beyond_perfection_to_pay_for():
    assert outcome(1.0, 1.0, np.zeros(2), SETTINGS) == (1.0, 0.0)
    assert outcome(0.95, 1.0, np.zeros(2), SETTINGS)[0] == 1.0
