import pytest

from cxsim.validation.theory import monopoly
from cxsim.validation.theory.integrals import Tastes

TASTE = Tastes(3.0, 0.3, 0.3)


def test_quality_is_worth_its_marginal_cost_to_marginal_customers():
    free = monopoly.best(TASTE, 0.5, 2.5)
    assert 2.0 * 2.5 * free.quality == pytest.approx(free.marginal, rel=1e-4)
    assert free.average > free.marginal


def test_a_cap_that_does_not_bind_changes_nothing_and_one_that_binds_shades_quality():
    free = monopoly.best(TASTE, 0.5, 2.5)
    loose = monopoly.best(TASTE, 0.5, 2.5, cap=1.2 * free.price)
    tight = monopoly.best(TASTE, 0.5, 2.5, cap=0.7 * free.price)
    assert loose.quality == pytest.approx(free.quality, rel=1e-4)
    assert tight.price == pytest.approx(0.7 * free.price)
    assert tight.quality < free.quality
