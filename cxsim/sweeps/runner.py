"""The loop of a sweep: chunks of pending runs to the executor, rows to the store, an orderly end whatever happens."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import signal
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Literal

from cxsim.config.errors import CxsimError
from cxsim.sweeps.executors.base import Executor
from cxsim.sweeps.ids import code_version
from cxsim.sweeps.progress import Progress, reporter
from cxsim.sweeps.scenarios import Scenarios
from cxsim.sweeps.store import Store
from cxsim.sweeps.worker import Task

CHUNK_SECONDS = 1.0
"""What a chunk is to take: long beside its overhead of milliseconds, short beside what one likes to lose."""
LARGEST_CHUNK = 1_000


class InterruptedSweepError(CxsimError):
    """A sweep that was interrupted and can go on."""

    exit_code = 130


@dataclasses.dataclass(frozen=True)
class Report:
    """What a session of a sweep did.

    Attributes:
        before: runs that were done before it.
        done: runs that are done now, failures included.
        failed: of these, the runs that failed.
        total: runs in all.
        set_aside: files that were found damaged; their runs were done again.
    """

    before: int
    done: int
    failed: int
    total: int
    set_aside: tuple[str, ...]


class Pace:
    """How many runs make a chunk, learnt from how long runs take."""

    def __init__(self, workers: int, pending: int):
        self._workers = workers
        self._pending = pending
        self._seconds = 0.0

    def learn(self, runs: int, seconds: float) -> None:
        """Take a finished chunk into account."""
        each = seconds / max(runs, 1)
        self._seconds = each if not self._seconds else 0.8 * self._seconds + 0.2 * each

    def size(self) -> int:
        """Runs of the next chunk: few at the end, so that all workers end together."""
        wanted = int(CHUNK_SECONDS / self._seconds) if self._seconds else 1
        chunk = max(1, min(wanted, LARGEST_CHUNK, self._pending // (4 * self._workers)))
        self._pending -= chunk
        return chunk


def run(scenarios: Scenarios, store: Store, executor: Executor, progress: Progress | Literal[False] | None = None) -> Report:
    """Do what is not done yet.

    Raises:
        InterruptedSweepError: Ctrl-C or SIGTERM; what was done is kept.
        CxsimError: the executor or the disk cannot go on; what was done is kept.
    """
    before = done = store.done
    if done < store.total:
        pace = Pace(executor.workers(), store.total - done)
        outcomes = executor.run(_tasks(scenarios, store, pace))
        try:
            with _terminable(), reporter(progress, store.folder.name, done, store.total) as report:
                for outcome in outcomes:
                    store.add(outcome)
                    pace.learn(len(outcome.indices), outcome.seconds)
                    done += len(outcome.indices)
                    report(done, store.total)
        except KeyboardInterrupt:
            _close(outcomes)
            store.finish()
            raise InterruptedSweepError(
                f"interrupted; {store.done:,} of {store.total:,} runs are kept in {store.folder}. "
                "The same command again goes on from there."
            ) from None
        finally:
            _close(outcomes)
    store.finish()
    return Report(before, store.done, store.failed, store.total, tuple(store.set_aside))


def _tasks(scenarios: Scenarios, store: Store, pace: Pace) -> Iterator[Task]:
    import pyarrow as pa

    # Units and meanings stay here: a worker needs names and types.
    schemas = {kind: pa.schema([(field.name, field.type) for field in schema]) for kind, schema in store.schemas.items()}
    pending = store.pending()
    while numbers := tuple(itertools.islice(pending, pace.size())):
        points = list(dict.fromkeys(number // store.replications for number in numbers))
        place = {point: position for position, point in enumerate(points)}
        runs = tuple((place[number // store.replications], number % store.replications) for number in numbers)
        yield Task(code_version(), schemas, tuple(scenarios.scenario(point) for point in points), runs, numbers, store.measures)


def _close(outcomes: Iterator[object]) -> None:
    close = getattr(outcomes, "close", None)
    if close is not None:
        close()


@contextlib.contextmanager
def _terminable() -> Iterator[None]:
    """Take SIGTERM, with which batch systems end a job, as Ctrl-C."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
