"""The cartel: Friedman's (1971) incentive constraint, detection, leniency; prices against closed forms of the logit duopoly."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar

from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.firms.cartel import Cartel, Habit, Prospect, expected_customers, prospect
from cxsim.firms.table import PRICE
from cxsim.market.model import Market
from cxsim.validation.theory.logit import Collusion

COLLUDING = {"market.n_firms": 2, "firms.levers": ["price", "collusion"], "firms.horizon_months": 36}
MU, WORTH, COST = 0.25, 2.0, 1.0


def served(own, rivals, count=1):
    """Logit share of one firm at price ``own`` against ``count`` rivals at ``rivals`` and an outside option worth nothing."""
    odds = np.exp((WORTH - own) / MU)
    return odds / (1 + odds + count * np.exp((WORTH - rivals) / MU))


def profit(own, rivals):
    return (own - COST) * served(own, rivals)


@pytest.fixture(scope="module")
def theory():
    competitive = brentq(lambda p: (p - COST) * (1 - served(p, p)) - MU, COST, WORTH + 1)
    joint = minimize_scalar(lambda p: -profit(p, p), bounds=(COST, 4), method="bounded", options={"xatol": 1e-10}).x
    deviation = minimize_scalar(lambda p: -profit(p, joint), bounds=(COST, 4), method="bounded", options={"xatol": 1e-10}).x
    kept, deviated, punished = profit(joint, joint), profit(deviation, joint), profit(competitive, competitive)
    critical = (deviated - kept) / (deviated - punished)
    return {"competitive": competitive, "joint": joint, "critical": critical}


def test_theory_gives_the_published_numbers(theory):
    """Prices and the critical discount factor for the logit duopoly, as in Calvano et al. (2020) for prices."""
    assert theory["competitive"] == pytest.approx(1.47293, abs=1e-5)
    assert theory["joint"] == pytest.approx(1.92498, abs=1e-5)
    assert theory["critical"] == pytest.approx(0.393098, abs=1e-5)


@pytest.mark.parametrize("relative", [0.97, 0.99, 1.01, 1.03])
def test_a_cartel_holds_if_and_only_if_patience_exceeds_the_critical_discount_factor(play_plain, theory, relative):
    patience = relative * theory["critical"]
    market = play_plain(COLLUDING | {"firms.horizon_months": 1 / (1 - patience), "firms.partial_collusion": False})
    assert bool(market.cartel.members) == (relative > 1)
    expected = theory["joint"] if relative > 1 else theory["competitive"]
    assert [firm.price for firm in market.firms] == pytest.approx([expected] * 2, rel=0.005)


def test_where_the_joint_price_cannot_hold_a_lower_one_may(play_plain, theory):
    impatient = COLLUDING | {"firms.horizon_months": 1 / (1 - 0.8 * theory["critical"])}
    market = play_plain(impatient)
    assert market.cartel.members == (1, 2)
    assert 0 < market.cartel.share_of_joint < 1
    assert theory["competitive"] < market.firms[0].price < theory["joint"]
    assert not play_plain(COLLUDING | {"firms.horizon_months": 1.0}).cartel.members


def test_members_book_what_they_charge_above_the_price_before(play_plain, theory):
    market = play_plain(COLLUDING)
    assert market.table.but_for_price[1:] == pytest.approx([theory["competitive"]] * 2, rel=0.01)
    monthly = market.frames()["monthly"]
    assert monthly["cartel_members"].iloc[-1] == 2
    above = [firm.price for firm in market.firms] - market.table.but_for_price[1:]
    assert monthly["overcharge"].iloc[-1] == pytest.approx(above.mean(), rel=0.01)
    bills = market.frames()["ledger"].groupby("conduct")["amount"].sum()
    assert bills["overcharge"] > 0


def test_no_cartel_forms_before_firms_know_what_they_would_charge_without_one(play_plain):
    market = play_plain(COLLUDING | {"firms.cartel_cooldown": 20, "months": 30})
    members = market.frames()["monthly"]["cartel_members"]
    assert members[:20].eq(0).all()
    assert members[20:].eq(2).all()


def test_nobody_colludes_alone_or_without_leave(play_plain):
    assert not play_plain(COLLUDING | {"market.n_firms": 1}).cartel.members
    assert not play_plain(COLLUDING | {"firms.levers": ["price"]}).cartel.members


def test_rules_of_thumb_do_not_collude_because_planners_may(play_plain):
    """``firms.levers`` says what planners may do; a firm that follows a rule of thumb has no say in it."""
    market = play_plain(COLLUDING | {"firms.strategy": "low_price"})
    assert market.cartel.willing().size == 0


def caught(play_plain, months=26, **regulator):
    """A cartel that has formed at month 12, watched by a regulator that finds whatever it looks at."""
    watched = {
        "regulator.annual_funding": 1e7, "regulator.case_months": 2, "regulator.detection": 1.0, "regulator.severity_scale": 0.0,
        "regulator.targeting": "random", "regulator.rules": ["collusion"], "regulator.false_positive_rate": 0.0, "months": months,
        "firms.detection_learning": 0.0, "firms.prior_detection": 0.0, "regulator.fine_share_of_turnover": 0.1,
    }  # fmt: skip
    return play_plain(COLLUDING | watched | {f"regulator.{name}": value for name, value in regulator.items()})


def test_a_finding_ends_the_cartel_and_fines_every_member(play_plain):
    market = caught(play_plain)
    found = [decision for decision in market.regulator.decisions if decision.found]
    assert {decision.slot for decision in found} == {1, 2}
    assert len({decision.month for decision in found}) == 1
    assert all(decision.fine > 0 for decision in found)
    members = market.frames()["monthly"]["cartel_members"].to_numpy()
    assert members.max() == 2
    assert not market.cartel.members
    assert not market.table.cartel.any()
    ended = found[0].month
    assert members[ended - 1] == 2
    assert members[ended] == 0
    assert market.cartel.cooldown_until == ended + 12


def test_leniency_spares_one_member_and_the_race_makes_a_finding_sure(play_plain):
    hesitant = caught(play_plain, detection=0.3, fine_share_of_turnover=9.0)
    lenient = caught(play_plain, detection=0.3, fine_share_of_turnover=9.0, leniency=1.0)
    confessed = [decision for decision in lenient.regulator.decisions if decision.found]
    assert len(confessed) == 2
    assert sorted(decision.fine > 0 for decision in confessed) == [False, True]
    assert confessed[0].month <= min((d.month for d in hesitant.regulator.decisions if d.found), default=99)


def test_members_confess_if_and_only_if_the_fine_saved_is_worth_more_than_the_cartels_future(play_plain):
    """The chance p of a finding without a confession, the fine F, the worth V of the cartel's future: (p - 1 + L) F against (1 - p) V.

    Motta and Polo (2003).
    """
    market = caught(play_plain, months=16, detection=0.3, leniency=1.0, annual_funding=0.0)
    assert market.cartel.members
    worth = [market.cartel.worth_of_going_on(slot) for slot in market.cartel.members]
    duopoly = Collusion(2, 1.0, 2.0, 0.25)
    assert worth == pytest.approx([36 * 1e6 * (duopoly.collude - duopoly.compete)] * 2, rel=0.01)
    turnover = float(market.table.annual_revenue[1:].min())
    enough = 0.7 * max(worth) / 0.3 / turnover  # share of turnover at which p F = (1 - p) V
    for share, confesses in ((0.9 * enough, False), (1.1 * enough, True)):
        market = caught(play_plain, months=16, detection=0.3, leniency=1.0, annual_funding=0.0, fine_share_of_turnover=min(share, 10.0))
        market.regulator._open_case(1)
        assert bool(market.regulator.open_cases[0].confessor) == confesses


def test_nobody_confesses_for_nothing(play_plain):
    for regulator in ({"leniency": 0.0}, {"leniency": 0.5, "detection": 0.4}):
        market = caught(play_plain, months=16, annual_funding=0.0, fine_share_of_turnover=9.0, **regulator)
        market.regulator._open_case(1)
        assert market.regulator.open_cases[0].confessor == 0


def test_a_cartel_that_forms_again_remembers_the_price_before_the_last_one(play_plain, theory):
    """Prices that are still coming down from one cartel are not what firms would charge without the next."""
    start = {"firms.initial_price": theory["competitive"], "firms.initial_price_spread": 0.0, "firms.cartel_cooldown": 2}
    slow = {"firms.price_step": 0.02, "regulator.start_up_funds": 100_000.0, "regulator.annual_funding": 0.0, "months": 40}
    watched = {
        "regulator.case_months": 20, "regulator.detection": 1.0, "regulator.severity_scale": 0.0, "regulator.rules": ["collusion"],
        "firms.detection_learning": 0.0, "firms.prior_detection": 0.0, "regulator.targeting": "random",
    }  # fmt: skip
    market = play_plain(COLLUDING | start | slow | watched)
    members = market.frames()["monthly"]["cartel_members"].to_numpy()
    found = [decision.month for decision in market.regulator.decisions if decision.found]
    assert found
    assert members[found[0]] == 0
    assert members[found[0] + 3] == 2  # while prices, by small steps, are still far from the competitive ones
    assert market.table.but_for_price[1:] == pytest.approx([theory["competitive"]] * 2, rel=0.01)


def test_a_dear_bill_makes_customers_look_sooner():
    """A cartel cannot reckon with captives: who pays twice the normal price looks around more often than who pays it."""
    worth, own = np.zeros((2, 3)), np.array([1, 1])
    habit = Habit(np.full(2, 0.01), np.full(2, 1.0), np.zeros(2), 0.5, 1.0)
    out = np.empty(3)
    kept = []
    for price in (1.0, 2.0):
        expected_customers(np.array([0.0, price, price]), worth - 100.0 * np.array([1, 0, 0]), own, habit, 12.0, out)
        kept.append(out[1])
    assert kept[0] == pytest.approx(1 - 0.5 * (1 - 0.99**12))
    assert kept[1] == pytest.approx(1 - 0.5 * (1 - 0.49**12))


def test_part_leniency_halves_the_fine_of_the_first_to_confess(play_plain):
    fines = sorted(decision.fine for decision in caught(play_plain, leniency=0.5).regulator.decisions if decision.found)
    full = sorted(decision.fine for decision in caught(play_plain).regulator.decisions if decision.found)
    assert fines[0] == pytest.approx(0.5 * min(full), rel=0.05)
    assert fines[1] == pytest.approx(max(full), rel=0.05)


def test_a_feared_fine_keeps_firms_from_colluding(play_plain):
    feared = {
        "firms.prior_detection": 0.05, "firms.detection_learning": 0.0, "regulator.fine_share_of_turnover": 5.0,
        "regulator.detection": 1.0, "regulator.severity_scale": 0.0,
    }  # fmt: skip
    assert not play_plain(COLLUDING | feared).cartel.members
    assert play_plain(COLLUDING | feared | {"regulator.fine_cap": 10.0}).cartel.members


def test_the_cartel_ends_when_a_member_leaves(play_plain):
    market = play_plain(COLLUDING | {"market.n_firms": 3, "months": 30})
    assert market.cartel.members == (1, 2, 3)
    market._leave(2)
    market.step()
    assert market.cartel.members == ()
    assert not market.table.cartel.any()
    for _ in range(13):
        market.step()
    assert market.cartel.members == (1, 3)


def test_expected_customers_are_the_logits_weighed_by_who_looks():
    luck = np.random.default_rng(1)
    worth, prices = luck.normal(size=(50, 4)), luck.uniform(0, 1, 4)
    worth[:, 2] = -np.inf
    own = luck.choice([0, 1, 3], 50)
    habit = Habit(luck.uniform(0, 0.3, 50), luck.uniform(0.1, 1, 50), luck.uniform(0, 0.2, 50), 2.0, 0.5)
    out = np.empty(4)
    expected_customers(prices, worth, own, habit, 7.0, out)
    dear = np.where(own > 0, np.maximum(0, (prices[own] + habit.extra) / 0.5 - 1), 0)
    look = 1 - (1 - np.minimum(1, habit.attention + 2.0 * dear**2)) ** 7
    assert dear.max() > 0.5
    odds = np.exp((worth - prices) / habit.noise[:, None])
    shares = look[:, None] * odds / odds.sum(axis=1, keepdims=True)
    shares[np.arange(50), own] += 1 - look
    assert np.allclose(out, shares.mean(axis=0))
    assert out.sum() == pytest.approx(1.0)
    assert out[2] == 0.0


def test_what_members_reckon_with_is_close_to_what_customers_do(play_plain):
    market = play_plain(COLLUDING | {"months": 11, "firms.levers": ["price"], "market.n_customers": 4000})
    prices = market.table.levers[:, PRICE].copy()
    outlook = prospect(market, np.array([1, 2]), prices)
    market.step()
    assert outlook.profits(market.table.levers[:, PRICE])[1:] == pytest.approx(market.table.profit[1:], rel=0.1)


@pytest.mark.parametrize("attention", [0.03, 0.3])
def test_a_cartel_earns_its_members_more_than_competition_where_customers_are_slow_to_look(play, attention):
    """Inattentive customers leave late, not never: agreeing on prices that drive them out over the years would be no agreement."""
    values = {
        "market.n_firms": 3, "market.n_customers": 1500, "months": 120, "market.attention": attention, "firms.horizon_months": 36,
        "firms.insight": 1.0,
    }  # fmt: skip
    colluding, competing = (play(values | {"firms.levers": levers}) for levers in (["price", "collusion"], ["price"]))
    assert colluding.frames()["monthly"]["cartel_members"].tail(24).max() == 3
    earned, otherwise = (market.frames()["monthly"]["profit"].tail(60).mean() for market in (colluding, competing))
    assert earned > otherwise


@pytest.mark.parametrize("noise", [4.0, 0.3, 0.05])
def test_the_best_reply_is_the_best_however_sharp_demand_is(noise):
    """Against 3,001 prices: sharp demand has plateaus and spikes that a search downhill cannot see across."""
    luck = np.random.default_rng(4)
    for _ in range(30):
        worth = luck.normal(60, 15, (100, 1)) + luck.normal(0, 3, (100, 4))
        worth[:, 0] = -20.0
        habit = Habit(np.ones(100), np.full(100, noise), np.zeros(100), 0.0, 1.0)
        outlook = Prospect(worth, luck.integers(1, 4, 100), habit, np.array([0.0, -35, -35, -35]), np.zeros(4), 1e6, 36.0, 1.0)
        prices = np.array([0.0, 45.0, 46.0, 47.0])

        def earned(price, prices=prices, outlook=outlook):
            trial = prices.copy()
            trial[1] = price
            return outlook.profits(trial)[1]

        best = max(earned(price) for price in np.linspace(0, 150, 3001))
        assert earned(outlook.best_reply(prices, 1, np.array([1]), (0.0, 150.0))) >= 0.99 * best


def test_money_in_other_units_changes_no_agreement(play_plain):
    """Tolerances are relative: in millionths of a pound a cartel agrees on the same price."""
    money = ("willingness_to_pay", "unit_cost", "choice_noise", "reference_price")
    worth = {"willingness_to_pay": 2.0, "unit_cost": 1.0, "choice_noise": 0.25, "reference_price": 1.5}
    tiny = {f"market.{name}": worth[name] * 2.0**-20 for name in money}
    prices = [[firm.price for firm in play_plain(COLLUDING | values).firms] for values in ({}, tiny)]
    assert np.array(prices[1]) * 2.0**20 == pytest.approx(np.array(prices[0]), rel=1e-4)


def test_a_market_starts_without_a_cartel(plain):
    market = Market(with_values(Config(), dict(plain)), rng=1)
    assert isinstance(market.cartel, Cartel)
    assert market.cartel.agreed_price(1) is None


def test_firms_may_enter_while_a_cartel_stands():
    values = {
        "market.n_firms": 2, "market.n_customers": 300, "months": 12, "burn_in": 0, "firms.strategy": "cartelist", "market.entry": "free",
        "market.entry_cost": 0.0, "regulator.annual_funding": 0.0, "firms.prior_detection": 0.0, "firms.detection_learning": 0.0,
        "firms.cartel_cooldown": 0,
    }  # fmt: skip
    market = Market(with_values(Config(), values), rng=1)
    met = []
    while market.running:
        market.step()
        met.append((len(market.table) - 1, len(market.cartel.members)))
    assert any(firms > members > 0 for firms, members in met)  # fewer members than firms
