"""Claims to test with."""

import copy

from cxsim.claims.claim import parse

GIVEN = {
    "title": "Dearer is dearer",
    "claim": "A higher start price shows.",
    "source": "Nobody (2020)",
    "mechanism": "The start price.",
    "starred": True,
    "rule": "standard",
    "base": ["market=generic", "market.n_customers=40", "months=3", "burn_in=0", "market.review_months=12"],
    "arms": {
        "control": {"title": "usual", "overrides": []},
        "treatment": {"title": "dear", "overrides": ["firms.initial_price=60"]},
    },
    "tests": {"price": {"title": "Price", "measure": "price", "direction": "up", "smallest": 1}},
    "conditions": {"markets": {"generic": [], "few": ["market.n_firms=2"]}, "vary": {"market.attention": [0.01, "x2"]}},
    "guesses": {"customers.loyalty": ["x0.5"]},
    "replications": 4,
    "quick_replications": 2,
}


def given(**changes):
    return {**copy.deepcopy(GIVEN), **changes}


def claim(name="dearer", **changes):
    return parse(name, given(**changes))
