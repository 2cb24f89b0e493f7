import numpy as np
import pytest

from cxsim.validation.theory import chen


@pytest.mark.parametrize("theta", [0.5, 1.0, 3.0])
def test_the_limit_without_noise_is_chens(theta):
    loyal, new, moving = chen.discriminating(1.0, theta)
    assert (loyal, new, moving) == pytest.approx((1.0 + 2.0 * theta / 3.0, 1.0 + theta / 3.0, 1.0 / 3.0))
    assert chen.uniform(1.0, theta)[0] == pytest.approx(1.0 + theta)


@pytest.mark.parametrize("mu", [0.02, 0.1, 0.4])
def test_neither_price_can_be_bettered(mu):
    loyal, new, _ = chen.discriminating(1.0, 1.0, mu)
    trials = np.linspace(0.9, 2.2, 2601)
    from_loyal = [(p - 1.0) * (1.0 - chen.leaving(p - new, 1.0, mu)) for p in trials]
    from_new = [(p - 1.0) * chen.leaving(loyal - p, 1.0, mu) for p in trials]
    assert trials[np.argmax(from_loyal)] == pytest.approx(loyal, abs=6e-4)
    assert trials[np.argmax(from_new)] == pytest.approx(new, abs=6e-4)


@pytest.mark.parametrize("mu", [0.05, 0.2])
def test_the_slope_is_the_derivative(mu):
    step = 1e-5
    numeric = (chen.leaving(0.3 + step, 1.0, mu) - chen.leaving(0.3 - step, 1.0, mu)) / (2 * step)
    assert chen.slope(0.3, 1.0, mu) == pytest.approx(numeric, rel=1e-6)
