"""How far a run has come, told to a callback or shown as a bar."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Literal

Progress = Callable[[int, int], None]
"""Called with the months simulated so far, over all replications and with the burn-in, and the months in all."""

PATIENCE = 1.5
"""Seconds that a run may take before a bar appears."""


class StoppedError(Exception):
    """Another replication failed, so this one need not go on."""


class Counter:
    """Counts months over replications that may run in several threads; reports never overlap nor go backwards."""

    def __init__(self, total: int, report: Progress | None):
        self.total = total
        self._report = report
        self._done = 0
        self._lock = threading.Lock()
        self._stopped = False

    def tick(self) -> None:
        """Count one month.

        Raises:
            StoppedError: after :meth:`stop`.
        """
        if self._stopped:
            raise StoppedError
        with self._lock:
            self._done += 1
            if self._report is not None:
                self._report(self._done, self.total)

    def skip(self, months: int) -> None:
        """Months that were counted on and need not be simulated."""
        with self._lock:
            self.total -= months

    def stop(self) -> None:
        """Make every further tick raise."""
        self._stopped = True


@contextlib.contextmanager
def reporter(progress: Progress | Literal[False] | None, title: str) -> Iterator[Progress | None]:
    """The callback to report to.

    Args:
        progress: a callback of the user's; ``False`` for silence; ``None`` for a bar on standard error, shown only
            where that is a terminal and the run takes longer than a moment.
        title: what stands before the bar.
    """
    if progress is not None and progress is not False:
        yield progress
    elif progress is False or not _is_terminal():
        yield None
    else:
        bar = _Bar(title)
        try:
            yield bar
        finally:
            bar.close()


def announce_compiling(progress: Progress | Literal[False] | None) -> None:
    """Say on a terminal why the first simulation after an installation takes its time, where silence is not asked for."""
    if progress is not None or not _is_terminal():
        return
    from cxsim.market.first_time import is_ready

    if not is_ready():
        print("Compiling the simulation, this once: about half a minute ...", file=sys.stderr, flush=True)


def _is_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()


class _Bar:
    """A rich bar that appears late and is gone when the run is over."""

    def __init__(self, title: str):
        self._title = title
        self._started = time.monotonic()
        self._bar: Any = None
        self._task: Any = None

    def __call__(self, done: int, total: int) -> None:
        if self._bar is None:
            if time.monotonic() - self._started < PATIENCE:
                return
            self._open(total)
        self._bar.update(self._task, completed=done)

    def _open(self, total: int) -> None:
        from rich.console import Console
        from rich.markup import escape
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("months"))
        self._bar = Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True)
        self._task = self._bar.add_task(escape(self._title), total=total)
        self._bar.start()

    def close(self) -> None:
        if self._bar is not None:
            self._bar.stop()
