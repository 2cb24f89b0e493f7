"""The month in NumPy columns: what does not depend on luck."""

from __future__ import annotations

import numpy as np

from benchmarks.columns import ColumnsMonth
from benchmarks.market import engine
from benchmarks.scaling import NO_LOOKING
from cxsim.customers.tables import SUM


def test_everybody_is_counted_once_and_the_engines_customers_are_left_alone() -> None:
    market = engine(9000)  # more than one chunk
    before = {name: values.copy() for name, values in market.population.columns.items()}
    other = ColumnsMonth(market)
    sums = other.live_month(0, market.offers)
    assert sums[..., SUM["customers"]].sum() == 9000
    assert 0 < sums[..., SUM["leavers"]].sum() == sums[..., SUM["joiners"]].sum() < other.looked
    assert all(np.array_equal(values, before[name]) for name, values in market.population.columns.items())


def test_nobody_looks_around_where_nothing_makes_her() -> None:
    market = engine(500, settle=5, **NO_LOOKING)
    other = ColumnsMonth(market)
    other.live_month(5, market.offers)
    assert other.looked == 0
