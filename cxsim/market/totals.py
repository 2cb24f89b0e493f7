"""What recorded months come to: most columns of the tables of the market and of its segments are one amount per another one.

The amounts are added up first, for each segment and from them for the market, to which what its firms have in common is added.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from cxsim.compiled import compiled
from cxsim.customers.tables import SUM, SUMS
from cxsim.firms.table import ANNOUNCEMENT, BARRIER, NUMBER, PRICE
from cxsim.market.ledger import CUSTOMER_FLOWS, FIRST_OPERATING, LAST_OPERATING, LAST_REVENUE, C, F

ADDED = (
    *SUMS, *(f"{flow}, £" for flow in CUSTOMER_FLOWS),
    "people", "surplus of people", "held",
)  # fmt: skip
"""Amounts that add up: sums over customers, customers' flows in the ledger, then people and their surplus, with and without a supplier, and
who had a supplier before the month."""

DERIVED = ("one", "real customers", "real people", "revenue", "premiums", "untroubled")
"""Amounts of a segment and of the market that follow from those: one, people of the real population, what customers paid in all and in
loyalty and personal premiums, and customers without an open problem."""

OF_FIRMS = (
    "price", "exit_barriers", "quality", "announcement", "credibility", "violators", "squares", "square",
    "profit", "fines", "surplus on operations", "belief", "firms",
)  # fmt: skip
"""Amounts of the market alone: levers and standing of firms times their customers, customers of firms that break a rule, squares of firms'
customers and of all, then pounds, firms' beliefs about detection and how many they are."""

SEGMENT = {name: place for place, name in enumerate((*ADDED, *DERIVED))}
MARKET = {name: place for place, name in enumerate((*ADDED, *DERIVED, *OF_FIRMS))}
"""Places of amounts."""


class Rate(NamedTuple):
    """A column that is one amount per another one; zero where there is nobody to count.

    Attributes:
        amount: what is counted.
        per: for each of which.
        times: what the ratio is multiplied by.
    """

    amount: str
    per: str = "customers"
    times: float = 1.0


RATES = {
    "customers": Rate("real people", "one"),
    "experience": Rate("experience", times=100.0),
    "job_outcome": Rate("job_outcome"),
    "service": Rate("untroubled"),
    "harm": Rate("harm"),
    "satisfaction": Rate("satisfaction"),
    "trust": Rate("trust"),
    "price": Rate("price"),
    "price_paid": Rate("revenue", "real customers"),
    "loyalty_premium": Rate("premiums", "real customers"),
    "hidden_fees": Rate("hidden_fee, £", "real customers"),
    "unwanted_extras": Rate("unwanted_extra, £", "real customers"),
    "exit_barriers": Rate("exit_barriers"),
    "quality": Rate("quality"),
    "announcement": Rate("announcement"),
    "credibility": Rate("credibility"),
    "churn": Rate("leavers", "held", 12.0),
    "complaints": Rate("complaints"),
    "recoveries": Rate("recovered"),
    "coverage": Rate("customers", "people"),
    "hhi": Rate("squares", "square", 10_000.0),
    "consumer_surplus": Rate("surplus of people", "people"),
    "profit": Rate("profit", "one"),
    "fines": Rate("fines", "one"),
    "redress": Rate("redress, £", "one"),
    "violations": Rate("violators"),
    "detection_perceived": Rate("belief", "firms"),
    "overcharge": Rate("overcharge, £", "real customers"),
    "switching_costs": Rate("switching_cost, £", "real people"),
    "avoidance": Rate("avoidance, £", "real people"),
    "margin": Rate("surplus on operations", "revenue"),
}
"""Columns of the tables of the market and of segments."""

_FLOWS = len(SUMS)
_HEADS, _PROBLEMS, _SURPLUS = SUM["customers"], SUM["problems"], SUM["surplus"]
_PEOPLE, _PEOPLES_SURPLUS, _HELD = MARKET["people"], MARKET["surplus of people"], MARKET["held"]
_ONE, _REAL, _REAL_PEOPLE, _REVENUE, _PREMIUMS, _UNTROUBLED = range(len(ADDED), len(ADDED) + len(DERIVED))
_FIRST_REVENUE, _END_REVENUE = _FLOWS + C["bill"], _FLOWS + LAST_REVENUE + 1
_LOYALTY, _PERSONAL, _REDRESS = _FLOWS + C["loyalty_premium"], _FLOWS + C["personal_premium"], _FLOWS + C["redress"]
_PRICE, _BARRIERS, _QUALITY, _ANNOUNCED, _CREDIBLE, _VIOLATORS, _SQUARES, _SQUARE, _PROFIT, _FINES, _OPERATIONS, _BELIEF, _FIRMS = range(
    MARKET["price"], len(MARKET)
)
_ADDED, _END_OPERATING, _FINE, _RETAINED = len(ADDED), LAST_OPERATING + 1, F["fine"], F["fine_retained"]
_DETECTION, _CREDIBILITY, _SEVERITY = NUMBER["perceived_detection"], NUMBER["credibility"], NUMBER["severity"]


