"""Announcements in a whole market: who is believed, who is found out, what it costs."""

from __future__ import annotations

import numpy as np
import pytest

from cxsim.config.load import load
from cxsim.firms.equity import _OFFER, live_with, packed_panel
from cxsim.firms.planner import ask_panel, outlook_of
from cxsim.firms.table import ANNOUNCEMENT, LEVER
from cxsim.market.model import Market

from .sameness import assert_same_tables

BASE = {"market.n_customers": 1500, "months": 36, "burn_in": 0, "firms.levers": ["price"], "customers.talk_weight": 0.5}


def lived(**values):
    market = Market(load("market=generic", **{**BASE, **values}), rng=3)
    while market.running:
        market.step()
    return market


def test_where_nobody_announces_it_does_not_matter_how_well_people_would_listen():
    assert_same_tables(lived(), lived(**{"customers.talk_weight": 0.0}))


def test_big_words_raise_hopes_and_cost_credibility_and_money():
    silent, loud = lived(), lived(**{"firms.initial_levers": {"announcement": 1.0}})
    quiet, heard = (market.frames()["monthly"] for market in (silent, loud))
    assert quiet["credibility"].to_numpy() == pytest.approx(1.0)
    assert (np.diff(heard["credibility"]) < 0).all()  # it falls month by month towards where it settles
    assert heard["announcement"].to_numpy() == pytest.approx(1.0)
    gap = 1.0 - heard["experience"].iloc[-1] / 100.0
    assert heard["credibility"].iloc[-1] == pytest.approx(0.02 / (0.02 + 0.3 * gap), rel=0.15)
    assert (loud.offers.hearsay[1:] > silent.offers.hearsay[1:]).all()


def test_only_one_that_talks_wins_customers_at_first_and_its_words_are_paid_for():
    def course(announced):
        market = Market(load("market=generic", **{**BASE, "firms.levers": [], "months": 12}), rng=3)
        market.table.levers[1, LEVER["announcement"]] = announced
        while market.running:
            market.step()
        firms = market.frames()["firms"]
        return firms[firms["firm"] == "Firm 1"].reset_index(), market

    (silent, quiet), (loud, heard) = course(0.0), course(1.0)
    assert loud["joiners"].sum() > silent["joiners"].sum()
    per_customer = loud["cost"] / loud["customers"] - silent["cost"] / silent["customers"]
    settings = heard.config.firms.announcement_cost * heard.config.market.reference_price
    assert per_customer.median() == pytest.approx(settings, rel=0.5)
    assert heard.table.credibility[1] < quiet.table.credibility[1] == 1.0


def test_who_announces_what_it_delivers_is_believed_for_good():
    market = lived(**{"firms.initial_levers": {"announcement": 0.3}, "customers.experience_noise": 0.0})
    assert (market.frames()["firms"]["credibility"] == 1.0).all()


def test_a_planner_expects_of_those_elsewhere_what_the_market_makes_them_believe():
    market = lived(**{"months": 60, "customers.credulity": 0.0})
    firm = market.firms[0]
    panel, outlook = ask_panel(firm, market), outlook_of(firm, market)
    levers = market.table.levers[firm.slot].copy()
    offers = []
    for announced in (0.0, 0.9):
        levers[ANNOUNCEMENT] = announced
        packed = packed_panel(panel)
        live_with(levers, float(firm.quality.mean()), 0.0, 0.0, packed, outlook._replace(discount=0.0))
        offers.append(packed[_OFFER].copy())
    believed = 0.5 * market.table.credibility[firm.slot] * (0.9 - panel.base)
    assert offers[1] - offers[0] == pytest.approx(panel.value * (1.0 - outlook.transparency) * np.maximum(0.0, believed), rel=0.02)


def test_planners_talk_where_it_is_free_and_lasting_and_hold_their_tongue_where_nobody_listens():
    free = {"firms.levers": ["price", "announcement"], "firms.announcement_cost": 0.0, "customers.credibility_loss": 0.0}
    talking = lived(**free).frames()["monthly"]
    assert talking["announcement"].iloc[-1] > 0.9
    deaf = lived(**free, **{"customers.talk_weight": 0.0}).frames()["monthly"]
    assert (deaf["announcement"] == 0.0).all()
    dear = lived(**{**free, "firms.announcement_cost": 1.0}).frames()["monthly"]
    assert (dear["announcement"] == 0.0).all()
