"""Fixtures of the tests of the page."""

from __future__ import annotations

import importlib.util
import os
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
    where = chromium()
    lacking = "Chromium (Debian: apt-get install chromium)" if where is None else ""
    if importlib.util.find_spec("playwright") is None:
        lacking = "playwright, which is in the extra browser"
    if lacking:
        leave = pytest.fail if os.environ.get("CXSIM_BROWSER_TESTS") == "required" else pytest.skip
        leave(f"the browser tests need {lacking}")
    from playwright import sync_api as api

    with api.sync_playwright() as running:
        started = running.chromium.launch(executable_path=where, args=list(FLAGS))
        yield started
        started.close()
