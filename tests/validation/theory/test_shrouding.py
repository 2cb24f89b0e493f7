"""Closed forms of Gabaix and Laibson (2006) that hold without an outside option, and what must hold with one."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxsim.validation.theory.logit import bertrand
from cxsim.validation.theory.shrouding import AddOn

PLAIN = AddOn(cost=1.0, worth=2.0, mu=0.25, effort=0.2, highest=0.4, myopes=0.7)


@given(st.floats(0.01, 0.99), st.integers(2, 8))
def test_without_an_outside_option_the_base_price_falls_by_what_the_add_on_brings(myopes, n):
    market = dataclasses.replace(PLAIN, myopes=myopes)
    usual = 1.0 + 0.25 * n / (n - 1)
    assert market.symmetric(n, 0.4) == pytest.approx(usual - 0.4 * myopes, abs=1e-9)
    assert market.symmetric(n, 0.2) == pytest.approx(usual - 0.2, abs=1e-9)


@given(st.floats(0.01, 0.99))
def test_profits_do_not_depend_on_the_add_on_without_an_outside_option(myopes):
    """Firms compete away what the add-on brings."""
    market = dataclasses.replace(PLAIN, myopes=myopes)
    for fee in (0.0, 0.2, 0.4):
        price = market.symmetric(3, fee)
        assert market.profits([price] * 3, [fee] * 3) == pytest.approx(np.full(3, 0.25 / 2), abs=1e-9)


@given(st.floats(0.02, 0.98), st.floats(0.01, 0.39))
def test_the_threshold_is_where_a_firm_is_indifferent_between_the_two_add_ons(myopes, effort):
    market = dataclasses.replace(PLAIN, myopes=myopes, effort=effort)
    for rivals in (effort, 0.4):
        price = market.symmetric(3, rivals)
        shroud, show = (market.profits([price] * 3, [fee, rivals, rivals])[0] for fee in (0.4, effort))
        assert (shroud > show) == (myopes > market.threshold()) or abs(myopes - market.threshold()) < 1e-9


@pytest.mark.parametrize(("myopes", "fee"), [(0.2, 0.2), (0.49, 0.2), (0.51, 0.4), (1.0, 0.4)])
def test_the_equilibrium_add_on_changes_at_the_threshold(myopes, fee):
    assert dataclasses.replace(PLAIN, myopes=myopes).equilibrium_fee(3) == fee


@pytest.mark.parametrize("outside", [False, True])
@pytest.mark.parametrize(("myopes", "fee"), [(0.0, 0.2), (0.3, 0.2), (0.8, 0.4), (1.0, 0.4)])
def test_the_symmetric_price_is_one_that_best_replies_settle_on(outside, myopes, fee):
    market = dataclasses.replace(PLAIN, outside=outside, myopes=myopes)
    assert market.settled([fee] * 3) == pytest.approx(np.full(3, market.symmetric(3, fee)), abs=1e-6)


def test_with_myopes_alone_it_is_bertrand_at_a_cost_less_the_add_on():
    market = dataclasses.replace(PLAIN, myopes=1.0, outside=True)
    assert market.symmetric(3, 0.4) == pytest.approx(bertrand([0.6] * 3, 2.0, 0.25)[0], abs=1e-9)
