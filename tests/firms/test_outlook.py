"""Outlooks: which numbers are a firm's own, and how they lie in a record."""

from __future__ import annotations

import numpy as np

from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.firms.outlook import OUTLOOK_RECORD, OWN_NUMBERS, Outlook
from cxsim.firms.planner import outlook_of
from cxsim.market.model import Market


def test_what_is_not_a_firm_s_own_is_the_same_for_all_planners_and_the_rest_follows_the_firm():
    market = Market(with_values(Config(), {"market.n_customers": 100, "market.n_firms": 2, "burn_in": 0, "market.franchise_months": None}))
    table = market.table
    table.unit_cost[2], table.horizon[2], table.appeal[2], table.credibility[2] = 7.0, 5.0, 3.0, 0.25
    first, second = (outlook_of(firm, market) for firm in market.firms)
    assert first[OWN_NUMBERS:] == second[OWN_NUMBERS:]
    assert (second.unit_cost, second.horizon, second.discount, second.appeal, second.credibility) == (7.0, 5.0, 0.8, 3.0, 0.25)
    assert first.unit_cost != 7.0


def test_a_record_holds_the_numbers_in_the_order_of_the_outlook():
    row = np.arange(len(Outlook._fields), dtype=np.float64)
    record = row.view(OUTLOOK_RECORD)[0]
    assert [float(record[name]) for name in Outlook._fields] == row.tolist()
