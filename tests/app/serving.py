"""Helpers of the page's tests: a pool whose work is done here, the page as a process of its own, where a browser is."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from cxsim.app import worker
from cxsim.app.pool import URGENT
from tests.checkout import surroundings

ROOT = Path(__file__).resolve().parents[2]
SMALL = "market=generic&market.n_customers=150&months=24&burn_in=0&replications=4"
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage")  # fmt: skip


class InlinePool:
    """Answers as a pool does, in this process, one job after the other; keeps what it was asked."""

    workers = 2

    def __init__(self):
        self.asked: list[tuple[str, Any, int]] = []
        self.results: dict[Any, Any] = {}
        self.gate: asyncio.Event | None = None
        self.busy = False
        self.under_way = self.most_under_way = 0

    def known(self, key):
        return key in self.results

    def crowded(self):
        return self.busy

    async def run(self, key, function, *arguments, rank=URGENT, part=None):
        if key not in self.results:
            self.asked.append((function, key, rank))
            self.under_way += 1
            self.most_under_way = max(self.under_way, self.most_under_way)
            try:
                if self.gate is not None:
                    await self.gate.wait()
                await asyncio.sleep(0)
            finally:
                self.under_way -= 1
            self.results[key] = worker.JOBS[function](*arguments)
        return self.results[key]


class Page:
    """A served page: its address and its process."""

    def __init__(self, arguments: tuple[str, ...] = ()):
        command = [sys.executable, "-m", "cxsim", "app", "--port", "0", "--no-browser", "--workers", "2", *arguments]
        self.errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - it lives as long as the process
        self.process = subprocess.Popen(
            command, cwd=tempfile.gettempdir(), env=surroundings(), stdout=subprocess.PIPE, stderr=self.errors, text=True
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
        assert found, f"{line}{self.said()}"
        self.port = int(found[1])
        self.address = f"http://127.0.0.1:{self.port}/"

    def said(self) -> str:
        """What it wrote to its standard error."""
        self.errors.seek(0)
        return self.errors.read()

    def close(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
        if self.process.stdout is not None:
            self.process.stdout.close()


def connect(page: Page, **options: Any) -> Any:
    """A socket as the page opens it, past the greeting."""
    from websockets.sync.client import connect as open_socket

    socket = open_socket(f"ws://127.0.0.1:{page.port}/live", origin=f"http://127.0.0.1:{page.port}", max_size=None, **options)
    until(socket, "ready", 300)
    return socket


def until(socket: Any, kind: str, patience: float = 60) -> dict[str, Any]:
    """The next message of a kind; pictures are told by their header alone."""
    from cxsim.app.wire import unpack

    while True:
        message = socket.recv(patience)
        said = json.loads(message) if isinstance(message, str) else unpack(message)[0]
        if said["is"] == kind:
            return said


def chromium() -> str | None:
    """Where Chromium is, ``None`` if it is not installed."""
    names = (os.environ.get("CXSIM_CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((found for name in names if name and (found := shutil.which(name))), None)
