"""Rules of thumb: one idea each, for contests and for teaching.

Each archetype has targets for some levers and moves towards them within the step limits. Prices are set from cost or from rivals' prices,
never from a calculation of customers' value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from cxsim.config.firms import EXTRACTION_LEVERS, PROXY_LEVERS
from cxsim.firms.planner import EquityPlanner
from cxsim.firms.strategy import Strategy
from cxsim.firms.table import BARRIER, DARK, HIDDEN, LEVER, PREMIUM, PRICE

if TYPE_CHECKING:
    from cxsim.firms.firm import Firm
    from cxsim.market.model import Market


def running_cost(firm: Firm, market: Market) -> float:
    """Present cost per customer and month (£); the cost of serving at present levers where there is no customer yet."""
    table, settings = market.table, market.config.market
    if table.customers[firm.slot] > 0 and table.cost[firm.slot] > 0:
        return float(table.cost[firm.slot] / table.customers[firm.slot])
    square = float((table.quality[firm.slot] ** 2).mean())
    return float(table.unit_cost[firm.slot] + settings.quality_cost * square + settings.service_cost * firm.service)


def earned_beside(firm: Firm, market: Market) -> float:
    """What a customer brings beside the new-customer price (£/month): premiums and fees, as last month showed."""
    table, slot = market.table, firm.slot
    if table.customers[slot] > 0 and table.revenue[slot] > 0:
        return max(0.0, float(table.revenue[slot] / table.customers[slot] - table.price_last[slot]))
    return float(firm.hidden_fee)


def rivals_price(firm: Firm, market: Market) -> float:
    """Mean new-customer price of the active rivals, by customers; the own price for a lone firm."""
    table = market.table
    rivals = table.active.copy()
    rivals[firm.slot] = False
    if not rivals.any():
        return float(firm.price)
    weight = table.customers[rivals] if table.customers[rivals].sum() > 0 else None
    return float(np.average(table.levers[rivals, PRICE], weights=weight))


class RuleOfThumb(Strategy):
    """Moves towards its targets within the step limits."""

    quality: float | None = None
    """Quality aimed at in what the firm knows to matter; ``None`` leaves it."""
    service: float | None = None
    markup: float | None = None
    """Price aimed at is cost x (1 + markup); ``None`` follows rivals, down to where all that a customer brings just pays for her."""
    undercut: float = 0.0
    """Where rivals are followed: by how much the price stays below theirs."""

    def targets(self, firm: Firm, market: Market) -> dict[str, float]:
        """Further levers aimed at, by name."""
        return {}

    def review(self, firm: Firm, market: Market) -> Mapping[str, Any]:
        """See :meth:`cxsim.firms.strategy.Strategy.review`."""
        limits = market.limits
        if self.markup is None:
            price = max((1.0 - self.undercut) * rivals_price(firm, market), running_cost(firm, market) - earned_beside(firm, market))
        else:
            price = (1.0 + self.markup) * running_cost(firm, market)
        aims = {"price": price} | self.targets(firm, market)
        if self.service is not None:
            aims["service"] = self.service
        levers: dict[str, Any] = {}
        for name, aim in aims.items():
            present, step = getattr(firm, name), limits.step[LEVER[name]]
            levers[name] = float(np.clip(aim, present - step, present + step))
        if self.quality is not None:
            known = market.table.known[firm.slot]
            present = firm.quality
            moved = np.clip(self.quality, present - limits.quality_step, present + limits.quality_step)
            levers["quality"] = np.where(known, moved, present)
        return levers


class SuperiorProduct(RuleOfThumb):
    """The best product, at a price that pays for it."""

    quality, service, markup = 0.9, 1.0, 0.12


class SuperiorService(RuleOfThumb):
    """A sound product and service that never leaves anyone waiting."""

    quality, service, markup = 0.65, 1.5, 0.10


class LowPrice(RuleOfThumb):
    """A plain product at the lowest price that pays."""

    quality, service, markup = 0.5, 0.8, 0.03


class ServiceAndLowPrice(RuleOfThumb):
    """Good service at a low price, on a thin margin."""

    quality, service, markup = 0.6, 1.3, 0.04


class PriceWalker(RuleOfThumb):
    """Cheap for newcomers, dear for those who stay."""

    undercut = 0.08

    def targets(self, firm: Firm, market: Market) -> dict[str, float]:
        """The premium grows to the highest allowed."""
        return {"loyalty_premium": float(market.limits.high[PREMIUM])}


class HiddenFeeSeller(RuleOfThumb):
    """A low headline price and a fee that nobody mentioned."""

    undercut = 0.05

    def targets(self, firm: Firm, market: Market) -> dict[str, float]:
        """The fee grows to the highest allowed; the promise runs ahead of the delivery."""
        return {"hidden_fee": float(market.limits.high[HIDDEN]), "overpromise": 0.1}


class SubscriptionTrap(RuleOfThumb):
    """A low price, and an extra that customers find on their bill without having wanted it."""

    undercut = 0.05

    def targets(self, firm: Firm, market: Market) -> dict[str, float]:
        """Dark patterns as strong as they may be, where the market has an optional extra."""
        return {"dark_pattern": float(market.limits.high[DARK])}


class LockIn(RuleOfThumb):
    """Easy to join, hard to leave."""

    undercut = 0.03

    def targets(self, firm: Firm, market: Market) -> dict[str, float]:
        """Barriers first, then a premium for those behind them."""
        return {"exit_barrier": float(market.limits.high[BARRIER]), "loyalty_premium": 0.4 * float(market.limits.high[PREMIUM])}


class LoyaltyDataHarvester(RuleOfThumb):
    """Knows its customers well and uses that to raise what they pay, while service and product are starved."""

    service, quality = 0.6, 0.45

    def targets(self, firm: Firm, market: Market) -> dict[str, float]:
        """All insight goes into personal prices."""
        return {"insight": 1.0, "personalisation": 1.0, "loyalty_premium": 0.2 * float(market.limits.high[PREMIUM])}


class ProfitPlanner(EquityPlanner):
    """A planner that maximises profit and sees all that its levers bring about, where others count, overlook or mistake other things."""

    plain_equity = True


class ValuePlanner(EquityPlanner):
    """A planner that creates value and never extracts: of its levers it leaves those of extraction and the work on the score alone."""

    def allowed(self, market: Market) -> Sequence[str]:
        """See :meth:`~cxsim.firms.planner.EquityPlanner.allowed`."""
        return [lever for lever in super().allowed(market) if lever not in EXTRACTION_LEVERS + PROXY_LEVERS]


class Cartelist(EquityPlanner):
    """A planner with honest levers that colludes on price whenever that would hold."""

    def __init__(self) -> None:
        super().__init__(("price", "quality", "service", "collusion"))


class Imitator(Strategy):
    """Copies the levers of the most profitable rival, step by step; its own ones if none earns more."""

    def review(self, firm: Firm, market: Market) -> Mapping[str, Any]:
        """See :meth:`cxsim.firms.strategy.Strategy.review`."""
        table, limits = market.table, market.limits
        profit = np.where(table.active, table.profit, -np.inf)
        profit[0] = -np.inf
        best = int(np.argmax(profit))
        if best == firm.slot or profit[best] <= table.profit[firm.slot]:
            return {}
        levers: dict[str, Any] = {}
        for name, column in LEVER.items():
            present, aim = table.levers[firm.slot, column], table.levers[best, column]
            levers[name] = float(np.clip(aim, present - limits.step[column], present + limits.step[column]))
        step = limits.quality_step
        levers["quality"] = np.clip(table.quality[best], firm.quality - step, firm.quality + step)
        return levers
