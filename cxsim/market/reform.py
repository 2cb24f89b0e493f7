"""A change of the configuration on a day: what of a market is settled anew, and what stays as it had become.

Of each thing that a configuration settles (a customer's attention, a firm's horizon, what an offer is worth) it is asked whether the new
configuration would have settled it differently from the old one. If not, it stays as it is by now; if so, it is as the new one says, with
the same luck. Version control merges so; here it makes a change of nothing leave every bit alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cxsim.config.run import Config
from cxsim.customers.population import Population
from cxsim.customers.tables import Offers, Traits
from cxsim.firms.limits import Limits
from cxsim.firms.start import starting_firms
from cxsim.firms.table import INSIGHT, FirmTable
from cxsim.market.offers import prepare
from cxsim.randomness.streams import Purpose

if TYPE_CHECKING:
    from cxsim.market.model import Market


def merged(now: np.ndarray, before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """What holds ``now`` where ``before`` and ``after`` agree, else what comes ``after``."""
    return np.where(before == after, now, after)


def traits_of(population: Population) -> dict[str, np.ndarray]:
    """Copies of the columns that say what customers are."""
    return {name: population.columns[name].copy() for name in Traits._fields}


def reform(market: Market, old: Config, drawn: dict[str, np.ndarray]) -> None:
    """Bring a market that has lived under ``old`` in line with its own, new configuration.

    Whatever is worked out from the configuration alone (limits, the constants of behaviour, the regulator's terms, the outlook that firms
    share) is the new one's already. Here follows what had a life of its own: customers' traits, firms' costs and horizons, levers that
    are now out of range, a cartel whose members may no longer collude, a franchise that begins.

    Args:
        market: its state is that of the day, its configuration the new one.
        old: the configuration until that day.
        drawn: customers' traits as the new configuration draws them, see :func:`traits_of`.
    """
    new, table = market.config, market.table
    before = Population(old, market.streams)
    offers = prepare(old, before.profiles, table, market.reference_price).by_name()
    for name, after in drawn.items():
        column = market.population.columns[name]
        column[:] = merged(column, before.columns[name], after)
    _firms_traits(market, old, new)
    if market.franchise is not None and old.market.franchise_months is None:
        market.franchise.started = market.month
    _comply(market, Limits(old))
    willing = set(market.cartel.willing().tolist())
    if not willing.issuperset(market.cartel.members):
        market.cartel.end()
    coming = prepare(new, market.population.profiles, table, market.reference_price).by_name()
    market.offers = Offers(*(merged(*three) for three in zip(market.offers, offers, coming, strict=True)))


def _firms_traits(market: Market, old: Config, new: Config) -> None:
    table = market.table
    for name, was, is_now in (
        ("horizon", old.firms.horizon_months, new.firms.horizon_months),
        ("proxy_bias", old.firms.proxy_bias, new.firms.proxy_bias),
    ):
        if was != is_now:
            getattr(table, name)[1:] = is_now
    if old.firms.insight != new.firms.insight:  # a firm that has set its own insight keeps it
        for slot in range(1, len(table)):
            if table.levers[slot, INSIGHT] == old.firms.insight:
                table.levers[slot, INSIGHT] = new.firms.insight
                market.learn(slot)
    if old.market.easy_quality != new.market.easy_quality:  # what bold projects have won is not lost again
        won = table.frontier > old.market.easy_quality
        table.frontier = np.where(won, np.maximum(table.frontier, new.market.easy_quality), _reach(table, new.market.easy_quality))
    if (old.market.unit_cost, old.market.cost_spread) != (new.market.unit_cost, new.market.cost_spread):
        for slot in range(1, len(table)):
            table.unit_cost[slot] = _moved(float(table.unit_cost[slot]), _plain_cost(market, slot, old), _plain_cost(market, slot, new))


def _reach(table: FirmTable, easy: float) -> np.ndarray:
    """Quality that small steps lead to, from where each firm is; slot 0 has none."""
    reach = np.maximum(easy, table.quality.max(axis=1))
    reach[0] = table.frontier[0]
    return reach


def _plain_cost(market: Market, slot: int, config: Config) -> float:
    """Unit cost of a firm that has nothing special about it (£/month)."""
    starts = starting_firms(config)
    known = slot <= len(starts) and starts[slot - 1].margin is not None
    won = market.franchise is not None and market.franchise.number > 0
    if known or won:  # its cost comes from a table or a tender, not from its own draw
        return config.market.unit_cost
    luck = market.streams.normals(Purpose.FIRM_START, 0, 2, second=int(market.table.key[slot]))[1, 0]
    return config.market.unit_cost * max(0.0, 1.0 + config.market.cost_spread * luck)


def _moved(now: float, before: float, after: float) -> float:
    """A cost that moves in proportion; a firm's advantage over others stays one."""
    if before == after:
        return now
    return after if now == before or before <= 0.0 else now * (after / before)


def _comply(market: Market, old: Limits) -> None:
    """What is forbidden from this day on stops on this day, not at the next review."""
    table, limits = market.table, market.limits
    names = ("low", "high", "price_cap", "quality_floor")
    if all(np.array_equal(getattr(old, name), getattr(limits, name)) for name in names):
        return
    for slot in np.flatnonzero(table.active):
        limits.enforce(table, int(slot))
        table.quality[slot] = np.clip(table.quality[slot], limits.quality_floor, 1.0)
