"""Figures drawn by a process of their own, that gets ready while markets are simulated and draws while tables are written.

Loading Matplotlib and drawing take longer than simulating a market. The process is Python anew, so that nothing of the one that
asks (threads, the script that was started) reaches it; where the system can fork, it draws as many figures at once as there are
cores. If anything is amiss with it, the figures are drawn here.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import IO

Tasks = Callable[[], Sequence[Callable[[], object]]]
"""Gives the tasks of which each draws a figure and saves it. Asked where the figures are drawn, so that Matplotlib is loaded there only."""

Draw = Callable[[Tasks], AbstractContextManager[None]]
"""Draws figures: they are there when the block is left, and the block may work on meanwhile."""

_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@contextlib.contextmanager
def here(tasks: Tasks) -> Iterator[None]:
    """Draw in this process, when the block is left."""
    yield
    for task in tasks():
        task()


@contextlib.contextmanager
def apart(wanted: bool = True) -> Iterator[Draw]:
    """Start a process that gets ready to draw, and end it with the block.

    Args:
        wanted: whether there will be anything to draw.

    Returns:
        What draws: with that process, or :func:`here` where nothing is wanted or there is one core only.
    """
    if not wanted or _cores() < 2:
        yield here
        return
    try:
        process = _start()
    except OSError:  # no process is to be had
        yield here
        return
    try:
        yield _Drawer(process)
    finally:
        _end(process)


class _Drawer:
    """Draws once, with a process that is ready or getting so."""

    def __init__(self, process: subprocess.Popen[bytes]):
        self._process = process

    @contextlib.contextmanager
    def __call__(self, tasks: Tasks) -> Iterator[None]:
        try:
            order = pickle.dumps(tasks)
        except (pickle.PicklingError, AttributeError, TypeError):  # something that cannot travel
            with here(tasks):
                yield
            return
        # The process may not be ready to read, and there is other work to do.
        sent = threading.Thread(target=self._send, args=(order,), daemon=True)
        sent.start()
        try:
            yield
            sent.join()
            done = self._process.wait() == 0
        except BaseException:
            _end(self._process)  # or it would go on writing where the caller tidies up
            raise
        if not done:
            with here(tasks):
                pass

    def _send(self, order: bytes) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(OSError), self._process.stdin as pipe:  # its exit code will say that it is gone
            pipe.write(order)


def _start() -> subprocess.Popen[bytes]:
    code = f"import sys; sys.path[:] = {sys.path!r}; from cxsim.results.drawing import work; sys.exit(work(sys.stdin.buffer))"
    # A group of its own: Ctrl-C is for the process that asks, which then ends this one with all that it has forked.
    return subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, **_ONE_THREAD}, start_new_session=True,
    )  # fmt: skip


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.returncode is None:
        with contextlib.suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
        process.wait()


def work(orders: IO[bytes]) -> int:
    """What the process does: load all that draws, take the tasks, work on them.

    Args:
        orders: where the tasks come from, which ends with the process that asks.

    Returns:
        The exit code: 0 if everything has been drawn.
    """
    import cxsim.results.figures  # noqa: F401 - with Matplotlib, once for all that is forked

    try:
        tasks = pickle.load(orders)
    except EOFError:
        return 1
    given = tasks()
    workers = min(len(given), _cores())
    if workers < 2 or not hasattr(os, "fork"):
        for task in given:
            task()
        return 0
    return _share(given, workers)


def _share(tasks: Sequence[Callable[[], object]], workers: int) -> int:
    """Have forked processes take one task after the other from a pipe."""
    taking, giving = os.pipe()
    os.write(giving, bytes(range(len(tasks))))
    os.close(giving)
    children = []
    for _ in range(workers):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                while number := os.read(taking, 1):
                    tasks[number[0]]()
                code = 0
            finally:
                os._exit(code)
        children.append(child)
    return max(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0 for child in children)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
