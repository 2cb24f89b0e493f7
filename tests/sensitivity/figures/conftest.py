"""Every figure is drawn in the house style."""

import pytest

from cxsim.results.figures.style import house


@pytest.fixture(autouse=True)
def _house():
    with house():
        yield
