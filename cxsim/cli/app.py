"""``cxsim app``: the live page, served to this machine's browser."""

from __future__ import annotations

import contextlib
import importlib.util
import ipaddress
import os
import signal
import socket
import sys
import threading
from typing import Any

from cxsim.cli.parser import Parser, UsageError

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
NEEDED = {"starlette": "starlette", "uvicorn": "uvicorn", "websockets": "websockets"}


def main(arguments: list[str]) -> int:
    """Serve the page until interrupted.

    Returns:
        The exit code.

    Raises:
        CxsimError: arguments that cannot be used, a port that is taken, or an extra that is not installed.
    """
    given = _parser().parse_args(arguments)
    if not 0 <= given.port <= 65_535:
        raise UsageError(f"--port: given {given.port}; allowed: 0 to 65535, 0 for any that is free.")
    if given.workers is not None and not 1 <= given.workers <= 64:
        raise UsageError(f"--workers: given {given.workers}; allowed: 1 to 64.")
    missing = [name for name, module in NEEDED.items() if importlib.util.find_spec(module) is None]
    if missing:
        raise UsageError(f"cxsim app needs {', '.join(missing)}, which is not installed; install the extra: pip install 'cxsim[app]'.")
    listening = _listen(given.host, given.port)
    port = listening.getsockname()[1]
    if not is_loopback(given.host):
        print(
            f"cxsim: --host {given.host}: everyone who can reach this machine can open the page and use its processors; there is no "
            "password.",
            file=sys.stderr,
        )
    shown = "127.0.0.1" if given.host in {"", "0.0.0.0"} else given.host
    address = f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/"
    if given.open is not None:
        from cxsim.app.state import parse

        state, notices = parse(given.open.removeprefix("?"))
        for notice in notices:
            print(f"cxsim: {notice}", file=sys.stderr)
        address = f"{address}?{state.query()}"
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # to be told to go is to be interrupted: workers end, nothing is left behind
    with contextlib.suppress(KeyboardInterrupt):
        print(f"The page is at {address}\nIt is ready when it shows its charts. Ctrl-C ends it.", flush=True)
        if not given.no_browser:
            _open_browser(address)
        _serve(listening, given.workers, None if not is_loopback(given.host) else LOOPBACK)
    return 0


def _parser() -> Parser:
    parser = Parser(
        prog="cxsim app",
        description="Open the live page: levers on the left, a baseline and a policy side by side on the right. Served to this machine "
        "only unless --host says otherwise; nothing is loaded from or sent to anywhere else.",
    )
    parser.add_argument(
        "open", nargs="?", metavar="STATE", help="what to open with, as in the page's address: 'market=energy&policy.regulator=fca'"
    )
    parser.add_argument("--port", type=int, default=8765, help="port (default 8765; 0 takes one that is free)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1, this machine only)")
    parser.add_argument("--workers", type=int, metavar="N", help="processes that simulate (by default one a core)")
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    return parser


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens, so that a port that is taken is said before anything starts."""
    try:
        family = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
        listening = socket.socket(family, socket.SOCK_STREAM)
        if os.name != "nt":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(
            f"--host {host} --port {port}: the page cannot be served there ({reason}); --port 0 takes a port that is free."
        ) from None
    return listening


def _open_browser(address: str) -> None:
    import webbrowser

    def soon() -> None:
        with contextlib.suppress(Exception):
            webbrowser.open(address)

    threading.Timer(0.8, soon).start()


def _serve(listening: socket.socket, workers: int | None, hosts: frozenset[str] | None) -> None:
    import uvicorn

    from cxsim.app.server import application
    from cxsim.sweeps.executors.base import cores

    settings: dict[str, Any] = {"log_level": "warning", "access_log": False, "ws": "auto", "ws_max_size": 65_536,
                                "timeout_graceful_shutdown": 2, "server_header": False, "ws_per_message_deflate": False}  # fmt: skip
    server = uvicorn.Server(uvicorn.Config(application(workers or cores(), hosts), **settings))
    server.run(sockets=[listening])
