from cxsim.validation.cases.shrouded_fees import CASE
from tests.validation.cases.quick import assert_agrees, quick


def test_the_engine_agrees_with_theory():
    assert_agrees(quick(CASE))


def test_the_threshold_follows_the_effort_of_avoiding():
    from cxsim.validation.cases.shrouded_fees import both_kinds
    from cxsim.validation.options import settings

    given = settings(CASE, ["effort=0.06", "below=0.15", "above=0.25", "seeds=1", "customers=500", "months=20", "steps=9"])
    rows = {row.quantity: row.mean for row in both_kinds(given)[0]}
    assert abs(rows["share of myopes from which firms shroud"] - 0.06 / 0.3) < 0.004
    assert abs(rows["15 % myopic: hidden fee (£/month)"] - 0.06) < 1e-9
    assert abs(rows["25 % myopic: hidden fee (£/month)"] - 0.3) < 1e-9


def test_without_an_outside_option_the_whole_fee_comes_off_the_base_price():
    rows = {row.quantity.split(" (")[0]: row.mean for row in quick(CASE, "outside=false", "worth=20", "seeds=1", "customers=500")}
    assert abs(rows["all myopic: price where fees are banned"] - rows["all myopic: base price"] - 0.3) < 0.002
