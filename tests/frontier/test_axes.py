import numpy as np
import pytest

from cxsim.config.errors import CxsimError
from cxsim.frontier.axes import axis, spread


def test_a_range_over_a_factor_of_ten_is_logarithmic_and_keeps_its_ends():
    made = axis("regulator.annual_funding=5e4:1.6e6", "--x")
    assert (made.levels[0], made.levels[-1], made.scale) == (5e4, 1.6e6, "log")
    np.testing.assert_allclose(np.diff(np.log(made.numbers)), np.log(2), rtol=1e-9)


def test_a_range_from_zero_is_linear():
    assert axis("market.transparency=0:1:3", "--x") == axis("market.transparency=0:1:3:linear", "--x")
    assert axis("market.transparency=0:1:3", "--x").levels == (0.0, 0.5, 1.0)


def test_listed_levels_are_sorted_and_none_comes_last():
    assert axis("regulator.fine_cap=null,2e6,1e5", "--y").levels == (1e5, 2e6, None)
    assert axis("regulator.fine_cap=null,2e6,1e5", "--y").labels() == ["£100k", "£2m", "no cap"]


def test_whole_number_levers_take_whole_numbers_each_once():
    assert axis("market.n_firms=1:4:7", "--panels").levels == (1, 2, 3, 4)
    assert all(isinstance(level, int) for level in axis("market.n_firms=2,5", "--panels").levels)


def test_a_number_inside_a_mapping_can_be_a_lever():
    assert axis("firms.initial_levers.hidden_fee=0:2:3", "--x").levels == (0.0, 1.0, 2.0)


def test_between_levels_a_place_follows_the_scale():
    made = axis("regulator.fine_cap=1e4,1e6,null", "--y")
    assert made.at(0) == pytest.approx(1e4)
    assert made.at(0.5) == pytest.approx(1e5)
    assert made.at(1.4) == pytest.approx(1e6 * 10**0.8)
    assert made.at(1.6) is None
    assert made.at(2.4) is None
    assert axis("market.transparency=0,1", "--x").at(-0.4) == 0.0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("regulator.annual_funding", "KEY=LOW:HIGH"),
        ("regulator.annual_funding=", "KEY=LOW:HIGH"),
        ("regulator.annual_fundin=1:2", "Did you mean regulator.annual_funding"),
        ("market.entry=1:2", "a number"),
        ("market.entry=none,free", "a number"),
        ("seed=1:2", "a parameter of the model"),
        ("replications=1:2", "a parameter of the model"),
        ("market.attention=0.2:0.1", "LOW is below"),
        ("market.attention=0.1", "two levels"),
        ("market.attention=0.1:0.2:1", "2 to"),
        ("market.attention=0.1:0.2:x", "2 to"),
        ("market.attention=0.1:0.2:3:cubic", "scale"),
        ("market.attention=0:0.2:3:log", "above zero"),
        ("market.attention=0.1:2", "0 to 1"),
        ("market.attention=0.1,nan", "finite"),
        ("market.attention=0.1,0.1", "each level once"),
        ("market.attention=0.1:0.2:3:log:5", "KEY=LOW:HIGH"),
        ("market.attention=null,0.1", "number"),
        ("market.n_firms=1.5,2", "whole"),
    ],
)
def test_what_is_no_axis_is_refused_with_what_is_allowed(text, words):
    with pytest.raises(CxsimError, match=words):
        axis(text, "--x")


def test_levels_worked_out_are_sorted():
    assert spread("regulator.fine_cap", [None, 5e6, 1e5]).levels == (1e5, 5e6, None)
