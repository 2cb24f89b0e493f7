import dataclasses
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxsim.config.checks import LEVER_SETS, check, expand_levers, import_user_class
from cxsim.config.errors import BadValueError, ContradictionError, CxsimError, TableError
from cxsim.config.firms import EXTRACTION_LEVERS, LEVERS, PROXY_LEVERS, VALUE_LEVERS
from cxsim.config.load import with_values
from cxsim.config.run import Config

ENTRANT = {"name": "Newcomer", "month": 12, "cost_advantage": 0.1, "quality": 0.6}

_BASE = Config()
HIGHEST = {
    "price": _BASE.firms.max_price * _BASE.market.reference_price,
    "hidden_fee": _BASE.market.max_hidden_fee * _BASE.market.reference_price,
    "loyalty_premium": _BASE.market.max_loyalty_premium * _BASE.market.reference_price,
    "exit_barrier": _BASE.market.max_exit_barrier * _BASE.market.reference_price,
    "overpromise": _BASE.firms.max_overpromise,
}


@pytest.fixture
def table(tmp_path):
    def make(n_firms):
        path = tmp_path / f"{n_firms}.csv"
        path.write_text("name,share\n" + "".join(f"firm {i},{1 / n_firms}\n" for i in range(n_firms)))
        return str(path)

    return make


def test_the_defaults_contradict_nothing():
    check(Config())


CONTRADICTIONS = [
    ({"market.n_firms": None}, "market.n_firms"),
    ({"market.franchise_months": 60}, "market.franchise_months"),
    ({"market.franchise_months": 60, "market.n_firms": 2}, "market.franchise_months"),
    ({"market.franchise_months": 60, "market.n_firms": 1, "market.entry": "free"}, "market.entry"),
    ({"market.franchise_months": 60, "market.n_firms": 1, "market.entry": "named", "market.entrants": [ENTRANT]}, "market.entry"),
    ({"market.entry": "named"}, "market.entry"),
    ({"market.outcomes": ["works", "reliable"]}, "market.jobs"),
    ({"market.ban_price_walking": True, "firms.initial_levers": {"loyalty_premium": 1.0}}, "market.ban_price_walking"),
    ({"regulator.ban_hidden_fees": True, "firms.initial_levers": {"hidden_fee": 1.0}}, "regulator.ban_hidden_fees"),
    ({"regulator.ban_exit_barriers": True, "firms.initial_levers": {"exit_barrier": 1.0}}, "regulator.ban_exit_barriers"),
    ({"firms.initial_price": HIGHEST["price"] * 1.01}, "firms.initial_price"),
    ({"firms.initial_levers": {"hidden_fee": HIGHEST["hidden_fee"] * 1.01}}, "firms.initial_levers.hidden_fee"),
    ({"firms.initial_levers": {"loyalty_premium": HIGHEST["loyalty_premium"] * 1.01}}, "firms.initial_levers.loyalty_premium"),
    ({"firms.initial_levers": {"exit_barrier": HIGHEST["exit_barrier"] * 1.01}}, "firms.initial_levers.exit_barrier"),
    ({"firms.initial_levers": {"overpromise": HIGHEST["overpromise"] * 1.01}}, "firms.initial_levers.overpromise"),
    ({"firms.initial_levers": {"dark_pattern": 0.5}}, "firms.initial_levers.dark_pattern"),
    ({"firms.initial_levers": {"announcement": 0.5}}, "firms.initial_levers.announcement"),
    (
        {"regulator.ban_dark_patterns": True, "market.extra_price": 0.2, "firms.initial_levers": {"dark_pattern": 0.5}},
        "regulator.ban_dark_patterns",
    ),
    ({"firms.strategy": "mine:Thrifty"}, "firms.strategy"),
    ({"firms.strategy": ["low_price", "mine:Thrifty"]}, "firms.strategy"),
    ({"regulator.policy": "mine:Gentle"}, "regulator.policy"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "key"), CONTRADICTIONS)
def test_contradictions_are_refused_by_name_with_a_remedy(values, key):
    with pytest.raises(ContradictionError) as caught:
        with_values(Config(), values)
    message = str(caught.value)
    assert message.startswith(f"{key}: ")
    assert any(word in message for word in ("set ", "give ", "lower ", "only with", "which is none of", "name "))


LEGAL = [
    {"market.n_firms": 1},
    {"market.n_firms": 200},
    {"market.n_customers": 1},
    {"market.population": 1},
    {"market.attention": 0, "customers.vigilance": 0},
    {"market.price_cap": 0},
    {"market.price_cap": 1.0, "market.unit_cost": 1000.0},
    {"market.outside_option": None},
    {"market.rivals_seen": 200},
    {"market.franchise_months": 60, "market.n_firms": 1},
    {"market.entry": "named", "market.entrants": [ENTRANT]},
    {"market.entry": "none", "market.entrants": [ENTRANT]},
    {"regulator.fine_cap": 0, "regulator.fine_cap_share_of_turnover": 0},
    {"market.ban_price_walking": True, "firms.initial_levers": {"loyalty_premium": 0, "hidden_fee": 1}},
    {"firms.initial_price": HIGHEST["price"]},
    {"firms.initial_levers": {lever: highest for lever, highest in HIGHEST.items() if lever != "price"}},
    {"firms.initial_levers": {"overpromise": -0.5}},
    {"firms.levers": []},
    {"regulator.rules": []},
    {"firms.strategy": "mine:Thrifty", "allow_user_code": True},
    {"months": 1, "burn_in": 0},
]


