"""A market taken apart and put together again is the same market, in every bit and for good."""

from __future__ import annotations

import copy
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxsim.config.errors import CheckpointError, ContradictionError
from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.customers.mesa_support import mesa
from cxsim.firms.strategy import Strategy
from cxsim.market.model import Market
from cxsim.market.snapshot import check_users_code, resume, take
from cxsim.regulator.policy import StandingPolicy

from . import kinds
from .configs import markets
from .kinds import BUSY, market_of, played
from .sameness import assert_same, assert_same_tables


class Rememberer(Strategy):
    """Charges more at each review, by what it has in mind."""

    def __init__(self):
        self.reviews = 0
        self.seen = {}
        self.steps = np.linspace(0.1, 1.0, 7)
        self.last = (None, 1.5)

    def review(self, firm, market):
        self.reviews += 1
        self.seen[market.month] = [rival.price for rival in market.firms]
        self.last = (firm.price, float(self.steps[self.reviews % 7]))
        return {"price": firm.price + self.last[1] + 0.01 * len(self.seen)}


class Secretive(Strategy):
    """Keeps something that no file can hold, and says so neither."""

    def __init__(self):
        self.helper = object()

    def review(self, firm, market):
        return {}


class Open(Secretive):
    """The same, but says what of it matters."""

    def __init__(self):
        super().__init__()
        self.count = 0

    def review(self, firm, market):
        self.count += 1
        return {"price": firm.price + 0.1 * self.count}

    def state(self):
        return {"count": self.count}

    def restore(self, state):
        self.count = state["count"]


class Slotted(Strategy):
    """Keeps what it remembers where nobody looks."""

    __slots__ = ("kept",)

    def review(self, firm, market):
        return {}


class Turns(StandingPolicy):
    """Investigates one firm after the other."""

    def __init__(self):
        self.turn = 0

    def targets(self, regulator, market, count):
        self.turn += 1
        return [market.firms[self.turn % len(market.firms)].slot]


def own(strategy):
    return {"firms.strategy": f"{__name__}:{strategy}", "allow_user_code": True}


def goes_on_the_same(market, months):
    """Takes a snapshot; the market and the one resumed from it are the same at once and after some months."""
    resumed = resume(take(market))
    assert_same(market, resumed)
    played(market, months)
    played(resumed, months)
    assert_same(market, resumed)
    assert_same_tables(market, resumed)


USERS = {
    "users' strategy": own("Rememberer"),
    "users' strategy with a say": own("Open"),
    "users' policy": {"regulator.policy": f"{__name__}:Turns", "allow_user_code": True},
}
KINDS = kinds.KINDS | USERS


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_market_goes_on_the_same(kind):
    goes_on_the_same(played(market_of(KINDS[kind]), 11), 8)


def test_the_kinds_do_what_they_are_named_after():
    came = played(market_of(KINDS["free entry and exit"]), 15)
    assert len(came.table) > 5
    assert came.table.active[1:].sum() < len(came.table) - 1
    assert played(market_of(KINDS["franchise"]), 15).franchise.number >= 2
    assert played(market_of(KINDS["cartel"]), 10).cartel.members
    assert any(case.members for case in played(market_of(KINDS["cartel"]), 10).regulator.open_cases)
    assert played(market_of(BUSY), 15).regulator.decisions


@given(markets(), st.integers(0, 12))
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
def test_any_market_goes_on_the_same_from_any_month(values, month):
    goes_on_the_same(played(Market(with_values(Config(), values), rng=5), month), 4)


def test_before_the_first_month_too():
    goes_on_the_same(market_of({}), 5)


def test_threads_change_nothing():
    market = played(market_of({"market.n_customers": 9000}), 4)
    resumed = resume(take(market), with_values(market.config, {"threads": 2}))
    played(market, 3)
    played(resumed, 3)
    assert_same_tables(market, resumed)


def test_a_snapshot_leaves_the_market_alone_and_is_left_alone_by_it():
    market, twin = played(market_of({}), 5), played(market_of({}), 5)
    snapshot = take(market)
    state = copy.deepcopy(snapshot.state)
    played(market, 6)
    first, second = played(resume(snapshot), 6), played(resume(snapshot), 6)
    assert_same(first, second)
    assert_same(market, first)
    assert_same(played(twin, 6), market)
    for heading, held in state.items():
        assert repr(held) == repr(snapshot.state[heading])


def test_tables_start_at_the_day_where_the_months_before_were_left_out():
    market = played(market_of({}), 9)
    resumed = played(resume(take(market, history=False)), 3)
    assert resumed.frames()["monthly"]["month"].tolist() == [7, 8, 9]


