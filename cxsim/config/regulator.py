"""Parameters of the regulator: money, cases, fines, errors, publicity, redress, bans."""

from __future__ import annotations

import dataclasses
from typing import Any

from cxsim.config.parameter import param

TARGETING = ("complaints", "random", "severity")
CONDUCTS = ("hidden_fee", "loyalty_premium", "exit_barrier", "overpromise", "personalisation", "dark_pattern", "collusion")


@dataclasses.dataclass(frozen=True)
class RegulatorConfig:
    """Who enforces, with how much money, and how hard it can hit. Funding of zero is no regulator."""

    title: str = param("No regulator", "Name of this regulator.")
    annual_funding: float = param(
        0.0, "Public money a year for this market.", unit="£/year", low=0, high=1e12)  # fmt: skip
    start_up_funds: float = param(
        0.0, "Money in hand when the run starts.", unit="£", low=0, high=1e12, from_start=True)  # fmt: skip
    case_cost: float = param(100_000.0, "Cost of one case.", unit="£", low=1, high=1e12)
    case_months: int = param(9, "Months from opening a case to its decision.", unit="months", low=1, high=240)
    staff_cases: int = param(
        50, "Cases that the staff can have open at once.", unit="cases", low=0, high=100_000)  # fmt: skip
    targeting: str = param(
        "complaints", "How firms are picked: by complaints received, at random, or by severity of conduct.",
        choices=TARGETING)  # fmt: skip
    detection: float = param(
        0.9, "Chance that a case finds a breach that is severe.", low=0, high=1, reference="guess")  # fmt: skip
    severity_scale: float = param(
        0.03, "Severity (breach relative to price) at which a case finds it with 63 % of the full chance; zero finds "
        "any breach.", low=0, high=100, reference="guess")  # fmt: skip
    false_positive_rate: float = param(
        0.01, "Chance that a case against a firm without a breach ends in a finding.", low=0, high=1,
        reference="guess")  # fmt: skip
    fine_share_of_turnover: float = param(
        0.0, "Fine for a fully severe breach as a share of annual turnover.", low=0, high=10)  # fmt: skip
    fine_severity_scale: float = param(
        0.1, "Severity (breach relative to price) at which a breach counts as fully severe for the turnover fine.",
        low=1e-9, high=100, reference="guess")  # fmt: skip
    fine_multiple_of_gain: float = param(
        0.0, "Fine as a multiple of the firm's gain from the breach over the past year, if that is more.",
        low=0, high=1000)  # fmt: skip
    fine_cap: float | None = param(
        None, "Highest fine in one case.", unit="£", low=0, high=1e15, optional="no cap")  # fmt: skip
    fine_cap_share_of_turnover: float | None = param(
        None, "Highest fine in one case as a share of annual turnover.", low=0, high=10, optional="no such cap")  # fmt: skip
    self_funding_share: float = param(
        0.0, "Share of fines received that joins next year's budget.", low=0, high=1)  # fmt: skip
    publicity: float = param(
        0.3, "Chance that a customer of a fined firm hears of it; also how far other firms see the case.",
        low=0, high=1, reference="guess")  # fmt: skip
    redress_share: float = param(
        0.0, "Share of the past year's gain from the breach that is paid back to the firm's customers.",
        low=0, high=5)  # fmt: skip
    leniency: float = param(
        0.0, "Share of the fine waived for the first cartel member to confess.", low=0, high=1)  # fmt: skip
    rules: list[str] = param(
        ["hidden_fee", "exit_barrier", "overpromise", "personalisation", "collusion"],
        "Conducts that break the rules.", choices=CONDUCTS)  # fmt: skip
    ban_exit_barriers: bool = param(False, "Whether exit barriers are impossible (as by a switching service).")
    ban_hidden_fees: bool = param(False, "Whether hidden fees are impossible (as by all-in pricing).")
    ban_dark_patterns: bool = param(
        False, "Whether dark patterns are impossible (as where consent must be active and leaving as easy as joining).")  # fmt: skip
    policy: str = param(
        "standing", "How the regulator decides: standing (by its settings), or module:Class of your own "
        "(needs allow_user_code).")  # fmt: skip
    sources: dict[str, Any] = param(
        {}, "For each number of a preset: where it comes from and how sure it is.")  # fmt: skip
