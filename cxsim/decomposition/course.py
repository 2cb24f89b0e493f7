"""The course of a market: what firms did and what was made public, month by month, so that it can be played again."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from cxsim.firms.start import FirmStart
from cxsim.market.model import Market


@dataclasses.dataclass(frozen=True)
class Moves:
    """What reached customers in one month, arrays by slot.

    Attributes:
        names: of the firms, by slot; slot 0 is empty.
        levers, quality: after the month's reviews.
        active: which slots hold a firm.
        cartel, but_for: membership and the price before the cartel, as the books have it.
        exposed: chance that a customer hears of a finding.
        redress: pounds paid back.
    """

    names: tuple[str, ...]
    levers: np.ndarray
    quality: np.ndarray
    active: np.ndarray
    cartel: np.ndarray
    but_for: np.ndarray
    exposed: np.ndarray
    redress: np.ndarray


@dataclasses.dataclass(frozen=True)
class Arrival:
    """A firm that entered at the end of a month, with the levers that it entered with."""

    start: FirmStart
    levers: np.ndarray


@dataclasses.dataclass
class Course:
    """All that firms and regulator did to customers.

    Attributes:
        moves: by month.
        handed_over: months in which a franchise changed hands.
        left: by month the slots of the firms that gave up at its end.
        came: by month the firms that entered at its end.
    """

    moves: dict[int, Moves] = dataclasses.field(default_factory=dict)
    handed_over: set[int] = dataclasses.field(default_factory=set)
    left: dict[int, list[int]] = dataclasses.field(default_factory=dict)
    came: dict[int, list[Arrival]] = dataclasses.field(default_factory=dict)


class Recorded(Market):
    """A market that writes down its course and is otherwise itself.

    Attributes:
        course: what has happened so far.
    """

    def __init__(self, *arguments: Any, **named: Any):
        self.course = Course()
        super().__init__(*arguments, **named)

    def _review_levers(self) -> None:
        super()._review_levers()
        table = self.table
        self._reviewed = table.levers.copy(), table.quality.copy()

    def _enforce(self) -> None:
        super()._enforce()
        table = self.table
        names = tuple(firm.name if firm else "" for firm in self.by_slot)
        # A finding ends a cartel, so who is in one is written down after it.
        self.course.moves[self.month] = Moves(
            names, *self._reviewed, table.active.copy(), table.cartel.copy(), table.but_for_price.copy(), table.exposed.copy(),
            self._redress.copy(),
        )  # fmt: skip

    def _hand_over(self) -> None:
        self.course.handed_over.add(self.month)
        super()._hand_over()

    def _leave(self, slot: int) -> None:
        self.course.left.setdefault(self.month, []).append(slot)
        super()._leave(slot)

    def _enter(self, start: FirmStart) -> None:
        super()._enter(start)
        self.course.came.setdefault(self.month, []).append(Arrival(start, self.table.levers[-1].copy()))
