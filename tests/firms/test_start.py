from __future__ import annotations

import itertools

import numpy as np
import pytest

from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.firms.limits import Limits
from cxsim.firms.start import FirmStart, learn, running_extras, seat, starting_firms
from cxsim.firms.table import HIDDEN, INSIGHT, LEVER, PREMIUM, PRICE, FirmTable
from cxsim.market.model import Market
from cxsim.randomness.streams import Streams


def config(**values):
    return with_values(Config(), values)


def seated(start, settings=None, seed=1, table=None):
    settings = settings or config()
    table = FirmTable(len(settings.market.outcomes)) if table is None else table
    (slot,) = seat([start], settings, table, Limits(settings), Streams(seed))
    return table, slot


@pytest.fixture
def table_of_firms(tmp_path):
    path = tmp_path / "firms.csv"
    path.write_text("name,share,price,margin,satisfaction\nBig,0.6,55,0.1,0.7\nMid,0.3,45,,0.5\nTiny,0.1,,-0.05,\n")
    return str(path)


def test_unnamed_firms_are_of_one_size():
    firms = starting_firms(config(**{"market.n_firms": 7}))
    assert [firm.name for firm in firms] == [f"Firm {k}" for k in range(1, 8)]
    assert np.allclose([firm.share for firm in firms], 1 / 7)


@pytest.mark.parametrize(
    ("count", "names", "shares"),
    [
        (None, ["Big", "Mid", "Tiny"], [0.6, 0.3, 0.1]),
        (2, ["Big", "Mid"], [2 / 3, 1 / 3]),
        (5, ["Big", "Mid", "Tiny", "Firm 4", "Firm 5"], [0.5, 0.25, 1 / 12, 1 / 12, 1 / 12]),
    ],
)
def test_a_table_is_cut_to_its_largest_firms_or_filled_up_with_small_ones(table_of_firms, count, names, shares):
    firms = starting_firms(config(**{"market.firms_table": table_of_firms, "market.n_firms": count}))
    assert [firm.name for firm in firms] == names
    assert np.allclose([firm.share for firm in firms], shares)


def test_names_stay_unique_when_a_table_is_filled_up(tmp_path):
    path = tmp_path / "firms.csv"
    path.write_text("name,share\nFirm 3,0.6\nFirm 4,0.4\n")
    firms = starting_firms(config(**{"market.firms_table": str(path), "market.n_firms": 5}))
    assert len({firm.name for firm in firms}) == 5


def test_a_firm_starts_with_the_price_and_satisfaction_of_its_row():
    table, slot = seated(FirmStart("Big", 0.6, price=61.5, satisfaction=0.8), config(**{"market.quality_spread": 0.0}))
    assert table.levers[slot, PRICE] == 61.5
    assert np.all(table.quality[slot] == 0.8)


def test_unit_cost_is_such_that_the_price_earns_the_margin():
    settings = config(**{"firms.initial_levers": {"hidden_fee": 2.0, "loyalty_premium": 3.0}})
    table, slot = seated(FirmStart("Big", 0.6, price=60.0, margin=0.15), settings)
    row = table.levers[slot]
    income = row[PRICE] + row[HIDDEN] + row[PREMIUM]
    cost = table.unit_cost[slot] + running_extras(settings, row, table.quality[slot])
    assert (income - cost) / income == pytest.approx(0.15)


def test_start_values_and_standing_come_from_the_configuration():
    settings = config(
        **{
            "firms.initial_levers": {"hidden_fee": 1.5, "overpromise": 0.1, "disclosure": 0.4},
            "firms.insight": 0.7, "firms.initial_service": 1.3, "firms.prior_detection": 0.04, "firms.horizon_months": 18,
            "firms.proxy_bias": 0.2,
        }
    )  # fmt: skip
    table, slot = seated(FirmStart("A", 1.0), settings)
    wanted = {"hidden_fee": 1.5, "overpromise": 0.1, "disclosure": 0.4, "insight": 0.7, "service": 1.3}
    assert {name: table.levers[slot, LEVER[name]] for name in wanted} == wanted
    assert (table.perceived_detection[slot], table.horizon[slot], table.proxy_bias[slot]) == (0.04, 18, 0.2)


def test_prices_spread_around_the_initial_price_as_asked():
    settings = config(**{"firms.initial_price": 40.0, "firms.initial_price_spread": 0.1})
    table = FirmTable(6)
    for number in range(600):
        seated(FirmStart(f"F{number}", 0.0), settings, table=table)
    prices = table.levers[1:, PRICE]
    assert abs(prices.mean() - 40) < 5 * 5 / np.sqrt(600)
    assert prices.std() == pytest.approx(0.1 * 50, rel=0.15)


