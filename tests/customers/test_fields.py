import numpy as np
import pytest

from cxsim.config.errors import BadValueError
from cxsim.customers.agentset import CustomerSet
from cxsim.customers.fields import Coded
from cxsim.customers.mesa_support import Model

NUMBERS = [
    "profile", "willingness_to_pay", "choice_noise", "vigilance", "attention", "switching_cost", "tenure", "satisfaction",
    "expectation", "trust", "experience", "aware", "problem",
]  # fmt: skip


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
    with pytest.raises(BadValueError, match=r"customer\.supplier: .* allowed: an active firm of this market"):
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


def test_a_coded_attribute_says_what_its_codes_stand_for():
    with pytest.raises(TypeError, match="word"):
        type("Wordless", (Coded,), {})("An attribute without words.")
