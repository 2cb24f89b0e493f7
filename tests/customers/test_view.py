import copy
import pickle

import numpy as np
import pytest

from cxsim.config.errors import BadValueError, CxsimError
from cxsim.customers.agentset import Customer, CustomerSet
from cxsim.customers.mesa_support import Agent, Model
from cxsim.customers.view import PopulationError

from .standin import Village

NUMBERS = [
    "profile", "willingness_to_pay", "choice_noise", "vigilance", "attention", "switching_cost", "tenure", "satisfaction",
    "expectation", "trust", "experience", "aware", "problem",
]  # fmt: skip


class Moody(Customer):
    mood = 0.5
    _hidden = None

    def step(self):
        self.mood += 1.0

    @property
    def gap(self):
        return self.expectation - self.satisfaction


@pytest.mark.parametrize("name", NUMBERS)
def test_attributes_are_the_row_of_the_column_as_python_numbers(market, name):
    column = market.population.columns[name]
    for index in (0, 7, len(column) - 1):
        read = getattr(market.customers[index], name)
        assert type(read) is (float if column.dtype.kind == "f" else int)
        assert read == column[index]


@pytest.mark.parametrize("name", NUMBERS)
def test_writing_changes_that_row_and_no_other(market, name):
    column = market.population.columns[name]
    before = column.copy()
    setattr(market.customers[3], name, 1)
    assert column[3] == 1
    assert getattr(market.customers[3], name) == 1
    assert np.array_equal(np.delete(column, 3), np.delete(before, 3))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("satisfaction", 1.5), ("satisfaction", -0.1), ("satisfaction", float("nan")), ("satisfaction", "high"),
        ("satisfaction", None), ("satisfaction", [0.1, 0.2]), ("satisfaction", [[1], [1, 2]]), ("trust", float("inf")),
        ("tenure", 1.5), ("tenure", 40_000), ("tenure", -2), ("aware", 2), ("profile", 9_999), ("profile", -1),
        ("choice_noise", 0), ("willingness_to_pay", 1e300), ("segment", "vulnerable"), ("job", "warm home"), ("unique_id", 3),
    ],
)  # fmt: skip
def test_what_a_column_cannot_hold_is_refused_by_name_and_changes_nothing(market, name, value):
    before = {key: column.copy() for key, column in market.population.columns.items()}
    with pytest.raises(BadValueError, match=rf"customer\.{name}: given .*; allowed: "):
        setattr(market.customers[2], name, value)
    assert all(np.array_equal(before[key], column) for key, column in market.population.columns.items())


def test_supplier_is_the_firm_and_can_be_written_in_three_ways(market):
    customer = market.customers[5]
    first, second = market.firms[0], market.firms[1]
    customer.supplier = second
    assert (customer.supplier, customer.slot) == (second, 2)
    assert market.population.columns["supplier"][5] == 2
    customer.supplier = 1
    assert customer.supplier is first
    customer.supplier = None
    assert (customer.supplier, customer.slot) == (None, 0)
    customer.slot = 2
    assert customer.supplier is second


@pytest.mark.parametrize("value", ["Firm 1", -1, 99, 1.0, True, object()])
def test_supplier_refuses_what_is_no_firm_of_this_market(market, value):
    with pytest.raises(BadValueError, match="customer.supplier: .* allowed: an active firm of this market"):
        market.customers[0].supplier = value


def test_supplier_refuses_a_firm_of_another_market(make_market):
    with pytest.raises(BadValueError):
        make_market().customers[0].supplier = make_market().firms[0]


def test_segment_and_job_are_names(market):
    codes, profiles = market.population.columns["segment"], market.population.columns["profile"]
    for index in (0, 20, -1):
        customer = market.customers[index]
        assert customer.segment == market.population.segment_names[codes[index]]
        assert customer.job == market.profile_job_name(int(profiles[index]))


def test_job_is_none_where_the_model_does_not_say(market):
    bare = Model(rng=1)
    assert CustomerSet(bare, market.population)[0].job is None


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


def test_a_column_that_the_class_does_not_know_is_read_and_written_too(market):
    market.population.columns["mileage"] = np.arange(market.population.n, dtype=np.int32)
    market.population.columns["flag"] = np.zeros(market.population.n, dtype=np.bool_)
    customer = market.customers[3]
    assert customer.mileage == 3
    customer.mileage = 12
    customer.flag = True
    assert market.population.columns["mileage"][3] == 12
    assert customer.flag is True
    assert market.customers.get("mileage")[2:5] == [2, 12, 4]
    with pytest.raises(BadValueError):
        customer.mileage = 0.5
    assert {"mileage", "satisfaction"} <= set(dir(customer))


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
