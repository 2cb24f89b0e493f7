"""The market that is timed."""

from __future__ import annotations

import pytest

from benchmarks.market import SEASON, SEASONAL_RISE, SETTING, businesses, engine, people, seasonal_price
from benchmarks.versions import SETTLE


def test_every_lever_is_in_use() -> None:
    market = engine(100, settle=3)
    for firm in market.firms:
        assert all(firm.levers[name] == value for name, value in SETTING["firms.initial_levers"].items())


def test_half_of_the_firms_are_dear_in_each_season() -> None:
    for month in range(-2 * SEASON, 2 * SEASON):
        prices = [seasonal_price(50.0, month, number) for number in (1, 2, 3, 4)]
        assert sorted(prices) == pytest.approx([50.0, 50.0, 50.0 * (1 + SEASONAL_RISE), 50.0 * (1 + SEASONAL_RISE)])


def test_no_price_has_just_moved_when_timing_starts() -> None:
    market = engine(100, settle=SETTLE)
    assert not market.offers.rise_new.any()
    assert any(engine(100, settle=months).offers.rise_new.any() for months in range(1, SETTLE))


def test_people_and_firms_are_handed_on_as_they_are() -> None:
    market = engine(150, settle=4)
    everybody, sellers = people(market), businesses(market)
    assert [one.satisfaction for one in everybody] == market.population.columns["satisfaction"].tolist()
    assert sum(one.supplier > 0 for one in everybody) == round(sum(seller.customers for seller in sellers))
    assert sorted(seller.turn for seller in sellers) == list(range(5))
