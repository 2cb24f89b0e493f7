from cxsim.validation.cases.definitions import CASE
from tests.validation.cases.quick import assert_agrees, quick


def test_the_engine_agrees_with_theory():
    assert_agrees(quick(CASE))
