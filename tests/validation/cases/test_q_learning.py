from cxsim.validation.cases.q_learning import CASE
from tests.validation.cases.quick import assert_agrees, quick


def test_the_engine_agrees_with_what_is_published():
    rows = quick(CASE)
    assert_agrees(rows)
    patient, myopic = (row.mean for row in rows if row.quantity.startswith("profit gain"))
    assert patient > 2.0 * myopic
