from cxsim.validation.cases.switching_costs import CASE
from tests.validation.cases.quick import assert_agrees, quick


def test_the_engine_agrees_with_theory():
    assert_agrees(quick(CASE))


def test_without_switching_costs_there_is_no_effect_to_have_a_sign():
    rows = quick(CASE, "switching=0", "horizons=[1,6]", "seeds=1")
    assert {round(row.mean, 3) for row in rows if row.quantity.startswith("price")} == {1.5}
