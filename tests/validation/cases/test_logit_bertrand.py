import pytest

from cxsim.validation.cases.logit_bertrand import CASE
from tests.validation.cases.quick import assert_agrees, quick


@pytest.mark.parametrize("given", [
    (),
    ("n=4", "mu=0.3"),
    ("costs=[1,1.2,0.9]", "horizons=[24]"),
    ("n=3", "outside=false", "worth=20", "horizons=[1]"),
])  # fmt: skip
def test_the_engine_agrees_with_theory(given):
    assert_agrees(quick(CASE, *given))


def test_theory_and_engine_both_move_with_the_number_of_firms():
    few, many = (quick(CASE, f"n={n}", "horizons=[1]", "seeds=2")[0] for n in (2, 5))
    assert few.theory - many.theory > 0.1
    assert few.mean - many.mean > 0.1


def test_prices_away_from_equilibrium_are_found_out():
    rows = quick(CASE, "months=5", "seeds=2", "horizons=[1]", "mu=2", "customers=200")
    assert any(row.verdict == "FAILS" for row in rows)
