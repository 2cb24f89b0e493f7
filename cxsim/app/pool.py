"""Worker processes for many browsers: the urgent goes first, the same work is done once, what nobody waits for is dropped.

Each worker is a process of its own with a board on which its job can be called off; it looks at the board after every simulated month.
Work for a moving lever is urgent. Work that only fills in the bands gives way to it: it is called off and begun again later.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import itertools
import multiprocessing
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from typing import Any

from cxsim.app import worker
from cxsim.app.worker import CALLED_OFF, MONTHS, WATCHED, StoppedError
from cxsim.config.errors import CxsimError

URGENT, SOON, AHEAD, FILLING = range(4)
"""Ranks of work: a moving lever; something that was clicked; what the lever at hand may ask for next; bands."""

CACHED = 600
"""Results kept; a picture takes about 50 kB."""

_TRIES = 2
WARMING = -1
"""Number of the job that loads the model; nobody calls it off."""


class WorkerDiedError(CxsimError):
    """A worker process ended in the middle of its work, more than once."""


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


class Lane:
    """One worker process.

    Args:
        seen: called in the event loop with the number of a job and a part of its answer.
    """

    def __init__(self, seen: Callable[[int, Any], None]) -> None:
        context = multiprocessing.get_context("spawn")
        self.board: Any = context.Array("q", 3, lock=False)
        self.job: Job | None = None
        ours, theirs = context.Pipe(duplex=False)
        self.executor = ProcessPoolExecutor(1, mp_context=context, initializer=worker.begin, initargs=(self.board, theirs))
        loop = asyncio.get_running_loop()
        threading.Thread(target=_listen, args=(ours, theirs, loop, seen), daemon=True, name="parts").start()
        self._ends = (ours, theirs)

    def call_off(self) -> None:
        """Let the present job end at the next month."""
        if self.job is not None:
            self.board[CALLED_OFF] = self.job.number

    def watch(self) -> None:
        """Let the present job send ahead what it has, if anybody would look."""
        if self.job is not None and self.job.watchers:
            self.board[WATCHED] = self.job.number

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        processes = list((self.executor._processes or {}).values())
        self.call_off()
        self.executor.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()
        with contextlib.suppress(Exception):
            self.executor.shutdown(wait=True)  # its thread sees the death at once, and gives back what the two shared
        for end in self._ends:
            with contextlib.suppress(OSError):
                end.close()


def _listen(ours: Any, theirs: Any, loop: asyncio.AbstractEventLoop, seen: Callable[[int, Any], None]) -> None:
    """Hand on what a worker sends ahead, until the pipe is closed."""
    with contextlib.suppress(EOFError, OSError, RuntimeError):
        while True:
            if ours.poll(1.0):
                loop.call_soon_threadsafe(seen, *ours.recv())
            elif theirs.closed or loop.is_closed():
                return


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
        self._jobs: dict[Hashable, Job] = {}
        self._queue: list[Job] = []
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._numbers = itertools.count(1)
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Start the workers, the first alone: where code has to be compiled, one does it for all."""
        from cxsim.sweeps.executors.base import no_main

        with no_main():
            first = Lane(self._seen)
            await self._warm(first)
            self._lanes.append(first)
            self.ready.set()
            self._dispatch()
            others = [Lane(self._seen) for _ in range(self.workers - 1)]
            for lane, warmed in [(lane, asyncio.ensure_future(self._warm(lane))) for lane in others]:
                await warmed
                self._lanes.append(lane)
                self._dispatch()

    async def _warm(self, lane: Lane) -> None:
        await asyncio.wrap_future(lane.executor.submit(worker.perform, WARMING, "warm", ()))

    def stop(self) -> None:
        """End all workers."""
        for lane in self._lanes:
            lane.stop()
        self._lanes.clear()

    def months(self, key: Hashable) -> int | None:
        """Months that a job under way has simulated; ``None`` where it is not under way."""
        job = self._jobs.get(key)
        return None if job is None or job.lane is None else int(job.lane.board[MONTHS])

    def known(self, key: Hashable) -> bool:
        """Whether the answer is at hand."""
        return key in self._kept

    def crowded(self) -> bool:
        """Whether there is more to do than workers, so that nothing should be done ahead of time."""
        return sum(job.rank < FILLING for job in self._jobs.values()) >= 2 * self.workers

    async def run(
        self, key: Hashable, function: str, *arguments: Any, rank: int = SOON, part: Callable[[Any], None] | None = None
    ) -> Any:
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
        for lane in free:
            if not self._queue:
                return
            self._give(lane, self._queue.pop(0))
        urgent = sum(job.rank <= SOON for job in self._queue)
        giving = [lane for lane in self._lanes if lane.job is not None and lane.job.yields]
        busy = [lane for lane in self._lanes if lane.job is not None and lane.job.rank > SOON and not lane.job.yields]
        last = sorted(busy, key=lambda lane: (lane.job.rank, lane.job.number) if lane.job is not None else (0, 0), reverse=True)
        for lane in last[: max(0, urgent - len(giving))]:
            assert lane.job is not None
            lane.job.yields = True
            lane.call_off()

    def _give(self, lane: Lane, job: Job) -> None:
        lane.job, job.lane = job, lane
        # A job that was called off is begun again under another number, or the board would call it off again.
        job.number, job.yields = next(self._numbers), False
        lane.watch()
        task = asyncio.get_running_loop().create_task(self._do(lane, job))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _seen(self, number: int, part: Any) -> None:
        for lane in self._lanes:
            if lane.job is not None and lane.job.number == number:
                for watcher in list(lane.job.watchers):
                    watcher(part)

    async def _do(self, lane: Lane, job: Job) -> None:
        result: Any = None
        error: BaseException | None = None
        try:
            result = await asyncio.wrap_future(lane.executor.submit(worker.perform, job.number, job.function, job.arguments))
        except BrokenExecutor:
            self._replace(lane)
            job.tries += 1
            job.yields = job.tries < _TRIES
            error = WorkerDiedError("The simulation broke off twice; it may need more memory than there is. Choose fewer customers.")
        except asyncio.CancelledError:
            error = StoppedError()
        except Exception as raised:
            error = raised
        lane.job, job.lane = None, None
        if job.answer.done():  # nobody waits any more, but what is done is done
            if error is None:
                self._remember(job.key, result)
        elif error is None:
            self._keep(job, result)
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
