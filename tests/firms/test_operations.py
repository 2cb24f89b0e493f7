import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxsim.firms.operations import Practice, Service, next_morale, practice_cost, productivity, solved_share

SETTINGS = Service(
    off_script=0.3, speed_gain=0.3, speed_loss=0.4, technology_gain=0.5, morale_gain=0.2, morale_speed=0.1, discretion_cost=0.5,
    technology_cost=0.02, care_cost=0.02,
)  # fmt: skip
level = st.floats(0.0, 1.0)


def practice(**values):
    return Practice(**{name: np.array([float(values.get(name, 0.0))]) for name in Practice._fields})


HALF = np.array([0.5])


def test_without_practices_nothing_changes():
    settings = SETTINGS._replace(off_script=0.0)
    assert productivity(practice(), HALF, settings) == pytest.approx(1.0)
    assert solved_share(practice(), settings) == pytest.approx(1.0)
    assert practice_cost(practice(), settings, 3.0, 50.0) == pytest.approx(0.0)
    assert next_morale(HALF, practice(), np.zeros(1), settings) == pytest.approx(0.5)


@given(level, level, level, level, level, level)
def test_all_stays_in_range(discretion, speed, technology, process, care, morale):
    chosen = practice(discretion=discretion, speed_target=speed, technology=technology, process=process, staff_care=care)
    assert productivity(chosen, np.array([morale]), SETTINGS) >= 0.0
    assert 0.0 <= solved_share(chosen, SETTINGS) <= 1.0
    assert 0.0 <= next_morale(np.array([morale]), chosen, HALF, SETTINGS) <= 1.0
    assert practice_cost(chosen, SETTINGS, 3.0, 50.0) >= 0.0


def test_a_speed_target_handles_more_and_solves_less():
    driven = practice(speed_target=1)
    assert productivity(driven, HALF, SETTINGS) == pytest.approx(1.3)
    assert solved_share(driven, SETTINGS) == pytest.approx(0.7 * 0.6)


def test_requests_off_the_script_take_discretion():
    assert solved_share(practice(), SETTINGS) == pytest.approx(0.7)
    assert solved_share(practice(discretion=1), SETTINGS) == pytest.approx(1.0)


@pytest.mark.parametrize(("process", "expected"), [(1.0, 1.5), (0.5, 1.0), (0.0, 0.5)])
def test_technology_multiplies_order_and_mess_alike(process, expected):
    assert productivity(practice(technology=1, process=process), HALF, SETTINGS) == pytest.approx(expected)


def test_morale_settles_where_the_job_pulls_it():
    morale = HALF
    for _ in range(200):
        morale = next_morale(morale, practice(staff_care=1, discretion=1), np.array([0.1]), SETTINGS)
    assert morale == pytest.approx(1.0, abs=0.06)
    for _ in range(200):
        morale = next_morale(morale, practice(speed_target=1), np.array([0.1]), SETTINGS)
    assert morale == pytest.approx(0.5 - 0.35 - 0.05, abs=0.01)
