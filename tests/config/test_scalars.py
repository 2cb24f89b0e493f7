import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxsim.config.errors import BadValueError, ContradictionError
from cxsim.config.parameter import Spec
from cxsim.config.scalars import allowed, each_once, flag, number, text, whole, words

WIDE = Spec("Anything.")
UNIT = Spec("A share.", low=0, high=1)
COLOURS = Spec("A colour.", choices=("red", "green"))

ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=2), st.complex_numbers(), st.binary(max_size=2),
)  # fmt: skip


@given(st.integers(-(2**60), 2**60))
def test_whole_numbers_will_do_for_floats_and_floats_without_fraction_for_whole_numbers(value):
    assert number("k", WIDE, value) == float(value)
    assert type(number("k", WIDE, value)) is float
    assert whole("k", WIDE, value) == value
    if float(value) == value:
        assert whole("k", WIDE, float(value)) == value
        assert type(whole("k", WIDE, float(value))) is int


@given(st.floats(0, 1))
def test_values_inside_the_range_come_back_unchanged(value):
    assert number("k", UNIT, value) == value


@given(st.floats().filter(lambda value: not 0 <= value <= 1))
def test_values_outside_the_range_are_refused_and_so_are_nan_and_infinity(value):
    with pytest.raises(BadValueError, match=r"^k: given .*; allowed: .*0 to 1"):
        number("k", UNIT, value)


@pytest.mark.parametrize("take", [number, whole])
@pytest.mark.parametrize("value", [True, False, np.True_, "1", None, [1], {}, 1j, math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_refused(take, value):
    with pytest.raises(BadValueError):
        take("k", WIDE, value)


def test_a_fraction_is_no_whole_number():
    for value in (2.5, Fraction(5, 2), np.float32(2.5)):
        with pytest.raises(BadValueError, match="a whole number"):
            whole("k", WIDE, value)


def test_a_number_too_large_for_a_float_is_refused():
    with pytest.raises(BadValueError):
        number("k", WIDE, 10**400)


def test_numpy_scalars_become_plain_python_values():
    assert type(number("k", WIDE, np.float32(0.5))) is float
    assert type(whole("k", WIDE, np.int16(3))) is int
    assert flag("k", WIDE, np.False_) is False
    assert type(text("k", WIDE, np.str_("x"))) is str


def test_negative_zero_is_zero():
    assert math.copysign(1, number("k", WIDE, -0.0)) == 1


@pytest.mark.parametrize("value", [0, 1, "true", "yes", None, 1.0])
def test_only_true_and_false_are_flags(value):
    with pytest.raises(BadValueError, match="true or false"):
        flag("k", WIDE, value)


def test_a_word_must_be_one_of_the_choices_and_the_nearest_is_named():
    assert text("k", COLOURS, "red") == "red"
    with pytest.raises(BadValueError, match=r"given 'gren'; allowed: red, green\. Did you mean green\?"):
        text("k", COLOURS, "gren")


def test_whole_numbers_are_taken_as_text_only_where_text_is_free():
    assert text("k", WIDE, 2024) == "2024"
    for spec, value in ((COLOURS, 1), (WIDE, 1.5), (WIDE, True), (WIDE, None)):
        with pytest.raises(BadValueError):
            text("k", spec, value)


def test_a_single_word_stands_for_a_list_of_one():
    assert words("k", COLOURS, "red") == ["red"]
    assert words("k", COLOURS, ("red", "green")) == ["red", "green"]
    assert words("k", COLOURS, []) == []
    with pytest.raises(BadValueError):
        words("k", COLOURS, ["red", "blue"])


@given(ANYTHING)
@pytest.mark.parametrize("take", [number, whole, flag, text, words])
def test_whatever_is_given_either_has_the_right_type_or_is_refused(take, value):
    types = {number: float, whole: int, flag: bool, text: str, words: list}
    try:
        taken = take("k", WIDE, value)
    except BadValueError:
        return
    assert type(taken) is types[take]


def test_what_is_allowed_is_said_with_its_kind():
    assert allowed("a number", UNIT) == "a number, 0 to 1"
    assert allowed("text", Spec("T.", optional="none")) == "text, or null (none)"
    assert allowed("text", COLOURS) == "red, green"


@pytest.mark.parametrize("values", [[1, 2, 1], [2, 2.0], [np.int64(3), 3], ["a", "b", "a"], [None, None], [["price"], ["price"]],
                                    [True, True]])  # fmt: skip
def test_a_value_given_twice_is_named(values):
    with pytest.raises(ContradictionError, match=r"^market\.n_firms: .* is given twice; give each value once"):
        each_once("market.n_firms", values)


@given(st.sets(st.integers()))
def test_values_given_once_are_taken_whatever_their_type(values):
    each_once("k", [*values, *(value + 0.5 for value in range(5)), "1", True, None, float("inf"), 10**400])
