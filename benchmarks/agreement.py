"""Whether another version of the market does what the engine does: the same outcomes, up to luck.

Both start from the same people and firms, seed by seed, and live through the same months with luck of their own. Outcomes are compared in
pairs by seed with Student's t (1908), at a level that allows for how many outcomes are looked at (Bonferroni).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from scipy.special import stdtrit

from benchmarks import market as setting
from benchmarks.plain_mesa import PlainMarket
from cxsim.config.load import with_values
from cxsim.customers.tables import SUM
from cxsim.market.model import Market

CUSTOMERS = 300
MONTHS = 24
SEEDS = range(1, 33)
LEVEL = 0.01
"""Chance of a false alarm over all outcomes together."""

EXPOSED_EVERY = 2
"""Months from one public fine to the next; the firms take turns."""

HEARD = 0.8
"""Chance that a customer hears of a public fine."""

STATE = ("experience", "expectation", "satisfaction", "trust", "aware")
"""Columns of customers that are looked at after the last month."""

Outcomes = dict[str, float]


class StandIn(Protocol):
    """Something that lives the customers' month in the place of ``Population.live_month``."""

    def live_month(self, month: int, offers: Any) -> np.ndarray:
        """One month; returns the sums as the engine does."""


@dataclasses.dataclass(frozen=True)
class Verdict:
    """How far two versions are apart.

    Attributes:
        t: Student's t by outcome, over seeds.
        critical: what no t may exceed.
    """

    t: Mapping[str, float]
    critical: float

    @property
    def agree(self) -> bool:
        """Whether no outcome differs by more than luck."""
        return self.furthest[1] <= self.critical

    @property
    def furthest(self) -> tuple[str, float]:
        """The outcome that differs most, and its t without sign."""
        name = max(self.t, key=lambda outcome: abs(self.t[outcome]))
        return name, abs(self.t[name])


def compare(ours: Sequence[Outcomes], theirs: Sequence[Outcomes]) -> Verdict:
    """Student's t of each outcome's difference, over pairs that started alike."""
    t: dict[str, float] = {}
    for name in ours[0]:
        our, their = (np.array([found[name] for found in side]) for side in (ours, theirs))
        apart = their - our
        error = apart.std(ddof=1) / np.sqrt(len(apart))
        if np.allclose(our, their, rtol=1e-4, atol=1e-6):  # the same luck: what is left is rounding, for which t means nothing
            t[name] = 0.0
        else:
            t[name] = float(apart.mean() / error) if error > 0 else np.inf
    return Verdict(t, float(stdtrit(len(ours) - 1, 1.0 - LEVEL / (2 * len(t)))))


def start(seed: int) -> Market:
    """The engine's market of one seed, before its first month."""
    return setting.engine(CUSTOMERS, seed=seed, **setting.STRONG)


def by_engine(seed: int, stand_in: Callable[[Any], StandIn] | None = None) -> Outcomes:
    """Outcomes of the engine; or of the engine's market with its customers' month lived by somebody else.

    Args:
        stand_in: makes the other version from the engine's market.
    """
    market = start(seed)
    other = None
    if stand_in is not None:
        other = stand_in(market)
        market.population.live_month = other.live_month
    for month in range(MONTHS):
        if month % EXPOSED_EVERY == 0:
            market.table.exposed[1 + month // EXPOSED_EVERY % len(market.firms)] = HEARD
        market.step()
    sums = np.array([record.sums for record in market.recorder.records])
    prices = np.array([record.levers[:, 0] for record in market.recorder.records])
    held: Any = other if other is not None else market.population
    return outcomes(sums, prices, {name: np.asarray(held.columns[name], float) for name in STATE})


def by_mesa(seed: int, kind: type[PlainMarket] = PlainMarket, changes: Mapping[str, Any] | None = None, exposed: bool = True) -> Outcomes:
    """Outcomes of a version with an object per customer.

    Args:
        kind: the version.
        changes: settings that this version alone is given, as for one that leaves a mechanism out.
        exposed: whether customers hear of public fines.
    """
    origin = start(seed)
    market = kind.like(origin, 1000 + seed, with_values(origin.config, changes or {}))
    sums, prices = [], []
    for month in range(MONTHS):
        if exposed and month % EXPOSED_EVERY == 0:
            market.firms[month // EXPOSED_EVERY % len(market.firms)].exposed = HEARD
        market.step()
        sums.append(market.sums())
        prices.append([0.0, *(firm.price for firm in market.firms)])
    state = {name: np.array(market.customers.get(name), float) for name in STATE}
    market.free()
    return outcomes(np.array(sums), np.array(prices), state)


def outcomes(sums: np.ndarray, prices: np.ndarray, state: Mapping[str, np.ndarray]) -> Outcomes:
    """What a run came to, over all months.

    Args:
        sums: months x segments x slots x sums.
        prices: months x slots (£/month).
        state: columns of customers at the end.
    """
    total = sums[:, :, 1:].sum(axis=(0, 1, 2))
    held, everybody = total[SUM["customers"]], sums[..., SUM["customers"]].sum()
    found = {
        name: float(total[SUM[name]] / held)
        for name in ("experience", "job_outcome", "harm", "satisfaction", "trust", "problems", "personal", "complaints", "to_regulator",
                     "leavers", "new_customers", "switching_cost", "barrier_cost", "avoiders", "extras", "unwanted_extras")
    }  # fmt: skip
    found["outcome less harm less experience"] = found["job_outcome"] - found["harm"] - found["experience"]
    found["experience less satisfaction"] = found["experience"] - found["satisfaction"]
    found["satisfaction less trust"] = found["satisfaction"] - found["trust"]
    heads = sums[:, :, :, SUM["customers"]].sum(axis=1)
    found["coverage"] = float(held / everybody)
    found["surplus"] = float(sums[..., SUM["surplus"]].sum() / everybody)
    found["price"] = float((heads * prices).sum() / held)
    found["swings"] = float((heads[:, 1:] * np.diff(heads, axis=0, prepend=heads[:1])[:, 1:]).sum() / held)
    spread = heads[:, 1:] / np.maximum(heads[:, 1:].sum(axis=1, keepdims=True), 1.0)
    found["concentration"] = float((spread**2).sum(axis=1).mean())
    found |= {f"share of firm {slot}": float(heads[:, slot].sum() / held) for slot in range(1, heads.shape[1])}
    for segment in range(sums.shape[1]):
        own = sums[:, segment, 1:].sum(axis=(0, 1))
        found |= {f"{name}, segment {segment}": float(own[SUM[name]] / own[0]) for name in ("experience", "leavers", "complaints")}
    crowd = sums[:, :, 1:, SUM["problems"]].sum(axis=1) / np.maximum(heads[:, 1:], 1.0)
    found["spread of problems"] = float(crowd.std())
    found |= {f"{name} at the end": float(values.mean()) for name, values in state.items()}
    found |= {f"spread of {name} at the end": float(values.std()) for name, values in state.items() if name != "aware"}
    return found
