"""Populations in any state and offers of any kind, to try a month on."""

from __future__ import annotations

import numpy as np

from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.customers.population import Population
from cxsim.customers.tables import Offers
from cxsim.randomness.streams import Streams, lasting_key

SLOTS = 6
GONE = 3
"""A firm that has left the market."""

ONE_SEGMENT = {
    "name": "all", "share": 1.0, "attention": 1.0, "vigilance": 1.0, "switching_cost": 1.0, "willingness_to_pay": 1.0, "complaint": 1.0,
}  # fmt: skip


def a_population(n=3000, seed=5, **values):
    config = with_values(Config(), {"market.n_customers": n, "market.willingness_to_pay_spread": 0.4, **values})
    return Population(config, Streams(seed))


def scramble(population, luck):
    """Any state that a month can begin in."""
    columns, n = population.columns, population.n
    supplier = luck.integers(0, SLOTS, n)
    supplier[supplier == GONE] = 0
    columns["supplier"][:] = supplier
    stranded = (supplier == 0) & (luck.random(n) < 0.5)
    columns["tenure"][:] = np.where(supplier > 0, luck.choice([0, 1, 11, 12, 13, 36, 1199, 1200], n), np.where(stranded, -1, 0))
    for name in ("satisfaction", "expectation", "trust", "experience"):
        columns[name][:] = luck.random(n)
    columns["trust"][supplier == 0] = 0
    for name in ("aware", "problem", "extra"):
        columns[name][:] = (luck.random(n) < 0.3) & (supplier > 0)


def some_offers(population, luck):
    amounts = {
        "price": (20, 60), "appeal": (-5, 5), "premium": (0, 15), "personal": (0, 0.1), "hidden": (0, 6), "barrier": (0, 30),
        "promise": (0, 1), "hearsay": (0, 1), "noticing": (0, 1), "told": (0, 0.5), "exposed": (0, 0.5), "trust_kept": (0.3, 1),
        "quiet": (0.2, 1), "problem_rate": (0, 0.3), "resolved": (0, 1), "crowding": (0, 0.2), "rise_new": (0, 0.1), "rise_old": (0, 0.2),
        "pressed": (0, 0.5), "anger": (0, 0.2), "open_about_extra": (0, 0.3), "discretion": (0, 1),
    }  # fmt: skip
    made = {name: luck.uniform(low, high, SLOTS).astype(np.float32) for name, (low, high) in amounts.items()}
    made["hidden"][2] = made["noticing"][2] = made["told"][2] = 0.0  # an honest firm
    made["resolved"][4] = 1.0
    made["felt"] = np.minimum(made["hidden"], np.float32(3.0))  # avoiding a fee costs 3
    for name, values in made.items():
        values[0] = 1.0 if name in ("resolved", "quiet", "trust_kept") else 0.0
    quality = luck.uniform(0.2, 0.9, (len(population.profiles.share), SLOTS)).astype(np.float32)
    quality[:, 0] = 0.0
    keys = np.array([0, *(lasting_key(f"Firm {k}") for k in range(1, SLOTS))], np.uint32)
    active = np.array([slot not in (0, GONE) for slot in range(SLOTS)])
    return Offers(**made, active=active, key=keys, quality=quality)


def calm_offers(population, firms, **changes):
    """Firms that are all alike and do nothing of note: price 30, quality 0.6; ``changes`` give an array over firms or one number."""
    made = {name: np.zeros(firms + 1, np.float32) for name in Offers._fields if name not in ("active", "key", "quality")}
    for name in ("resolved", "quiet", "trust_kept"):
        made[name][:] = 1.0
    made |= {"hearsay": np.full(firms + 1, 0.6, np.float32), "promise": np.full(firms + 1, 0.6, np.float32)}
    made["price"][1:] = 30.0
    quality = np.full((len(population.profiles.share), firms + 1), 0.6, np.float32)
    for name, value in changes.items():
        if name == "quality":
            quality[:, 1:] = value
        elif name == "hidden":  # a fee that nobody can avoid, unless the test says otherwise
            made["hidden"][1:] = value
            made["felt"][1:] = changes.get("felt", value)
        elif name != "active":
            made[name][1:] = value
    quality[:, 0] = 0.0
    active = np.array([False] + [True] * firms)
    active[1:] &= np.broadcast_to(changes.get("active", True), firms)
    keys = np.array([0, *(lasting_key(f"Firm {k}") for k in range(1, firms + 1))], np.uint32)
    return Offers(**made, active=active, key=keys, quality=quality)


def alike(n=4000, supplier=1, rules=None, **values):
    """Customers who are all alike and calm, with one supplier; ``rules`` replace constants of behaviour."""
    quiet = {
        "customers.segments": [ONE_SEGMENT], "customers.spread": 0.0, "market.willingness_to_pay_spread": 0.0,
        "market.switching_cost": 0.0, "market.switching_cost_spread": "constant", "customers.experience_noise": 0.0,
        "customers.word_of_mouth": 0.0, "customers.friend_weight": 0.0, "customers.loyalty": 0.0, "market.price_attention": 0.0,
    }  # fmt: skip
    population = a_population(n, **(quiet | values))
    changes = {name: type(getattr(population.rules, name))(value) for name, value in (rules or {}).items()}
    population.rules = population.rules._replace(**({"seen": np.float32(1.0)} | changes))
    columns = population.columns
    columns["supplier"][:] = supplier
    columns["tenure"][:] = np.where(columns["supplier"] > 0, 24, 0)
    for name, value in (("satisfaction", 0.6), ("expectation", 0.6), ("trust", 0.6)):
        columns[name][:] = np.where(columns["supplier"] > 0, value, 0)
    return population
