from __future__ import annotations

import sys
import textwrap

import pytest

from cxsim.config.errors import BadValueError, CxsimError
from cxsim.config.firms import STRATEGIES
from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.firms.registry import BY_NAME, make_strategy, strategies_for
from cxsim.firms.strategy import Strategy
from cxsim.market.model import Market


@pytest.fixture
def own_code(tmp_path, monkeypatch):
    """A module of a user's own, importable by name."""

    def write(name, text):
        (tmp_path / f"{name}.py").write_text(textwrap.dedent(text))
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.delitem(sys.modules, name, raising=False)
        return name

    return write


def test_names_of_the_schema_and_of_the_registry_are_the_same():
    assert tuple(BY_NAME) == STRATEGIES


@pytest.mark.parametrize("name", STRATEGIES)
def test_each_firm_gets_a_strategy_of_its_own(name):
    one, two = make_strategy(name, Config()), make_strategy(name, Config())
    assert isinstance(one, Strategy)
    assert one is not two


def test_an_unknown_name_is_refused():
    with pytest.raises(BadValueError, match="equity_planner"):
        make_strategy("genius", Config())


@pytest.mark.parametrize(
    ("given", "count", "dealt"), [("imitator", 3, ["imitator"] * 3), (["low_price", "lock_in"], 3, ["low_price", "lock_in", "low_price"])]
)
def test_strategies_are_dealt_in_turn(given, count, dealt):
    assert strategies_for(with_values(Config(), {"firms.strategy": given}), count) == dealt


def test_a_users_own_strategy_plays(own_code):
    own_code(
        "mine_plays",
        """
        import cxsim
        class Flat(cxsim.Strategy):
            def __init__(self):
                self.reviews = 0
            def review(self, firm, market):
                self.reviews += 1
                return {"price": 40.0 + firm.slot, "quality": 0.7}
        """,
    )
    values = {"firms.strategy": "mine_plays:Flat", "allow_user_code": True, "market.n_customers": 100, "months": 6, "burn_in": 0}
    market = Market(with_values(Config(), values), rng=1)
    while market.running:
        market.step()
    assert [firm.price for firm in market.firms] == [41.0, 42.0, 43.0, 44.0, 45.0]
    assert all(firm.strategy.reviews == 2 for firm in market.firms)
    assert set(market.frames()["firms"]["strategy"]) == {"mine_plays:Flat"}


def test_without_leave_nobodys_code_is_even_imported(own_code):
    name = own_code("mine_unasked", "raise SystemExit('imported')")
    with pytest.raises(CxsimError, match="allow_user_code"):
        with_values(Config(), {"firms.strategy": f"{name}:Flat"})
    with pytest.raises(CxsimError, match="allow_user_code"):
        make_strategy(f"{name}:Flat", Config())


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("class Flat: pass", "Strategy"),
        ("import cxsim\nclass Flat(cxsim.Strategy): pass", "review"),
        ("import cxsim\nclass Flat(cxsim.Strategy):\n    def __init__(self, x): pass\n    def review(self, f, m): return {}", "Flat"),
        ("x = 1", "Flat"),
    ],
    ids=["no strategy", "abstract", "needs arguments", "no such class"],
)
def test_a_class_that_cannot_be_a_strategy_is_refused_clearly(own_code, text, named):
    own_code("mine_wrong", text)
    config = with_values(Config(), {"firms.strategy": "mine_wrong:Flat", "allow_user_code": True})
    with pytest.raises(CxsimError, match=named):
        make_strategy("mine_wrong:Flat", config)