@pytest.mark.parametrize("values", LEGAL)
def test_extremes_are_legal(values):
    with_values(Config(), values)


def test_a_start_that_is_a_maximum_up_to_rounding_is_legal():
    config = with_values(Config(), {"market.reference_price": 0.1, "market.max_hidden_fee": 3.0})
    with_values(config, {"firms.initial_levers": {"hidden_fee": 0.3}})


def test_a_table_settles_how_many_firms_there_are(table):
    with_values(Config(), {"market.n_firms": None, "market.firms_table": table(3)})
    franchise = {"market.n_firms": None, "market.franchise_months": 12}
    with_values(Config(), {**franchise, "market.firms_table": table(1)})
    with pytest.raises(ContradictionError, match="there are 3 firms"):
        with_values(Config(), {**franchise, "market.firms_table": table(3)})


@pytest.mark.parametrize("n_firms", [1, 2, 3, 10])
def test_a_number_of_firms_may_differ_from_the_table(table, n_firms):
    with_values(Config(), {"market.n_firms": n_firms, "market.firms_table": table(3)})


def test_a_missing_table_is_found_out_before_the_run():
    with pytest.raises(TableError, match="no such table"):
        with_values(Config(), {"market.firms_table": "no/such/table.csv"})


def test_the_check_also_holds_for_configurations_made_by_hand():
    config = Config()
    market = dataclasses.replace(config.market, franchise_months=12)
    with pytest.raises(ContradictionError):
        check(dataclasses.replace(config, market=market))


@given(st.lists(st.sampled_from([*LEVERS, *LEVER_SETS])))
def test_expanding_levers_is_a_set_union_in_one_order(words):
    levers = expand_levers(words)
    meant = set().union(*(LEVER_SETS.get(word, (word,)) for word in words))
    assert set(levers) == meant
    assert list(levers) == sorted(levers, key=LEVERS.index)
    assert expand_levers(levers) == levers
    assert expand_levers(reversed(words)) == levers


def test_sets_of_levers():
    assert expand_levers(["all"]) == LEVERS
    assert set(expand_levers(["value", "extraction"])) == set(VALUE_LEVERS) | set(EXTRACTION_LEVERS)
    assert not set(expand_levers(["value", "extraction"])) & set(PROXY_LEVERS)


def test_an_unknown_lever_is_refused():
    with pytest.raises(BadValueError, match=r"Did you mean price\?"):
        expand_levers(["pric"])


@pytest.fixture
def user_module(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if entry])

    def make(name, text):
        (tmp_path / f"{name}.py").write_text(text)
        monkeypatch.delitem(sys.modules, name, raising=False)

    yield make
    for path in tmp_path.glob("*.py"):
        sys.modules.pop(path.stem, None)


def test_a_class_beside_the_working_directory_is_found(user_module):
    user_module("cxsim_test_strategies", "class Thrifty:\n    class Inner:\n        pass\n")
    found = import_user_class("cxsim_test_strategies:Thrifty", allowed=True)
    assert (found.__module__, found.__qualname__) == ("cxsim_test_strategies", "Thrifty")
    assert import_user_class("cxsim_test_strategies:Thrifty.Inner", allowed=True).__qualname__ == "Thrifty.Inner"


def test_nothing_is_imported_without_leave(user_module, tmp_path):
    user_module("cxsim_test_side_effect", "open('was_here', 'w').close()\nclass C: pass\n")
    with pytest.raises(ContradictionError, match="allow_user_code=true"):
        import_user_class("cxsim_test_side_effect:C", allowed=False)
    assert not (tmp_path / "was_here").exists()
    assert "cxsim_test_side_effect" not in sys.modules
    import_user_class("cxsim_test_side_effect:C", allowed=True)
    assert (tmp_path / "was_here").exists()


@pytest.mark.parametrize("text", ["raise RuntimeError('no')", "import no_such_module_anywhere", "def broken(:"])
def test_a_module_that_fails_is_one_clear_error(user_module, text):
    user_module("cxsim_test_broken", text)
    with pytest.raises(CxsimError, match=r"'cxsim_test_broken' cannot be imported \(\w+Error: "):
        import_user_class("cxsim_test_broken:C", allowed=True)


@pytest.mark.parametrize("spec", ["no_such_module_anywhere:C", "nocolon", "a:b:c", "", "a b:C"])
def test_a_module_that_is_not_there_is_one_clear_error(spec):
    with pytest.raises(CxsimError):
        import_user_class(spec, allowed=True)


def test_a_class_that_is_not_there_brings_the_nearest(user_module):
    user_module("cxsim_test_classes", "class Thrifty: pass\nnumber = 3\n")
    with pytest.raises(BadValueError, match=r"Did you mean Thrifty\?"):
        import_user_class("cxsim_test_classes:Thrify", allowed=True)
    with pytest.raises(BadValueError, match="this is none"):
        import_user_class("cxsim_test_classes:number", allowed=True)
