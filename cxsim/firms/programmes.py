"""Experience programmes: spending on quality and service that has to show a return before patience runs out.

A programme begins when a firm plans to spend more on quality and service per customer than it does. Customers notice at the pace of their
satisfaction and of the firm's reputation, so what a programme brings in lags behind what it costs. A firm with patience for so many months
then compares what it believes to have gained with what it spends in addition, and cuts a programme that does not pay back to where it began
(the demand that quality be financially accountable: Rust, Zahorik and Keiningham 1995).
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from cxsim.config.run import Config
from cxsim.randomness.streams import Purpose

if TYPE_CHECKING:
    from cxsim.firms.firm import Firm
    from cxsim.market.model import Market


class Programme(NamedTuple):
    """How a firm stood when its programme began: month, spent on quality and service (£/month), earned before that (£/month), levers."""

    month: int
    spent: float
    earned: float
    service: float
    quality: tuple[float, ...]


def credit(firm: Firm, market: Market) -> np.ndarray:
    """What a firm takes the return on each outcome's quality, on service and on its programme to be, as a multiple of what it is.

    Returns:
        shape (outcomes + 2,); ones for a firm that sees all and errs in nothing.
    """
    settings, count = market.config.firms, market.table.outcomes + 2
    if sees_all(firm, market):
        return _ones(1, count)[0]
    luck = market.streams.normals(Purpose.ATTRIBUTION, market.month, count, second=int(market.table.key[firm.slot]))[:, 0]
    return np.asarray(settings.value_visibility * (1.0 + settings.attribution_noise * luck))


def credits_of(firms: Sequence[Firm], market: Market) -> np.ndarray:
    """The same for several firms of one kind, a row each."""
    if sees_all(firms[0], market):
        return _ones(len(firms), market.table.outcomes + 2)
    return np.array([credit(firm, market) for firm in firms])


def sees_all(firm: Firm, market: Market) -> bool:
    """Whether a firm misjudges no return, now or later."""
    settings = market.config.firms
    return firm.strategy.plain_equity or (settings.value_visibility == 1.0 and settings.attribution_noise == 0.0)


@functools.lru_cache(64)
def _ones(firms: int, count: int) -> np.ndarray:
    return np.ones((firms, count))


def effort(quality: np.ndarray, service: float, config: Config) -> float:
    """What quality (by outcome) and service cost per customer and month (£)."""
    return float(config.market.quality_cost * np.mean(np.square(quality)) + config.market.service_cost * service)


def pays(programme: Programme, spent: float, earned: float, believed: float) -> bool:
    """Whether a programme is believed to have brought in at least what it costs in addition.

    Args:
        spent, earned: now, as in :class:`Programme`.
        believed: share of the gain that the firm sees, or thinks that it sees.
    """
    return believed * (earned - programme.earned) >= spent - programme.spent


def is_watched(firm: Firm, market: Market) -> bool:
    """Whether it is watched if what the firm spends on quality and service pays; never in the first month, which only sets out."""
    settings = market.config
    return settings.firms.patience_months is not None and not firm.strategy.plain_equity and market.month != -settings.burn_in


def set_levers(market: Market, firm: Firm, levers: Mapping[str, Any]) -> None:
    """Set a firm's levers at a review; a programme that has not paid in time is cut back, whatever was planned, and a new one may begin."""
    patience, table, slot = market.config.firms.patience_months, market.table, firm.slot
    if patience is None or not is_watched(firm, market):
        firm.set_levers(levers)
        return
    quality, service = table.quality[slot].copy(), float(firm.service)
    firm.set_levers(levers)
    spent = effort(quality, service, market.config) * float(table.customers[slot])
    earned = float(table.revenue[slot] - table.cost[slot]) + spent
    under_way = market.programmes.get(slot)
    if under_way is not None and market.month - under_way[0] >= patience:
        programme = Programme(*market.programmes.pop(slot))
        table.programmes[slot] += 1.0
        if not pays(programme, spent, earned, float(credit(firm, market)[-1])):
            table.cancelled[slot] += 1.0
            firm.set_levers({"quality": np.minimum(quality, programme.quality), "service": min(service, programme.service)})
    more = effort(table.quality[slot], firm.service, market.config) > effort(quality, service, market.config)
    if more and slot not in market.programmes:
        market.programmes[slot] = tuple(Programme(market.month, spent, earned, service, tuple(quality.tolist())))
