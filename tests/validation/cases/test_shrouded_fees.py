from cxsim.validation.cases.shrouded_fees import CASE
from tests.validation.cases.quick import assert_agrees, quick


def test_the_engine_agrees_with_theory():
    assert_agrees(quick(CASE))


def test_without_an_outside_option_the_whole_fee_comes_off_the_base_price():
    rows = {row.quantity.split(" (")[0]: row.mean for row in quick(CASE, "outside=false", "worth=20", "seeds=1")}
    assert abs(rows["price where fees are banned"] - rows["base price"] - 0.3) < 0.002