def rates(columns: Sequence[str], amounts: dict[str, int]) -> tuple[np.ndarray, np.ndarray]:
    """Those of some columns that are rates, as :func:`rate` takes them: rates x (place of the column, amount, per), and times."""
    found = [(place, RATES[name]) for place, name in enumerate(columns) if name in RATES]
    kinds = [(place, amounts[kind.amount], amounts[kind.per]) for place, kind in found]
    return np.array(kinds), np.array([kind.times for _, kind in found])


@compiled()
def rate(amounts, kinds, times, out):
    """Work out rates.

    Args:
        amounts: months x groups x amounts.
        kinds, times: as :func:`rates` gives them.
        out: columns x (months x groups), written where the rates have their places.
    """
    for which in range(len(times)):
        place, amount, per = kinds[which]
        row = 0
        for month in range(amounts.shape[0]):
            for group in range(amounts.shape[1]):
                count = amounts[month, group, per]
                out[place, row] = times[which] * (amounts[month, group, amount] / count) if count > 0.0 else 0.0
                row += 1


@compiled()
def add_segments(sums, flows, held, scale, amounts):
    """Add up the amounts of each segment.

    Args:
        sums: months x segments x slots x sums of the compiled month.
        flows: months x segments x slots x customer flows of the ledger.
        held: months x segments, simulated people with a supplier at the start of the month.
        scale: real people for each simulated one.
        amounts: months x segments x amounts of :data:`SEGMENT`, all zero.
    """
    months, segments, slots, columns = sums.shape
    for month in range(months):
        for segment in range(segments):
            group = amounts[month, segment]
            for slot in range(slots):
                found, booked = sums[month, segment, slot], flows[month, segment, slot]
                group[_PEOPLE] += found[_HEADS]
                group[_PEOPLES_SURPLUS] += found[_SURPLUS]
                for flow in range(flows.shape[3]):
                    group[_FLOWS + flow] += booked[flow]
                if slot > 0:
                    for column in range(columns):
                        group[column] += found[column]
            group[_HELD] = held[month, segment]
            derive(group, scale)


@compiled()
def add_market(segments, scale, sums, costs, kept, threshold, amounts):
    """Add up the amounts of the market.

    Args:
        segments: as :func:`add_segments` leaves them.
        scale: real people for each simulated one.
        sums: months x segments x slots x sums of the compiled month.
        costs: months x slots x firm flows of the ledger.
        kept: levers, quality, numbers and who is active, of the firm table: months x what is kept of it.
        threshold: severity from which a firm breaks a rule.
        amounts: months x 1 x amounts of :data:`MARKET`, all zero.
    """
    levers, quality, numbers, active = kept
    for month in range(amounts.shape[0]):
        market = amounts[month, 0]
        for segment in range(segments.shape[1]):
            for amount in range(_ADDED):
                market[amount] += segments[month, segment, amount]
        derive(market, scale)
        weigh(sums[month], levers[month], quality[month], numbers[month], threshold, market)
        balance(costs[month], numbers[month], active[month], market)


@compiled()
def derive(group, scale):
    """The amounts of a segment or of the market that follow from others of it."""
    group[_ONE], group[_REAL], group[_REAL_PEOPLE] = 1.0, group[_HEADS] * scale, group[_PEOPLE] * scale
    for flow in range(_FIRST_REVENUE, _END_REVENUE):
        group[_REVENUE] += group[flow]
    group[_PREMIUMS] = group[_LOYALTY] + group[_PERSONAL]
    group[_UNTROUBLED] = group[_HEADS] - group[_PROBLEMS]


@compiled()
def weigh(sums, levers, quality, numbers, threshold, market):
    """What firms are, times their customers."""
    market[_SQUARE] = market[_HEADS] * market[_HEADS]
    for slot in range(1, sums.shape[1]):
        customers, lever = 0.0, levers[slot]
        for segment in range(sums.shape[0]):
            customers += sums[segment, slot, _HEADS]
        market[_PRICE] += customers * lever[PRICE]
        market[_BARRIERS] += customers * lever[BARRIER]
        market[_QUALITY] += customers * quality[slot]
        market[_ANNOUNCED] += customers * lever[ANNOUNCEMENT]
        market[_CREDIBLE] += customers * numbers[_CREDIBILITY, slot]
        market[_SQUARES] += customers * customers
        if numbers[_SEVERITY, slot] > threshold:
            market[_VIOLATORS] += customers


@compiled()
def balance(costs, numbers, active, market):
    """What firms earned, paid and believe."""
    cost = operating = 0.0
    for slot in range(costs.shape[0]):
        for flow in range(costs.shape[1]):
            cost += costs[slot, flow]
        for flow in range(FIRST_OPERATING, _END_OPERATING):
            operating += costs[slot, flow]
        market[_FINES] += costs[slot, _FINE] + costs[slot, _RETAINED]
        if active[slot]:
            market[_BELIEF] += numbers[_DETECTION, slot]
            market[_FIRMS] += 1.0
    market[_PROFIT], market[_OPERATIONS] = market[_REVENUE] - market[_REDRESS] - cost, market[_REVENUE] - operating
