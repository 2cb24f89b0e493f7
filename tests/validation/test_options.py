import pytest

from cxsim.config.errors import CxsimError
from cxsim.validation.cases.logit_bertrand import CASE
from cxsim.validation.options import described, settings
from cxsim.validation.registry import cases


def test_values_take_the_type_of_their_default():
    got = settings(CASE, ["n=4", "mu=3e-1", "costs=[1, 1.2]", "outside=false", "worth=2"])
    assert (got["n"], got["mu"], got["costs"], got["outside"], got["worth"]) == (4, 0.3, (1.0, 1.2), False, 2.0)
    assert isinstance(got["n"], int)
    assert isinstance(got["worth"], float)


def test_one_number_is_a_list_of_one():
    assert settings(CASE, ["costs=1.5"])["costs"] == (1.5,)


@pytest.mark.parametrize(("given", "words"), [
    ("n=4 n=4", ["n: it is given twice; give it once."]),
    ("n=2.5", ["n", "2.5", "whole number"]),
    ("n=1", ["from 2"]),
    ("mu=nan", ["mu", "0.01"]),
    ("mu=true", ["mu"]),
    ("costs=[1,x]", ["costs", "numbers"]),
    ("outside=2", ["true or false"]),
    ("muu=1", ["muu", "Did you mean mu?"]),
    ("mu", ["key", "mu", "="][1:]),
    ("mu=[", ["mu"]),
])  # fmt: skip
def test_bad_settings_get_one_clear_line(given, words):
    with pytest.raises(CxsimError) as caught:
        settings(CASE, given.split())
    assert "\n" not in str(caught.value)
    for word in words:
        assert word in str(caught.value)


def test_what_is_described_can_be_typed_back():
    for case in cases():
        values = {name: option.default for name, option in case.options.items()}
        for name in case.options:
            line = described(case, values)
            typed = next(part for part in line.split(", ") if part.startswith(f"{name} = ")).replace(" = ", "=")
            again = settings(case, [typed])[name]
            assert again == pytest.approx(values[name], rel=1e-5)


def test_quick_values_are_options_within_their_bounds():
    for case in cases(quick=True):
        for name, value in case.quick.items():
            option = case.options[name]
            for part in value if isinstance(value, tuple) else (value,):
                assert option.low <= part <= option.high
