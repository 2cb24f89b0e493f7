import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxsim.report.numbers import shown, step_of


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (1234567.8, "£/year", "1,234,568"), (12.345, "£/month", "12.3"), (0.01234, "", "0.0123"), (-3.0, "", "−3.00"), (0.0, "", "0"),
        (float("nan"), "", "–"), (None, "", "–"), (True, "", "yes"), (np.bool_(False), "", "no"), (12345, "", "12,345"),
        ("none", "", "none"), (math.inf, "", "∞"), (-math.inf, "", "−∞"), (-1e-9, "", "0.000000"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_readers_want_them(value, unit, expected):
    assert shown(value, unit) == expected


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=20))
def test_a_column_keeps_a_thousandth_of_its_largest_number(values):
    step = step_of(values)
    for value in values:
        text = shown(value, step=step).replace(",", "").replace("−", "-")
        assert abs(float(text) - value) <= max(step or 0.0, 1e-6)
