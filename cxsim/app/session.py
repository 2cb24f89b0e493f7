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
from cxsim.app.pool import AHEAD, FILLING, SOON, URGENT, Pool
from cxsim.app.state import GROUPS, State, parse
from cxsim.app.worker import StoppedError, TooLongError
from cxsim.config.errors import CxsimError
from cxsim.config.run import Config

AT_ONCE = 2
"""Pictures that one browser may have in the making, one in a crowd; of further ones only the latest waits."""

HINTS = 4
"""Pictures made ahead of a lever that is likely to move."""

_LOG = logging.getLogger("cxsim.app")
SIDES = ("baseline", "policy")


@dataclasses.dataclass(frozen=True)
class Request:
    """One state to be shown."""

    serial: int
    state: State
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
        self._painting: set[asyncio.Task[None]] = set()
        self._pending: Request | None = None
        self._band: asyncio.Task[None] | None = None
        self._hints: dict[Hashable, asyncio.Task[Any]] = {}
        self._asked: dict[str, asyncio.Task[None]] = {}
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
            for task in self._asked.values():
                task.cancel()
            await self._say({"is": "stopped"})
        elif do in {"explain", "follow", "weigh"}:
            self._ask(do, serial, said)

    async def close(self) -> None:
        """The browser has gone: nothing of it is wanted any more."""
        for task in [*self._painting, *self._hints.values(), *self._asked.values(), *([self._band] if self._band else [])]:
            task.cancel()

    # --- pictures --------------------------------------------------------------------------------------------------

    async def _show(self, serial: int, query: str) -> None:
        state, notices = parse(query)
        try:
            request = Request(serial, state, {name: state.config(name) for name in SIDES}, {})
            untouched = {
                "baseline": dataclasses.replace(state, baseline=_presets(state.baseline)).config("baseline"),
                "policy": _without_own(state, request.configs),
            }
        except CxsimError as error:
            self._stop_band()
            self._pending = None
            said = {"is": "error", "about": "state", "serial": serial, "text": str(error), "query": state.query(), "notices": notices}
            await self._say(said)
            return
        request.keys.update({name: state.key(name) for name in SIDES})
        self._latest = request
        self._stop_band()
        if self._room():
            self._paint(request)
        else:
            self._pending = request
        await asyncio.sleep(0)  # the work is under way before anything is said about it
        for key in list(self._hints):
            self._hints.pop(key).cancel()
        await self._say_state(request, notices, untouched)

    async def _say_state(self, request: Request, notices: list[str], untouched: Mapping[str, Config]) -> None:
        state = request.state
        said = {
            "is": "state", "serial": request.serial, "query": state.query(), "notices": notices, "view": dict(state.view),
            "commands": state.commands(), "python": state.python(), "months": state.run["months"],
            "same": request.keys["baseline"] == request.keys["policy"],
        }  # fmt: skip
        controls = wire.controls(state, request.configs["baseline"], request.configs["policy"], untouched)
        if told := wire.changes(self._controls, controls):
            self._controls = controls
            said["controls"] = told
        await self._say(said)

    def _room(self) -> bool:
        return len(self._painting) < (1 if self.pool.crowded() else AT_ONCE)

    def _paint(self, request: Request) -> None:
        task = asyncio.ensure_future(self._first(request))
        self._painting.add(task)
        task.add_done_callback(self._painted)

    def _painted(self, task: asyncio.Task[None]) -> None:
        self._painting.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _LOG.error("a picture failed", exc_info=task.exception())
        if self._pending is not None and self._room():
            request, self._pending = self._pending, None
            self._paint(request)

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
            if request.serial <= self._shown or (sending and not sending[0].done()):
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
        await self._bytes(wire.pack(header, arrays))

    async def _fail(self, request: Request, error: Exception) -> None:
        await self._say({"is": "error", "about": "picture", "serial": request.serial, "text": _told(error)})

    def _stop_band(self) -> None:
        if self._band is not None:
            self._band.cancel()
            self._band = None

    # --- ahead of time ---------------------------------------------------------------------------------------------

    def _hint(self, queries: Any) -> None:
        """Make pictures of states that may be asked for next, while there is nothing else to do."""
        if not isinstance(queries, list) or self.pool.crowded():
            return
        likely: dict[Hashable, Config] = {}
        for query in queries[:HINTS]:
            with contextlib.suppress(CxsimError):
                state, _ = parse(str(query))
                likely |= {(state.key(name), 0): state.config(name) for name in SIDES}
        for key in [key for key in self._hints if key not in likely]:
            self._hints.pop(key).cancel()
        for key, config in likely.items():
            if key not in self._hints and not self.pool.known(key):
                self._hints[key] = task = asyncio.ensure_future(_quiet(self.pool.run(key, "paint", config, 0, rank=AHEAD)))
                task.add_done_callback(functools.partial(self._made, key))

    def _made(self, key: Hashable, task: asyncio.Task[Any]) -> None:
        if self._hints.get(key) is task:
            del self._hints[key]

    # --- questions -------------------------------------------------------------------------------------------------

    def _ask(self, do: str, serial: int, said: Mapping[str, Any]) -> None:
        """Answer a question about what is shown; a new question of the same kind replaces the one before."""
        before = self._asked.pop(do, None)
        if before is not None:
            before.cancel()
        task = asyncio.ensure_future(self._answer(do, serial, said))
        self._asked[do] = task
        task.add_done_callback(lambda done: self._asked.pop(do) if self._asked.get(do) is done else None)

    async def _answer(self, do: str, serial: int, said: Mapping[str, Any]) -> None:
        request = self._latest
        if request is None:
            return
        try:
            if do == "explain":
                month = _whole(said, "month", int(request.state.run["months"]) - 1)
                keys = [(do, request.keys[name], month) for name in SIDES]
                parts = await asyncio.gather(
                    *(self.pool.run(key, do, request.configs[name], month, rank=SOON) for key, name in zip(keys, SIDES, strict=True))
                )
                answer: Any = dict(zip(SIDES, parts, strict=True))
            else:
                name = "policy" if said.get("side") == "policy" else "baseline"
                config = request.configs[name]
                key, picks = request.keys[name], {}
                if do == "follow":
                    from cxsim.results.explain import NOTABLE

                    notable = await self.pool.run(("notable", key), "notable", config, rank=SOON)
                    picks = {"picks": [{"name": word, "words": words, "index": notable[word]} for word, words in NOTABLE.items()]}
                    who = said.get("who")
                    known = isinstance(who, str) and who in notable
                    asked: tuple[Any, ...] = (notable[who] if known else _whole(said, "who", config.market.n_customers - 1),)
                else:
                    asked = (str(said.get("firm", ""))[:200], _whole(said, "month", int(request.state.run["months"]) - 1))
                answer = {"side": name, **picks, **await self.pool.run((do, key, *asked), do, config, *asked, rank=SOON)}
            await self._say({"is": do, "serial": serial, "answer": answer})
        except Exception as error:
            await self._say({"is": "error", "about": do, "serial": serial, "text": _told(error)})

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


def _whole(said: Mapping[str, Any], name: str, most: int) -> int:
    value = said.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise CxsimError(f"{name}: given {str(value)[:40]}; allowed: a whole number from 0 to {most}.")
    return value


def _presets(side: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in side.items() if key in GROUPS}


def _without_own(state: State, configs: Mapping[str, Config]) -> Config:
    """The policy without its own values; the policy as it is where that cannot stand."""
    try:
        return dataclasses.replace(state, policy=_presets(state.policy)).config("policy")
    except CxsimError:
        return configs["policy"]


def _plain(value: Any) -> Any:
    """NumPy's numbers as Python's."""
    return value.item() if hasattr(value, "item") else str(value)


async def _quiet(work: Awaitable[Any]) -> None:
    with contextlib.suppress(Exception):
        await work
