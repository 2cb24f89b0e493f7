"""What worker processes do: simulate, month by month, looking up at each to see whether the answer is still wanted."""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import multiprocessing
import os
import pickle
import signal
import threading
import time
import traceback
from typing import TYPE_CHECKING, Any

from cxsim.config.errors import CxsimError

if TYPE_CHECKING:
    from cxsim.app.picture import Picture
    from cxsim.config.run import Config
    from cxsim.firms.explain import Weighing

PATIENCE = 60.0
"""Seconds after which a job that nobody cancelled is given up."""

FIRST_GLANCE, NEXT_GLANCE = 0.02, 0.08
"""Seconds from the start of a job to the first part of a picture that is sent ahead, and from each to the next."""

LAST_GLANCE = 0.1
"""Seconds that a job must still take for a part to be worth its drawing, which would delay a whole that is soon there."""

ANSWER, ERROR, PART = "answer", "error", "part"
"""What a worker says of a job: the answer, what went wrong, or some of the answer ahead of the rest."""

HELD_FOR = 0.001
"""Seconds between two looks of a job that is held up at whether it may go on."""

PLACES = 4
CALLED_OFF, MONTHS, WATCHED, HELD = range(PLACES)
"""Places on a worker's board: the job to give up, the months simulated, the job whose parts are wanted as they come, the job to hold up."""


class StoppedError(Exception):
    """The job is no longer wanted."""


class TooLongError(Exception):
    """The job took longer than anyone waits for a page."""


class _Watch:
    """The job under way: its number, the board on which it is called off and reports months done, and its deadline."""

    def __init__(self) -> None:
        self.board: Any = [0] * PLACES
        self.link: Any = None
        self.job = -1
        self.began = 0.0
        self.until = float("inf")
        self.glance = float("inf")

    def start(self, job: int, patience: float) -> None:
        now = time.monotonic()
        self.job, self.began, self.until, self.glance = job, now, now + patience, now + FIRST_GLANCE
        self.board[MONTHS] = 0

    def tick(self) -> None:
        self.board[MONTHS] += 1
        while self.board[HELD] == self.job != self.board[CALLED_OFF]:
            time.sleep(HELD_FOR)
            self.until += HELD_FOR
        if self.board[CALLED_OFF] == self.job:
            raise StoppedError
        if time.monotonic() > self.until:
            raise TooLongError

    def wanted(self, done: int, months: int) -> bool:
        """Whether somebody would look at a part of the picture now.

        Args:
            done: months simulated.
            months: of how many.
        """
        if self.board[WATCHED] != self.job or (now := time.monotonic()) <= self.glance:
            return False
        return (now - self.began) * (months - done) > LAST_GLANCE * done

    def show(self, part: Any) -> None:
        """Send a part of the answer ahead."""
        if self.link is not None:
            self.link.send((self.job, PART, part))
        self.glance = time.monotonic() + NEXT_GLANCE


_watch = _Watch()


