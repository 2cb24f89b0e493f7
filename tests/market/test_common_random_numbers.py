"""Two regimes with one seed face the same luck: what is added or changed shifts nobody else's draws."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.market.model import Market

TRAITS = ("profile", "segment", "willingness_to_pay", "choice_noise", "vigilance", "attention", "switching_cost")
BASE = {"market.n_customers": 1500, "market.n_firms": 4, "months": 12, "burn_in": 0}


def market_of(**values):
    return Market(with_values(Config(), BASE | values), rng=8)


def play(market):
    while market.running:
        market.step()
    return market


def frames_equal(one, two, ignoring=()):
    for name in ("monthly", "firms", "segments"):
        a, b = (market.frames()[name].drop(columns=list(ignoring), errors="ignore") for market in (one, two))
        pd.testing.assert_frame_equal(a, b, check_exact=True)


@pytest.mark.parametrize(
    "values",
    [
        {"market.n_firms": 7},
        {"regulator.annual_funding": 1e7, "regulator.fine_share_of_turnover": 0.2},
        {"market.ban_price_walking": True, "regulator.ban_hidden_fees": True},
        {"market.price_cap": 20.0},
        {"market.entry": "free", "market.entry_cost": 0.0001},
        {"firms.strategy": "lock_in"},
        {"market.attention": 0.03, "market.franchise_months": 24, "market.n_firms": 1},
    ],
    ids=["firms", "regulator", "bans", "cap", "entry", "strategy", "franchise"],
)
def test_customers_stay_who_they_are_in_every_regime_to_the_end(values):
    before, after = play(market_of()), play(market_of(**values))
    for name in TRAITS:
        assert np.array_equal(before.population.columns[name], after.population.columns[name]), name


def test_one_more_firm_leaves_the_start_of_the_others_as_it_was():
    few, more = market_of(), market_of(**{"market.n_firms": 5})
    for column in ("levers", "quality", "known", "unit_cost", "key"):
        assert np.array_equal(getattr(few.table, column)[:5], getattr(more.table, column)[:5]), column
    old, new = few.population.columns["supplier"], more.population.columns["supplier"]
    moved = old != new
    assert set(new[moved]) == {5}
    assert abs(moved.mean() - 0.2) < 0.05
    assert np.array_equal(few.population.columns["tenure"], more.population.columns["tenure"])


def test_one_more_firm_in_a_standing_market_changes_the_month_only_of_those_who_choose_it():
    """Offers stand still and friends are silent: whoever does not join the newcomer does what she did without it."""
    still = {
        "firms.strategy": "equity_planner", "firms.levers": ["disclosure"], "firms.disclosure_cost": 1.0, "market.attention": 0.5,
        "customers.word_of_mouth": 0.0, "customers.friend_weight": 0.0, "market.problem_rate": 0.0, "market.entry": "named",
    }  # fmt: skip
    nobody = {"name": "Late", "month": 0, "cost_advantage": 0.0, "quality": 0.6}
    without, with_it = (market_of(**still, **{"market.entrants": [nobody | {"month": month}]}) for month in (500, 0))
    without.step(), with_it.step()
    assert np.array_equal(without.population.columns["supplier"], with_it.population.columns["supplier"])
    without.step(), with_it.step()
    old, new = without.population.columns["supplier"], with_it.population.columns["supplier"]
    assert set(new[old != new]) == {5}
    untouched = old == new
    for name in ("satisfaction", "experience", "tenure", "trust"):
        assert np.allclose(without.population.columns[name][untouched], with_it.population.columns[name][untouched], atol=1e-6), name


def test_reviews_of_the_firms_already_there_do_not_move_when_one_comes():
    """When a firm's turn comes is part of its luck."""
    entrant = {"market.entry": "named", "market.entrants": [{"name": "Late", "month": 5, "cost_advantage": 0.0, "quality": 0.6}]}
    turns = {}
    for label, values in (("without", {}), ("with", entrant)):
        market = market_of(**values)
        turns[label] = {firm.name: [] for firm in market.firms}
        for firm in market.firms:
            firm.strategy.review = lambda firm, market, label=label: turns[label][firm.name].append(market.month) or {}
        play(market)
    assert turns["with"] == turns["without"]


@pytest.mark.parametrize(
    "harmless",
    [
        {"regulator.fine_share_of_turnover": 0.3},
        {"regulator.fine_multiple_of_gain": 4.0, "regulator.leniency": 0.5},
        {"regulator.detection": 0.2, "regulator.severity_scale": 1.0},
        {"regulator.case_cost": 5.0, "regulator.staff_cases": 2, "regulator.targeting": "severity"},
    ],
    ids=["fine", "multiple", "detection", "cases"],
)
def test_what_never_bites_changes_no_bit(harmless):
    """No money, no cases, and firms that expect none: how hard a case would hit does not matter."""
    nobody = {"regulator.annual_funding": 0.0, "firms.prior_detection": 0.0, "firms.levers": ["all"]}
    frames_equal(play(market_of(**nobody)), play(market_of(**nobody, **harmless)))


def test_a_cap_that_never_binds_changes_no_bit():
    free, capped = play(market_of()), play(market_of(**{"market.price_cap": 1e6}))
    frames_equal(free, capped)


def test_a_regulator_that_fines_nothing_is_no_regulator():
    """Cases without fine, redress or publicity change what firms believe, and nothing that anybody does."""
    none = play(market_of(**{"firms.levers": ["all"]}))
    toothless = {
        "regulator.annual_funding": 5e6, "regulator.fine_share_of_turnover": 0.0, "regulator.redress_share": 0.0,
        "regulator.publicity": 0.0, "regulator.case_months": 1,
        "regulator.rules": ["hidden_fee", "exit_barrier", "overpromise", "personalisation"],
    }  # fmt: skip
    rules = {"regulator.rules": toothless["regulator.rules"]}
    none = play(market_of(**{"firms.levers": ["all"]}, **rules))
    watched = play(market_of(**{"firms.levers": ["all"]}, **toothless))
    assert any(decision.found for decision in watched.regulator.decisions)
    frames_equal(none, watched, ("regulator_budget", "regulator_spend", "cases", "detection_perceived"))
    for name in none.population.columns:
        assert np.array_equal(none.population.columns[name], watched.population.columns[name]), name


def test_a_longer_run_begins_as_the_shorter_one():
    short, long = play(market_of()), play(market_of(months=18))
    for name in ("monthly", "firms", "segments"):
        a, b = short.frames()[name], long.frames()[name]
        pd.testing.assert_frame_equal(a, b[b["month"] < 12].reset_index(drop=True), check_exact=True)
