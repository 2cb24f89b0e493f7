import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxsim.comparison.numbers import amount, digits, interval, listed


@pytest.mark.parametrize(("value", "text"), [
    (0, "0"), (0.001234, "0.00123"), (0.5, "0.500"), (9.996, "10.0"), (12.34, "12.3"), (123.4, "123"), (1234.5, "1,230"),
    (-0.0456, "-0.0456"),
    (999.9, "1,000"), (math.nan, "-"), (math.inf, "∞"), (-math.inf, "-∞"), (1e-20, "0.000000000000"),
])  # fmt: skip
def test_numbers_have_three_digits(value, text):
    assert digits(value) == text


@given(st.floats(1e-6, 1e12))
def test_what_is_said_is_near_what_is_meant(value):
    assert float(digits(value).replace(",", "")) == pytest.approx(value, rel=0.0051)


@pytest.mark.parametrize(("value", "unit", "text"), [
    (1_234_567, "£/year", "£1.23m a year"), (-2e9, "£/year", "-£2.00bn a year"), (0.5, "£/month", "+£0.500 a month"),
    (999_999, "£", "+£1.00m"), (2.5, "index", "+2.50 points"), (-0.1, "", "-0.100"), (0, "£", "£0"),
])  # fmt: skip
def test_amounts_carry_their_unit(value, unit, text):
    assert amount(value, unit, signed=True).lstrip("+") == text.lstrip("+")
    assert amount(value, unit, signed=True).startswith("+") == (value > 0)


def test_intervals_and_lists():
    assert interval(-1.5e6, 2e6, "£/year") == "-£1.50m to £2.00m"
    assert interval(-0.5, 0.25, "index") == "-0.500 to 0.250"
    assert [listed([]), listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"], "or")] == ["", "a", "a and b", "a, b or c"]