def test_a_firms_luck_belongs_to_its_name_not_to_its_place():
    settings = config(**{"market.cost_spread": 0.1})
    table = FirmTable(6)
    for name in ("A", "B", "C"):
        seated(FirmStart(name, 0.3), settings, table=table)
    alone, slot = seated(FirmStart("C", 0.3), settings)
    for column in ("levers", "quality", "unit_cost", "known"):
        assert np.array_equal(getattr(table, column)[3], getattr(alone, column)[slot]), column
    assert not np.array_equal(table.quality[1], table.quality[2])


def test_firms_seated_together_start_as_if_they_came_one_after_another():
    settings = config(**{"market.cost_spread": 0.1, "market.price_cap": 55.0, "firms.initial_price_spread": 0.2})
    starts = [
        FirmStart("A", 0.4), FirmStart("B", 0.3, price=60.0), FirmStart("C", 0.2, margin=0.1, satisfaction=0.7),
        FirmStart("D", 0.1, cost_advantage=0.3),
    ]  # fmt: skip
    one_by_one, together = FirmTable(6), FirmTable(6)
    for start in starts:
        seated(start, settings, table=one_by_one)
    slots = seat(starts, settings, together, Limits(settings), Streams(1))
    assert slots == range(1, 5)
    assert all(np.array_equal(value, getattr(one_by_one, name)) for name, value in vars(together).items())


def test_a_newcomers_overhead_is_the_least_of_those_in_the_market():
    table, _ = seated(FirmStart("A", 0.5))
    seated(FirmStart("B", 0.5), table=table)
    table.overhead[1:] = 0.7, 0.4
    table.active[2] = False
    seat([FirmStart("C", 0.0), FirmStart("D", 0.0)], config(), table, Limits(config()), Streams(1))
    assert table.overhead[3:].tolist() == [0.7, 0.7]


def test_a_cost_advantage_lowers_unit_cost():
    table, _ = seated(FirmStart("A", 0.1))
    cheaper, _ = seated(FirmStart("A", 0.1, cost_advantage=0.2))
    assert cheaper.unit_cost[1] == pytest.approx(0.8 * table.unit_cost[1])


def test_what_a_firm_knows_grows_with_insight_and_keeps_its_order():
    table, slot = seated(FirmStart("A", 1.0))
    known = []
    for insight in (0.0, 0.05, 0.25, 0.5, 0.75, 1.0):
        table.levers[slot, INSIGHT] = insight
        learn(table, slot, Streams(1))
        known.append(table.known[slot].copy())
    assert [int(each.sum()) for each in known] == [0, 1, 2, 3, 4, 6]
    for less, more in itertools.pairwise(known):
        assert np.all(more[less])


def test_different_firms_know_different_things():
    settings = config(**{"firms.insight": 0.5})
    table = FirmTable(6)
    for number in range(40):
        seated(FirmStart(f"F{number}", 0.0), settings, table=table)
    assert len({tuple(row) for row in table.known[1:]}) > 8


def test_full_brands_give_the_shares_that_a_table_starts_with(table_of_firms):
    """Inverting the logit (Berry 1994): with equal treatment of all, attentive customers without switching costs keep the shares."""
    values = {
        "market.firms_table": table_of_firms, "market.n_firms": None, "market.brand": 1.0, "market.n_customers": 20_000,
        "market.attention": 1.0, "market.switching_cost": 0.0, "market.transparency": 1.0, "market.quality_spread": 0.0,
        "market.willingness_to_pay_spread": 0.0, "customers.loyalty": 0.0, "customers.friend_weight": 0.0,
        "customers.spread": 0.0, "firms.levers": ["disclosure"], "customers.experience_noise": 0.0, "market.problem_rate": 0.0,
        "market.outside_option": None, "market.job_variants": 1, "burn_in": 0,
        "customers.segments": [
            {"name": "all", "share": 1.0, "attention": 1.0, "vigilance": 1.0, "switching_cost": 1.0, "willingness_to_pay": 1.0,
             "complaint": 1.0}
        ],
    }  # fmt: skip
    market = Market(config(**values), rng=2)
    market.step()
    assert [firm.share for firm in market.firms] == pytest.approx([0.6, 0.3, 0.1], abs=0.02)


def test_no_brands_no_appeal():
    assert not Market(config(**{"market.n_customers": 50}), rng=1).table.appeal.any()


@pytest.mark.parametrize("by_size", [0.0, 0.4, 1.0])
def test_fixed_cost_goes_with_size_as_far_as_is_said_and_adds_up_to_the_same(by_size, table_of_firms):
    values = {
        "market.firms_table": str(table_of_firms), "market.n_firms": None, "market.n_customers": 300,
        "market.fixed_cost": 0.02, "market.fixed_cost_by_size": by_size,
    }  # fmt: skip
    market = Market(config(**values), rng=1)
    shares = np.array([start.share for start in starting_firms(market.config)])
    relative = market.table.overhead[1:]
    assert relative.sum() == pytest.approx(len(shares))
    assert relative == pytest.approx(1 - by_size + by_size * shares * len(shares))
    table, slot = seated(FirmStart("new", 0.0), market.config, table=market.table)
    assert table.overhead[slot] == relative.min()
