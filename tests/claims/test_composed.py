import pytest

from cxsim.claims.composed import composed
from cxsim.config.errors import CxsimError
from cxsim.config.load import load

CASES = (
    (),
    ("market=generic", "market.n_customers=1000"),
    ("market=energy", "regulator=minimal_capped", "regulator.fine_cap=null"),
    ("market=generic", "firms.levers=[price,quality]", "firms.initial_levers={overpromise: 0.2}"),
    ("firms.initial_levers={technology: 1}", "firms.initial_levers={process: 1}"),
    ("market.n_firms=3", "market.n_firms=1", "market=mobile"),
    ("market.entry=named", "market.entrants=[{name: New, month: 3}]"),
    ("market=rail", "market.n_firms=1"),
    ("market.title='a, b'", "months=7"),
    ("firms.strategy=[low_price,price_walker]", "++market.n_firms=4"),
)


@pytest.mark.parametrize("overrides", CASES, ids=str)
def test_it_is_what_load_makes(overrides):
    assert composed(overrides) == load(*overrides)


@pytest.mark.parametrize("overrides", [("market.n_firm=3",), ("market=nowhere",), ("market.n_firms=x",), ("market.n_firms",), ("months=",)])
def test_what_load_refuses_it_refuses(overrides):
    with pytest.raises(CxsimError):
        load(*overrides)
    with pytest.raises(CxsimError):
        composed(overrides)
