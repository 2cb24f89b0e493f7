r"""The line of theory: where breaking the rules stops paying, worked out from parameters alone.

A firm that weighs only money breaks a rule when what it gains exceeds what it must expect to pay (Becker 1968; with a cap on
the fine, Polinsky and Shavell 2000). For a firm of N customers and a conduct that brings g pounds a customer and month at a
severity z, that is

    g N  >  p d(z) (min(F, cap) + redress),

with everything a month on the right but the fine itself, which is paid once for each finding:

- p, the chance a month that the firm is investigated. Money buys ``funding / (12 x case cost)`` cases a month, staff can end at
  most ``staff / case months`` a month, and n firms share them: p is the smaller of the two over n. A firm is not investigated
  twice at a time and never in the month after, so that p is at most ``1 / (case months + 1)``. Firms learn p from what they see
  (perceptual deterrence, Apel 2013), so that in the long run they believe what is true.
- d(z) = detection x (1 - exp(-z / severity scale)), the chance that a case finds the breach.
- F = max(share of turnover x turnover x min(1, z / fine severity scale), multiple of gain x 12 g N), the fine for a year's gain.
- cap, the lower of the cap in pounds and the cap as a share of turnover.
- redress = redress share x 12 g N.

The conduct is the fullest that a firm may commit of those that bring money from every customer (hidden fees, a loyalty premium,
personal prices; as far as they are against the rules, firms use them and no ban rules them out; not what only those pay whom
a dark pattern catches). Firms are of equal size, every customer has a supplier, pays the reference price and avoids nothing. So
the line knows nothing of what customers do when they notice, of rivals, or of a firm that breaks several rules at a time;
where the model differs from it, these are the reasons to look into.
"""

from __future__ import annotations

import dataclasses
import math

from cxsim.config.checks import LEVER_SETS
from cxsim.config.run import Config
from cxsim.config.tables import read_firms_table


@dataclasses.dataclass(frozen=True)
class Offence:
    """The fullest breach that brings money.

    Attributes:
        conducts: the conducts it is made of, as in ``regulator.rules``.
        severity: breach relative to the reference price.
        gain: pounds a customer and month.
    """

    conducts: tuple[str, ...]
    severity: float
    gain: float


def full_offence(config: Config) -> Offence | None:
    """The fullest breach that firms of this market may commit for money, or ``None`` where there is none."""
    market, regulator, reference = config.market, config.regulator, config.market.reference_price
    used = {name for lever in config.firms.levers for name in LEVER_SETS.get(lever, (lever,))}
    amounts = {
        "hidden_fee": 0.0 if regulator.ban_hidden_fees else market.max_hidden_fee * reference,
        "loyalty_premium": 0.0 if market.ban_price_walking else market.max_loyalty_premium * reference,
        "personalisation": 0.0 if market.price_cap is not None else config.customers.data_headroom * config.firms.insight * reference,
    }
    counted = {name: pounds for name, pounds in amounts.items() if pounds > 0 and name in used and name in regulator.rules}
    if not counted:
        return None
    gain = sum(counted.values())
    return Offence(tuple(counted), gain / reference, gain)


def n_firms(config: Config) -> int:
    """Firms at the start, those of a table counted."""
    if config.market.n_firms is not None:
        return config.market.n_firms
    return len(read_firms_table(str(config.market.firms_table)))


def investigation(config: Config, funding: float | None = None) -> float:
    """Chance a month that a firm is investigated, in the long run.

    Args:
        config: the configuration.
        funding: £ a year, instead of ``regulator.annual_funding``.
    """
    regulator = config.regulator
    money = regulator.annual_funding if funding is None else funding
    cases = min(money / (12.0 * regulator.case_cost), regulator.staff_cases / regulator.case_months)
    return min(cases / n_firms(config), most_investigation(config))


def most_investigation(config: Config) -> float:
    """The chance that no money can exceed: one case after the other, as far as staff allows."""
    regulator = config.regulator
    return min(regulator.staff_cases / regulator.case_months / n_firms(config), 1.0 / (regulator.case_months + 1.0))


def finding(config: Config, severity: float) -> float:
    """Chance that a case finds a breach of that severity."""
    regulator = config.regulator
    if severity <= 0:
        return 0.0
    if regulator.severity_scale <= 0:
        return regulator.detection
    return regulator.detection * -math.expm1(-severity / regulator.severity_scale)


def fine(config: Config, offence: Offence, capped: bool = True) -> float:
    """The fine in pounds for a year of the offence by a firm of average size.

    Args:
        config: the configuration.
        offence: the offence.
        capped: whether the cap in pounds counts; the one as a share of turnover always does.
    """
    regulator = config.regulator
    turnover = 12.0 * config.market.reference_price * customers(config)
    by_turnover = regulator.fine_share_of_turnover * turnover * min(1.0, offence.severity / regulator.fine_severity_scale)
    by_gain = regulator.fine_multiple_of_gain * 12.0 * offence.gain * customers(config)
    found = max(by_turnover, by_gain)
    if regulator.fine_cap_share_of_turnover is not None:
        found = min(found, regulator.fine_cap_share_of_turnover * turnover)
    return min(found, regulator.fine_cap) if capped and regulator.fine_cap is not None else found


def customers(config: Config) -> float:
    """Real customers of a firm of average size."""
    return config.market.population / n_firms(config)


def expected_penalty(config: Config, offence: Offence, investigated: float | None = None) -> float:
    """What the offence costs a firm on average (£/month): chance of a case x chance of a finding x (fine + redress).

    Args:
        config: the configuration.
        offence: the offence.
        investigated: chance a month of being investigated, instead of the one that the funding buys.
    """
    chance = investigation(config) if investigated is None else investigated
    redress = config.regulator.redress_share * 12.0 * offence.gain * customers(config)
    return chance * finding(config, offence.severity) * (fine(config, offence) + redress)


def deterrence(config: Config) -> float:
    """Expected penalty over gain of the fullest offence: above one it does not pay. NaN where no offence brings money."""
    offence = full_offence(config)
    if offence is None:
        return math.nan
    return expected_penalty(config, offence) / (offence.gain * customers(config))


def least_cap(config: Config) -> float:
    """The cap in pounds below which no money deters the fullest offence; infinite where no cap would do, NaN without an offence."""
    offence = full_offence(config)
    if offence is None:
        return math.nan
    chance = most_investigation(config) * finding(config, offence.severity)
    gain = offence.gain * customers(config)
    if chance <= 0:
        return math.inf
    needed = gain / chance - config.regulator.redress_share * 12.0 * gain
    return math.inf if needed > fine(config, offence, capped=False) else max(0.0, needed)


def least_funding(config: Config) -> float:
    """The funding (£/year) below which the fullest offence pays under the caps there are; infinite where none is enough."""
    offence = full_offence(config)
    if offence is None:
        return math.nan
    each = expected_penalty(config, offence, investigated=1.0)
    if each <= 0:
        return math.inf
    chance = offence.gain * customers(config) / each
    if chance > most_investigation(config):
        return math.inf
    return chance * n_firms(config) * 12.0 * config.regulator.case_cost
