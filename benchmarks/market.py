"""The market that is timed: every mechanism of the customers' month in use, firms that only change prices with the season.

Firms stand still otherwise, so that all versions face the same offers and none of the time measured is a firm's planning.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.firms.strategy import Strategy
from cxsim.market.model import Market

SEASON = 6
"""Months for which a firm keeps its price."""

SEASONAL_RISE = 0.06
"""How much dearer a firm is in its dear season."""

SETTING: Mapping[str, Any] = {
    "market.n_firms": 5,
    "market.renewal_months": 12,
    "market.renewal_attention": 0.1,
    "firms.strategy": "benchmarks.market:Seasonal",
    "firms.initial_levers": {
        "loyalty_premium": 4.0, "hidden_fee": 1.5, "exit_barrier": 10.0, "overpromise": 0.1, "personalisation": 0.5, "disclosure": 0.2,
        "dark_pattern": 0.8,
    },
    "market.extra_price": 0.1,
    "customers.foresight": 0.2,
    "customers.avoidance_cost": 0.02,
    "burn_in": 0,
    "months": 120,
    "allow_user_code": True,
}  # fmt: skip
"""The generic market with every lever at work; about one customer in twenty-five looks around each month."""

STRONG: Mapping[str, Any] = {
    "market.attention": 0.2,
    "market.transparency": 0.2,
    "market.rivals_seen": 2.0,
    "market.initial_quality": 0.7,
    "market.quality_spread": 0.1,
    "market.renewal_months": 6,
    "market.renewal_attention": 0.5,
    "market.price_attention": 2.0,
    "market.problem_rate": 0.2,
    "market.outside_option": 0.1,
    "market.load_variation": 0.5,
    "market.extra_price": 0.2,
    "market.extra_offers": 0.3,
    "customers.vigilance": 0.2,
    "customers.forgetting": 0.2,
    "customers.word_of_mouth": 0.3,
    "customers.friend_weight": 1.0,
    "customers.credulity": 0.7,
    "customers.dissatisfaction_attention": 0.5,
    "customers.price_shock_attention": 6.0,
    "customers.loyalty": 0.2,
    "customers.promise_weight": 0.15,
    "customers.experience_noise": 0.15,
    "customers.harm_weight": 4.0,
    "customers.hassle_weight": 1.5,
    "customers.problem_weight": 0.9,
    "customers.crowding_weight": 0.05,
    "customers.trust_speed": 0.15,
    "customers.reputation_speed": 0.3,
    "customers.complaint_to_regulator": 0.3,
    "customers.data_headroom": 0.3,
    "customers.foresight": 0.4,
    "customers.backlash": 0.4,
    "firms.initial_service": 0.6,
    "firms.initial_levers.overpromise": 0.3,
}
"""Every mechanism made strong, so that a version without one of them is found out with few customers."""


class Seasonal(Strategy):
    """Leaves every lever alone but the price, which rises and falls with the season."""

    def __init__(self) -> None:
        self.list_price: float | None = None

    def review(self, firm: Any, market: Any) -> Mapping[str, Any]:
        """See :meth:`cxsim.firms.strategy.Strategy.review`."""
        if self.list_price is None:
            self.list_price = firm.price
        return {"price": seasonal_price(self.list_price, market.month, firm.slot)}


def seasonal_price(list_price: float, month: int, number: int) -> float:
    """What firm ``number`` charges in a month (£/month): half of the firms are dear while the other half are cheap."""
    dear = (month // SEASON + number) % 2
    return list_price * (1.0 + SEASONAL_RISE * dear)


def engine(customers: int, firms: int = 5, threads: int = 1, seed: int = 1, settle: int = 0, **values: Any) -> Market:
    """A market on cxsim's engine.

    Args:
        settle: months to simulate at once; so that no price has just moved, let it be 5 more than a multiple of 6.
        values: further settings by dotted key.
    """
    sizes = {"market.n_customers": customers, "market.n_firms": firms, "threads": threads, "months": max(settle, 120)}
    market = Market(with_values(Config(), {**SETTING, **sizes, **values}), rng=seed)
    for _ in range(settle):
        market.step()
    return market


@dataclasses.dataclass(frozen=True, slots=True)
class Person:
    """One customer as a version with an object per customer is given her; ``supplier`` 0 means none."""

    profile: int
    segment: int
    willingness_to_pay: float
    choice_noise: float
    vigilance: float
    attention: float
    switching_cost: float
    foresees: int
    wants_extra: int
    supplier: int
    tenure: int
    satisfaction: float
    expectation: float
    trust: float
    aware: int
    problem: int
    extra: int


@dataclasses.dataclass(frozen=True)
class Business:
    """One firm as other versions are given it: levers, standing, and its turn among the firms' reviews."""

    number: int
    turn: int
    list_price: float
    price: float
    loyalty_premium: float
    hidden_fee: float
    exit_barrier: float
    overpromise: float
    personalisation: float
    disclosure: float
    dark_pattern: float
    service: float
    insight: float
    quality: tuple[float, ...]
    appeal: float
    reputation: float
    job_outcome: float
    customers: float
    open_problems: float
    price_last: float
    premium_last: float


def people(market: Market) -> list[Person]:
    """Everybody in a market, as plain values."""
    columns = market.population.columns
    rows = zip(*(columns[field.name].tolist() for field in dataclasses.fields(Person)), strict=True)
    return [Person(*row) for row in rows]


def businesses(market: Market) -> list[Business]:
    """The firms of a market, as plain values; customers and problems in simulated customers."""
    turns = np.argsort(np.argsort([int(market.table.key[firm.slot]) for firm in market.firms]))
    scale = market.population.scale
    special = {"number", "turn", "list_price", "quality", "customers", "open_problems"}
    plain = [field.name for field in dataclasses.fields(Business) if field.name not in special]
    return [
        Business(
            number=firm.slot,
            turn=int(turn),
            list_price=firm.price if firm.strategy.list_price is None else firm.strategy.list_price,
            quality=tuple(firm.quality.tolist()),
            customers=firm.customers / scale,
            open_problems=firm.open_problems / scale,
            **{name: float(getattr(firm, name)) for name in plain},
        )
        for firm, turn in zip(market.firms, turns, strict=True)
    ]
