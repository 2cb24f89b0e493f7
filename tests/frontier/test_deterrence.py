"""Theory's line against hand calculations, the engine's own formulas, and what firms of the engine come to believe."""

import math

import numpy as np
import pytest

from cxsim import load
from cxsim.config.load import with_values
from cxsim.frontier import deterrence as theory

TWO = {"market.n_firms": 2, "market.population": 1e6, "market.reference_price": 50.0, "market.max_hidden_fee": 0.05}


@pytest.fixture(scope="module")
def base():
    return load("market=generic", "regulator=stylised_continental", **TWO)


def test_the_numbers_of_a_duopoly_by_hand(base):
    # 500,000 customers a firm pay up to 5 % of £50 a month: £1.25m a month, £15m a year, of a turnover of £300m.
    offence = theory.full_offence(base)
    assert (offence.conducts, offence.gain, offence.severity) == (("hidden_fee",), 2.5, 0.05)
    # 5 % of turnover at half of full severity is £7.5m; twice the gain of a year is £30m and more.
    assert theory.fine(base, offence) == pytest.approx(30e6)
    # £2m buy 20 cases a year at £100,000; two firms can take up at most one case each in ten months.
    assert theory.investigation(base) == pytest.approx(0.1)
    assert theory.investigation(base, 2e5) == pytest.approx(2 / 12 / 2)
    found = 0.9 * (1 - math.exp(-0.05 / 0.03))
    assert theory.finding(base, 0.05) == pytest.approx(found)
    assert theory.deterrence(base) == pytest.approx(0.1 * found * 30e6 / 1.25e6)
    assert theory.least_cap(base) == pytest.approx(1.25e6 / (0.1 * found))
    assert theory.least_funding(base) == pytest.approx(1.25e6 / (found * 30e6) * 2 * 12 * 1e5)


def test_on_the_line_penalty_and_gain_are_equal(base):
    assert theory.deterrence(with_values(base, {"regulator.fine_cap": theory.least_cap(base)})) == pytest.approx(1.0)
    assert theory.deterrence(with_values(base, {"regulator.annual_funding": theory.least_funding(base)})) == pytest.approx(1.0)
    redress = with_values(base, {"regulator.redress_share": 0.4})
    assert theory.deterrence(with_values(redress, {"regulator.fine_cap": theory.least_cap(redress)})) == pytest.approx(1.0)
    assert theory.least_cap(redress) < theory.least_cap(base)


def test_a_cap_below_the_gain_makes_funding_irrelevant(base):
    # Polinsky and Shavell (2000): detection is at most one, so a fine below the gain of the time between cases deters nobody.
    for funding in (0.0, 1e5, 1e7, 1e11):
        assert theory.deterrence(with_values(base, {"regulator.fine_cap": 1e6, "regulator.annual_funding": funding})) < 1


def test_staff_and_the_length_of_cases_limit_what_money_buys(base):
    few = with_values(base, {"regulator.staff_cases": 1, "regulator.annual_funding": 1e9})
    assert theory.investigation(few) == pytest.approx(1 / 9 / 2)
    assert theory.investigation(with_values(base, {"regulator.annual_funding": 1e9})) == pytest.approx(1 / 10)
    assert theory.least_funding(with_values(base, {"regulator.staff_cases": 0})) == math.inf


def test_without_an_offence_that_brings_money_there_is_no_line(base):
    for change in ({"regulator.ban_hidden_fees": True}, {"firms.levers": ["price", "quality"]}, {"regulator.rules": ["exit_barrier"]},
                   {"market.max_hidden_fee": 0.0}):  # fmt: skip
        nothing = with_values(base, change)
        assert theory.full_offence(nothing) is None
        assert all(math.isnan(f(nothing)) for f in (theory.deterrence, theory.least_cap, theory.least_funding))


def test_conducts_add_up_where_the_rules_are_against_them(base):
    both = with_values(base, {"regulator.rules": ["hidden_fee", "loyalty_premium"]})
    assert theory.full_offence(both).gain == pytest.approx(50 * (0.05 + base.market.max_loyalty_premium))


def test_no_fine_is_too_low_for_any_cap(base):
    tiny = with_values(base, {"regulator.fine_multiple_of_gain": 0.1, "regulator.fine_share_of_turnover": 0.0})
    assert theory.least_cap(tiny) == math.inf


def test_the_share_cap_counts_even_without_one_in_pounds(base):
    capped = with_values(base, {"regulator.fine_cap_share_of_turnover": 0.01})
    assert theory.fine(capped, theory.full_offence(capped), capped=False) == pytest.approx(0.01 * 300e6)


def test_it_is_the_penalty_that_firms_of_the_engine_reckon_with(base):
    """The engine's formulas (compiled, by lever) and these (by hand, from the configuration) give one number."""
    from cxsim.firms.breach import expected_penalty
    from cxsim.firms.planner import standing_enforcement
    from cxsim.firms.table import HIDDEN, LEVER_NAMES

    draw = np.random.default_rng(3)
    for _ in range(20):
        config = with_values(base, {
            "regulator.fine_cap": float(draw.uniform(1e5, 5e7)), "regulator.redress_share": float(draw.uniform(0, 2)),
            "regulator.severity_scale": float(draw.uniform(0, 0.1)), "regulator.fine_share_of_turnover": float(draw.uniform(0, 0.3)),
            "regulator.annual_funding": float(draw.uniform(0, 3e6)), "market.n_firms": int(draw.integers(1, 9)),
        })  # fmt: skip
        size = theory.customers(config)
        enforcement = standing_enforcement(config)._replace(
            investigation=theory.investigation(config), customers=size, turnover=12 * 50.0 * size
        )
        levers = np.zeros(len(LEVER_NAMES))
        levers[HIDDEN] = 2.5
        mine = theory.expected_penalty(config, theory.full_offence(config))
        assert mine == pytest.approx(expected_penalty(levers, enforcement), rel=1e-9)


@pytest.mark.parametrize(("funding", "firms"), [(2e5, 2), (1e7, 2), (4e5, 5)])
def test_firms_of_the_engine_come_to_believe_the_chance_that_the_line_uses(funding, firms):
    config = load(
        "market=generic", "regulator=stylised_continental", "market.n_customers=50", "months=180", "burn_in=60",
        **{"market.n_firms": firms, "regulator.annual_funding": funding, "firms.strategy": "superior_product"},
    )  # fmt: skip
    from cxsim.results.run import run_config

    believed = run_config(config, progress=False).monthly["detection_perceived"].mean()
    # Cases come in lumps and the memory is about three years long: a fifth is what a run of fifteen years allows.
    assert believed == pytest.approx(theory.investigation(config), rel=0.2)
