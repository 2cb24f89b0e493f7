import pytest

from cxsim.validation.theory import circle


@pytest.mark.parametrize("n", [2, 3, 5])
def test_without_shocks_the_margin_is_t_over_n(n):
    assert circle.price(n, 1.0, 2.0) == pytest.approx(1.0 + 2.0 / n)
    assert circle.price(n, 1.0, 2.0, mu=0.005) == pytest.approx(1.0 + 2.0 / n, rel=1e-3)


def test_where_distance_costs_nothing_only_the_shock_is_left():
    assert circle.price(4, 1.0, 0.0, mu=0.3) == pytest.approx(1.0 + 0.3 * 4 / 3)


def test_at_free_entry_profit_covers_its_cost():
    assert 2.0 / circle.free_entry(2.0, 0.08) ** 2 == pytest.approx(0.08)
