import numpy as np
import pytest

from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.firms import registry
from cxsim.firms.qlearning import QLearner, session
from cxsim.market.model import Market


def dilemma(prices=3):
    """Profits by joint choice in which the highest price is always the best answer."""
    best = np.arange(prices)
    pairs = np.stack([np.tile(best, prices), np.repeat(best, prices)], axis=1).astype(float)
    return pairs + 1.0


def test_learners_find_a_dominant_price():
    end = session(dilemma(), 3, discount=0.5, decay=1e-3, unchanged=2000)
    assert end.converged
    assert end.price == pytest.approx([2.0, 2.0])
    assert end.profit == pytest.approx([3.0, 3.0])


def test_a_session_is_its_number_and_nothing_else():
    noisy = np.random.default_rng(0).random((16, 2))
    ends = [session(noisy, 4, discount=0.9, decay=1e-3, unchanged=3000, number=number) for number in (1, 1, 2)]
    assert ends[0].periods == ends[1].periods
    assert ends[0].profit == pytest.approx(ends[1].profit)
    assert ends[0].periods != ends[2].periods


def test_firms_that_trade_places_trade_profits_of_the_same_size():
    table = np.random.default_rng(1).random((9, 2))
    mirrored = table.reshape(3, 3, 2).transpose(1, 0, 2)[..., ::-1].reshape(9, 2)
    ends = [np.mean([session(part, 3, discount=0.0, decay=1e-3, unchanged=3000, number=k).profit for k in range(40)], axis=0)
            for part in (table, np.ascontiguousarray(mirrored))]  # fmt: skip
    assert ends[0] == pytest.approx(ends[1][::-1], abs=0.15)


def test_a_limit_ends_a_session_that_has_not_converged():
    end = session(np.random.default_rng(2).random((9, 2)), 3, discount=0.9, unchanged=1000, limit=500)
    assert (end.converged, end.periods) == (False, 500)


def test_myopic_learners_who_see_foregone_profits_end_in_nash_equilibria_of_the_single_period():
    """Random games of two firms and four prices: where strategies settle, play goes round equilibria in pure strategies."""
    luck = np.random.default_rng(5)
    settled = 0
    for _ in range(40):
        table = luck.random((16, 2))
        by_choice = table.reshape(4, 4, 2)  # second's price, first's price, firm
        best_first, best_second = by_choice[..., 0].argmax(axis=1), by_choice[..., 1].argmax(axis=0)
        equilibria = [by_choice[j, i] for i in range(4) for j in range(4) if best_first[j] == i and best_second[i] == j]
        end = session(table, 4, discount=0.0, decay=1e-3, unchanged=3000, limit=60_000, foregone=True)
        assert equilibria or not end.converged
        if end.converged:
            settled += 1
            for firm in (0, 1):
                earned = [one[firm] for one in equilibria]
                assert min(earned) - 1e-9 <= end.profit[firm] <= max(earned) + 1e-9
    assert settled > 10


def test_one_learner_alone_finds_the_best_price():
    profit = np.array([[1.0], [3.0], [2.0]])
    assert session(profit, 3, discount=0.9, decay=1e-2, unchanged=500).profit == pytest.approx([3.0])


def test_three_learners_play_too():
    pairs = np.array([[a, b, c] for c in range(2) for b in range(2) for a in range(2)], float)
    assert session(pairs, 2, discount=0.3, decay=1e-3, unchanged=2000).price == pytest.approx([1.0, 1.0, 1.0])


def test_learners_price_on_their_grids_in_a_market(monkeypatch):
    monkeypatch.setitem(registry.BY_NAME, "low_price", QLearner)
    market_of_three = {"market.n_firms": 3, "market.n_customers": 300, "market.review_months": 1}
    config = with_values(Config(), market_of_three | {"firms.strategy": "low_price", "burn_in": 0, "months": 30})
    market = Market(config)
    charged = set()
    for _ in range(30):
        market.step()
        for firm in market.firms:
            assert np.isclose(firm.strategy._grid, firm.price).any()
            charged.add(round(firm.price, 6))
    assert len(charged) > 5
    twin = Market(config)
    for _ in range(30):
        twin.step()
    assert [firm.price for firm in twin.firms] == [firm.price for firm in market.firms]
