"""One browser: what it asks for, in which order it is answered, and how much work it may cause at once."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import functools
import json
import logging
from collections.abc import Awaitable, Callable, Hashable, Mapping
from typing import Any

from cxsim.app import wire
from cxsim.app.picture import Averaged, Picture, average, difference
from cxsim.app.pool import AHEAD, FILLING, URGENT, Pool
from cxsim.app.questions import KINDS, Questions
from cxsim.app.state import GROUPS, State, parse
from cxsim.app.turns import Turns
from cxsim.app.worker import StoppedError, TooLongError
from cxsim.config.errors import CxsimError
from cxsim.config.run import Config

MOMENT = 0.016
"""Seconds from a state to what is told of it, in which its work gets under way and a newer one may take its place; a frame."""

CALM = 0.12
"""Seconds without a new state before bands are worked on, so that a hand on its way does not have them begun at every stop."""

HINTS = 4
"""States made ahead of a lever that is likely to move."""

TURNS = 4
"""Turns of the event loop in which a state's jobs reach the workers."""

_LOG = logging.getLogger("cxsim.app")
SIDES = ("baseline", "policy")


@dataclasses.dataclass(frozen=True)
class Request:
    """One state to be shown."""

    serial: int
    state: State
    notices: list[str]
    configs: dict[str, Config]
    keys: dict[str, str]


