from cxsim.validation.cases.monopoly_quality import CASE
from tests.validation.cases.quick import assert_agrees, quick


def test_the_engine_agrees_with_theory():
    rows = quick(CASE)
    assert_agrees(rows)
    free, capped, captive = (row.mean for row in rows if "quality (0 to 1)" in row.quantity)
    assert free > capped > captive
