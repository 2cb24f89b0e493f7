import pytest

from cxsim.config.errors import CxsimError
from cxsim.validation.registry import NAMES, case, cases


def test_every_case_goes_by_the_name_of_its_module_and_says_where_it_comes_from():
    for name, one in zip(NAMES, cases(), strict=True):
        assert one.name == name
        assert one.source
        assert "The engine" in one.about or name == "stylised_facts"
        assert {"seeds", "sessions"} & set(one.options)


def test_an_unknown_name_gets_the_nearest():
    with pytest.raises(CxsimError, match="Did you mean circle"):
        case("cirle")
