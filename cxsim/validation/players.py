"""Strategies that only cases of validation use: who keeps to a rule while rivals do not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cxsim.firms.planner import EquityPlanner

if TYPE_CHECKING:
    from cxsim.firms.firm import Firm
    from cxsim.market.model import Market


class HonestPricer(EquityPlanner):
    """A planner that names one price and charges nothing else."""

    def __init__(self) -> None:
        super().__init__(("price",))


class OpenPricer(HonestPricer):
    """A planner of its price whose fee is what avoiding it would cost, so that nobody avoids it."""

    def review(self, firm: Firm, market: Market) -> Mapping[str, Any]:
        """See :meth:`cxsim.firms.strategy.Strategy.review`."""
        return {**super().review(firm, market), "hidden_fee": market.shared_outlook.avoidance}


class Shrouder(HonestPricer):
    """A planner of its price that charges the highest fee there can be."""

    def review(self, firm: Firm, market: Market) -> Mapping[str, Any]:
        """See :meth:`cxsim.firms.strategy.Strategy.review`."""
        return {**super().review(firm, market), "hidden_fee": market.config.market.max_hidden_fee * market.config.market.reference_price}
