"""Between an entry and the market: an entry's mistakes become an error that names it, and it cannot keep the others waiting."""

from __future__ import annotations

import contextlib
import functools
import io
import math
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from cxsim.config.errors import CxsimError, nearest, shown
from cxsim.firms.strategy import Strategy
from cxsim.firms.table import LEVER_NAMES
from cxsim.tournament.entries import find, told

if TYPE_CHECKING:
    from cxsim.firms.firm import Firm
    from cxsim.market.model import Market

SECONDS = 10.0
"""Processor time that one review may take; a whole month of a market takes milliseconds."""


class EntryError(CxsimError):
    """An entry that raised, returned what is no set of levers, took too long or changed what is not its own."""

    def __init__(self, entry: str, reason: str):
        super().__init__(f"entry {entry}: {reason}")


def guilty(message: str) -> str:
    """The entry that an :class:`EntryError` names in its message."""
    return message.removeprefix("entry ").partition(": ")[0]


class _OutOfTimeError(BaseException):
    """Not an ``Exception``, so that an entry that catches all of those does not catch this."""


class Guarded(Strategy):
    """An entry's strategy, played under supervision; what it decides is what it would decide alone."""

    entry: ClassVar[str]
    kind: ClassVar[type[Strategy]]

    def __init__(self) -> None:
        self.played = self._watched("it cannot be made without arguments", self.kind)

    def state(self) -> dict[str, Any]:
        """What the strategy itself remembers."""
        return self.played.state()

    def restore(self, state: Mapping[str, Any]) -> None:
        """Hand back to the strategy what it remembered."""
        self.played.restore(state)

    def may_collude(self, market: Market) -> bool:
        """As the strategy says."""
        return bool(self._watched("may_collude() failed", lambda: self.played.may_collude(market)))

    def review(self, firm: Firm, market: Market) -> Mapping[str, Any]:
        """The levers that the strategy returns, checked.

        Raises:
            EntryError: it failed, or what it returned cannot be used.
        """
        table = market.table
        levers, quality = table.levers.copy(), table.quality.copy()
        where = f"review() in month {market.month} failed"
        decided = self._watched(where, lambda: self.played.review(firm, market))
        if not (np.array_equal(levers, table.levers, equal_nan=True) and np.array_equal(quality, table.quality, equal_nan=True)):
            raise EntryError(self.entry, "review() changed the levers of firms itself; it may only return new ones for its own firm.")
        self._check(decided, table.outcomes)
        return decided

    def _check(self, levers: Any, outcomes: int) -> None:
        if not isinstance(levers, Mapping):
            raise EntryError(self.entry, f"review() returned {shown(levers)}; allowed: a mapping from levers to numbers.")
        for name, value in levers.items():
            if name not in (*LEVER_NAMES, "quality"):
                hint = nearest(str(name), (*LEVER_NAMES, "quality"))
                raise EntryError(self.entry, f"review() returned {shown(name)}, which is no lever.{hint}")
            try:
                given = np.asarray(value, dtype=float)
                good = bool(np.isfinite(given).all()) and given.shape in (((), (outcomes,)) if name == "quality" else ((),))
            except (TypeError, ValueError):
                good = False
            if not good:
                raise EntryError(self.entry, f"review() returned {name}={shown(value)}; allowed: a finite number.")

    def _watched(self, where: str, work: Callable[[], Any]) -> Any:
        try:
            # What many entries print in thousands of reviews would hide everything else.
            with contextlib.redirect_stdout(io.StringIO()), _time_limit(SECONDS):
                return work()
        except EntryError:
            raise
        except _OutOfTimeError:
            raise EntryError(self.entry, f"{where} (more than {SECONDS:g} seconds of processor time).") from None
        except (Exception, SystemExit) as error:  # an entry may raise anything, and that is its result
            raise EntryError(self.entry, f"{where} ({told(error)}).") from error


def entrance(package: str, file: str) -> Callable[[str], type[Guarded]]:
    """What a package of entries answers to those who look for its classes.

    Args:
        package: the package's name.
        file: its ``__init__.py``.
    """
    folder = Path(file).parent

    @functools.cache
    def look(attribute: str) -> type[Guarded]:
        found = find(package, folder, attribute)
        if found is None:
            raise AttributeError(f"module {package!r} has no attribute {attribute!r}")
        name, kind = found
        return type(attribute, (Guarded,), {"entry": name, "kind": kind, "__module__": package})

    return look


@contextlib.contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Raise :class:`_OutOfTimeError` inside after so many seconds of processor time, where this system and thread can."""
    able = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    if not able or math.isinf(seconds):
        yield
        return

    def end(*_: Any) -> None:
        raise _OutOfTimeError

    before = signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
