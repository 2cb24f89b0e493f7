"""Worker processes for many browsers: the urgent goes first, the same work is done once, what nobody waits for is dropped.

Each worker is a process of its own with a board on which its job can be called off; it looks at the board after every simulated month.
Work for a moving lever is urgent. Work ahead of it and work that only fills in the bands give way: where urgent work lacks a worker they
are called off and begun again later; and they keep to half of the workers while it is under way, held up at the month where they are.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import functools
import itertools
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

from cxsim.app.lane import Lane, WorkerDiedError

URGENT, SOON, AHEAD, FILLING = range(4)
"""Ranks of work: a moving lever; something that was clicked; what the lever at hand may ask for next; bands."""

CACHED = 600
"""Results kept; a picture takes about 50 kB."""

_TRIES = 2
WARMING = -1
"""Number of the job that loads the model; nobody calls it off."""


@dataclasses.dataclass
class Job:
    """Work that somebody waits for."""

    number: int
    key: Hashable
    function: str
    arguments: tuple[Any, ...]
    rank: int
    answer: asyncio.Future[Any]
    waiting: int = 0
    lane: Lane | None = None
    tries: int = 0
    yields: bool = False  # called off to make room; it is to be done again
    watchers: list[Callable[[Any], None]] = dataclasses.field(default_factory=list)


class Pool:
    """Runs jobs of :mod:`cxsim.app.worker` in worker processes.

    Args:
        workers: number of processes.

    Attributes:
        ready: set when the first worker has loaded the model.
        done: jobs finished, results from the cache left out.
    """

    def __init__(self, workers: int):
        self.workers = max(1, workers)
        self.ready = asyncio.Event()
        self.done = 0
        self.failure: str = ""
        self._lanes: list[Lane] = []
        self._loading: list[Lane] = []
        self._jobs: dict[Hashable, Job] = {}
        self._queue: list[Job] = []
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._numbers = itertools.count(1)

    async def start(self) -> None:
        """Start the workers, the first alone: where code has to be compiled, one does it for all."""
        from cxsim.sweeps.executors.base import no_main

        with no_main():
            self._loading.append(Lane(self._seen))
            await self._load(self._loading[0])
            self.ready.set()
            self._loading += [Lane(self._seen) for _ in range(self.workers - 1)]
            await asyncio.gather(*(self._load(lane) for lane in list(self._loading)))

    async def _load(self, lane: Lane) -> None:
        await lane.begin(WARMING, "warm", ())
        self._loading.remove(lane)
        self._lanes.append(lane)
        self._dispatch()

    def stop(self) -> None:
        """End all workers."""
        for lane in [*self._lanes, *self._loading]:
            lane.stop()
        self._lanes.clear()
        self._loading.clear()

    def months(self, key: Hashable) -> int | None:
        """Months that a job under way has simulated; ``None`` where it is not under way."""
        job = self._jobs.get(key)
        return None if job is None or job.lane is None else job.lane.months()

    def known(self, key: Hashable) -> bool:
        """Whether the answer is at hand."""
        return key in self._kept

    def crowded(self) -> bool:
        """Whether there is more to do than workers, so that nothing should be done ahead of time."""
        return sum(job.rank < FILLING for job in self._jobs.values()) >= 2 * self.workers

    async def run(self, key: Hashable, function: str, *arguments: Any, rank: int = SOON, part: Callable[[Any], None] | None = None) -> Any:
        """Do a job, or wait for the same one if it is under way, or take its result from the cache.

        Cancelling the wait calls the job off if nobody else waits for it.

        Args:
            key: tells equal work from different work.
            function: name of a function of :mod:`cxsim.app.worker`.
            arguments: its arguments.
            rank: how urgent it is; a job under way takes the most urgent rank of those that wait for it.
            part: called with parts of the answer as they come, if there are any before the whole.
        """
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        job = self._jobs.get(key)
        if job is None:
            job = Job(next(self._numbers), key, function, arguments, rank, asyncio.get_running_loop().create_future())
            self._jobs[key] = job
            self._queue.append(job)
        job.rank = min(job.rank, rank)
        job.waiting += 1
        if part is not None:
            job.watchers.append(part)
            if job.lane is not None:
                job.lane.watch()
        self._dispatch()
        try:
            return await asyncio.shield(job.answer)
        finally:
            job.waiting -= 1
            if part is not None:
                job.watchers.remove(part)
            if not job.waiting and not job.answer.done():
                self._drop(job)

    def _drop(self, job: Job) -> None:
        self._jobs.pop(job.key, None)
        job.answer.cancel()
        if job.lane is not None:
            job.yields = False
            job.lane.call_off()
        elif job in self._queue:
            self._queue.remove(job)

    def _dispatch(self) -> None:
        self._queue.sort(key=lambda job: (job.rank, job.number))
        free = [lane for lane in self._lanes if lane.job is None]
        pressing = any(job.rank == URGENT for job in self._jobs.values())
        while free and self._queue:
            if pressing and self._queue[0].rank > SOON and len(self._lanes) - len(free) >= self._beside():
                break
            self._give(free.pop(0), self._queue.pop(0))
        busy = sorted((lane for lane in self._lanes if lane.job is not None), key=_rank)
        for place, lane in enumerate(busy):
            lane.hold(pressing and _rank(lane)[0] > SOON and place >= self._beside())
        self._make_room(busy)

    def _beside(self) -> int:
        """Workers that may be busy while something urgent is under way, urgent work apart: the page and the server need cores, too."""
        return len(self._lanes) // 2

    def _make_room(self, busy: list[Lane]) -> None:
        """Call off what gives way to urgent work for which there is no worker."""
        urgent = sum(job.rank <= SOON for job in self._queue)
        giving = sum(lane.job is not None and lane.job.yields for lane in busy)
        last = [lane for lane in reversed(busy) if _rank(lane)[0] > SOON and lane.job is not None and not lane.job.yields]
        for lane in last[: max(0, urgent - giving)]:
            assert lane.job is not None
            lane.job.yields = True
            lane.call_off()

    def _give(self, lane: Lane, job: Job) -> None:
        lane.job, job.lane = job, lane
        # A job that was called off is begun again under another number, or the board would call it off again.
        job.number, job.yields = next(self._numbers), False
        lane.watch()
        answer = lane.begin(job.number, job.function, job.arguments)
        answer.add_done_callback(functools.partial(self._done, lane, job))

    def _seen(self, number: int, part: Any) -> None:
        for lane in self._lanes:
            if lane.job is not None and lane.job.number == number:
                for watcher in list(lane.job.watchers):
                    watcher(part)

    def _done(self, lane: Lane, job: Job, answer: asyncio.Future[Any]) -> None:
        error = answer.exception()
        if isinstance(error, WorkerDiedError):
            self._replace(lane)
            job.tries += 1
            job.yields = job.tries < _TRIES
            error = WorkerDiedError("The simulation broke off twice; it may need more memory than there is. Choose fewer customers.")
        lane.job, job.lane = None, None
        if job.answer.done():  # nobody waits any more, but what is done is done
            if error is None:
                self._remember(job.key, answer.result())
        elif error is None:
            self._keep(job, answer.result())
        elif job.yields:
            job.yields = False
            self._queue.append(job)
        else:
            self._jobs.pop(job.key, None)
            job.answer.set_exception(error)
        self._dispatch()

    def _keep(self, job: Job, result: Any) -> None:
        self.done += 1
        self._jobs.pop(job.key, None)
        job.answer.set_result(result)
        self._remember(job.key, result)

    def _remember(self, key: Hashable, result: Any) -> None:
        if isinstance(result, bytes):  # files are large, and asked for once
            return
        self._kept[key] = result
        while len(self._kept) > CACHED:
            self._kept.popitem(last=False)

    def _replace(self, lane: Lane) -> None:
        """Put a new process in the place of one that died."""
        from cxsim.sweeps.executors.base import no_main

        with contextlib.suppress(Exception):
            lane.stop()
        if lane in self._lanes:
            self._lanes.remove(lane)
            with no_main():
                self._lanes.append(Lane(self._seen))


def _rank(lane: Lane) -> tuple[int, int]:
    """How a lane's job stands among others: the most urgent first, then the oldest."""
    assert lane.job is not None
    return lane.job.rank, lane.job.number
