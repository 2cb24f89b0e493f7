from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.firms.breach import breach, expected_penalty, finding_chance, fine_for
from cxsim.firms.planner import standing_enforcement
from cxsim.firms.table import BARRIER, DARK, HIDDEN, INSIGHT, LEVER_NAMES, OVERPROMISE, PERSONAL, PREMIUM, PRICE

RULES = ["hidden_fee", "loyalty_premium", "exit_barrier", "overpromise", "personalisation", "dark_pattern", "collusion"]


def enforcement(rules=RULES, **regulator):
    settings = {f"regulator.{name}": value for name, value in ({"rules": rules} | regulator).items()}
    return standing_enforcement(with_values(Config(), settings))


def with_lever(column, value, insight=0.5):
    row = np.zeros(len(LEVER_NAMES))
    row[INSIGHT] = insight
    row[column] = value
    return row


@pytest.mark.parametrize(
    ("rule", "column", "value", "severity", "gain"),
    [
        ("hidden_fee", HIDDEN, 5.0, 0.1, 5.0),
        ("loyalty_premium", PREMIUM, 5.0, 0.1, 5.0),
        ("exit_barrier", BARRIER, 60.0, 0.1, 0.0),
        ("overpromise", OVERPROMISE, 0.2, 0.2, 0.0),
        ("personalisation", PERSONAL, 0.8, 0.8 * 0.15 * 0.5, 0.8 * 0.15 * 0.5 * 50.0),
    ],
)
def test_each_conduct_counts_only_where_a_rule_forbids_it(rule, column, value, severity, gain):
    row = with_lever(column, value)
    assert breach(row, enforcement([rule])) == pytest.approx((severity, gain))
    assert breach(row, enforcement([other for other in RULES if other != rule])) == (0.0, 0.0)


def test_dark_patterns_count_by_the_extras_price_and_gain_from_those_who_hold_it_unwanted():
    terms = enforcement(["dark_pattern"])._replace(extra_price=10.0)
    assert breach(with_lever(DARK, 0.5), terms, 1.0, 0.2) == pytest.approx((0.5 * 10.0 / 50.0, 2.0))
    assert breach(with_lever(DARK, 0.0), terms) == (0.0, 0.0)
    assert breach(with_lever(DARK, 0.5), terms._replace(against_dark=False), 1.0, 0.2) == (0.0, 0.0)


def test_the_gain_from_a_fee_is_what_those_who_pay_it_pay():
    assert breach(with_lever(HIDDEN, 5.0), enforcement(["hidden_fee"]), 0.4) == pytest.approx((0.1, 2.0))


def test_collusion_counts_by_the_overcharge_above_the_price_before():
    terms = enforcement(["collusion"])._replace(but_for_price=40.0)
    assert breach(with_lever(PRICE, 45.0), terms) == pytest.approx((0.1, 5.0))
    assert breach(with_lever(PRICE, 35.0), terms) == (0.0, 0.0)
    assert breach(with_lever(PRICE, 45.0), terms._replace(but_for_price=0.0)) == (0.0, 0.0)


def test_promising_less_than_one_delivers_is_no_breach():
    assert breach(with_lever(OVERPROMISE, -0.2), enforcement()) == (0.0, 0.0)


@given(st.floats(0, 5), st.floats(0, 5), st.floats(0, 1), st.floats(1e-3, 10))
def test_the_chance_of_a_finding_rises_with_severity_up_to_the_full_chance(less, more, full, scale):
    terms = enforcement(detection=full, severity_scale=scale)
    low, high = sorted((finding_chance(less, terms), finding_chance(more, terms)), key=lambda chance: chance)
    assert 0.0 <= low <= high <= full
    assert finding_chance(min(less, more), terms) <= finding_chance(max(less, more), terms)
    assert finding_chance(0.0, terms) == 0.0


def test_at_the_scale_of_severity_a_breach_is_found_with_63_percent_of_the_full_chance():
    assert finding_chance(0.03, enforcement(detection=0.8, severity_scale=0.03)) == pytest.approx(0.8 * (1 - math.exp(-1)))
    assert finding_chance(1e-9, enforcement(detection=0.8, severity_scale=0.0)) == 0.8


@given(
    st.floats(0, 3), st.floats(0, 1e8), st.floats(0, 1e9), st.floats(0, 1), st.floats(0, 20),
    st.none() | st.floats(0, 1e8), st.none() | st.floats(0, 2),
)  # fmt: skip
def test_a_fine_is_the_larger_of_two_and_never_above_a_cap(severity, gain, turnover, share, multiple, cap, cap_share):
    terms = enforcement(
        fine_share_of_turnover=share, fine_multiple_of_gain=multiple, fine_cap=cap, fine_cap_share_of_turnover=cap_share
    )._replace(turnover=turnover)
    fine = fine_for(severity, gain, terms)
    wanted = max(share * turnover * min(1.0, severity / 0.1), multiple * gain)
    caps = [limit for limit in (cap, None if cap_share is None else cap_share * turnover) if limit is not None]
    assert fine == pytest.approx(min([wanted, *caps]), rel=1e-9, abs=1e-9)


def test_without_a_cap_a_firm_without_turnover_is_still_fined_for_its_gain():
    terms = enforcement(fine_multiple_of_gain=2.0)
    assert fine_for(0.5, 1000.0, terms) == pytest.approx(2000.0)


def test_the_expected_penalty_is_detection_times_fine_and_redress():
    """Becker (1968): perceived chance of a case x chance of a finding x (min(fine, cap) + redress)."""
    terms = enforcement(
        ["hidden_fee"], detection=0.5, severity_scale=0.0, fine_multiple_of_gain=3.0, fine_cap=2e6, redress_share=1.0
    )._replace(investigation=0.02, customers=10_000.0, turnover=1e9)
    row = with_lever(HIDDEN, 2.0)
    annual = 12 * 2.0 * 10_000
    assert expected_penalty(row, terms) == pytest.approx(0.02 * 0.5 * (min(3 * annual, 2e6) + annual))
    assert expected_penalty(row, terms._replace(investigation=0.0)) == 0.0
    assert expected_penalty(with_lever(HIDDEN, 0.0), terms) == 0.0


@given(st.floats(0.01, 0.5), st.floats(0, 1e7), st.floats(0, 7), st.floats(0, 7))
def test_the_expected_penalty_never_falls_with_the_breach_or_the_belief(belief, cap, less, more):
    terms = enforcement(["hidden_fee"], fine_share_of_turnover=0.1, fine_multiple_of_gain=1.0, fine_cap=cap)._replace(
        investigation=belief, customers=1e5, turnover=1e7
    )
    low, high = sorted((less, more))
    assert expected_penalty(with_lever(HIDDEN, low), terms) <= expected_penalty(with_lever(HIDDEN, high), terms) + 1e-9
    stricter = terms._replace(investigation=min(1.0, 2 * belief))
    assert expected_penalty(with_lever(HIDDEN, high), terms) <= expected_penalty(with_lever(HIDDEN, high), stricter)
