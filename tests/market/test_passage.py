"""Months that pass in one call against months that pass step by step."""

from __future__ import annotations

import numpy as np
import pytest

from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.customers.tables import OFFERED, Offered, Offers, behaviour_of, offers_of
from cxsim.market.model import Market

CASES = {
    "as it comes": {},
    "firms enter and leave": {"market.entry": "free", "market.entry_cost": 0.01, "market.exit_after_months": 3},
    "a franchise": {"market.franchise_months": 6, "market.n_firms": 1},
    "jobs that do not add up": {"market.job_exponent": -1.0, "market.job_circle": 20.0},
    "hidden fees, extras and a regulator": {
        "market.extra_price": 0.1, "firms.initial_levers": {"hidden_fee": 1.0}, "regulator.annual_funding": 1e7, "regulator.case_months": 2,
    },
}  # fmt: skip


def a_market(**values):
    small = {"market.n_customers": 300, "months": 14, "burn_in": 2}
    return Market(with_values(Config(), small | values), rng=4)


@pytest.mark.parametrize("case", CASES)
def test_one_call_and_one_call_a_step_give_the_same_bits(case):
    at_once, by_steps = a_market(**CASES[case]), a_market(**CASES[case])
    assert at_once.passage.in_one_call
    by_steps.passage.in_one_call = False
    while at_once.running:
        at_once.step()
        by_steps.step()
        assert all(np.array_equal(one, other) for one, other in zip(at_once.offers, by_steps.offers, strict=True))
    assert np.array_equal(at_once.regulator.complaints, by_steps.regulator.complaints)
    for one, other in zip(at_once.recorder.records, by_steps.recorder.records, strict=True):
        assert all(np.array_equal(vars(one.book)[name], part) for name, part in vars(other.book).items())
        assert all(np.array_equal(part, getattr(other, name)) for name, part in one._asdict().items() if name != "book")


def test_several_threads_pass_months_step_by_step():
    assert not a_market(threads=2).passage.in_one_call


def test_what_is_kept_is_how_the_month_left_the_firms():
    market = a_market(burn_in=0)
    for _ in range(5):
        market.step()
    record, table = market.recorder.records[-1], market.table
    assert np.array_equal(record.levers, table.levers)
    assert np.array_equal(record.numbers, table.numbers)
    assert record.quality == pytest.approx(table.quality.mean(axis=1))
    market.step()
    assert np.array_equal(market.recorder.records[4].sums, record.sums)
    assert not np.array_equal(record.numbers, table.numbers)
    assert record.budget == market.recorder.records[4].budget


def test_the_burn_in_is_not_kept():
    market = a_market()
    market.step()
    market.step()
    assert market.recorder.records == []
    market.step()
    assert market.recorder.months == [0]


def test_offers_in_few_arrays_are_the_offers():
    offered = a_market().offered
    assert isinstance(offered, Offered)
    named, compiled = offered.by_name(), offers_of.py_func(*offered)
    assert len(offered.fields) == len(OFFERED)
    for field in Offers._fields:
        assert np.array_equal(getattr(named, field), getattr(compiled, field)), field


def test_rules_follow_the_population():
    market = a_market()
    market.step()
    rules = market.population.rules
    assert all(
        np.array_equal(one, other) for one, other in zip(behaviour_of.py_func(*market.passage.rules(market.population)), rules, strict=True)
    )
    market.population.rules = rules._replace(loyalty=np.float32(0.5))
    assert behaviour_of.py_func(*market.passage.rules(market.population)).loyalty == np.float32(0.5)
