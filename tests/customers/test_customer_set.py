import operator
import statistics

import numpy as np
import pytest

from cxsim.config.errors import BadValueError
from cxsim.customers.agentset import Customer, CustomerSet
from cxsim.customers.mesa_support import AgentSet

from .standin import Village, plain_twin

NAMES = ["satisfaction", "tenure", "segment", "job", "slot", "aware", "profile", "supplier"]


@pytest.fixture
def customers(market):
    return market.customers


@pytest.fixture
def plain(customers):
    """Mesa's own set of ordinary agents with the same attributes."""
    twin = plain_twin(customers, NAMES)
    yield twin.agents
    assert len(twin.agents) == len(customers)  # also keeps the twin alive


def rows(agents):
    return [agent.index for agent in agents]


def test_it_is_an_agent_set_of_all_rows_in_order(market, customers):
    assert isinstance(customers, AgentSet)
    assert len(customers) == market.population.n
    assert rows(customers) == list(range(market.population.n))
    assert rows(customers.to_list()) == rows(customers)
    assert all(type(customer) is Customer for customer in customers)


def test_indexing_is_that_of_a_list(customers):
    listed = list(customers)
    assert customers[3] == listed[3]
    assert customers[-2] == listed[-2]
    assert customers[2:9:3] == listed[2:9:3]
    assert list(reversed(customers)) == listed[::-1]
    with pytest.raises(IndexError):
        customers[len(listed)]
    chosen = customers.select(np.arange(len(listed)) % 2 == 1)
    assert chosen[1] == listed[3]
    assert chosen[-1] == listed[-1]


def test_membership(make_market, customers):
    some = customers.select(lambda customer: customer.index in (1, 4))
    assert customers[4] in customers
    assert customers[4] in some
    assert customers[5] not in some
    assert make_market().customers[4] not in customers
    assert "customer" not in customers


@pytest.mark.parametrize("name", NAMES)
def test_get_says_what_mesa_says(customers, plain, name):
    assert customers.get(name) == plain.get(name)
    some = np.arange(len(customers)) % 3 == 1
    assert customers.select(some).get(name) == [value for value, taken in zip(plain.get(name), some, strict=True) if taken]


def test_get_of_several_and_of_missing(customers, plain):
    assert customers.get(["tenure", "segment"]) == plain.get(["tenure", "segment"])
    assert customers.get([]) == plain.get([])
    customers[1].foo = 5
    assert customers.get("foo", handle_missing="default", default_value=-1)[:3] == [-1, 5, -1]
    assert customers.get(["foo", "tenure"], "default")[0] == [None, customers[0].tenure]
    with pytest.raises(AttributeError):
        customers.get("foo")
    with pytest.raises(ValueError, match="handle_missing"):
        customers.get("tenure", handle_missing="ignore")


def test_numbers_are_plain_python(customers):
    assert {type(value) for value in customers.get("satisfaction")} == {float}
    assert {type(value) for value in customers.get("tenure")} == {int}
    assert {type(value) for value in customers.get("unique_id")} == {int}


@pytest.mark.parametrize("function", [np.mean, sum, max, min, len, statistics.fmean])
@pytest.mark.parametrize("name", ["satisfaction", "tenure", "aware"])
def test_agg_says_what_mesa_says(customers, plain, name, function):
    assert customers.agg(name, function) == pytest.approx(plain.agg(name, function))
    assert customers.agg(name, [function, len])[1] == len(customers)


def test_agg_gives_arrays_that_neither_round_overflow_nor_change_the_columns(make_market):
    customers = make_market(n=70_000).customers.set("tenure", 1_000).set("trust", 0.1)
    assert customers.agg("tenure", sum) == 70_000_000
    assert customers.agg("trust", sum) == pytest.approx(70_000 * float(np.float32(0.1)), rel=1e-9)
    customers.agg("tenure", lambda values: values.fill(0))
    assert customers.agg("tenure", np.min) == 1_000


@pytest.mark.parametrize("name", ["satisfaction", "tenure", "segment", "job", "slot", "aware"])
@pytest.mark.parametrize("ascending", [True, False])
def test_sorting_says_what_mesa_says_ties_included(customers, plain, name, ascending):
    expected = rows(plain.sort(name, ascending=ascending))
    assert rows(customers.sort(name, ascending=ascending)) == expected
    assert rows(customers.sort(operator.attrgetter(name), ascending=ascending)) == expected
    assert rows(customers) == list(range(len(customers)))


def test_sorting_by_what_is_in_no_column(customers):
    customers.do(lambda customer: setattr(customer, "rank", -customer.index))
    assert rows(customers.sort("rank", ascending=True)) == list(range(len(customers)))[::-1]
    served = customers.select(lambda customer: customer.supplier is not None)
    names = [firm.name for firm in served.get("supplier")]
    assert [customer.supplier.name for customer in served.sort("supplier.name")] == sorted(names, reverse=True)


@pytest.mark.parametrize("name", ["segment", "job", "tenure", "supplier", "aware"])
def test_grouping_says_what_mesa_says(customers, plain, name):
    theirs = plain.shuffle()
    ours = customers.select(lambda customer: False) | [customers[agent.index] for agent in theirs]
    for by in (name, operator.attrgetter(name)):
        mine, mesas = ours.groupby(by), theirs.groupby(by)
        assert [(group, rows(members)) for group, members in mine] == [(group, rows(members)) for group, members in mesas]
        assert all(isinstance(members, CustomerSet) for members in mine.groups.values())
        assert mine.count() == mesas.count()
        assert mine.agg("satisfaction", np.mean) == pytest.approx(mesas.agg("satisfaction", np.mean))
    lists = ours.groupby(name, result_type="list")
    assert all(isinstance(members, list) for members in lists.groups.values())
    assert lists.agg("tenure", sum) == theirs.groupby(name, result_type="list").agg("tenure", sum)


