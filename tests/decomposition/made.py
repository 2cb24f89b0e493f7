"""Markets to decompose: small, with everything going on."""

from __future__ import annotations

import functools

from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.decomposition.decompose import decompose
from cxsim.firms.strategy import Strategy

BUSY = {
    "market.n_customers": 150, "months": 10, "burn_in": 2, "market.n_firms": 4, "market.attention": 0.2, "customers.vigilance": 0.3,
    "firms.levers": ["price", "quality", "service", "loyalty_premium", "hidden_fee", "exit_barrier", "overpromise", "dark_pattern"],
    "market.extra_price": 0.05, "firms.initial_levers": {"hidden_fee": 1.0}, "firms.prior_detection": 0.05,
}  # fmt: skip
ENFORCED = {
    "regulator.annual_funding": 3e6, "regulator.start_up_funds": 1e6, "regulator.fine_share_of_turnover": 0.1,
    "regulator.fine_multiple_of_gain": 2.0, "regulator.case_months": 2, "regulator.redress_share": 0.3,
}  # fmt: skip


def config(*parts, **more):
    values = dict(BUSY)
    for part in parts:
        values |= part
    return with_values(Config(), values | more)


@functools.cache
def found(replications=3):
    return decompose(config(), config(ENFORCED), replications=replications, progress=False)


@functools.cache
def on_a_day():
    reform = {"market.switching_cost": 5.0, "regulator.ban_hidden_fees": True, "firms.initial_levers": {"hidden_fee": 0.0}}
    return decompose(config(), config(reform), at=4, outcomes=("experience", "price_paid", "churn"), replications=2, progress=False)


class Still(Strategy):
    """Leaves everything as it is."""

    def review(self, firm, market):
        return {}


class Charming(Strategy):
    """Makes customers happy without any lever."""

    def review(self, firm, market):
        market.customers.set("satisfaction", 1.0)
        return {}
