import pytest

from .real import RealMarket
from .standin import Village

MAKERS = {"stand-in": Village, "market": RealMarket}


@pytest.fixture(params=sorted(MAKERS))
def make_market(request):
    """Makes a market of ``n`` customers, ``firms`` firms and a ``seed``; further arguments are reporters to collect."""
    return MAKERS[request.param]


@pytest.fixture
def market(make_market):
    return make_market()
