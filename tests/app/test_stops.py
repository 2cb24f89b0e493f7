"""Stops are round, ascending and inside what is asked for."""

from cxsim.app.stops import decades, even, listed, per_price, whole, with_present
from cxsim.config.load import with_values
from cxsim.config.run import Config

CONFIG = Config()


def test_even_steps_reach_both_ends():
    assert even(0.0, 1.0, 4)(CONFIG) == [0.0, 0.25, 0.5, 0.75, 1.0]


def test_decades_go_by_one_two_five():
    assert decades(1, 2, zero=True, none=True)(CONFIG) == [0.0, 10.0, 20.0, 50.0, 100.0, None]


def test_prices_follow_the_market():
    dear = with_values(CONFIG, {"market.reference_price": 200.0})
    assert per_price(0, 0.5, 1, none=True)(dear) == [0.0, 100.0, 200.0, None]


def test_listed_and_whole_are_as_given():
    assert listed(0.1, None)(CONFIG) == [0.1, None]
    assert whole(1, 2)(CONFIG) == [1, 2]


def test_a_value_in_force_gets_a_stop_of_its_own_and_null_stays_last():
    assert with_present([1, 3, None], 2) == [1, 2, 3, None]
    assert with_present([1, 3], 3, None) == [1, 3, None]
