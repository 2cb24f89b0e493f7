import pytest

from cxsim.results.figures.style import house


@pytest.fixture(autouse=True)
def style():
    with house():
        yield
