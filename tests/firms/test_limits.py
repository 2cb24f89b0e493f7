from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.firms.limits import Limits
from cxsim.firms.table import BARRIER, DARK, HIDDEN, LEVER_NAMES, OVERPROMISE, PERSONAL, PREMIUM, PRICE, FirmTable

ANY = st.lists(st.floats(-1e6, 1e6), min_size=len(LEVER_NAMES), max_size=len(LEVER_NAMES))


def limits(**values):
    return Limits(with_values(Config(), values))


def enforced(made, row):
    table = FirmTable(1)
    table.add_slots([1])
    table.levers[1] = row
    made.enforce(table, 1)
    return table.levers[1]


@given(ANY, st.none() | st.floats(0, 200))
def test_whatever_is_wanted_ends_in_range_and_stays_there(row, cap):
    made = limits(**{"market.price_cap": cap})
    kept = enforced(made, row)
    assert np.all(kept >= made.low)
    assert np.all(kept <= made.high)
    if cap is not None:
        assert kept[PRICE] + kept[PREMIUM] <= cap * (1 + 1e-12)
    assert np.array_equal(enforced(made, kept), kept)


@given(ANY)
def test_what_is_in_range_is_left_alone(row):
    made = limits()
    inside = np.clip(row, made.low, made.high)
    assert np.array_equal(enforced(made, inside), inside)


@pytest.mark.parametrize(
    ("values", "banned"),
    [
        ({"market.ban_price_walking": True}, [PREMIUM, PERSONAL]),
        ({"regulator.ban_exit_barriers": True}, [BARRIER]),
        ({"regulator.ban_hidden_fees": True}, [HIDDEN]),
        ({"regulator.ban_dark_patterns": True}, [DARK]),
    ],
)
def test_what_is_banned_cannot_be_done_and_nothing_else_changes(values, banned):
    free, bound = limits(**{"market.extra_price": 0.2}), limits(**{"market.extra_price": 0.2} | values)
    wanted = np.full(len(LEVER_NAMES), 1e9)
    assert np.all(enforced(bound, wanted)[banned] == 0)
    others = [column for column in range(len(LEVER_NAMES)) if column not in banned]
    assert np.array_equal(enforced(bound, wanted)[others], enforced(free, wanted)[others])


def test_there_are_no_dark_patterns_where_there_is_no_extra():
    assert enforced(limits(), np.full(len(LEVER_NAMES), 1e9))[DARK] == 0
    assert enforced(limits(**{"market.extra_price": 0.2}), np.full(len(LEVER_NAMES), 1e9))[DARK] == 1


def test_a_floor_under_quality_holds_in_a_franchise_only():
    franchise = {"market.n_firms": 1, "market.franchise_quality_floor": 0.4}
    assert limits(**franchise, **{"market.franchise_months": 60}).quality_floor == 0.4
    assert limits(**franchise).quality_floor == 0.0


def test_ranges_scale_with_the_reference_price():
    one, two = limits(), limits(**{"market.reference_price": 100.0})
    money = [PRICE, PREMIUM, HIDDEN, BARRIER]
    assert np.allclose(two.high[money], 2 * one.high[money])
    assert two.high[OVERPROMISE] == one.high[OVERPROMISE]
    assert np.allclose(two.step[money], 2 * one.step[money])


@given(ANY, st.lists(st.floats(-1, 2), min_size=2, max_size=2), st.none() | st.floats(0, 200))
def test_all_levers_taken_over_at_once_end_where_setting_and_enforcing_them_ends(row, quality, cap):
    made, table = limits(**{"market.price_cap": cap}), FirmTable(2)
    table.add_slots([1])
    table.frontier[1] = 0.8
    assert made.take_over(table, 1, np.array(row), np.array(quality))
    assert np.array_equal(table.levers[1], enforced(made, row))
    assert np.array_equal(table.quality[1], np.clip(quality, made.quality_floor, 0.8))


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
@pytest.mark.parametrize("where", ["levers", "quality"])
def test_of_levers_that_are_not_all_finite_none_is_taken_over(where, wrong):
    made, table = limits(), FirmTable(2)
    table.add_slots([1])
    levers, quality = np.ones(len(LEVER_NAMES)), np.ones(2)
    {"levers": levers, "quality": quality}[where][1] = wrong
    assert not made.take_over(table, 1, levers, quality)
    assert not made.take_over(table, 1, np.ones(len(LEVER_NAMES)), np.ones(3))  # quality of more outcomes than there are
    assert not table.levers.any()
    assert not table.quality.any()
