"""Breaking the rules: how severe a firm's conduct is, what it gains, and what it must expect to pay.

One set of formulas serves the regulator, who fines by them, and the firm, which weighs them beforehand (Becker 1968).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cxsim.compiled import compiled
from cxsim.firms.table import BARRIER, DARK, HIDDEN, INSIGHT, OVERPROMISE, PERSONAL, PREMIUM, PRICE

NO_LIMIT = 1e300
"""Stands for "no cap" in compiled code."""


class Enforcement(NamedTuple):
    """What a firm faces from the regulator (float64 unless said)."""

    investigation: float  # perceived chance of an investigation in a month
    detection: float
    severity_scale: float
    fine_severity_scale: float
    share_of_turnover: float
    multiple_of_gain: float
    cap: float  # pounds, NO_LIMIT where there is none
    cap_share: float  # of turnover, NO_LIMIT where there is none
    redress_share: float
    against_hidden: bool
    against_premium: bool
    against_barrier: bool
    against_overpromise: bool
    against_personal: bool
    against_dark: bool
    against_collusion: bool
    reference: float
    data_headroom: float
    extra_price: float  # £, zero where there is no extra
    but_for_price: float  # price before the cartel; zero for a firm in none
    customers: float  # real customers of the firm
    turnover: float  # annual, £


ENFORCEMENT_RECORD = np.dtype([(name, np.float64) for name in Enforcement._fields])
"""The same as a record, for the reason that an outlook is one: see :data:`cxsim.firms.outlook.OUTLOOK_RECORD`; what is true is 1."""


@compiled()
def breach(levers, enforcement, paying=1.0, trapped=0.0):
    """Severity of the breach relative to price, and what it brings in a month per customer (£).

    Args:
        paying: share of the firm's customers who pay its hidden fee.
        trapped: share who pay for an extra that they do not want.
    """
    reference = enforcement.reference
    severity, gain = 0.0, 0.0
    if enforcement.against_hidden:
        severity += levers[HIDDEN] / reference
        gain += paying * levers[HIDDEN]
    if enforcement.against_premium:
        severity += levers[PREMIUM] / reference
        gain += levers[PREMIUM]
    if enforcement.against_barrier:
        severity += levers[BARRIER] / reference / 12.0
    if enforcement.against_overpromise:
        severity += max(0.0, levers[OVERPROMISE])
    if enforcement.against_personal:
        charge = levers[PERSONAL] * enforcement.data_headroom * levers[INSIGHT]
        severity += charge
        gain += charge * reference
    if enforcement.against_dark:
        severity += levers[DARK] * enforcement.extra_price / reference
        gain += trapped * enforcement.extra_price
    if enforcement.against_collusion and enforcement.but_for_price > 0.0:
        overcharge = max(0.0, levers[PRICE] - enforcement.but_for_price)
        severity += overcharge / reference
        gain += overcharge
    return severity, gain


@compiled()
def finding_chance(severity, enforcement):
    """Chance that a case finds the breach: rises with severity towards the full chance; any breach counts where the scale is zero."""
    if severity <= 0.0:
        return 0.0
    if enforcement.severity_scale <= 0.0:
        return enforcement.detection
    return enforcement.detection * (1.0 - np.exp(-severity / enforcement.severity_scale))


@compiled()
def fine_for(severity, annual_gain, enforcement):
    """The fine in pounds: a share of turnover by severity, or a multiple of the gain if that is more, under the caps."""
    by_turnover = enforcement.share_of_turnover * enforcement.turnover * min(1.0, severity / enforcement.fine_severity_scale)
    fine = max(by_turnover, enforcement.multiple_of_gain * annual_gain)
    if enforcement.cap_share < NO_LIMIT:
        fine = min(fine, enforcement.cap_share * enforcement.turnover)
    return min(fine, enforcement.cap)


@compiled()
def expected_penalty(levers, enforcement, paying=1.0, trapped=0.0):
    """Expected fine and redress per month (£): perceived detection x (min(fine, cap) + redress); see :func:`breach`."""
    if enforcement.investigation <= 0.0:
        return 0.0
    severity, gain = breach(levers, enforcement, paying, trapped)
    if severity <= 0.0:
        return 0.0
    annual_gain = 12.0 * gain * enforcement.customers
    chance = enforcement.investigation * finding_chance(severity, enforcement)
    return chance * (fine_for(severity, annual_gain, enforcement) + enforcement.redress_share * annual_gain)
