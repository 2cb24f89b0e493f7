"""The plain Mesa market: made like an engine's, and let go of when done."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

from benchmarks.market import engine
from benchmarks.plain_mesa import PlainMarket
from benchmarks.tuned_mesa import TunedMarket
from cxsim.customers.tables import SUM


@pytest.fixture(scope="module")
def made() -> PlainMarket:
    market = engine(200, settle=5)
    plain = PlainMarket.like(market, seed=1)
    plain.origin = market
    return plain


def test_it_starts_with_the_engines_customers_and_firms(made: PlainMarket) -> None:
    market = made.origin
    columns = market.population.columns
    assert [firm.price for firm in made.firms] == [firm.price for firm in market.firms]
    assert [0 if one.supplier is None else one.supplier.number for one in made.customers] == columns["supplier"].tolist()
    assert made.customers.get("trust") == columns["trust"].tolist()
    assert made.month == market.month


def test_a_firms_first_offer_is_the_engines_but_for_the_swing_of_load(made: PlainMarket) -> None:
    market = engine(200, settle=5, **{"market.load_variation": 0.0})
    plain = PlainMarket.like(market, seed=1)
    market.step()
    for firm in plain.firms:
        firm.step()
    offers = market.offers
    pairs = {
        "price": "price", "promise": "promise", "hearsay": "hearsay", "noticing": "noticing", "told": "told", "trust_kept": "trust_kept",
        "quiet": "quiet", "problem_rate": "problem_rate", "resolved": "resolved", "crowding": "crowding", "rise_for_new": "rise_new",
        "rise_for_established": "rise_old", "personal": "personal", "felt_fee": "felt", "pressed": "pressed", "anger": "anger",
    }  # fmt: skip
    for ours, theirs in pairs.items():
        found = [getattr(firm, ours) for firm in plain.firms]
        assert np.allclose(found, getattr(offers, theirs)[1:], atol=1e-6), ours
    assert np.allclose([firm.quality_for for firm in plain.firms], offers.quality[:, 1:].T, atol=1e-6)


def test_everybody_is_counted_once_a_month(made: PlainMarket) -> None:
    made.step()
    sums = made.sums()
    assert sums[..., SUM["customers"]].sum() == 200
    assert sums[..., SUM["joiners"]].sum() == sums[..., SUM["leavers"]].sum()


@pytest.mark.parametrize("kind", [PlainMarket, TunedMarket])
def test_a_finished_market_leaves_memory(kind: type[PlainMarket]) -> None:
    plain = kind.like(engine(100), seed=1)
    plain.step()
    alive = weakref.ref(plain)
    plain.free()
    del plain
    gc.collect()
    assert alive() is None
