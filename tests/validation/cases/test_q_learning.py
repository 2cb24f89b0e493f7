from cxsim.validation.cases.q_learning import CASE
from tests.validation.cases.quick import assert_agrees, quick


def test_the_engine_agrees_with_what_is_published():
    rows = quick(CASE)
    assert_agrees(rows)
    patient = next(row.low for row in rows if row.quantity.startswith("profit gain"))
    assert all(patient > 2.0 * row.high for row in rows if row.quantity.startswith("null: profit gain"))
