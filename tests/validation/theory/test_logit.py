import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxsim.validation.theory import logit

COSTS = st.lists(st.floats(0.5, 1.5), min_size=2, max_size=5)


def test_published_benchmarks():
    assert logit.bertrand([1, 1], 2.0, 0.25)[0] == pytest.approx(1.47293, abs=5e-6)
    assert logit.bertrand([1, 1, 1], 2.0, 0.25)[0] == pytest.approx(1.37016, abs=5e-6)
    assert logit.joint([1, 1], 2.0, 0.25)[0] == pytest.approx(1.92498, abs=5e-6)
    assert logit.joint([1, 1, 1], 2.0, 0.25)[0] == pytest.approx(2.0, abs=5e-6)
    assert logit.Collusion(2, 1.0, 2.0, 0.25).critical_discount == pytest.approx(0.393098, abs=2e-6)


@given(st.integers(2, 9), st.floats(0.05, 2.0))
@settings(max_examples=25, deadline=None)
def test_without_an_outside_option_the_margin_is_mu_n_over_n_less_one(n, mu):
    assert logit.bertrand([1.0] * n, 5.0, mu, False) - 1.0 == pytest.approx(np.full(n, mu * n / (n - 1)), rel=1e-7)


@given(COSTS, st.floats(0.1, 1.0), st.booleans())
@settings(max_examples=25, deadline=None)
def test_nobody_gains_by_leaving_the_equilibrium(costs, mu, outside):
    prices = logit.bertrand(costs, 2.0, mu, outside)
    for firm, cost in enumerate(costs):
        assert logit.best_reply(prices, firm, cost, 2.0, mu, outside) == pytest.approx(prices[firm], abs=2e-5)


@given(COSTS, st.floats(0.1, 1.0))
@settings(max_examples=25, deadline=None)
def test_no_step_away_from_joint_prices_raises_joint_profit(costs, mu):
    prices = logit.joint(costs, 2.0, mu)
    best = logit.profits(prices, costs, 2.0, mu).sum()
    for firm in range(len(costs)):
        for step in (-0.01, 0.01):
            trial = prices.copy()
            trial[firm] += step
            assert logit.profits(trial, costs, 2.0, mu).sum() <= best + 1e-12


def test_at_the_breaking_fine_colluding_and_deviating_are_worth_the_same():
    game = logit.Collusion(3, 1.0, 2.0, 0.25)
    fine = game.expected_fine_that_breaks(0.9)
    assert game.collude - fine == pytest.approx(0.1 * game.deviate + 0.9 * game.compete)
    assert game.expected_fine_that_breaks(game.critical_discount) == pytest.approx(0.0, abs=1e-12)


def test_equilibria_on_a_grid_are_those_that_nobody_would_leave_and_lie_near_the_bertrand_price():
    """The grid of Calvano et al. (2020) has two: the grid's steps next to the Bertrand price."""
    nash, joint = logit.bertrand([1, 1], 2.0, 0.25)[0], logit.joint([1, 1], 2.0, 0.25)[0]
    grid = np.linspace(nash - 0.1 * (joint - nash), joint + 0.1 * (joint - nash), 15)
    found = logit.grid_equilibria([1, 1], 2.0, 0.25, grid)
    assert found == [(1, 1), (2, 2)]
    for i, j in found:
        kept = logit.profits([grid[i], grid[j]], [1, 1], 2.0, 0.25)[0]
        assert all(logit.profits([other, grid[j]], [1, 1], 2.0, 0.25)[0] <= kept for other in grid)
        assert abs(grid[i] - nash) <= grid[1] - grid[0]
