import copy
import gc
import pickle
import weakref

import pytest

from cxsim.customers.agentset import Customer, CustomerSet, PopulationError, adopt, free
from cxsim.customers.mesa_support import Agent, Model

from .standin import columns


class Early(Agent):
    """An agent made before the model has customers."""


class Late(Model):
    def __init__(self, population, early=0):
        super().__init__(rng=3)
        self.early = [Early(self) for _ in range(early)]
        self._customers = CustomerSet(self, population)


def test_agents_made_before_keep_their_ids_and_none_collide(market):
    late = Late(market.population, early=3)
    adopt(late)
    assert [agent.unique_id for agent in late.early] == [1, 2, 3]
    newcomer = Early(late)
    numbers = late.agents.get("unique_id")
    assert late._customers[0].unique_id == 4
    assert newcomer.unique_id == 4 + market.population.n
    assert len(set(numbers)) == len(numbers) == market.population.n + 4
    assert set(late.early) | {newcomer} == set(late.agents_by_type[Early])


def test_adopting_twice_changes_nothing(market):
    before = market.agents
    adopt(market)
    assert market.agents is before


def test_only_a_models_own_full_set_can_be_adopted(market):
    late = Late(market.population)
    with pytest.raises(PopulationError, match="not a selection"):
        adopt(late, market.customers)
    with pytest.raises(PopulationError, match="not a selection"):
        adopt(late, late._customers.select(at_most=3))
    adopt(late, late._customers)
    assert late.agents_by_type[Customer] is late._customers


def test_models_do_not_share_customers(make_market):
    one, other = make_market(), make_market()
    one.customers.set("trust", 0.0)
    one.customers[0].foo = 1
    assert other.customers.agg("trust", max) > 0
    assert not hasattr(other.customers[0], "foo")


@pytest.mark.parametrize("via", [lambda model: model, copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_a_finished_model_is_freed_without_anybodys_help(make_market, via):
    market = via(make_market())
    market.customers[0].foo = market.customers.select(at_most=3)
    market.add_firm()
    Early(market).remove()
    market.step()
    market.agents.shuffle_do("step")
    gone = weakref.ref(market)
    del market
    gc.collect()
    assert gone() is None


def test_free_lets_go_of_a_model_that_has_not_adopted_its_customers(market):
    late = Late(market.population, early=2)
    gone = weakref.ref(late)
    free(late)
    free(late)
    del late
    gc.collect()
    assert gone() is None


def test_a_set_keeps_its_model_alive_and_works_on(make_market):
    customers = make_market(n=5).customers
    gc.collect()
    assert len(customers.get("supplier")) == 5
    assert customers[0].model.customers is customers


def test_making_the_set_takes_no_memory_per_customer(make_market):
    """A set of ten thousand is no bigger than a set of ten: it holds no object per customer."""
    sizes = []
    for n in (10, 10_000):
        market = make_market(n=n)
        gc.collect()
        before = len(gc.get_objects())
        made = CustomerSet(market, market.population)
        sizes.append(len(gc.get_objects()) - before)
        assert len(made) == n
    assert abs(sizes[1] - sizes[0]) < 10


def test_the_stand_in_has_the_columns_that_the_fields_speak_of():
    declared = {name for name in vars(Customer) if not name.startswith("_")}
    assert set(columns(5, 2, 1)) <= declared