class Session:
    """Serves one browser.

    Args:
        pool: where work is done.
        send_text, send_bytes: how answers are sent.
    """

    def __init__(self, pool: Pool, send_text: Callable[[str], Awaitable[None]], send_bytes: Callable[[bytes], Awaitable[None]]):
        self.pool = pool
        self._text, self._bytes = send_text, send_bytes
        self._latest: Request | None = None
        self._untold: Request | None = None
        self._telling: asyncio.Task[None] | None = None
        self._months: int | None = None
        self._turns: Turns[Request] = Turns(self._first, self._fits)
        self._band: asyncio.Task[None] | None = None
        self._hints: dict[Hashable, asyncio.Task[Any]] = {}
        self._hinted: Request | None = None
        self._questions = Questions(pool, self._say, _told)
        self._sending: set[asyncio.Future[None]] = set()
        self._shown = -1
        self._there: dict[str, tuple[str, int]] = {}
        self._controls: dict[str, Any] | None = None

    async def hear(self, message: str) -> None:
        """Take in one message of the browser; whatever is wrong with it is answered, never raised."""
        try:
            said = json.loads(message)
            do = str(said["do"])
            serial = int(said.get("serial", 0))
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
            await self._say({"is": "error", "about": "message", "text": "A message could not be read."})
            return
        if do == "show":
            await self._show(serial, str(said.get("query", "")))
        elif do == "hint":
            self._hint(said.get("queries"))
        elif do == "stop":
            self._stop_band()
            self._questions.clear()
            await self._say({"is": "stopped"})
        elif do in KINDS and self._latest is not None:
            self._questions.ask(do, serial, said, self._latest)

    async def close(self) -> None:
        """The browser has gone: nothing of it is wanted any more."""
        self._turns.clear()
        self._questions.clear()
        for task in [*self._hints.values(), *(task for task in (self._band, self._telling) if task)]:
            task.cancel()

    # --- pictures --------------------------------------------------------------------------------------------------

    async def _show(self, serial: int, query: str) -> None:
        state, notices = parse(query)
        try:
            configs = {name: state.config(name) for name in SIDES}
        except CxsimError as error:
            self._stop_band()
            self._turns.forget_next()
            said = {"is": "error", "about": "state", "serial": serial, "text": str(error), "query": state.query(), "notices": notices}
            await self._say(said)
            return
        self._latest = self._untold = Request(serial, state, notices, configs, {name: state.key(name) for name in SIDES})
        self._stop_band()
        self._turns.take(self._latest)
        if self._telling is None or self._telling.done():
            self._telling = asyncio.ensure_future(self._tell())
        for _ in range(TURNS):  # the work is under way before anything else is heard
            await asyncio.sleep(0)

    def _fits(self, newest: Request, other: Request) -> bool:
        """Whether there are workers for both; in a crowd each browser gets one picture at a time."""
        wanted = {(request.keys[name], 0) for request in (newest, other) for name in SIDES}
        return not self.pool.crowded() and sum(not self.pool.known(key) for key in wanted) <= self.pool.workers

    async def _tell(self) -> None:
        """Say what the newest state means, once its work is under way; what lay before it and was not told yet is left out."""
        while (request := self._untold) is not None:
            await asyncio.sleep(MOMENT)
            if request is self._untold:
                if request is not self._hinted:
                    self._expect({})  # what was expected before was expected of another lever
                await self._say_state()

    async def _say_state(self) -> None:
        request, self._untold = self._untold, None
        if request is None:
            return
        state = request.state
        self._months = state.run["months"]
        said = {
            "is": "state", "serial": request.serial, "query": state.query(), "notices": request.notices, "view": dict(state.view),
            "commands": state.commands(), "python": state.python(), "months": state.run["months"],
            "same": request.keys["baseline"] == request.keys["policy"],
        }  # fmt: skip
        controls = wire.controls(state, request.configs["baseline"], request.configs["policy"], _untouched(request))
        if told := wire.changes(self._controls, controls):
            self._controls = controls
            said["controls"] = told
        await self._say(said)

    async def _first(self, request: Request) -> None:
        """The first replication of both sides, as soon as it is there; then the bands, if this is still what is looked at."""
        try:
            pictures = await asyncio.gather(*(self._picture(request, name, 0, URGENT, self._glance(request, name)) for name in SIDES))
            if request.serial > self._shown:
                await self._send(request, {name: [one] for name, one in zip(SIDES, pictures, strict=True)})
        except Exception as error:
            await self._fail(request, error)
            return
        if request is self._latest and request.state.run["replications"] > 1:
            self._band = asyncio.ensure_future(self._fill(request, dict(zip(SIDES, pictures, strict=True))))

    def _picture(
        self, request: Request, name: str, replication: int, rank: int, part: Callable[[Picture], None] | None = None
    ) -> Awaitable[Picture]:
        return self.pool.run((request.keys[name], replication), "paint", request.configs[name], replication, rank=rank, part=part)

    def _glance(self, request: Request, name: str) -> Callable[[Picture], None]:
        """Sends on the months of one side that are there already, while the rest is simulated; one at a time, or none."""
        sending: list[asyncio.Future[None]] = []

        def seen(part: Picture) -> None:
            if request is not self._latest or request.serial <= self._shown or (sending and not sending[0].done()):
                return
            head, arrays = wire.side(average([part]))
            head["reached"] = len(part.lines["experience"])
            header = {"is": "part", "serial": request.serial, "months": request.state.run["months"], "sides": {name: head}}
            sending[:] = [asyncio.ensure_future(_quiet(self._bytes(wire.pack(header, arrays))))]

        return seen

    async def _fill(self, request: Request, first: dict[str, Picture]) -> None:
        """The other replications, a few at a time: the bands get narrower while one looks."""
        wanted = int(request.state.run["replications"])
        made = {name: [picture] for name, picture in first.items()}
        goal = 4  # an interval from fewer says next to nothing
        try:
            await asyncio.sleep(CALM)
            await self._say({"is": "filling", "serial": request.serial, "done": 1, "of": wanted})
            while len(made["baseline"]) < wanted:
                goal = min(goal, wanted)
                while (done := len(made["baseline"])) < goal:
                    upto = min(goal, done + max(1, self.pool.workers))
                    jobs = {name: [self._picture(request, name, number, FILLING) for number in range(done, upto)] for name in SIDES}
                    found = await asyncio.gather(*(asyncio.gather(*part) for part in jobs.values()))
                    for name, more in zip(jobs, found, strict=True):
                        made[name] += more
                    await self._say({"is": "filling", "serial": request.serial, "done": upto, "of": wanted})
                await self._send(request, made)
                goal *= 2
        except Exception as error:
            await self._fail(request, error)

    async def _send(self, request: Request, pictures: Mapping[str, list[Picture]]) -> None:
        if self._untold is request and self._months != request.state.run["months"]:
            await self._say_state()  # the page has no place for the numbers yet
        averaged: dict[str, Averaged] = {}
        header: dict[str, Any] = {"is": "picture", "serial": request.serial, "months": request.state.run["months"], "sides": {}}
        arrays = []
        for name, several in pictures.items():
            key = (request.keys[name], len(several))
            if self._there.get(name) == key:
                header["sides"][name] = {"same": True}
                continue
            same = name == "policy" and request.keys["policy"] == request.keys["baseline"]
            averaged[name] = averaged["baseline"] if same and "baseline" in averaged else average(several)
            head, parts = wire.side(averaged[name])
            header["sides"][name] = {**head, "ends": wire.interval(averaged[name].ends)}
            arrays += parts
            self._there[name] = key
        header["difference"] = wire.interval(difference(pictures["baseline"], pictures["policy"]))
        header["count"] = len(pictures["baseline"])
        header["of"] = request.state.run["replications"]
        self._shown = max(self._shown, request.serial)
        # Sent in any case, whoever calls this off: the page is taken to have it.
        sending = asyncio.ensure_future(self._bytes(wire.pack(header, arrays)))
        self._sending.add(sending)
        sending.add_done_callback(self._sending.discard)
        await asyncio.shield(sending)

    async def _fail(self, request: Request, error: Exception) -> None:
        await self._say({"is": "error", "about": "picture", "serial": request.serial, "text": _told(error)})

    def _stop_band(self) -> None:
        if self._band is not None:
            self._band.cancel()
            self._band = None

    # --- ahead of time ---------------------------------------------------------------------------------------------

    def _hint(self, queries: Any) -> None:
        """Make pictures of states that may be asked for next, while there is nothing else to do."""
        likely: dict[Hashable, Config] = {}
        for query in queries[:HINTS] if isinstance(queries, list) and not self.pool.crowded() else []:
            with contextlib.suppress(CxsimError):
                state, _ = parse(str(query))
                likely |= {(state.key(name), 0): state.config(name) for name in SIDES}
        self._hinted = self._latest
        self._expect(likely)

    def _expect(self, likely: Mapping[Hashable, Config]) -> None:
        """Work ahead on these and on nothing else; what is under way already goes on."""
        for key in [key for key in self._hints if key not in likely]:
            self._hints.pop(key).cancel()
        for key, config in likely.items():
            if key not in self._hints and not self.pool.known(key):
                self._hints[key] = task = asyncio.ensure_future(_quiet(self.pool.run(key, "paint", config, 0, rank=AHEAD)))
                task.add_done_callback(functools.partial(self._made, key))

    def _made(self, key: Hashable, task: asyncio.Task[Any]) -> None:
        if self._hints.get(key) is task:
            del self._hints[key]

    async def _say(self, said: Mapping[str, Any]) -> None:
        await self._text(json.dumps(said, separators=(",", ":"), allow_nan=False, default=_plain))


def _told(error: Exception) -> str:
    """What the browser is told of an error; one that nobody foresaw is told too, or the page would wait for good."""
    if isinstance(error, CxsimError):
        return str(error)
    if isinstance(error, StoppedError | TooLongError):
        return "This takes too long. Choose fewer customers, firms or months."
    _LOG.error("a simulation failed", exc_info=error)
    return f"The simulation failed ({type(error).__name__}). This is a fault of cxsim; what the server has printed says where it lies."


def _untouched(request: Request) -> dict[str, Config]:
    """Each side without its own values; as it is where that cannot stand."""
    state, found = request.state, dict(request.configs)
    for name in SIDES:
        without = {key: value for key, value in getattr(state, name).items() if key in GROUPS}
        with contextlib.suppress(CxsimError):
            found[name] = dataclasses.replace(state, **{name: without}).config(name)
    return found


def _plain(value: Any) -> Any:
    """NumPy's numbers as Python's."""
    return value.item() if hasattr(value, "item") else str(value)


async def _quiet(work: Awaitable[Any]) -> None:
    with contextlib.suppress(Exception):
        await work
