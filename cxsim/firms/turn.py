"""Whose turn it is to review: planners of one kind whom nothing else binds plan and act in one call, all others decide one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from cxsim.firms.planner import EquityPlanner, Room, plan_together
from cxsim.firms.programmes import is_watched
from cxsim.firms.table import INSIGHT, LEVER_NAMES, AllLevers

if TYPE_CHECKING:
    from cxsim.firms.firm import Firm
    from cxsim.market.model import Market

_PLANS = EquityPlanner.review
"""How a planner reviews whom nobody has taught anything else."""

_Kind = tuple[Any, ...] | None


class Turn:
    """Firms whose turns to review fall into the same months.

    Args:
        firms: active firms.
    """

    def __init__(self, firms: Sequence[Firm]):
        self.firms = firms
        self._kinds: list[_Kind] = []
        self._room: Room | None = None

    def __bool__(self) -> bool:
        return bool(self.firms)

    def act(self, market: Market) -> bool:
        """Have all firms review and do what they have planned; whether that could be.

        It can where all are planners of one kind, in no cartel, and where nobody watches whether what they spend pays.
        """
        if market.cartel.members or is_watched(self.firms[0], market):
            return False
        room = self._room_of(market)
        if room is None:
            return False
        refused = room.plan(market, acts=True)
        if refused:
            place = [firm.slot for firm in self.firms].index(refused)
            self.firms[place].set_levers(AllLevers(room.levers[place], room.quality[place]))  # says what is wrong with it
        return True

    def _room_of(self, market: Market) -> Room | None:
        """What their reviews take, for as long as they stay of one kind."""
        kinds = [_kind(firm, market) for firm in self.firms]
        if kinds != self._kinds:
            self._kinds, self._room = kinds, None
            if kinds[0] is not None and kinds.count(kinds[0]) == len(kinds):
                levers, quality = np.empty((len(kinds), len(LEVER_NAMES))), np.empty((len(kinds), market.table.outcomes))
                self._room = Room(self.firms, kinds[0][1], market, levers, quality)
        return self._room


def _kind(firm: Firm, market: Market) -> _Kind:
    """What planners must have in common to plan in one go; ``None`` for who plans in another way."""
    strategy: Any = firm.strategy
    if getattr(strategy.review, "__func__", None) is not _PLANS:
        return None
    return strategy.plain_equity, strategy.allowed(market), market.table.levers.item(firm.slot, INSIGHT)


def decisions(firms: Sequence[Firm], market: Market) -> list[Mapping[str, Any]]:
    """What firms whose turn it is to review decide, all on the same view of the market; planners of one kind in one go."""
    alike: dict[tuple[Any, ...], list[int]] = {}
    found: list[Mapping[str, Any]] = [{}] * len(firms)
    for place, firm in enumerate(firms):
        kind = _kind(firm, market)
        if kind is None:
            found[place] = firm.strategy.review(firm, market)
        else:
            plain, allowed, insight = kind
            alike.setdefault((plain, tuple(allowed), insight), []).append(place)
    for (_, allowed, _), places in alike.items():
        some = [firms[place] for place in places]
        slots = [firm.slot for firm in some]
        levers, quality = market.table.levers.take(slots, axis=0), market.table.quality.take(slots, axis=0)
        plan_together(some, allowed, market, levers, quality)
        for row, place in enumerate(places):
            found[place] = AllLevers.of_rows(levers[row], quality[row])
    return found
