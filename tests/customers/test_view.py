import copy
import pickle

import numpy as np
import pytest

from cxsim.config.errors import CxsimError
from cxsim.customers.agentset import Customer
from cxsim.customers.mesa_support import Agent, Model
from cxsim.customers.view import PopulationError

from .standin import Village


class Moody(Customer):
    mood = 0.5
    _hidden = None

    def step(self):
        self.mood += 1.0

    @property
    def gap(self):
        return self.expectation - self.satisfaction


def test_a_view_is_a_mesa_agent_of_its_model(market):
    customer = market.customers[1]
    assert isinstance(customer, Agent)
    assert customer.model is market
    assert (customer.random, customer.rng) == (market.random, market.rng)
    assert customer.pos is None
    assert customer.step() is None


def test_views_of_one_row_are_equal_and_others_are_not(make_market):
    here, elsewhere = make_market(), make_market()
    assert here.customers[4] == here.customers[4]
    assert hash(here.customers[4]) == hash(here.customers[4])
    assert here.customers[4] != here.customers[5]
    assert here.customers[4] != elsewhere.customers[4]
    assert len({here.customers[4], here.customers[4], elsewhere.customers[4], here.customers[5]}) == 3


def test_a_view_can_be_asked_for_by_row(market):
    assert Customer(market, 6) == market.customers[6]
    assert Customer(market, -1) == market.customers[-1]
    with pytest.raises(IndexError):
        Customer(market, len(market.customers))


def test_own_attributes_belong_to_the_row_for_every_view_of_it(market):
    earlier = market.customers[8]
    market.customers[8].foo = [1]
    assert market.customers[8].foo == [1]
    assert earlier.foo == [1]
    assert not hasattr(market.customers[9], "foo")
    del earlier.foo
    assert not hasattr(market.customers[8], "foo")
    with pytest.raises(AttributeError):
        del earlier.foo


def test_defaults_of_a_subclass_hold_until_a_row_gets_its_own():
    market = Village(kind=Moody)
    earlier = market.customers[0]
    market.customers.select(at_most=2).do("step")
    assert market.customers.get("mood")[:3] == [1.5, 1.5, 0.5]
    assert earlier.mood == 1.5
    assert Moody.mood == 0.5
    earlier._hidden = 3
    assert market.customers.get("_hidden")[:2] == [3, None]
    market.customers.set("pos", (1, 2))
    assert market.customers[7].pos == (1, 2)
    del earlier.mood
    assert market.customers[0].mood == 0.5


def test_properties_of_a_subclass_work_on_columns():
    market = Village(kind=Moody)
    columns = market.population.columns
    expected = columns["expectation"].astype(float) - columns["satisfaction"]
    assert np.allclose(market.customers.get("gap"), expected)
    assert np.isclose(market.customers.agg("gap", np.mean), expected.mean())


def test_what_belongs_to_the_class_cannot_be_overwritten_on_one_customer(market):
    customer = market.customers[0]
    for name in ("step", "index", "model"):
        with pytest.raises(AttributeError):
            setattr(customer, name, 1)
    assert customer.index == 0


def test_unknown_attributes_are_missing_in_the_usual_way(market):
    assert getattr(market.customers[0], "nothing", 7) == 7
    with pytest.raises(AttributeError, match="nothing"):
        _ = market.customers[0].nothing


@pytest.mark.parametrize(
    "attempt",
    [
        lambda market: market.customers[0].remove(),
        lambda market: type(market.customers[0])(market),
        lambda market: Customer.create_agents(market, 3),
        lambda market: Customer(Model(rng=1), 0),
    ],
)
def test_adding_and_removing_people_is_refused_with_what_to_do_instead(market, attempt):
    with pytest.raises(PopulationError) as refused:
        attempt(market)
    assert isinstance(refused.value, CxsimError)
    assert "customer" in str(refused.value)
    assert len(market.customers) == market.population.n


def test_views_survive_pickling_with_their_model(market):
    market.watched = {market.customers[2]: "watched"}
    market.customers[2].friends = {market.customers[3]}
    for twin in (pickle.loads(pickle.dumps(market)), copy.deepcopy(market)):
        (watched,) = twin.watched
        assert watched == twin.customers[2]
        assert watched.model is twin
        assert twin.customers[2].friends == {twin.customers[3]}
        watched.trust = 0.25
        assert twin.population.columns["trust"][2] == 0.25
    assert market.customers[2].trust != 0.25
    alone = pickle.loads(pickle.dumps(market.customers[2]))
    assert alone == alone.model.customers[2]
