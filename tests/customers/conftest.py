import pytest

from . import standin


@pytest.fixture(params=sorted(standin.MAKERS))
def make_market(request):
    """Makes a market of ``n`` customers; further arguments are those of the stand-in."""
    return standin.MAKERS[request.param]


@pytest.fixture
def market(make_market):
    return make_market()
