"""How firms start: from a table of real firms, or unnamed and alike."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from cxsim.config.run import Config
from cxsim.config.tables import read_firms_table
from cxsim.firms.operations import NEUTRAL_MORALE, practice_cost, practices_of, service_settings
from cxsim.firms.table import ANNOUNCEMENT, BARRIER, DISCLOSURE, GAMING, HIDDEN, INSIGHT, LEVER, PREMIUM, PRICE, SERVICE, FirmTable
from cxsim.randomness.streams import Purpose, Streams, lasting_key

if TYPE_CHECKING:
    from cxsim.firms.limits import Limits

DEFAULT_FIRMS = 5


@dataclasses.dataclass(frozen=True)
class FirmStart:
    """What is known of a firm at the start; ``None`` where it is left to the market's defaults."""

    name: str
    share: float
    price: float | None = None
    margin: float | None = None
    satisfaction: float | None = None
    cost_advantage: float = 0.0


def starting_firms(config: Config) -> list[FirmStart]:
    """The firms at the start; shares sum to 1.

    A table is cut to its largest firms where ``market.n_firms`` is less than its rows, and filled up with unnamed firms of the smallest
    size in it where it is more.
    """
    market = config.market
    if market.firms_table is None:
        count = market.n_firms or DEFAULT_FIRMS
        return [FirmStart(f"Firm {number + 1}", 1.0 / count) for number in range(count)]
    rows = [FirmStart(row.name, row.share, row.price, row.margin, row.satisfaction) for row in read_firms_table(market.firms_table)]
    count = market.n_firms or len(rows)
    if count < len(rows):
        rows = sorted(rows, key=lambda row: -row.share)[:count]
    smallest = min(row.share for row in rows)
    taken = {row.name for row in rows}
    free = (name for name in (f"Firm {number}" for number in itertools.count(len(rows) + 1)) if name not in taken)
    rows += [FirmStart(next(free), smallest) for _ in range(len(rows), count)]
    total = sum(row.share for row in rows)
    return [dataclasses.replace(row, share=row.share / total if total > 0 else 1.0 / len(rows)) for row in rows]


def seat(starts: Sequence[FirmStart], config: Config, table: FirmTable, limits: Limits, streams: Streams) -> range:
    """Give firms slots, levers, quality, cost and knowledge; returns the slots, in the firms' order."""
    market, firms = config.market, config.firms
    reference = market.reference_price
    before = table.overhead[table.active]
    slots = table.add_slots([lasting_key(start.name) for start in starts])
    rows = slice(slots.start, slots.stop)
    luck = streams.normals_by_second(Purpose.FIRM_START, 0, 2 + table.outcomes, table.key[rows], words=1)[..., 0]
    levers = table.levers[rows]
    base = reference if firms.initial_price is None else firms.initial_price
    levers[:, PRICE] = base + firms.initial_price_spread * reference * luck[:, 0]
    levers[:, SERVICE] = firms.initial_service
    levers[:, INSIGHT] = firms.insight
    for name, value in firms.initial_levers.items():
        levers[:, LEVER[name]] = float(value)
    level = np.array([market.initial_quality if start.satisfaction is None else start.satisfaction for start in starts])
    quality = np.minimum(np.maximum(level[:, None] + market.quality_spread * luck[:, 2:], limits.quality_floor), 1.0)
    table.quality[rows] = quality
    advantage = np.array([start.cost_advantage for start in starts])
    table.unit_cost[rows] = market.unit_cost * np.maximum(0.0, 1.0 + market.cost_spread * luck[:, 1]) * (1.0 - advantage)
    table.overhead[rows] = before.min() if len(before) else 1.0
    table.perceived_detection[rows] = firms.prior_detection
    table.morale[rows] = NEUTRAL_MORALE
    table.credibility[rows] = 1.0
    table.frontier[rows] = np.maximum(market.easy_quality, quality.max(axis=1))
    table.horizon[rows] = firms.horizon_months
    table.proxy_bias[rows] = firms.proxy_bias
    for slot, start in zip(slots, starts, strict=True):
        if start.price is not None:
            table.levers[slot, PRICE] = start.price
        if start.margin is not None:
            table.unit_cost[slot] = _cost_for(start.margin, config, table.levers[slot], table.quality[slot])
        limits.enforce(table, slot)
    learn_all(table, slots, streams)
    return slots


def _cost_for(margin: float, config: Config, levers: np.ndarray, quality: np.ndarray) -> float:
    """Unit cost such that a firm's price earns the margin."""
    income = levers[PRICE] + levers[HIDDEN] + levers[PREMIUM]
    return max(0.0, income * (1.0 - margin) - running_extras(config, levers, quality))


def give_overhead(table: FirmTable, config: Config, shares: list[float]) -> None:
    """Each starting firm's fixed cost relative to the average firm's; see ``market.fixed_cost_by_size``."""
    by_size = config.market.fixed_cost_by_size
    table.overhead[1 : len(shares) + 1] = 1.0 - by_size + by_size * np.array(shares) * len(shares)


def running_extras(config: Config, levers: np.ndarray, quality: np.ndarray) -> float:
    """Cost per customer beyond the unit cost: quality, service, insight and the rest, without failure demand."""
    market, firms = config.market, config.firms
    reference = market.reference_price
    cost = market.quality_cost * float((quality**2).mean()) + market.service_cost * levers[SERVICE]
    cost += reference * (firms.insight_cost * levers[INSIGHT] ** 2 + firms.score_gaming_cost * levers[GAMING] ** 2)
    cost += reference * firms.disclosure_cost * levers[DISCLOSURE] + firms.barrier_cost * levers[BARRIER]
    cost += reference * firms.announcement_cost * levers[ANNOUNCEMENT]
    return float(cost + practice_cost(practices_of(levers[None]), service_settings(config), market.service_cost, reference)[0])


def learn(table: FirmTable, slot: int, streams: Streams) -> None:
    """Mark the outcomes that the firm knows to matter: its insight's share of them, in an order of its own that lasts."""
    learn_all(table, [slot], streams)


def learn_all(table: FirmTable, slots: Sequence[int], streams: Streams) -> None:
    """:func:`learn` for several firms."""
    luck = streams.uniforms_by_second(Purpose.FIRM_KNOWLEDGE, 0, table.outcomes, [int(table.key[slot]) for slot in slots])[..., 0]
    for slot, order in zip(slots, np.argsort(luck, axis=1, kind="stable"), strict=True):
        insight = float(table.levers[slot, INSIGHT])
        count = min(table.outcomes, max(1, round(insight * table.outcomes))) if insight > 0 else 0
        known = table.known[slot]
        known[:] = False
        known[order[:count]] = True


def give_appeal(table: FirmTable, config: Config, shares: list[float]) -> None:
    """Lasting worth of each brand (£/month) that reconciles starting shares with starting prices and quality.

    Inverts the logit (Berry 1994): appeal = mu ln(share) - (worth of quality - price), centred on the shares' mean, times ``market.brand``.
    """
    market = config.market
    share = np.maximum(np.array(shares), 1e-6)
    slots = slice(1, len(share) + 1)
    worth = market.willingness_to_pay * table.quality[slots].mean(axis=1) - table.levers[slots, PRICE]
    explained = market.choice_noise * np.log(share) - worth
    table.appeal[slots] = market.brand * (explained - (explained * share).sum() / share.sum())
