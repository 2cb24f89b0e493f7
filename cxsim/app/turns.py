"""Which of the states that a moving hand passes are worked on: the newest at once, and one on the way, so that the charts follow."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Turns(Generic[T]):
    """Lets the newest piece of work go ahead of those before it.

    A hand that drags a lever asks for a new state every few hundredths of a second, and a state takes longer than that. Were all of them
    worked on, the last, for which the hand stops, would wait for those before it; were each called off by the next, nothing would be shown
    until the hand stops. So the oldest under way goes on to its end, the newest begins beside it, and what lies between is called off.

    Args:
        work: does the work.
        fits: whether work may begin beside other work; where it may not, the newest waits for it.
    """

    def __init__(self, work: Callable[[T], Coroutine[Any, Any, None]], fits: Callable[[T, T], bool]):
        self._work, self._fits = work, fits
        self._under_way: dict[asyncio.Task[None], T] = {}
        self._next: T | None = None

    def take(self, newest: T) -> None:
        """Begin a piece of work, as soon as it fits in."""
        self._next = newest
        for task in list(self._under_way)[1:]:
            del self._under_way[task]
            task.cancel()
        self._begin()

    def clear(self) -> None:
        """Nothing is wanted any more."""
        self._next = None
        for task in self._under_way:
            task.cancel()
        self._under_way.clear()

    def forget_next(self) -> None:
        """What waits is not wanted any more; what is under way is."""
        self._next = None

    def _begin(self) -> None:
        if self._next is None or not all(self._fits(self._next, other) for other in self._under_way.values()):
            return
        newest, self._next = self._next, None
        task = asyncio.ensure_future(self._work(newest))
        self._under_way[task] = newest
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._under_way.pop(task, None)
        self._begin()
