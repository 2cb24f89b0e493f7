"""What worker processes do: simulate, month by month, looking up at each to see whether the answer is still wanted."""

from __future__ import annotations

import contextlib
import dataclasses
import multiprocessing
import os
import signal
import threading
import time
from typing import TYPE_CHECKING, Any

from cxsim.config.errors import CxsimError

if TYPE_CHECKING:
    from cxsim.app.picture import Picture
    from cxsim.config.run import Config
    from cxsim.firms.explain import Weighing

PATIENCE = 60.0
"""Seconds after which a job that nobody cancelled is given up."""


class StoppedError(Exception):
    """The job is no longer wanted."""


class TooLongError(Exception):
    """The job took longer than anyone waits for a page."""


class _Watch:
    """The job under way: its number, the board on which it is called off and reports months done, and its deadline."""

    def __init__(self) -> None:
        self.board: Any = [0, 0]
        self.job = 0
        self.until = float("inf")

    def start(self, job: int) -> None:
        self.job, self.until = job, time.monotonic() + PATIENCE
        self.board[1] = 0

    def tick(self) -> None:
        self.board[1] += 1
        if self.board[0] == self.job:
            raise StoppedError
        if time.monotonic() > self.until:
            raise TooLongError


_watch = _Watch()


def begin(board: Any) -> None:
    """Make a new worker ready.

    Args:
        board: two shared whole numbers: the job to give up, and the months that the present job has simulated.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _watch.board = board
    threading.Thread(target=_end_with_parent, daemon=True, name="end-with-parent").start()


def perform(job: int, function: str, arguments: tuple[Any, ...]) -> Any:
    """Do one job; ``function`` is the name of one of this module's.

    Raises:
        CxsimError: the job cannot be done.
        StoppedError: it was called off.
        TooLongError: it took longer than :data:`PATIENCE`.
    """
    _watch.start(job)
    try:
        return JOBS[function](*arguments)
    except CxsimError as error:
        # Errors with arguments of their own cannot be sent back; their sentence is all that anyone needs.
        raise CxsimError(str(error)) from None


def warm() -> bool:
    """Load the model and its compiled code; compiles where there is none yet. Returns ``True``."""
    from cxsim.config.load import load

    for market in ("generic", "rail"):
        paint(load(f"market={market}", "market.n_customers=200", "months=4", "burn_in=0", "regulator=fca"), 0)
    return True


def paint(config: Config, replication: int) -> Picture:
    """One replication as a picture."""
    from cxsim.app.picture import picture
    from cxsim.market.model import Market

    market = Market(config, rng=config.seed, replication=replication)
    while market.running:
        market.step()
        _watch.tick()
    return picture(market)


def explain(config: Config, month: int) -> dict[str, Any]:
    """What lay behind a month of the first replication, as plain data."""
    from cxsim.results.explain import explain_month

    told = explain_month(config, month, tick=_watch.tick)
    tables = {name: getattr(told, name).to_dict("records") for name in ("flows", "looked", "moved", "levers")}
    return {"month": told.month, "people": told.people, "simulated": config.market.n_customers, "events": told.events, **tables}


def follow(config: Config, who: int | str) -> dict[str, Any]:
    """One customer of the first replication, by number or by a word of ``NOTABLE``, as plain data."""
    from cxsim.results.explain import NOTABLE, follow_customer, notable_customers

    notable = notable_customers(config, tick=_watch.tick)
    index = notable[who] if isinstance(who, str) else who
    told = follow_customer(config, index, tick=_watch.tick)
    columns = {name: told.months[name].tolist() for name in told.months}
    picks = [{"name": name, "words": words, "index": notable[name]} for name, words in NOTABLE.items()]
    return {"index": told.index, "traits": told.traits, "months": columns, "picks": picks, "people": config.market.n_customers}


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
    price, customers = float(chosen.price), float(market.table.customers[chosen.slot])
    about = {"price": price, "customers": customers, "profit": float(market.table.profit[chosen.slot]), "strategy": chosen.strategy_name}
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


JOBS = {function.__name__: function for function in (warm, paint, explain, follow, weigh, bundle)}


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        with contextlib.suppress(Exception):
            parent.join()
        os._exit(1)
