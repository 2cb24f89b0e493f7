import pytest

from cxsim.validation.cases.q_learning import CASE
from tests.validation.cases.quick import assert_agrees, quick


@pytest.mark.parametrize("sessions", [40, pytest.param(80, marks=pytest.mark.slow)])
def test_the_engine_agrees_with_what_is_published(sessions):
    rows = quick(CASE, f"sessions={sessions}")
    assert_agrees(rows)
    patient = next(row.low for row in rows if row.quantity.startswith("profit gain"))
    assert all(patient > 2.0 * row.high for row in rows if row.quantity.startswith("null: profit gain"))