def serve(board: Any, link: Any) -> None:
    """Do jobs as they come, until the other end of the pipe is closed; what a worker process runs.

    Args:
        board: shared whole numbers, see :data:`CALLED_OFF`.
        link: the end of a pipe: jobs come as number, function and arguments; their number, one of :data:`ANSWER`, :data:`ERROR` and
            :data:`PART`, and what there is to say go back.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _watch.board, _watch.link = board, link
    threading.Thread(target=_end_with_parent, daemon=True, name="end-with-parent").start()
    with contextlib.suppress(EOFError, OSError):
        while True:
            link.send(answered(*link.recv()))


def answered(job: int, function: str, arguments: tuple[Any, ...]) -> tuple[int, str, Any]:
    """Do one job, and give what is to be said of it."""
    try:
        return job, ANSWER, perform(job, function, arguments)
    except (StoppedError, TooLongError, CxsimError) as error:
        return job, ERROR, _fit_to_travel(error)
    except Exception as error:
        error.add_note("".join(traceback.format_exception(error)))  # where it was raised does not travel
        return job, ERROR, _fit_to_travel(error)


def _fit_to_travel(error: Exception) -> Exception:
    try:
        pickle.loads(pickle.dumps(error))
        return error
    except Exception:
        told = RuntimeError(f"{type(error).__name__}: {error}")
        for note in getattr(error, "__notes__", []):
            told.add_note(note)
        return told


def perform(job: int, function: str, arguments: tuple[Any, ...]) -> Any:
    """Do one job; ``function`` is the name of one of this module's.

    Raises:
        CxsimError: the job cannot be done.
        StoppedError: it was called off.
        TooLongError: it took longer than :data:`PATIENCE`.
    """
    # The first start after an installation compiles, for minutes on a slow machine; giving up would leave a page that never works.
    _watch.start(job, float("inf") if function == warm.__name__ else PATIENCE)
    return JOBS[function](*arguments)


def warm() -> bool:
    """Load the model and its compiled code; compiles where there is none yet. Returns ``True``."""
    from cxsim.config.load import load

    for market in ("generic", "rail"):
        paint(load(f"market={market}", "market.n_customers=200", "months=4", "burn_in=0", "regulator=fca"), 0)
    settle()
    return True


def settle() -> None:
    """Leave what is loaded by now out of every later search for garbage, which otherwise takes as long as a simulation, at any moment."""
    gc.collect()
    gc.freeze()


def paint(config: Config, replication: int) -> Picture:
    """One replication as a picture; while it is simulated, what there is of it is sent ahead if somebody is looking."""
    from cxsim.app.picture import picture
    from cxsim.market.model import Market

    market = Market(config, rng=config.seed, replication=replication)
    months = config.burn_in + config.months
    while market.running:
        market.step()
        _watch.tick()
        if market.month > 1 and market.running and _watch.wanted(config.burn_in + market.month, months):
            _watch.show(picture(market))
    return picture(market)


def explain(config: Config, month: int) -> dict[str, Any]:
    """What lay behind a month of the first replication, as plain data."""
    from cxsim.results.explain import explain_month

    told = explain_month(config, month, tick=_watch.tick)
    tables = {name: getattr(told, name).to_dict("records") for name in ("flows", "looked", "moved", "levers")}
    return {"month": told.month, "people": told.people, "simulated": config.market.n_customers, "events": told.events, **tables}


def notable(config: Config) -> dict[str, int]:
    """Numbers of customers of the first replication who are worth following."""
    from cxsim.results.explain import notable_customers

    return notable_customers(config, tick=_watch.tick)


def follow(config: Config, index: int) -> dict[str, Any]:
    """One customer of the first replication, by number, as plain data."""
    from cxsim.results.explain import follow_customer

    told = follow_customer(config, index, tick=_watch.tick)
    columns = {name: told.months[name].tolist() for name in told.months}
    return {"index": told.index, "traits": told.traits, "months": columns, "people": config.market.n_customers}


def weigh(config: Config, firm: str, month: int) -> dict[str, Any]:
    """What a firm weighed at its last review up to a month of the first replication, as plain data.

    Without a firm of that name, the firms' names alone.
    """
    from cxsim.firms.explain import Watched
    from cxsim.market.model import Market

    market = Market(config, rng=config.seed)
    watched: dict[str, Any] = {}
    span = config.market.review_months
    while market.month <= month:
        for one in market.firms:  # also those that entered meanwhile
            if one.name == firm and one.name not in watched:
                watched[one.name] = one.strategy = Watched(one.strategy, lambda at: at > month - span)
        market.step()
        _watch.tick()
    names = [one.name for one in market.by_slot if one is not None]
    chosen = next((one for one in market.by_slot if one is not None and one.name == firm), None)
    if chosen is None:
        return {"firms": names, "firm": "", "weighing": None}
    last: Weighing | None = watched[firm].last if firm in watched else None
    about = {name: float(getattr(chosen, name)) for name in ("price", "customers", "profit")}
    return {"firms": names, "firm": firm, "about": about, "weighing": None if last is None else _plain(last)}


def _plain(weighing: Weighing) -> dict[str, Any]:
    levers = [{**dataclasses.asdict(one), "value": one.value.tolist(), "profit": one.profit.tolist(), "fines": one.fines.tolist()}
              for one in weighing.levers]  # fmt: skip
    return {**{field.name: getattr(weighing, field.name) for field in dataclasses.fields(weighing)}, "levers": levers}


def bundle(baseline: Config, policy: Config, notes: dict[str, str], kind: str) -> bytes:
    """Both sides' full tables as a ZIP file, with configuration, provenance and ``notes`` (texts by file name).

    Args:
        kind: ``csv`` or ``parquet``.
    """
    from cxsim.app.bundle import made

    return made(baseline, policy, notes, kind, _watch.tick)


JOBS = {function.__name__: function for function in (warm, paint, explain, notable, follow, weigh, bundle)}


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        with contextlib.suppress(Exception):
            parent.join()
        os._exit(1)
