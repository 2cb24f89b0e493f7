"""The first market after an installation: its code is compiled by two processes side by side, or by three where there are cores for them.

One plays months in which no firm reviews its levers, another has firms review, and a third, or the second again, has tables made. All leave
what they compiled in the cache, from which the first takes what the others made. Helpers are this interpreter with one statement to run:
they need no guard (``if __name__ == "__main__"``) in the user's script, never start another one, and are gone when the first has waited for
them or was stopped.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from cxsim import compiled
from cxsim.config.run import Config
from cxsim.firms import review
from cxsim.firms.strategy import Strategy
from cxsim.market import passage

HELPER = "CXSIM_COMPILING"
"""Set in the environment of helping processes, and of whatever they might start."""

PATIENCE = 180.0
"""Seconds to wait for another process that compiles the same; then this one compiles on its own."""

_TINY: Mapping[str, Any] = {
    "market.n_customers": 50, "months": 3, "burn_in": 1, "market.review_months": 1, "regulator.annual_funding": 1e6,
}  # fmt: skip
_STATEMENT = """
import sys
sys.path[:] = {path!r}
from cxsim.market import first_time
first_time.end_with_the_first()
first_time.help_with({tasks!r}, {digest!r})
"""

_lock = threading.RLock()
_begun = False


class _Still(Strategy):
    """Leaves all levers where they are."""

    def review(self, firm: Any, market: Any) -> Mapping[str, Any]:
        """Nothing."""
        return {}


def is_ready() -> bool:
    """Whether code for whole months is in the cache, or would not be kept there anyway."""
    return all(compiled.is_kept(entry) for entry in (passage.pass_month, review.plan))


def prepare() -> None:
    """Compile what every market needs, if that is still to be done and several processes can do it; the first call in a process decides.

    Results do not depend on it. Where it does not go as planned, what is missing is compiled when it is called.
    """
    global _begun  # noqa: PLW0603 - asked once per process
    with _lock:  # other threads wait; the thread that is at it comes here again with the markets that it makes for it
        if _begun:
            return
        _begun = True
        if is_ready() or not _can_be_shared():
            return
        with _one_at_a_time():
            if not is_ready():
                _compile_together()


def _compile_together() -> None:
    with contextlib.ExitStack() as helpers:
        waits = [helpers.enter_context(_helper(tasks)) for tasks in _shares(_cores())]
        with contextlib.suppress(Exception):  # a run meets the same error again, where it can be told
            play_without_reviews()
            for wait in waits:
                wait()


def _shares(cores: int) -> tuple[tuple[str, ...], ...]:
    """What each helper is to do."""
    return (("reviews",), ("tables",)) if cores > 2 else (("reviews", "tables"),)


def play_without_reviews() -> None:
    """Compile all that a month needs but the firms' reviews."""
    market = _tiny_market()
    for firm in market.firms:
        firm.strategy = _Still()
    while market.running:
        market.step()


def help_with(tasks: Sequence[str], digest: str) -> None:
    """Compile the firms' reviews, what tables take, or both.

    Args:
        tasks: ``reviews``, ``tables``.
        digest: of the sources that the first process has; other ones would be of no use to it.
    """
    if digest == compiled.digest():
        market = _tiny_market()
        if "reviews" in tasks:
            market._review_levers()
        if "tables" in tasks:
            market.frames()


def end_with_the_first() -> None:
    """Have this process end when the one that started it does, in whatever way: what it is given to read is over then."""

    def wait() -> None:
        sys.stdin.read()
        os._exit(1)

    threading.Thread(target=wait, daemon=True, name="end-with-the-first").start()


def _tiny_market() -> Any:
    from cxsim.config.load import with_values
    from cxsim.market.model import Market

    return Market(with_values(Config(), _TINY))


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _can_be_shared() -> bool:
    interpreter = bool(sys.executable) and not getattr(sys, "frozen", False)  # a frozen program would start itself
    return _cores() > 1 and interpreter and HELPER not in os.environ


@contextlib.contextmanager
def _helper(tasks: tuple[str, ...]) -> Iterator[Any]:
    """A second process; gives what waits for its end, and ends it in any case."""
    statement = _STATEMENT.format(path=sys.path, tasks=tasks, digest=compiled.digest())
    command, silent = [sys.executable, "-c", statement], subprocess.DEVNULL
    try:
        helper = subprocess.Popen(command, env=os.environ | {HELPER: "1"}, stdin=subprocess.PIPE, stdout=silent, stderr=silent)
    except OSError:  # no process to be had: compiled here, when it is called
        yield lambda: None
        return
    with helper:
        try:
            yield lambda: helper.wait(PATIENCE)
        finally:
            helper.kill()


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Keep other processes with the same cache waiting, as long as they have patience; a lock of the system's ends with its process."""
    try:
        import fcntl

        path = Path(compiled.cache_folder(), "first_time.lock")
        file = open(path, "ab")  # noqa: SIM115 - closed below, which gives the lock back
    except (ImportError, OSError):
        yield
        return
    with file:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                time.sleep(0.1)
        yield
