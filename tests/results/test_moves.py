"""A month's moves, held against what the month itself booked and against the choice rule that it follows."""

import numpy as np
import pytest

from cxsim.config.load import load
from cxsim.customers.tables import SUM
from cxsim.market.model import Market
from cxsim.results.moves import LOOKED, MOVED, watch

MARKETS = ("generic", "home_insurance", "mobile", "retail_banking", "rail")


def watched(months=18, seed=1, market=None, **values):
    """A market played to its end, and the moves of each of its months."""
    if market is None:
        settings = {"market.n_customers": 400, "months": months, "burn_in": 0, **values}
        market = Market(load(**settings), rng=seed)
    caught = []
    watch(market, caught.append)
    while market.running:
        market.step()
    return market, caught


@pytest.fixture(scope="module", params=MARKETS)
def played(request):
    config = load(f"market={request.param}", "regulator=fca", "market.n_customers=400", "months=18", "burn_in=0")
    return watched(market=Market(config, rng=3))


def test_every_move_was_worth_it(played):
    # Who looks around takes the best of the options (McFadden 1974), so all that speaks for a move outweighs what speaks against it.
    _, caught = played
    for moves in caught:
        left = moves.moved & (moves.before["supplier"] > 0)
        assert (sum(moves.worth.values())[left] > -1e-3).all()


def test_nobody_moves_without_looking_around(played):
    _, caught = played
    for moves in caught:
        stranded = moves.before["tenure"] < 0
        assert (moves.looked | stranded)[moves.moved].all()
    assert sum(moves.moved.sum() for moves in caught) > 1


def test_moves_are_those_that_the_month_counted(played):
    market, caught = played
    for moves, record in zip(caught, market.recorder.records, strict=True):
        counted = record.sums.sum(axis=0)
        slots = counted.shape[0]
        left = np.bincount(moves.before["supplier"][moves.moved], minlength=slots)
        joined = np.bincount(moves.after[moves.moved], minlength=slots)
        np.testing.assert_array_equal(left, counted[:, SUM["leavers"]])
        np.testing.assert_array_equal(joined, counted[:, SUM["joiners"]])


def test_reasons_to_look_share_out_each_look(played):
    _, caught = played
    for moves in caught:
        total = sum(moves.why_looked.values())
        np.testing.assert_allclose(total[moves.looked], 1.0)
        assert (total[~moves.looked] == 0).all()
        assert set(moves.why_looked) == set(LOOKED)
        assert set(moves.worth) == set(MOVED)


def test_the_main_reason_is_the_part_that_spoke_most(played):
    _, caught = played
    for moves in caught:
        reason = moves.main_reason()
        assert (reason[~moves.moved] == "").all()
        for row in np.flatnonzero(moves.moved & (moves.before["supplier"] > 0))[:20]:
            assert moves.worth[reason[row]][row] == max(part[row] for part in moves.worth.values())


def test_watching_changes_nothing():
    settings = {"market.n_customers": 300, "months": 12, "burn_in": 3, "seed": 5}
    watched_market, _ = watched(market=Market(load(**settings)))
    alone = Market(load(**settings))
    while alone.running:
        alone.step()
    for name, frame in alone.frames().items():
        assert frame.equals(watched_market.frames()[name])


def test_only_the_months_wanted_are_looked_at():
    market = Market(load(**{"market.n_customers": 100, "months": 6, "burn_in": 2}))
    caught = []
    watch(market, caught.append, lambda month: month == 4)
    while market.running:
        market.step()
    assert [moves.month for moves in caught] == [4]


def test_with_habit_alone_habit_is_the_only_reason_to_look():
    off = {"customers.dissatisfaction_attention": 0.0, "market.price_attention": 0.0, "customers.price_shock_attention": 0.0,
           "market.outside_option": None}  # fmt: skip
    _, caught = watched(**off)
    for moves in caught:
        assert (moves.why_looked["habit"][moves.looked] == 1.0).all()


def test_a_charge_speaks_for_leaving_only_where_it_was_noticed():
    _, caught = watched(**{"customers.vigilance": 0.0, "firms.levers": ["price", "hidden_fee"]})
    assert all((moves.worth["noticed charge"] == 0).all() for moves in caught)
    _, caught = watched(**{"customers.vigilance": 1.0, "market.max_hidden_fee": 0.2, "firms.levers": ["price", "hidden_fee"]})
    assert any((moves.worth["noticed charge"] > 0).any() for moves in caught)
