"""Take-up at the three points that Luguri and Strahilevitz (2021) measured, and what follows from it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxsim.firms.dark_pattern import anger, holding, pressed, take_up

MEASURED = (0.113, 0.258, 0.419)
LEVER = st.floats(0, 1)


@pytest.mark.parametrize(("lever", "share"), [(0.0, 0.113), (0.5, 0.258), (1.0, 0.419)])
def test_take_up_is_what_was_measured(lever, share):
    assert take_up(lever, *MEASURED) == pytest.approx(share)


@given(LEVER, LEVER)
def test_more_pressure_never_enrols_fewer(one, other):
    low, high = sorted((one, other))
    assert take_up(low, *MEASURED) <= take_up(high, *MEASURED) + 1e-12
    assert 0.0 <= pressed(low, *MEASURED) <= pressed(high, *MEASURED) + 1e-12 <= 1.0 + 1e-12


@given(LEVER)
def test_take_up_is_that_of_the_willing_and_of_those_pressed(lever):
    plain = MEASURED[0]
    assert plain + (1 - plain) * pressed(lever, *MEASURED) == pytest.approx(take_up(lever, *MEASURED))


@given(LEVER, st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_chances_are_chances_whatever_was_measured(lever, plain, mild, aggressive):
    assert 0.0 <= pressed(lever, plain, mild, aggressive) <= 1.0


def test_nobody_is_pressed_where_everybody_wants_the_extra():
    assert pressed(1.0, 1.0, 1.0, 1.0) == 0.0


@given(st.floats(0, 0.5))
def test_mild_patterns_anger_nobody(lever):
    assert anger(lever, 0.3) == 0.0


def test_the_most_aggressive_ones_cost_all_of_the_backlash():
    assert anger(1.0, 0.3) == pytest.approx(0.3)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(1e-6, 1))
def test_as_many_are_enrolled_as_find_out(asked, chance, noticing):
    """In the steady state (1 - x) asked chance = x noticing."""
    share = holding(asked, chance, noticing)
    assert 0.0 <= share < 1.0
    assert (1 - share) * asked * chance == pytest.approx(share * noticing, abs=1e-12)
