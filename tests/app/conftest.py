"""Fixtures of the tests of the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from .serving import FLAGS, InlinePool, Page, chromium


@pytest.fixture
def inline_pool() -> InlinePool:
    return InlinePool()


@pytest.fixture(scope="session")
def page_served() -> Iterator[Page]:
    served = Page()
    yield served
    served.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless Chromium; tests that need it are skipped, with the reason, where there is none.

    One a module and not one a session: Playwright keeps an event loop running, beside which no other can be run.
    """
    api = pytest.importorskip("playwright.sync_api", reason="the browser tests need playwright, which is in the extra browser")
    where = chromium()
    if where is None:
        pytest.skip("the browser tests need Chromium, which is not installed (Debian: apt-get install chromium)")
    with api.sync_playwright() as running:
        started = running.chromium.launch(executable_path=where, args=list(FLAGS))
        yield started
        started.close()
