"""The plain market that limit cases start from, and how a case plays the ordinary engine."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.market.model import Market

EVERYBODY = {
    "name": "all", "share": 1.0, "attention": 1.0, "vigilance": 1.0, "switching_cost": 1.0, "willingness_to_pay": 1.0, "complaint": 1.0,
}  # fmt: skip

PLAIN: dict[str, Any] = {
    # Customers are alike, look every month, see everything and are bound by nothing.
    "customers.segments": [EVERYBODY],
    "customers.spread": 0.0,
    "customers.experience_noise": 0.0,
    "customers.loyalty": 0.0,
    "customers.word_of_mouth": 0.0,
    "customers.friend_weight": 0.0,
    "customers.price_shock_attention": 0.0,
    "customers.dissatisfaction_attention": 0.0,
    "customers.promise_weight": 0.0,
    "customers.vigilance": 0.0,
    "market.willingness_to_pay_spread": 0.0,
    "market.switching_cost": 0.0,
    "market.switching_cost_spread": "constant",
    "market.switching_horizon": 1,
    "market.transparency": 1.0,
    "market.attention": 1.0,
    "market.price_attention": 0.0,
    "market.intro_months": 1,
    # Firms are alike and set prices every month.
    "market.review_months": 1,
    "market.initial_quality": 1.0,
    "market.quality_spread": 0.0,
    "market.job_variants": 1,
    "market.quality_cost": 0.0,
    "market.service_cost": 0.0,
    "market.contact_cost": 0.0,
    "market.problem_rate": 0.0,
    "market.load_variation": 0.0,
    "firms.insight": 1.0,
    "firms.insight_cost": 0.0,
    "firms.levers": ["price"],
    "firms.price_step": 0.1,
    "firms.initial_price_spread": 0.3,
    "market.reference_price": 1.5,
    "market.n_customers": 2000,
    "burn_in": 0,
    "months": 100,
}
"""Attention 1, no switching cost, no loyalty, full transparency, equal fixed quality, prices only."""


def demand(worth: float, cost: float, mu: float, outside: bool) -> dict[str, Any]:
    """Values of a market with logit utility (worth - price) / mu; doing without is worth nothing, or impossible."""
    return {
        "market.willingness_to_pay": worth,
        "market.unit_cost": cost,
        "market.choice_noise": mu,
        "market.outside_option": 0.0 if outside else None,
        "market.reference_price": max(cost + 2.0 * mu, 1e-3),
    }


def made(values: Mapping[str, Any], seed: int, replication: int = 0) -> Market:
    """A plain market with some values changed, before its first month."""
    return Market(with_values(Config(), PLAIN | dict(values)), rng=seed, replication=replication)


def played(values: Mapping[str, Any], seed: int) -> Market:
    """The same after its last month."""
    market = made(values, seed)
    for _ in range(market.config.burn_in + market.config.months):
        market.step()
    return market


def prices(market: Market) -> np.ndarray:
    """The active firms' prices (£/month)."""
    return np.array([firm.price for firm in market.firms])


def with_costs(values: Mapping[str, Any], costs: Sequence[float], starts: Sequence[float], seed: int, extra: float = 0.0) -> Market:
    """A plain market whose firms have unit costs of their own, through a table of firms as a user would give it.

    Args:
        costs: unit cost by firm (£/month).
        starts: price by firm at the start (£/month), above zero.
        extra: premium and fee that firms start with (£/month): the margin in a table of firms counts them as income.
    """
    with tempfile.TemporaryDirectory(prefix="cxsim-") as folder:
        path = Path(folder) / "firms.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["name", "share", "price", "margin"])
            for number, (cost, start) in enumerate(zip(costs, starts, strict=True), 1):
                writer.writerow(
                    [
                        f"Firm {number}",
                        1.0 / len(costs),
                        repr(float(start)),
                        repr(1.0 - float(cost) / (float(start) + extra)),
                    ]
                )
        return made(dict(values) | {"market.firms_table": str(path), "market.n_firms": None}, seed)


def seeds(count: int) -> range:
    """The seeds of a case."""
    return range(1, count + 1)
