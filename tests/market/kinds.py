"""Markets of every kind, small and with everything going on."""

from __future__ import annotations

from cxsim.config.firms import STRATEGIES
from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.market.model import Market

BUSY = {
    "firms.levers": ["all"], "regulator.annual_funding": 2e6, "regulator.fine_share_of_turnover": 0.1, "regulator.case_months": 3,
    "regulator.redress_share": 0.5, "market.n_firms": 4, "months": 20, "burn_in": 2, "market.n_customers": 200,
}  # fmt: skip

KINDS = {
    **{name: {"firms.strategy": name} for name in STRATEGIES},
    "contest": {"firms.strategy": list(STRATEGIES), "market.n_firms": 12},
    "free entry and exit": {"market.entry": "free", "market.entry_cost": 0.002, "market.exit_after_months": 2, "market.fixed_cost": 0.05},
    "franchise": {"market.n_firms": 1, "market.franchise_months": 5, "market.franchise_quality_floor": 0.4},
    "cartel": {
        "firms.strategy": "cartelist",
        "firms.cartel_cooldown": 2,
        "regulator.leniency": 1.0,
        "market.attention": 0.5,
        "regulator.detection": 0.1,
    },
    "switching costs drawn anew": {"market.switching_cost_lasting": False},
    "moving reference price": {"market.reference_price_speed": 0.3},
    "self-funded": {"regulator.self_funding_share": 1.0, "regulator.start_up_funds": 1e6, "regulator.annual_funding": 1e5},
}


def market_of(values, rng=3):
    return Market(with_values(Config(), {**BUSY, **values}), rng=rng, replication=1)


def played(market, months):
    for _ in range(months):
        market.step()
    return market
