import numpy as np
import pytest

from cxsim.validation.theory import integrals, logit

PRICES = (1.4, 1.6)


def test_the_integral_of_the_maximum_is_the_log_sum():
    for worth in (-1.0, 0.5, 2.0, 6.0):
        utilities = np.append(worth - np.array(PRICES), 0.0) / 0.25
        logsum = 0.25 * np.logaddexp.reduce(utilities)
        taste = integrals.Tastes(worth if worth > 0 else 1e-9, 0.0, 0.25)
        if worth > 0:
            assert integrals.surplus(PRICES, taste) == pytest.approx(logsum, abs=1e-7)


def test_without_spread_everybody_is_the_mean():
    taste = integrals.Tastes(2.0, 0.0, 0.25)
    assert integrals.shares(PRICES, taste) == pytest.approx(logit.shares(PRICES, 2.0, 0.25))


def test_elasticity_is_the_derivative_of_log_demand():
    taste, step = integrals.Tastes(2.0, 0.4, 0.25), 1e-5
    up = integrals.shares((PRICES[0] * (1 + step), PRICES[1]), taste)[0]
    down = integrals.shares((PRICES[0] * (1 - step), PRICES[1]), taste)[0]
    assert integrals.elasticity(PRICES, taste) == pytest.approx(np.log(up / down) / (2 * step), rel=1e-6)


def test_envelope_surplus_falls_with_a_price_by_the_share_that_pays_it():
    taste, step = integrals.Tastes(2.0, 0.4, 0.25), 1e-4
    rise = integrals.surplus((PRICES[0] + step, PRICES[1]), taste) - integrals.surplus((PRICES[0] - step, PRICES[1]), taste)
    assert -rise / (2 * step) == pytest.approx(integrals.shares(PRICES, taste)[0], rel=1e-4)
