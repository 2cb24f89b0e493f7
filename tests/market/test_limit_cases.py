"""Configurations of the one engine in which economic theory has a closed answer.

Logit prices: Anderson, de Palma and Thisse (1992). Numbers as in Calvano, Calzolari, Denicolò and Pastorello (2020): worth 2, cost 1,
mu 1/4, outside option worth 0. Switching costs: Chen (1997), Klemperer (1987).
"""

from __future__ import annotations

import numpy as np
import pytest

CLOSE = 0.005


def prices(market):
    return [firm.price for firm in market.firms]


@pytest.mark.parametrize(("count", "expected"), [(2, 1.47293), (3, 1.37016)])
@pytest.mark.parametrize("horizon", [1, 36])
def test_planners_reach_the_logit_bertrand_price_whatever_their_horizon(play_plain, count, expected, horizon):
    market = play_plain({"market.n_firms": count, "firms.horizon_months": horizon})
    assert prices(market) == pytest.approx([expected] * count, rel=CLOSE)
    share = 1 / (count + np.exp(-(2 - expected) / 0.25))
    assert market.frames()["monthly"]["coverage"].tail(20).mean() == pytest.approx(count * share, abs=0.02)


@pytest.mark.parametrize("count", [2, 3, 6])
def test_without_an_outside_option_the_margin_is_mu_n_over_n_less_one(play_plain, count):
    market = play_plain({"market.n_firms": count, "market.outside_option": None, "market.willingness_to_pay": 20.0, "months": 80})
    assert prices(market) == pytest.approx([1 + 0.25 * count / (count - 1)] * count, rel=CLOSE)


@pytest.mark.parametrize(("count", "expected"), [(2, 1.92498), (3, 2.0)])
def test_all_colluding_reach_the_joint_price(play_plain, count, expected):
    market = play_plain({"market.n_firms": count, "firms.levers": ["price", "collusion"], "firms.horizon_months": 36})
    assert prices(market) == pytest.approx([expected] * count, rel=CLOSE)
    assert market.cartel.share_of_joint == 1.0


def test_a_lone_firm_charges_the_monopoly_price(play_plain):
    """(p - c)(1 - share) = mu with one firm and the outside option."""
    from scipy.optimize import brentq

    expected = brentq(lambda p: (p - 1) * (1 - 1 / (1 + np.exp(-(2 - p) / 0.25))) - 0.25, 1, 3)
    assert prices(play_plain({"market.n_firms": 1})) == pytest.approx([expected], rel=CLOSE)


def test_a_lower_cost_lets_a_firm_charge_less_and_serve_more(play_plain, tmp_path):
    path = tmp_path / "firms.csv"
    path.write_text("name,share,price,margin\nCheap,0.5,1.5,0.6\nDear,0.5,1.5,0.2\n")
    market = play_plain({"market.firms_table": str(path), "market.n_firms": None})
    cheap, dear = market.firms
    assert cheap.unit_cost == pytest.approx(0.6)
    assert dear.unit_cost == pytest.approx(1.2)
    assert cheap.price < dear.price
    assert cheap.share > dear.share
    shares = market.frames()["firms"].groupby("firm")["customers"].apply(lambda held: held.tail(20).mean()) / 1e6
    for firm in (cheap, dear):  # each is on its best reply: (p - c)(1 - share) = mu
        assert (firm.price - firm.unit_cost) * (1 - shares[firm.name]) == pytest.approx(0.25, rel=0.05)


CHEN = {
    "market.n_firms": 2, "market.switching_cost": 0.5, "market.switching_cost_spread": "uniform", "market.switching_cost_lasting": False,
    "market.outside_option": None, "market.choice_noise": 0.02, "firms.levers": ["price", "loyalty_premium"], "firms.horizon_months": 1,
    "market.willingness_to_pay": 20.0, "firms.panel_size": 4000, "market.n_customers": 4000, "market.max_loyalty_premium": 2.0,
    "months": 90, "burn_in": 60,
}  # fmt: skip
"""A homogeneous duopoly with switching costs uniform on [0, 1] and next to no taste for either firm."""


def test_a_duopoly_that_knows_its_customers_pays_them_to_switch(play_plain):
    """Loyal price c + 2/3, new price c + 1/3, a third of customers switch each month (Chen 1997)."""
    market = play_plain(CHEN)
    table = market.frames()["firms"]
    assert table["price"].mean() == pytest.approx(1 + 1 / 3, rel=0.03)
    assert (table["price"] + table["loyalty_premium"]).mean() == pytest.approx(1 + 2 / 3, rel=0.03)
    assert market.frames()["monthly"]["churn"].mean() / 12 == pytest.approx(1 / 3, abs=0.03)


def test_a_ban_on_price_walking_raises_both_prices(play_plain):
    """To c + 1 (Chen 1997)."""
    market = play_plain(CHEN | {"market.ban_price_walking": True})
    table = market.frames()["firms"]
    assert table["price"].mean() == pytest.approx(2.0, rel=0.04)
    assert not table["loyalty_premium"].any()


def test_patience_decides_what_switching_costs_do_to_a_price_for_all(play_plain):
    """Tenure-blind prices: the impatient harvest, the patient invest (Klemperer 1987; Dubé, Hitsch and Rossi 2009)."""
    base = {"market.n_firms": 2, "market.outside_option": None, "market.willingness_to_pay": 20.0, "months": 120}
    costly = {"market.switching_cost": 0.2, "market.switching_cost_spread": "constant"}
    free = np.mean(prices(play_plain(base)))
    impatient = np.mean(prices(play_plain(base | costly | {"firms.horizon_months": 1})))
    patient = np.mean(prices(play_plain(base | costly | {"firms.horizon_months": 200})))
    assert patient < impatient
    assert impatient > free


def test_more_rivals_lower_prices_and_raise_coverage(play_plain):
    found = []
    for count in (1, 2, 4, 8):
        monthly = play_plain({"market.n_firms": count}).frames()["monthly"].tail(20)
        found.append((monthly["price"].mean(), monthly["coverage"].mean()))
    assert np.all(np.diff([price for price, _ in found]) < 0)
    assert np.all(np.diff([coverage for _, coverage in found]) > 0)


def test_nobody_notices_nobody_minds_every_planner_hides_a_fee(play_plain):
    """Shrouding survives competition where attention to the fee is nil (Gabaix and Laibson 2006), and front prices fall by it."""
    values = {"market.n_firms": 3, "market.max_hidden_fee": 0.1, "firms.prior_detection": 0.0}
    honest = play_plain(values)
    shrouded = play_plain(values | {"firms.levers": ["price", "hidden_fee"]})
    assert [firm.hidden_fee for firm in shrouded.firms] == pytest.approx([0.15] * 3)
    assert np.mean(prices(shrouded)) == pytest.approx(np.mean(prices(honest)) - 0.15, abs=0.005)
