from cxsim.validation.cases.loyalty_pricing import CASE
from tests.validation.cases.quick import assert_agrees, quick


def test_the_engine_agrees_with_theory():
    rows = quick(CASE)
    assert_agrees(rows)
    loyal, new, _, banned = rows
    assert new.mean < loyal.mean < banned.mean
