import numpy as np
import pytest

from cxsim.validation.theory import inertia

MARKET = inertia.Inertia(1.0, 0.25, 0.25)


def test_without_a_future_all_three_are_one():
    state, price = inertia.markov_perfect(MARKET, 0.0)
    assert np.interp(0.5, state, price) == pytest.approx(inertia.static_price(MARKET), abs=1e-5)
    assert inertia.committed_price(MARKET, 0.0) == pytest.approx(inertia.static_price(MARKET), abs=1e-6)


@pytest.mark.parametrize("discount", [0.0, 0.6, 0.9])
def test_without_switching_costs_patience_does_not_matter(discount):
    free = inertia.Inertia(1.0, 0.25, 0.0)
    state, price = inertia.markov_perfect(free, discount)
    assert np.interp(0.5, state, price) == pytest.approx(1.5, abs=1e-4)
    assert inertia.committed_price(free, discount) == pytest.approx(1.5, abs=1e-6)


def test_the_sign_turns_with_patience():
    free = 1.5
    impatient = np.interp(0.5, *inertia.markov_perfect(MARKET, 0.0))
    patient = np.interp(0.5, *inertia.markov_perfect(MARKET, 0.95))
    assert impatient > free > patient


def test_no_single_deviation_pays_in_the_markov_perfect_equilibrium():
    discount = 0.8
    state, price = inertia.markov_perfect(MARKET, discount, points=61)

    def worth(first, months=150):
        total, attached, own = 0.0, 0.5, first
        for month in range(months):
            rival = np.interp(1.0 - attached, state, price)
            own = first if month == 0 else np.interp(attached, state, price)
            sold = float(MARKET.demand(own, rival, attached))
            total += discount**month * (own - MARKET.cost) * sold
            attached = sold
        return total

    kept = worth(np.interp(0.5, state, price))
    assert all(worth(trial) <= kept + 1e-5 for trial in np.linspace(1.1, 2.2, 45))
