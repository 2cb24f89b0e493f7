import pytest
import standin


@pytest.fixture(params=sorted(standin.MAKERS))
def make_market(request):
    return standin.MAKERS[request.param]


@pytest.fixture
def market(make_market):
    return make_market()
