"""The server of the page: a few files, one socket per browser, downloads; nothing else, and nothing from anywhere else."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from cxsim import __version__
from cxsim.app import wire
from cxsim.app.pool import SOON, Pool
from cxsim.app.scenarios import SCENARIOS
from cxsim.app.session import SIDES, Session
from cxsim.app.state import parse
from cxsim.app.worker import StoppedError, TooLongError, settle
from cxsim.config.errors import CxsimError
from cxsim.config.essence import content_hash

STATIC = Path(__file__).resolve().parent / "static"
KINDS = {".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
         ".svg": "image/svg+xml"}  # fmt: skip
MOST_SESSIONS = 200
LONGEST_MESSAGE = 64_000
_LOG = logging.getLogger("cxsim.app")

HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "cache-control": "no-cache",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


class Doorkeeper:
    """Lets in only requests that were meant for this server, and says on every answer that nothing else is to be loaded.

    A page elsewhere could make a browser connect to a loopback address, by a name that resolves to it, by a socket, which knows no
    same-origin rule, or by a picture whose address is that of our data, which would cost us a simulation. So the name asked for must be one
    of ours, a socket must come from our own page, and from elsewhere one may link to the page and to nothing else.

    Args:
        app: the application.
        hosts: names that the server may be asked for by; ``None`` for any.
    """

    def __init__(self, app: ASGIApp, hosts: frozenset[str] | None):
        self.app = app
        self.hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI asks."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get("host", "")
        try:
            name, origin = urlsplit(f"//{host}").hostname or "", urlsplit(headers.get("origin", "")).netloc
        except ValueError:  # brackets that do not close, and the like
            name, origin = "", ""
        if self.hosts is not None and name not in self.hosts:
            await self._refuse(scope, receive, send, f"This server is not {name or 'that'}.")
        elif scope["type"] == "websocket" and origin != host:
            await self._refuse(scope, receive, send, "Only the page itself may connect.")
        elif headers.get("sec-fetch-site") == "cross-site" and scope["path"] != "/":
            await self._refuse(scope, receive, send, "Only the page itself may ask for this.")
        else:
            await self.app(scope, receive, self._with_headers(send))

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, text: str) -> None:
        if scope["type"] == "websocket":
            await WebSocket(scope, receive, send).close(1008)
        else:
            await Response(text, 421, HEADERS)(scope, receive, send)

    @staticmethod
    def _with_headers(send: Send) -> Send:
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name for name, _ in message["headers"]}
                more = [(name.encode(), value.encode()) for name, value in HEADERS.items() if name.encode() not in own]
                message = {**message, "headers": [*message["headers"], *more]}
            await send(message)

        return sent


def application(workers: int, hosts: frozenset[str] | None) -> Starlette:
    """The application.

    Args:
        workers: worker processes.
        hosts: names that the server may be asked for by; ``None`` for any.
    """
    pool = Pool(workers)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.state.pool, app.state.sessions, app.state.bundles = pool, 0, asyncio.Semaphore(2)
        starting = asyncio.ensure_future(_start(pool))
        try:
            yield
        finally:
            starting.cancel()
            pool.stop()

    routes = [
        Route("/", index),
        Route("/static/{name}", static),
        Route("/furniture.json", furniture),
        Route("/data.zip", data),
        WebSocketRoute("/live", live),
    ]
    app = Starlette(routes=routes, lifespan=lifespan, exception_handlers={404: _missing})
    app.add_middleware(Doorkeeper, hosts=hosts)
    return app


async def _start(pool: Pool) -> None:
    loading = asyncio.ensure_future(_load())
    try:
        await pool.start()
    except Exception as error:
        pool.failure = f"The simulation cannot be started ({error})."
        _LOG.exception("the workers could not be started")
    await loading
    settle()


async def _load() -> None:
    """Read the presets of the ready-made comparisons while workers load the model, so that nobody waits for one who chooses them first."""
    for scenario in SCENARIOS:
        state, _ = parse(f"scenario={scenario.name}")
        for side in SIDES:
            state.config(side)
            await asyncio.sleep(0)


async def _missing(request: Request, error: Exception) -> Response:
    return Response("There is no such page.", 404)


async def index(request: Request) -> Response:
    """The page."""
    return FileResponse(STATIC / "index.html", media_type=KINDS[".html"])


async def static(request: Request) -> Response:
    """A file of the page; only names that are there, so that no path leads out."""
    name = request.path_params["name"]
    known = {path.name: path for path in STATIC.iterdir() if path.suffix in KINDS}
    if name not in known:
        return Response("There is no such file.", 404)
    return FileResponse(known[name], media_type=KINDS[known[name].suffix])


async def furniture(request: Request) -> Response:
    """What the page needs once."""
    return Response(_furniture(), media_type="application/json")


def _furniture() -> bytes:
    global _MADE  # noqa: PLW0603 - made once per process, because it reads every preset
    if _MADE is None:
        _MADE = json.dumps({"version": __version__, **wire.furniture()}, separators=(",", ":")).encode()
    return _MADE


_MADE: bytes | None = None


async def data(request: Request) -> Response:
    """All tables of both sides as a ZIP file; ``format`` is csv or parquet, the rest of the address is the state."""
    kind = request.query_params.get("format", "csv")
    if kind not in {"csv", "parquet"}:
        return JSONResponse({"error": f"format: given {kind[:20]!r}; allowed: csv, parquet."}, 400)
    query = "&".join(part for part in request.url.query.split("&") if not part.startswith("format="))
    pool: Pool = request.app.state.pool
    try:
        state, _ = parse(query)
        baseline, policy = state.config("baseline"), state.config("policy")
        notes = {"commands.sh": state.commands(), "compare.py": state.python(), "address.txt": f"?{state.query()}\n"}
        key = ("bundle", content_hash(baseline), content_hash(policy), kind)
        async with request.app.state.bundles:
            made = await pool.run(key, "bundle", baseline, policy, notes, kind, rank=SOON)
    except CxsimError as error:
        return JSONResponse({"error": str(error)}, 400)
    except (StoppedError, TooLongError):
        return JSONResponse({"error": "This takes too long. Choose fewer customers, months or runs."}, 503)
    return Response(made, media_type="application/zip", headers={"content-disposition": 'attachment; filename="cxsim-comparison.zip"'})


async def live(socket: WebSocket) -> None:
    """The socket of one browser."""
    state = socket.app.state
    await socket.accept()
    if state.sessions >= MOST_SESSIONS:
        await socket.close(1013, "There are too many visitors just now.")
        return
    state.sessions += 1
    pool: Pool = state.pool
    speaking = asyncio.Lock()

    async def text(said: str) -> None:
        async with speaking:
            await socket.send_text(said)

    async def numbers(said: bytes) -> None:
        async with speaking:
            await socket.send_bytes(said)

    session = Session(pool, text, numbers)
    try:
        if not pool.ready.is_set():
            await text(json.dumps({"is": "warming"}))
            await _ready(pool, text)
        await text(json.dumps({"is": "ready", "workers": pool.workers}))
        while True:
            message = await socket.receive_text()
            if len(message) <= LONGEST_MESSAGE:
                await session.hear(message)
    except (WebSocketDisconnect, RuntimeError, KeyError):
        pass  # the browser has gone, in whatever way
    finally:
        state.sessions -= 1
        await session.close()


async def _ready(pool: Pool, text: Any) -> None:
    while not pool.ready.is_set():
        if pool.failure:
            await text(json.dumps({"is": "error", "about": "start", "text": pool.failure}))
            raise WebSocketDisconnect(1011)
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(pool.ready.wait(), 0.5)
