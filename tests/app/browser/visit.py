"""One browser tab on the page, and what one looks at in it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from cxsim.app.state import State, parse

QUICK = "market=generic&market.n_customers=120&months=24&burn_in=0&replications=1"


class Visit:
    """A tab that keeps what went wrong in it and which hosts it asked.

    The page's own rules forbid evaluating text as code, so waiting is done from here and not by Playwright inside the page.
    """

    def __init__(self, tab: Any, served: Any):
        self.tab, self.served = tab, served
        self.wrong: list[str] = []
        self.hosts: set[str] = set()
        tab.set_default_timeout(60_000)
        tab.on("console", lambda message: self.wrong.append(message.text) if message.type in {"error", "warning"} else None)
        tab.on("pageerror", lambda error: self.wrong.append(str(error)))
        tab.on("requestfailed", lambda request: self.wrong.append(f"{request.url} failed"))
        tab.on("request", lambda request: self._went(request.url))
        tab.on("websocket", lambda socket: self._went(socket.url))

    def _went(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"blob", "data"}:
            self.hosts.add(parts.netloc)

    def open(self, query: str = QUICK) -> Visit:
        """Go to a state and wait until it is shown."""
        self.tab.goto(f"{self.served.address}?{query}")
        self.until(lambda: self.tab.evaluate("document.body.dataset.state === 'ready'"), patience=300)  # the first compiles the model
        return self.shown()

    def until(self, test: Callable[[], Any], patience: float = 60.0) -> Any:
        """Wait until something holds, and return it."""
        end = time.monotonic() + patience
        while not (found := test()):
            assert time.monotonic() < end, "it did not come about"
            self.tab.wait_for_timeout(20)
        return found

    def shown(self) -> Visit:
        """Wait until the page shows what it asked for last and its controls stand accordingly, or it says why it cannot."""
        self.until(lambda: self.tab.evaluate(
            "document.body.dataset.asked !== undefined"
            " && ['shown', 'told'].every((what) => document.body.dataset[what] === document.body.dataset.asked)"
            " || document.querySelector('.notice:not(.mild)') !== null"))  # fmt: skip
        return self

    def address(self) -> State:
        """The state in the address, once the page has put it there."""
        self.until(lambda: self.tab.evaluate("document.body.dataset.kept === 'true'"))
        return parse(self.tab.evaluate("location.search.slice(1)"))[0]

    def headline(self, metric: str) -> list[str]:
        """What the table at the top says of a metric: baseline, policy, difference."""
        return self.tab.locator(f'#headline tr[data-metric="{metric}"] td').all_inner_texts()

    def open_sections(self) -> None:
        """Unfold all levers."""
        self.tab.evaluate("document.querySelectorAll('details.section, details.fold').forEach((one) => { one.open = true; })")