@pytest.mark.parametrize("at_most", [0, 3, 10_000, 0.25, 1.0, float("inf")])
@pytest.mark.parametrize("threshold", [None, 0.5])
def test_selecting_says_what_mesa_says(customers, plain, at_most, threshold):
    wanted = None if threshold is None else lambda customer: customer.satisfaction > threshold
    chosen = customers.select(wanted, at_most=at_most)
    assert rows(chosen) == rows(plain.select(wanted, at_most=at_most))
    assert isinstance(chosen, CustomerSet)


def test_selecting_by_type_and_by_mask(market, customers):
    assert len(customers.select(agent_type=Customer)) == len(customers)
    assert len(customers.select(agent_type=type(market.firms[0]))) == 0
    unhappy = customers.array("satisfaction") < 0.5
    assert rows(customers.select(unhappy)) == rows(customers.select(lambda customer: customer.satisfaction < 0.5))
    for wrong in (unhappy[:-1], unhappy.astype(float)):
        with pytest.raises(BadValueError, match="select"):
            customers.select(wrong)


def test_selections_do_not_lose_their_customers(customers):
    chosen = customers.select(lambda customer: customer.tenure > 10).shuffle().sort("trust").select(at_most=5)
    assert len(chosen) == len(list(chosen)) == 5
    assert chosen.get("trust") == sorted(chosen.get("trust"), reverse=True)


def test_shuffling_is_a_permutation_that_the_models_random_decides(make_market):
    one, other = make_market(), make_market()
    first, again, second = one.customers.shuffle(), other.customers.shuffle(), one.customers.shuffle()
    assert sorted(rows(first)) == list(range(len(first)))
    assert rows(first) == rows(again) != rows(second)
    assert rows(one.customers) == list(range(len(first)))


def test_do_shuffle_do_and_map(customers):
    seen = []
    assert customers.do(lambda customer, extra: seen.append((customer.index, extra)), "x") is customers
    assert seen == [(row, "x") for row in range(len(customers))]
    seen.clear()
    assert customers.shuffle_do(lambda customer: seen.append(customer.index)) is customers
    assert seen != sorted(seen)
    assert sorted(seen) == list(range(len(customers)))
    assert customers.map(lambda customer: customer.index) == list(range(len(customers)))
    assert customers.map("__hash__") == [hash(customer) for customer in customers]
    customers.do("__setattr__", "tenure", 7).shuffle_do("__setattr__", "trust", 0.5)
    assert set(customers.get("tenure")) == {7}
    assert set(customers.get("trust")) == {0.5}


def test_steps_of_a_subclass_are_taken():
    class Walker(Customer):
        def step(self):
            self.tenure = self.tenure + 1

    market = Village(kind=Walker)
    before = market.customers.array("tenure")
    market.customers.do("step").shuffle_do("step")
    assert np.array_equal(market.customers.array("tenure"), before + 2)
    assert market.agents_by_type[Walker] is market.customers


def test_set_writes_columns_and_own_attributes(market, customers):
    some = customers.select(np.arange(len(customers)) < 10)
    before = customers.array("trust")
    assert some.set("trust", 0.5) is some
    assert np.array_equal(customers.array("trust")[10:], before[10:])
    assert set(some.get("trust")) == {0.5}
    backwards = some.sort("unique_id")
    backwards.set("trust", np.arange(10) / 10)
    assert some.get("trust") == pytest.approx(np.arange(10)[::-1] / 10)
    some.set("mood", "glad")
    assert customers.get("mood", "default")[8:12] == ["glad", "glad", None, None]
    some.set("supplier", market.firms[1])
    assert set(some.get("supplier")) == {market.firms[1]}
    some.set("supplier", [None, market.firms[0]] * 5)
    assert some.get("slot") == [0, 1] * 5


@pytest.mark.parametrize(
    ("name", "value"),
    [("trust", 2), ("trust", [0.1, 0.2]), ("supplier", [1]), ("supplier", 77), ("segment", "vigilant")],
)
def test_set_writes_all_or_nothing(market, customers, name, value):
    before = {key: column.copy() for key, column in market.population.columns.items()}
    with pytest.raises(BadValueError, match=f"customer.{name}"):
        customers.set(name, value)
    with pytest.raises(BadValueError):
        customers.set("supplier", [1] * (len(customers) - 1) + [77])
    assert all(np.array_equal(before[key], column) for key, column in market.population.columns.items())


def test_the_frame_holds_the_columns_by_name(market, customers):
    frame = customers.select(customers.array("tenure") > 5).to_frame()
    chosen = customers.select(customers.array("tenure") > 5)
    assert list(frame.index) == chosen.get("unique_id")
    assert {*market.population.columns, "job"} == set(frame.columns)
    for name in frame.columns:
        expected = chosen.get("slot" if name == "supplier" else name)
        assert frame[name].tolist() == expected
    frame["trust"] = 0.0
    assert customers.agg("trust", np.max) > 0


def test_the_class_of_views_is_checked(market):
    with pytest.raises(BadValueError, match="kind"):
        CustomerSet(market, market.population, kind=dict)
