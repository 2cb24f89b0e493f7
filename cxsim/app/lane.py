"""One worker process as the pool sees it: a pipe for jobs and answers, and a board on which the job under way can be called off."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import multiprocessing
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cxsim.app import worker
from cxsim.app.worker import ANSWER, CALLED_OFF, ERROR, HELD, MONTHS, PLACES, WATCHED
from cxsim.config.errors import CxsimError

if TYPE_CHECKING:
    from cxsim.app.pool import Job


class WorkerDiedError(CxsimError):
    """A worker process ended in the middle of its work."""


class Lane:
    """One worker process, which does one job at a time.

    A job is written to the pipe by the event loop itself, and one thread reads what comes back: through the queues of
    :class:`concurrent.futures.ProcessPoolExecutor` each job would wait for two more threads, and they for whatever the loop does.

    Args:
        seen: called in the event loop with the number of a job and a part of its answer.
    """

    def __init__(self, seen: Callable[[int, Any], None]) -> None:
        context = multiprocessing.get_context("spawn")
        self.board: Any = context.Array("q", PLACES, lock=False)
        self.job: Job | None = None
        self._seen = seen
        self._loop = asyncio.get_running_loop()
        self._answer: asyncio.Future[Any] | None = None
        self._link, theirs = context.Pipe()
        self.process = context.Process(target=worker.serve, args=(self.board, theirs), name="cxsim-worker")
        self.process.start()
        theirs.close()  # so that the pipe ends when the process does
        atexit.register(self.stop)
        threading.Thread(target=self._listen, daemon=True, name="answers").start()

    def begin(self, number: int, function: str, arguments: tuple[Any, ...]) -> asyncio.Future[Any]:
        """Hand over a job, and give what will be its answer.

        Args:
            number: of the job; it stands on the board.
            function: name of a function of :mod:`cxsim.app.worker`.
            arguments: its arguments.

        Returns:
            The answer; or what the job raised, and :class:`WorkerDiedError` where the process ended.
        """
        self._answer = answer = self._loop.create_future()
        try:
            self._link.send((number, function, arguments))
        except OSError:
            self._ended()
        return answer

    def call_off(self) -> None:
        """Let the present job end at the next month."""
        if self.job is not None:
            self.board[CALLED_OFF] = self.job.number

    def hold(self, held: bool) -> None:
        """Let the present job wait where it is, or go on."""
        if self.job is not None:
            self.board[HELD] = self.job.number if held else 0

    def watch(self) -> None:
        """Let the present job send ahead what it has, if anybody would look."""
        if self.job is not None and self.job.watchers:
            self.board[WATCHED] = self.job.number

    def months(self) -> int:
        """Months that the present job has simulated."""
        return int(self.board[MONTHS])

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        atexit.unregister(self.stop)
        self.process.terminate()
        self.process.join()
        with contextlib.suppress(OSError):
            self._link.close()

    def _listen(self) -> None:
        """Hand on what the worker says, until its end."""
        with contextlib.suppress(RuntimeError):  # the event loop is closed
            with contextlib.suppress(Exception):  # the pipe has come to its end, or what comes through it cannot be read
                while True:
                    self._loop.call_soon_threadsafe(self._heard, *self._link.recv())
            self._loop.call_soon_threadsafe(self._ended)

    def _heard(self, number: int, kind: str, said: Any) -> None:
        if kind not in (ANSWER, ERROR):
            self._seen(number, said)
        elif self._answer is not None and not self._answer.done():
            if kind == ANSWER:
                self._answer.set_result(said)
            else:
                self._answer.set_exception(said)

    def _ended(self) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(WorkerDiedError("A simulation broke off."))
