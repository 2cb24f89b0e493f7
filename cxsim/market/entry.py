"""Entry and exit: a free-entry rule, named entrants, and firms that run out of money."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cxsim.firms.start import FirmStart
from cxsim.firms.table import PRICE, SERVICE

if TYPE_CHECKING:
    from cxsim.market.model import Market

MAX_FIRMS = 200
_CHECK_MONTHS = 3


def named_entrants(market: Market) -> list[FirmStart]:
    """Entrants whose month has come."""
    found = []
    for entrant in market.config.market.entrants if market.config.market.entry == "named" else ():
        if int(entrant["month"]) == market.month:
            found.append(
                FirmStart(
                    str(entrant["name"]),
                    0.0,
                    price=entrant.get("price"),
                    satisfaction=entrant.get("quality"),
                    cost_advantage=float(entrant.get("cost_advantage", 0.0)),
                )
            )
    return found


def free_entrant(market: Market) -> FirmStart | None:
    """One more firm, while entry pays: checked each quarter.

    The entrant expects what firms now earn before fixed cost, times n^2 / (n+1)^2 for being one more of them (share and margin both fall
    with the number of firms, as in Salop 1979), less fixed cost, over its horizon, against the sunk cost.
    """
    settings, table = market.config.market, market.table
    if settings.entry != "free" or market.month % _CHECK_MONTHS:
        return None
    active = np.flatnonzero(table.active)
    if not 0 < len(active) < MAX_FIRMS:
        return None
    count = len(active)
    average = settings.fixed_cost * settings.reference_price * settings.population
    theirs, own = average * float(table.overhead[active].mean()), average * float(table.overhead[active].min())
    expected = (float(table.profit[active].mean()) + theirs) * (count / (count + 1)) ** 2 - own
    sunk = settings.entry_cost * 12.0 * settings.reference_price * settings.population
    if expected * market.config.firms.horizon_months <= sunk:
        return None
    price = float(np.median(table.levers[active, PRICE]))
    return FirmStart(f"Entrant {len(table)}", 0.0, price=price, satisfaction=float(table.quality[active].mean()))


def leavers(market: Market) -> list[int]:
    """Slots of firms that give up: losses for too long and no cash left."""
    patience = market.config.market.exit_after_months
    if patience is None:
        return []
    table = market.table
    return np.flatnonzero(table.active & (table.losses_in_a_row >= patience) & (table.cash < 0)).tolist()


def typical_service(market: Market) -> float:
    """Service that a newcomer starts with: the active firms' median, full capacity if there is none."""
    active = market.table.active
    return float(np.median(market.table.levers[active, SERVICE])) if active.any() else 1.0
