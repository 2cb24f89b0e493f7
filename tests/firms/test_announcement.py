"""What people believe of an announcement, and what becomes of a firm's credibility."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxsim.firms.announcement import believed, course, expected_credibility, next_credibility

DEGREE = st.floats(0, 1)
RATE = st.floats(0.001, 0.5)


@given(DEGREE, DEGREE, DEGREE, DEGREE)
def test_belief_lies_between_what_is_heard_and_what_is_announced(heard, announced, credibility, weight):
    belief = believed(heard, announced, credibility, weight)
    assert heard - 1e-12 <= belief <= max(heard, announced) + 1e-12


@pytest.mark.parametrize(("announced", "credibility", "weight"), [(0.4, 1.0, 1.0), (0.9, 0.0, 1.0), (0.9, 1.0, 0.0)])
def test_talk_of_less_or_without_credit_or_listeners_changes_nothing(announced, credibility, weight):
    assert believed(0.5, announced, credibility, weight) == 0.5


@given(DEGREE, DEGREE, DEGREE, RATE, RATE)
def test_credibility_goes_where_the_gap_lets_it_settle(start, announced, experienced, loss, recovery):
    settled, speed = course(announced, experienced, loss, recovery)
    credibility = start
    for _ in range(round(20 / speed)):
        credibility = next_credibility(credibility, announced, experienced, loss, recovery)
        assert 0.0 <= credibility <= 1.0
    assert credibility == pytest.approx(settled, abs=1e-6)
    gap = max(0.0, announced - experienced)
    assert settled == pytest.approx(recovery / (recovery + loss * gap))  # where loss * gap * C balances recovery * (1 - C)


@given(DEGREE, DEGREE)
def test_who_delivers_what_it_announces_stays_fully_believed(experienced, short):
    assert next_credibility(1.0, experienced * short, experienced, 0.3, 0.02) == 1.0


@pytest.mark.parametrize("discount", [0.0, 0.5, 0.9, 0.99])
def test_the_expected_credibility_is_the_discounted_mean_of_the_months_to_come(discount):
    start, announced, experienced, loss, recovery = 0.9, 0.95, 0.6, 0.4, 0.03
    months = [start]
    for _ in range(4000):
        months.append(next_credibility(months[-1], announced, experienced, loss, recovery))
    weights = (1.0 - discount) * discount ** np.arange(len(months))
    expected = expected_credibility(start, announced, experienced, loss, recovery, discount)
    assert expected == pytest.approx(float(weights @ months), rel=1e-9)


def test_what_is_lost_for_good_stays_lost():
    assert course(1.0, 0.5, 0.3, 0.0) == (0.0, pytest.approx(0.15))
    assert expected_credibility(0.7, 0.5, 0.5, 0.3, 0.0, 0.9) == pytest.approx(0.7)
