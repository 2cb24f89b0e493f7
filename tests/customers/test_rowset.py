import copy
import operator

import pytest

from cxsim.customers.agentset import CustomerSet
from cxsim.customers.mesa_support import AgentSet
from cxsim.customers.rowset import RowSet
from cxsim.customers.view import PopulationError


@pytest.fixture
def customers(market):
    return market.customers


def rows(agents):
    return [agent.index for agent in agents]


@pytest.mark.parametrize(
    "change",
    [
        lambda own: own.select(lambda customer: False, inplace=True),
        lambda own: own.select(at_most=1, inplace=True),
        lambda own: own.shuffle(inplace=True),
        lambda own: own.sort("trust", inplace=True),
        lambda own: own.discard(own[0]),
        lambda own: own.remove(own[0]),
        lambda own: own.pop(),
        lambda own: own.clear(),
        lambda own: own._update(own[:3]),
        lambda own: operator.isub(own, own[:3]),
        lambda own: operator.iand(own, own[:3]),
        lambda own: operator.ixor(own, own[:3]),
    ],
)
def test_the_models_own_set_refuses_to_be_changed(customers, change):
    with pytest.raises(PopulationError, match="model's own set"):
        change(customers)
    assert rows(customers) == list(range(len(customers)))


def test_the_models_own_set_shrugs_at_what_changes_nothing(customers):
    customers.add(customers[3])
    customers.discard("nobody")
    assert customers.select(inplace=True) is customers
    assert len(customers) == len(list(customers))
    with pytest.raises(KeyError):
        customers.remove("nobody")


def test_selections_can_be_changed(market, customers):
    chosen = customers.select(at_most=4)
    assert chosen.shuffle(inplace=True) is chosen
    assert chosen.sort("unique_id", ascending=True, inplace=True) is chosen
    assert rows(chosen) == [0, 1, 2, 3]
    chosen.add(customers[9])
    chosen.add(customers[9])
    chosen.discard(customers[1])
    chosen.remove(customers[2])
    assert rows(chosen) == [0, 3, 9]
    assert (customers[9] in chosen, customers[1] in chosen) == (True, False)
    assert chosen.select(lambda customer: customer.index > 0, inplace=True) is chosen
    assert rows(chosen) == [3, 9]
    assert rows(chosen._update(iter(customers[5:8]))) == [5, 6, 7]
    with pytest.raises(KeyError):
        chosen.remove(customers[0])
    with pytest.raises(PopulationError, match="only customers of the same model"):
        chosen.add(market.firms[0])
    chosen.clear()
    assert len(chosen) == 0
    assert rows(chosen | customers[1:3]) == [1, 2]
    assert chosen.groupby("segment").count() == {}
    assert len(customers) == market.population.n


def test_copies_are_independent(customers):
    for duplicate in (copy.copy(customers), customers.copy(), customers.select()):
        assert duplicate is not customers
        assert duplicate == customers
        duplicate.discard(customers[0])
        assert rows(duplicate) == list(range(1, len(customers)))
        assert customers[0] in customers


@pytest.mark.parametrize("as_other", [lambda agents: agents, list, set, iter])
def test_set_operations_are_those_of_sets(customers, as_other):
    low, high = customers.select(at_most=6), customers.select(lambda customer: 3 <= customer.index < 9)
    assert rows(low & as_other(high)) == [3, 4, 5]
    assert rows(low - as_other(high)) == [0, 1, 2]
    assert sorted(rows(low | as_other(high))) == list(range(9))
    assert sorted(rows(low ^ as_other(high))) == [0, 1, 2, 6, 7, 8]
    assert all(isinstance(made, CustomerSet) for made in (low & high, low - high, low | high, low ^ high))


def test_set_operations_with_others_on_the_left(market, customers):
    low = customers.select(at_most=3)
    kept = list(customers[1:5])
    mesas = AgentSet(kept, market.random)
    assert rows(mesas & low) == [1, 2]
    assert rows(mesas - low) == [3, 4]
    assert sorted(rows(mesas | low)) == [0, 1, 2, 3, 4]
    assert sorted(rows(mesas ^ low)) == [0, 3, 4]
    assert rows({customers[1], customers[2]} & low) == [1, 2]


def test_comparisons(make_market, customers):
    low = customers.select(at_most=3)
    assert low == low.shuffle() == set(low)
    assert low != customers
    assert low < customers
    assert customers >= low
    assert low.isdisjoint(customers.select(lambda customer: customer.index > 5))
    assert make_market().customers != customers


@pytest.mark.parametrize("missing", ["_places", "_agent", "_pick", "_keep", "_ordinary"])
def test_a_set_that_does_not_say_what_it_holds_cannot_be_made(missing):
    incomplete = type("Incomplete", (CustomerSet,), {missing: getattr(RowSet, missing)})
    with pytest.raises(TypeError, match=missing):
        object.__new__(incomplete)
    assert isinstance(object.__new__(CustomerSet), AgentSet)
