from __future__ import annotations

import numpy as np
import pytest

from cxsim.config.errors import CxsimError
from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.market import entry
from cxsim.market.ledger import F
from cxsim.market.model import Market

ENTRANT = {"name": "Newcomer", "month": 3, "cost_advantage": 0.2, "quality": 0.75}
REGULATOR = {"regulator.annual_funding": 1e7, "regulator.fine_share_of_turnover": 0.1}


def market_of(**values):
    return Market(with_values(Config(), {"market.n_customers": 400, "market.n_firms": 3, "burn_in": 0, "months": 24} | values), rng=2)


def play(market, months=None):
    for _ in range(market.config.months if months is None else months):
        market.step()
    return market


@pytest.mark.parametrize("regulator", [{}, REGULATOR], ids=["unwatched", "watched"])
def test_a_named_entrant_comes_in_its_month_with_its_advantage_and_without_customers(regulator):
    market = market_of(**{"market.entry": "named", "market.entrants": [ENTRANT], "market.quality_spread": 0.0}, **regulator)
    play(market, 3)
    assert len(market.firms) == 3
    market.step()
    newcomer = market.firms[-1]
    assert newcomer.name == "Newcomer"
    assert newcomer.customers == 0
    assert newcomer.unit_cost == pytest.approx(0.8 * 35)
    assert np.allclose(newcomer.quality, 0.75)
    play(market, 12)
    assert newcomer.customers > 0
    rows = market.frames()["firms"]
    assert rows[rows["firm"] == "Newcomer"]["month"].min() == 4


def test_entry_costs_are_paid_once():
    market = market_of(**{"market.entry": "named", "market.entrants": [ENTRANT], "market.entry_cost": 0.01})
    paid = [play(market, 1).book.firms[:, F["entry"]].sum() for _ in range(8)]
    assert paid == [0, 0, 0, 0, pytest.approx(0.01 * 12 * 50 * 1e6), 0, 0, 0]


def test_an_entrant_may_not_take_the_name_of_a_firm_that_is_there():
    """A name is a key of luck and of rows: two firms with one name would share both. Refusing and renaming are both fine."""
    try:
        market = market_of(**{"market.entry": "named", "market.entrants": [ENTRANT | {"name": "Firm 1"}]})
    except CxsimError:
        return
    play(market, 6)
    assert len({firm.name for firm in market.firms}) == 4
    assert len(set(market.table.key.tolist())) == 5


def test_firms_come_while_entry_pays_and_stop_when_it_does_not():
    open_market = market_of(**{"market.entry": "free", "market.entry_cost": 0.001, "months": 60})
    count = [len(play(open_market, 1).firms) for _ in range(60)]
    assert count[-1] > 3
    assert np.all(np.diff(count) >= 0)
    changes = np.flatnonzero(np.diff([3, *count]))
    assert np.all(changes % 3 == 0)  # looked at once a quarter
    closed = play(market_of(**{"market.entry": "free", "market.entry_cost": 10.0}))
    assert len(closed.firms) == 3


def test_dearer_entry_means_fewer_firms():
    free = {"market.entry": "free", "months": 48}
    counts = [len(play(market_of(**free, **{"market.entry_cost": cost})).firms) for cost in (0.0005, 0.005, 0.05)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[-1]


@pytest.mark.parametrize("fixed", [0.0, 0.02])
def test_the_free_entry_rule_weighs_profit_after_entry_over_the_horizon_against_the_sunk_cost(fixed):
    """Profit before fixed cost falls with the square of the number of firms (Salop 1979)."""
    values = {"market.entry": "free", "market.entry_cost": 0.01, "firms.horizon_months": 20, "market.fixed_cost": fixed}
    market = market_of(**values)
    overhead, sunk = fixed * 50 * 1e6, 0.01 * 12 * 50 * 1e6
    just_enough = (sunk / 20 + overhead) * (4 / 3) ** 2 - overhead
    market.table.profit[1:] = just_enough * 1.001
    assert entry.free_entrant(market) is not None
    market.table.profit[1:] = just_enough * 0.999
    assert entry.free_entrant(market) is None
    market.table.profit[1:] = just_enough * 1.001
    market.month = 1
    assert entry.free_entrant(market) is None


def test_a_free_entrant_comes_with_the_usual_price_quality_and_service():
    market = market_of(**{"market.entry": "free", "market.entry_cost": 0.0})
    play(market, 1)
    old, newcomer = market.firms[:3], market.firms[3]
    assert newcomer.price == pytest.approx(np.median([firm.price for firm in old]))
    assert newcomer.service == pytest.approx(np.median([firm.service for firm in old]))
    assert abs(newcomer.quality.mean() - np.mean([firm.quality.mean() for firm in old])) < 0.1
    assert newcomer.reputation == pytest.approx(np.average([f.reputation for f in old], weights=[f.customers for f in old]))


def test_losses_with_cash_left_or_for_a_short_time_are_borne():
    market = market_of(**{"market.exit_after_months": 3})
    table = market.table
    table.losses_in_a_row[1:], table.cash[1:] = [3, 3, 2], [1.0, -1.0, -1.0]
    assert entry.leavers(market) == [2]
    assert entry.leavers(market_of()) == []


def test_customers_of_a_firm_that_gives_up_look_around_at_once():
    market = market_of(**{"market.exit_after_months": 3, "market.attention": 0.0, "market.outside_option": None})
    play(market, 1)
    theirs = market.population.columns["supplier"] == 2
    market.table.losses_in_a_row[2], market.table.cash[2] = 5, -1e12
    market.table.unit_cost[2] = 500.0
    market.step()
    assert [firm.slot for firm in market.firms] == [1, 3]
    assert np.all(market.population.columns["supplier"][theirs & (market.population.columns["tenure"] == -1)] == 0)
    assert (market.population.columns["tenure"] == -1).sum() > 0.9 * theirs.sum()
    market.step()
    assert np.all(market.population.columns["supplier"] > 0)
    assert market.table.customers[2] == 0
    rows = market.frames()["firms"]
    gone = rows[(rows["firm"] == "Firm 2") & (rows["month"] == 2)].iloc[0]
    assert not gone["active"]
    assert gone["revenue"] == gone["customers"] == 0


def test_no_more_firms_than_there_may_be():
    market = market_of(**{"market.n_firms": entry.MAX_FIRMS, "market.entry": "free", "market.entry_cost": 0.0, "market.n_customers": 200})
    play(market, 2)
    assert len(market.firms) == entry.MAX_FIRMS
