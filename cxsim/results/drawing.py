"""Figures drawn by a process of their own, that gets ready while the market is simulated and draws while the tables are written.

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
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from cxsim.results.run import Run

Draw = Callable[["Run", Path], AbstractContextManager[None]]
"""Draws a run's figures into a folder; they are there when the block is left, and the block may work on meanwhile."""

_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@contextlib.contextmanager
def here(run: Run, folder: Path) -> Iterator[None]:
    """Draw in this process, when the block is left."""
    yield
    from cxsim.results import figures

    figures.save(run, folder)


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
    """Draws with a process that is ready or getting so, once."""

    def __init__(self, process: subprocess.Popen[bytes]):
        self._process = process

    @contextlib.contextmanager
    def __call__(self, run: Run, folder: Path) -> Iterator[None]:
        from cxsim.results.run import Run

        order = Run(run.config, dict(run.tables), started=run.started, duration=run.duration)  # the market stays here
        # The process may not be ready to read, and there is other work to do.
        sent = threading.Thread(target=self._send, args=(pickle.dumps((order, folder)),), daemon=True)
        sent.start()
        try:
            yield
            sent.join()
            done = self._process.wait() == 0
        except BaseException:
            _end(self._process)  # or it would go on writing where the caller tidies up
            raise
        if not done:
            with here(run, folder):
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
    """What the process does: load all that draws, take one order, draw.

    Args:
        orders: where the order comes from, which ends with the process that asks.

    Returns:
        The exit code: 0 if everything has been drawn.
    """
    import PIL.PngImagePlugin  # noqa: F401 - loaded once for all that is forked

    from cxsim.results import figures

    try:
        run, folder = pickle.load(orders)
    except EOFError:
        return 1
    names = list(figures.FIGURES)
    workers = min(len(names), _cores())
    if workers < 2 or not hasattr(os, "fork"):
        figures.save(run, folder)
        return 0
    return _share(names, workers, lambda name: figures.save(run, folder, [name]))


def _share(names: list[str], workers: int, draw: Callable[[str], object]) -> int:
    """Have forked processes take one name after the other from a pipe."""
    taking, giving = os.pipe()
    os.write(giving, bytes(range(len(names))))
    os.close(giving)
    children = []
    for _ in range(workers):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                while number := os.read(taking, 1):
                    draw(names[number[0]])
                code = 0
            finally:
                os._exit(code)
        children.append(child)
    return max(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0 for child in children)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
