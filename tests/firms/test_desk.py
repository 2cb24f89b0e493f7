"""Desks: what lay there before makes no difference, and there is room for all that a search tries."""

from __future__ import annotations

import numpy as np
import pytest

from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.firms import search
from cxsim.firms.desk import MOST_TRIED, Desk, desk
from cxsim.firms.planner import Plan, Sheets
from cxsim.market.model import Market


def a_market(months=5, **values):
    market = Market(with_values(Config(), {"market.n_customers": 400, "months": 12, "burn_in": 0} | values), rng=3)
    for _ in range(months):
        market.step()
    return market


def planned(market, firm):
    plan = Plan(firm, market).improve(market.planner_levers)
    return np.append(plan.numbers, plan.quality)


@pytest.mark.parametrize(
    "values", [{}, {"firms.levers": ["all"], "market.extra_price": 0.1}, {"market.job_exponent": -0.5}, {"firms.silo": 0.5}]
)
def test_what_lay_on_a_desk_before_makes_no_difference(values):
    market = a_market(**values)
    for firm in market.firms[:2]:
        market.sheets = Sheets()
        fresh = planned(market, firm)
        for part in market.sheets.desk(firm, market):
            part.fill(-(2**6) if part.dtype.kind == "i" else np.nan)
        assert np.array_equal(planned(market, firm), fresh)


def test_a_desk_has_room_for_every_point_that_a_search_tries():
    highest_fee_that_nobody_avoids = 1
    assert 1 + search.MOST_POINTS + highest_fee_that_nobody_avoids + search._REFINEMENTS <= MOST_TRIED


def test_a_desk_has_the_sizes_asked_for():
    made = desk(40, 6, 3, 9, 18)
    assert made.rows.shape == made.status.shape == made.base.shape == (40,)
    assert made.weights.shape == (3, 40)
    assert made.rivals.shape == (6, 40)
    assert made.bend.shape == (9, 3)
    assert made.levers.shape == (2, 18)
    assert all(part.flags.c_contiguous for part in made)


def test_firms_with_other_insight_or_more_rivals_get_desks_of_their_own():
    market = a_market()
    first, second = market.firms[:2]
    before = Desk(*market.sheets.desk(first, market))
    second.set_levers({"insight": 1.0})
    assert len(Desk(*market.sheets.desk(second, market)).rows) == 256
    assert Desk(*market.sheets.desk(first, market)).rows is before.rows
    market.table.add_slots([9])
    assert len(Desk(*market.sheets.desk(first, market)).rivals) == len(before.rivals) + 1
