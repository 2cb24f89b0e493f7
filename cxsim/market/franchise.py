"""A franchise: one supplier at a time, chosen by tender (Demsetz 1968: competition for the market).

Bidders draw their unit cost; the lowest wins and pays, each month, the amount by which the second-lowest is dearer, as in a second-price
auction (Vickrey 1961). The contract may demand a least quality. Near the end of a term the franchisee's horizon is what is left of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cxsim.randomness.streams import Purpose

if TYPE_CHECKING:
    from cxsim.firms.firm import Firm
    from cxsim.market.model import Market

_COST_VARIATION = 0.05
_TAKEN_OVER = (
    "customers", "open_problems", "annual_revenue", "reputation", "job_outcome", "satisfaction", "experience", "price_last", "premium_last",
    "perceived_detection", "appeal", "morale", "frontier", "secrets",
)  # fmt: skip


class Franchise:
    """The franchise in force.

    Attributes:
        term: months.
        started: month in which the present term started.
        payment: what the franchisee pays per customer and month (£).
        number: how many tenders there have been.
    """

    def __init__(self, term: int, bidders: int, started: int):
        self.term, self.bidders, self.started = term, bidders, started
        self.payment = 0.0
        self.number = 0

    def months_left(self, month: int) -> int:
        """Months until the present term ends."""
        return max(1, self.started + self.term - month)

    def is_due(self, month: int) -> bool:
        """Whether a tender is due."""
        return month >= self.started + self.term

    def tender(self, market: Market) -> float:
        """Hold a tender; returns the winner's unit cost (£/month) and sets the payment."""
        settings = market.config.market
        self.number += 1
        variation = settings.cost_spread or _COST_VARIATION
        luck = market.streams.normals(Purpose.TENDER, self.number, self.bidders)[:, 0]
        costs = np.sort(settings.unit_cost * np.maximum(0.1, 1.0 + variation * luck))
        self.started = market.month
        self.payment = float(costs[1] - costs[0]) if len(costs) > 1 else 0.0
        return float(costs[0])


def take_over(old: Firm, new: Firm, cost: float) -> None:
    """Hand levers, customers and standing of one franchisee over to the next, who serves them at another unit cost (£/month)."""
    market = old.model
    table = market.table
    new.set_levers(old.levers)
    table.unit_cost[new.slot] = cost
    for name in _TAKEN_OVER:
        getattr(table, name)[new.slot] = getattr(table, name)[old.slot]
    market.population.transfer(old.slot, new.slot, market.config.customers.initial_trust)
    table.active[old.slot] = False
    table.customers[old.slot] = table.open_problems[old.slot] = 0.0
