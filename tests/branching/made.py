"""Small branches to look at, simulated once."""

from __future__ import annotations

import functools

from cxsim.branching.branch import branch
from cxsim.config.load import load

SMALL = ("market=generic", "regulator=minimal_capped", "market.n_customers=120", "burn_in=2", "months=18")
FUTURES = {
    "uncapped": "regulator.fine_cap=null",
    "ban": ["market.ban_price_walking=true", "regulator.ban_hidden_fees=true"],
    "nothing": "market.title=A new name",
}


def config(*more):
    return load(*SMALL, *more)


@functools.cache
def branches(replications=3, month=8):
    return branch(config(), month, FUTURES, replications=replications, progress=False)
