import pytest

from cxsim.analysis.wording import amount, in_words


@pytest.mark.parametrize(("items", "text"), [([], "nothing"), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")])
def test_lists_in_sentences(items, text):
    assert in_words(items) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (5e4, "£/year", "£50k a year"), (-1250.0, "£", "-£1.25k"), (999_999, "£", "£1m"), (0.3, "", "0.3"), (12, "months", "12 months"),
        (1, "firms", "1 firm"), (0.05, "1/month", "0.05 a month"), (2.5e9, "£", "£2.5bn"), (78.91, "index", "78.9"),
    ],
)  # fmt: skip
def test_amounts_are_short_and_carry_their_unit(value, unit, text):
    assert amount(value, unit) == text
