"""Executors on this machine: one run after the other, in threads, or in a pool of warm processes."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from multiprocessing.context import BaseContext
from typing import Any, cast

from cxsim.sweeps.executors.base import ExecutorError, no_main
from cxsim.sweeps.worker import Outcome, Task, lost, perform, warm_up

PATIENCE = 10
"""Deaths of the pool in a row, without one finished task between, after which it is the pool and not the runs."""
_AHEAD = 2


class Serial:
    """One run after the other in this process."""

    name = "serial"

    def workers(self) -> int:
        """One."""
        return 1

    def run(self, tasks: Iterator[Task]) -> Iterator[Outcome]:
        """As `Executor.run`."""
        return map(perform, tasks)


class Threads:
    """Whole runs in threads; they start at once, and share one interpreter wherever the model is not compiled."""

    name = "threads"

    def __init__(self, workers: int):
        self._workers = workers

    def workers(self) -> int:
        """Number of threads."""
        return self._workers

    def run(self, tasks: Iterator[Task]) -> Iterator[Outcome]:
        """As `Executor.run`."""
        flying: set[Future[Outcome]] = set()
        pool = ThreadPoolExecutor(self._workers, thread_name_prefix="sweep")
        try:
            while True:
                while len(flying) < _AHEAD * self._workers and (task := next(tasks, None)) is not None:
                    flying.add(pool.submit(perform, task))
                if not flying:
                    return
                done, flying = wait(flying, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


class Processes:
    """A pool of warm processes: forked from one that has everything loaded, so they start at once and share its memory."""

    name = "processes"

    def __init__(self, workers: int):
        self._workers = workers
        self._context = _Context()
        self._pool: ProcessPoolExecutor | None = None
        self._flying: dict[Future[Outcome], Task] = {}
        self._deaths = 0

    def workers(self) -> int:
        """Number of processes."""
        return self._workers

    def run(self, tasks: Iterator[Task]) -> Iterator[Outcome]:
        """As `Executor.run`. Runs that were under way when a worker died are done again.

        A death breaks the whole pool and does not say whose it was. So tasks that were twice under way at a death are
        done one at a time, which shows the guilty one; a run that twice killed its worker all alone is a failed run.
        """
        again: deque[Task] = deque()
        suspects: deque[Task] = deque()
        blamed: dict[tuple[int, ...], int] = {}
        try:
            while True:
                alone = bool(suspects) and not self._flying
                if alone:
                    self._submit(suspects.popleft())
                elif not suspects:
                    self._fill(again, tasks)
                if not self._flying:
                    return
                outcomes, dead = self._wait()
                yield from outcomes
                if not dead:
                    continue
                self._restart()
                for task in dead:
                    times = blamed[task.indices] = blamed.get(task.indices, 0) + 1
                    if not alone:
                        (again if times == 1 else suspects).append(task)
                    elif len(task.indices) > 1:
                        suspects.extend(task.singly())
                    elif times < 3:
                        suspects.append(task)
                    else:
                        self._deaths = 0
                        yield lost(task, "the process that ran it died each time, all alone at the last: out of memory, or a crash")
        finally:
            self._stop()

    def _fill(self, again: deque[Task], tasks: Iterator[Task]) -> None:
        while len(self._flying) < _AHEAD * self._workers:
            task = again.popleft() if again else next(tasks, None)
            if task is None:
                return
            self._submit(task)

    def _submit(self, task: Task) -> None:
        try:
            if self._pool is None:
                self._pool = ProcessPoolExecutor(self._workers, mp_context=cast(Any, self._context), initializer=_begin)
            future = self._pool.submit(perform, task)
        except BrokenExecutor as broken:
            # Looked at where the other deaths are.
            future = Future()
            future.set_exception(broken)
        self._flying[future] = task

    def _wait(self) -> tuple[list[Outcome], list[Task]]:
        done, _ = wait(self._flying, return_when=FIRST_COMPLETED)
        outcomes, dead = [], []
        for future in done:
            task = self._flying.pop(future)
            try:
                outcomes.append(future.result())
            except BrokenExecutor:
                dead.append(task)
        if dead:
            # The rest of a broken pool will never come.
            for future, task in self._flying.items():
                whole = future.done() and not future.cancelled() and future.exception() is None
                (outcomes.append(future.result()) if whole else dead.append(task))
            self._flying.clear()
        self._deaths = 0 if outcomes else self._deaths + bool(dead)
        return outcomes, sorted(dead, key=lambda task: task.indices)

    def _restart(self) -> None:
        self._stop()
        if self._deaths > PATIENCE:
            raise ExecutorError(
                f"executor=processes: {self._deaths} times in a row the workers died before any run was done; what was "
                "done is kept. executor=serial shows the error, and fewer executor.workers need less memory."
            )

    def _stop(self) -> None:
        """End the workers now; waiting for what they are at would take as long as a run."""
        self._flying.clear()
        pool, self._pool = self._pool, None
        if pool is None:
            return
        pool.shutdown(wait=False, cancel_futures=True)
        for process in self._context.started:
            process.terminate()
        for process in self._context.started:
            process.join(2)
            if process.is_alive():
                process.kill()
        self._context.started.clear()
        # The pool's own thread sees the deaths and ends; the interpreter would wait for it otherwise.
        with contextlib.suppress(Exception):
            pool.shutdown(wait=True)


class _Context:
    """Multiprocessing with a fork server that has loaded the model, and without the user's script."""

    def __init__(self) -> None:
        method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
        self._context: BaseContext = multiprocessing.get_context(method)
        self._method = method
        self.started: list[Any] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def get_start_method(self, allow_none: bool = False) -> str:
        return self._method

    def Process(self, *arguments: Any, **named: Any) -> Any:  # noqa: N802 - the name that multiprocessing asks for
        process = self._context.Process(*arguments, **named)  # type: ignore[attr-defined]
        start = process.start

        def quietly() -> None:
            with _no_interrupts(), no_main():
                if self._method == "forkserver":
                    _start_server()
                del process.start  # a bound closure cannot be sent to the new process
                start()

        process.start = quietly
        self.started.append(process)
        return process


