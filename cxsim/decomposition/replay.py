"""A market in which nobody decides any more: firms and regulator repeat what was recorded, and customers live with it.

Customers choose, judge, complain and leave as always, with the luck that they have had; so what they make of another course is the
effect of that course. Each channel may follow the course of another regime.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from cxsim.decomposition.channels import QUALITY, Channel, carrier, one_with
from cxsim.decomposition.course import Course, Moves
from cxsim.firms.table import LEVER, PREMIUM, PRICE
from cxsim.market.model import Market


@dataclasses.dataclass(frozen=True)
class Score:
    """What is to be played.

    Attributes:
        courses: the recorded course that each channel follows, by the channel's name.
        channels: what goes through each of them.
    """

    courses: Mapping[str, Course]
    channels: Mapping[str, Channel]

    @property
    def rest(self) -> Course:
        """The course that says who is in the market."""
        return self.courses[one_with(self.channels, "rest")]

    def of(self, lever: str) -> Course:
        """The course that a lever follows."""
        return self.courses[carrier(self.channels, lever)]


class Replay(Market):
    """A market that plays a score; :meth:`follow` it before the first month."""

    def __init__(self, *arguments: Any, **named: Any):
        super().__init__(*arguments, **named)
        self._score: Score | None = None

    def follow(self, score: Score) -> Replay:
        """Play this from now on."""
        self._score = score
        return self

    @property
    def score(self) -> Score:
        """What is played."""
        assert self._score is not None, "a replay follows a score"
        return self._score

    def _review_levers(self) -> None:
        """Levers as recorded; a firm that a channel's regime does not know, or not yet, keeps to the regime that it is from."""
        score, table, month = self.score, self.table, self.month
        if month in score.rest.handed_over:
            self._hand_over()
        here = score.rest.moves[month]
        for lever, column in LEVER.items():
            table.levers[:, column] = self._from(score.of(lever), here, "levers")[:, column]
        table.quality[:] = self._from(score.of(QUALITY), here, "quality")
        prices = score.of("price")
        table.cartel[:] = self._from(prices, here, "cartel")
        table.but_for_price = self._from(prices, here, "but_for")

    def _from(self, course: Course, here: Moves, what: str) -> np.ndarray:
        """What one course says for the firms that are here."""
        if course is self.score.rest:
            return getattr(here, what).copy()
        there = course.moves[self.month]
        slots = {name: slot for slot, name in enumerate(there.names) if slot and there.active[slot]}
        found = np.array([slots.get(name, -1) for name in here.names])
        known = found > 0
        values = getattr(here, what).copy()
        values[known] = getattr(there, what)[found[known]]
        return values

    def _enforce(self) -> None:
        """No regulator acts; what its findings meant for customers is as recorded."""
        here = self.score.rest.moves[self.month]
        course = self.score.courses[one_with(self.score.channels, "publicity")]
        self.regulator.hear_of_newcomers()
        self.regulator.spent = self.regulator.funded = 0.0
        self.table.exposed = self._from(course, here, "exposed")
        self._redress = self._from(course, here, "redress")

    def _entry_and_exit(self) -> None:
        """Firms come and go as recorded."""
        course = self.score.rest
        for slot in course.left.get(self.month, ()):
            self._leave(slot)
        for arrival in course.came.get(self.month, ()):
            self._enter(arrival.start)
            self.table.levers[-1] = arrival.levers
            self.table.price_last[-1], self.table.premium_last[-1] = arrival.levers[PRICE], arrival.levers[PREMIUM]