def test_what_a_user_has_changed_or_added_is_kept():
    market = played(market_of({}), 5)
    market.note, market.firms[0].mood, market.regulator.zeal = {"a": [1, (2, 3)]}, 0.5, "high"
    market.customers[3].diary = [1, 2]
    market.customers.set("attention", 0.5)
    market.random.random()
    market.rng.random()
    market.table.horizon[2] = 7.0
    goes_on_the_same(market, 4)
    resumed = resume(take(market))
    assert (resumed.note, resumed.firms[0].mood, resumed.regulator.zeal) == ({"a": [1, (2, 3)]}, 0.5, "high")
    assert resumed.customers[3].diary == [1, 2]
    assert set(resumed.customers.get("attention")) == {0.5}


def test_a_class_of_ones_own_is_made_again_where_it_is_named():
    class Mine(Market):
        """A market of one's own."""

    market = Mine(with_values(Config(), BUSY), rng=1)
    assert type(resume(take(market), kind=Mine)) is Mine


# --- what cannot be kept -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("strategy", "told"), [
    ("Secretive", r"Secretive of Firm 1\.helper: a builtins\.object.*Write state\(\) and restore\(state\) for Secretive"),
    ("Slotted", r"Slotted of Firm 1: it has __slots__.*write state\(\)"),
])  # fmt: skip
def test_a_strategy_that_cannot_be_stored_is_refused_with_a_way_out(strategy, told):
    with pytest.raises(CheckpointError, match=told):
        take(market_of(own(strategy)))


@pytest.mark.parametrize("state", [lambda self: [1], lambda self: None])
def test_a_state_that_is_no_mapping_is_refused(monkeypatch, state):
    monkeypatch.setattr(Open, "state", state)
    with pytest.raises(CheckpointError, match=r"its state\(\) gave a (list|NoneType); allowed: a mapping"):
        take(market_of(own("Open")))


def test_a_state_that_contains_itself_is_refused():
    market = market_of(own("Rememberer"))
    market.firms[0].strategy.seen["me"] = market.firms[0].strategy.seen
    with pytest.raises(CheckpointError, match="contains itself"):
        take(market)


def test_a_strategy_put_in_by_hand_is_refused_because_nobody_could_make_it_again():
    market = market_of({})
    market.firms[1].strategy = Rememberer()
    with pytest.raises(CheckpointError, match=r"equity_planner of Firm 2: it is a .*Rememberer by now.*firms\.strategy as module:Class"):
        take(market)


def test_agents_and_attributes_that_cannot_be_kept_are_named():
    market = market_of({})
    market.collector = mesa.DataCollector()
    with pytest.raises(CheckpointError, match=r"the Market\.collector: a mesa.*DataCollector"):
        take(market)
    del market.collector
    mesa.Agent(market)
    with pytest.raises(CheckpointError, match=r"agents of your own \(Agent\)"):
        take(market)


def test_code_of_the_users_runs_only_where_it_is_allowed():
    snapshot = take(market_of({**own("Rememberer"), "regulator.policy": f"{__name__}:Turns"}))
    assert snapshot.users_code() == [f"{__name__}:Rememberer", f"{__name__}:Turns"]
    with pytest.raises(CheckpointError, match=r"Rememberer.*allow_user_code=True"):
        check_users_code(snapshot, False)
    check_users_code(snapshot, True)
    check_users_code(take(market_of({})), False)
    assert __name__ in sys.modules


# --- snapshots that do not fit -----------------------------------------------------------------------------------------


def spoiled(change):
    snapshot = take(played(market_of({}), 3))
    change(snapshot.state)
    return snapshot


def set_in(column, row, value):
    def change(state):
        state["population"]["columns"][column][row] = value

    return change


@pytest.mark.parametrize(("change", "told"), [
    (set_in("supplier", 0, 99), "the column supplier: it holds 0 to 99|the column supplier: it holds 1 to 99"),
    (set_in("supplier", 0, -1), "the column supplier"),
    (set_in("profile", 0, 60000), "the column profile"),
    (set_in("tenure", 0, 20000), "the column tenure"),
    (set_in("segment", 0, 2), "the column segment"),
    (lambda state: state["population"]["columns"].pop("trust"), "the column trust: it holds nothing"),
    (lambda state: state["population"]["columns"].update(trust=np.zeros(200)), "the column trust: it holds float64"),
    (lambda state: state["population"]["supplier_before"].fill(30), "suppliers of the month before"),
    (lambda state: state["table"].update(levers=np.zeros((5, 3))), "the firms' levers: it holds float64 of shape"),
    (lambda state: state["firms"].pop(), "the firms at the start"),
    (lambda state: state["firms"][0].update(name="Somebody"), "the firms at the start: it holds Somebody"),
])  # fmt: skip
def test_a_snapshot_that_does_not_fit_is_refused(change, told):
    with pytest.raises(CheckpointError, match=told):
        resume(spoiled(change))


@pytest.mark.parametrize("values", [{"seed": 2}, {"burn_in": 3}, {"market.n_customers": 201}, {"market.n_firms": 5}])
def test_what_is_settled_at_the_start_cannot_be_another(values):
    market = market_of({})
    with pytest.raises(ContradictionError, match=f"{next(iter(values))}: .*settled when a run starts"):
        resume(take(market), with_values(market.config, values))