def is_warm() -> bool:
    """Whether a server that has the model loaded runs already, so that a pool starts in a moment."""
    from multiprocessing import forkserver

    return getattr(forkserver._forkserver, "_forkserver_pid", None) is not None  # type: ignore[attr-defined]


def _start_server() -> None:
    from multiprocessing import forkserver

    with _our_path() as told:
        # Without our path the server loads nothing: workers then load the model one by one, from where they are told to.
        forkserver.set_forkserver_preload(["cxsim.sweeps.executors.warm"] if told else [])
        forkserver.ensure_running()


@contextlib.contextmanager
def _our_path() -> Iterator[bool]:
    """Have a Python started meanwhile import from where this process does; whether that can be said to it.

    The fork server of Python 3.11 and 3.12 is not told, and would take cxsim from the folder it is started in or from among what is
    installed, be that another cxsim or none.
    """
    path = [os.path.abspath(place) for place in sys.path if isinstance(place, str)]  # "" is the present folder
    # Safe: without the present folder before all others, where this process has it elsewhere or not at all.
    settings = {"PYTHONPATH": os.pathsep.join(path), "PYTHONSAFEPATH": "1"}
    if any(os.pathsep in place for place in path):
        yield False
        return
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield True
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextlib.contextmanager
def _no_interrupts() -> Iterator[None]:
    """Processes started now are born deaf to Ctrl-C, which a terminal sends to all: their parent ends them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _begin() -> None:
    """Make a new worker deaf to Ctrl-C, and let it end when its parent does, in whatever way."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True, name="end-with-parent").start()
    warm_up()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
