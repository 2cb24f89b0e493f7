"""A visit to the page in a real browser; whatever went wrong in it, or went elsewhere, fails the test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from .visit import Visit


@pytest.fixture
def visit(browser: Any, page_served: Any) -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=page_served.address)
    made = Visit(context.new_page(), page_served)
    yield made
    context.close()
    assert made.wrong == []
    assert made.hosts <= {f"127.0.0.1:{page_served.port}"}
