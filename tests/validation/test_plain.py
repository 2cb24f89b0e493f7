import numpy as np
import pytest

from cxsim.validation.plain import demand, prices, with_costs


def test_unit_costs_and_start_prices_are_those_asked_for():
    costs, starts = (1.0, 1.3, 0.8), (1.5, 1.4, 2.0)
    market = with_costs(demand(2.0, 1.0, 0.25, True), costs, starts, 1)
    assert prices(market) == pytest.approx(starts)
    assert market.table.unit_cost[1:] == pytest.approx(costs)


def test_premiums_at_the_start_do_not_change_unit_costs():
    values = demand(2.0, 1.0, 0.25, True) | {"firms.initial_levers": {"loyalty_premium": 0.2}}
    market = with_costs(values, (1.0, 1.0), (1.5, 1.6), 1, extra=0.2)
    assert market.table.unit_cost[1:] == pytest.approx([1.0, 1.0])


def test_nobody_is_bound_in_the_plain_market():
    market = with_costs(demand(2.0, 1.0, 0.25, True), (1.0, 1.0), (1.3, 1.9), 1)
    market.step()
    share = market.table.customers[1:] / market.config.market.population
    assert np.argmax(share) == np.argmin(prices(market))
