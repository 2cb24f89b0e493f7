"""Booking a month: from the customers' sums to the ledger, firms' accounts and standing.

Each function takes one step for every slot; :func:`close_month` takes them all in their order.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cxsim.compiled import compiled
from cxsim.config.run import Config
from cxsim.customers.tables import SUM
from cxsim.firms.announcement import next_credibility
from cxsim.firms.breach import Enforcement, breach
from cxsim.firms.operations import next_morale, practice_cost, practice_of
from cxsim.firms.table import ANNOUNCEMENT, BARRIER, DISCLOSURE, GAMING, HIDDEN, INSIGHT, NUMBER, PREMIUM, PRICE, SERVICE, FirmTable
from cxsim.market.ledger import FIRST_OPERATING, LAST_OPERATING, LAST_REVENUE, C, F

COMPLAINT_MEMORY = 1.0 / 12.0
_YEAR_KEEP = 11.0 / 12.0  # a sum over the past year that forgets evenly: steady at twelve times the monthly amount
_BUT_FOR_FIELD = Enforcement._fields.index("but_for_price")

_CUSTOMERS, _NEW, _PERSONAL = SUM["customers"], SUM["new_customers"], SUM["personal"]
_AVOIDERS, _EXTRAS, _UNWANTED = SUM["avoiders"], SUM["extras"], SUM["unwanted_extras"]
_BARRIER_COST, _SWITCHING_COST, _REPORTS = SUM["barrier_cost"], SUM["switching_cost"], SUM["to_regulator"]
_COUNTED = tuple(
    (SUM[column], NUMBER[name])
    for column, name in (
        ("customers", "customers"), ("problems", "open_problems"), ("complaints", "complaints"), ("joiners", "joiners"),
        ("leavers", "leavers"),
    )
)  # fmt: skip
_AVERAGED = tuple((SUM[name], NUMBER[name]) for name in ("experience", "satisfaction", "job_outcome"))

_BILL, _OVERCHARGE, _PREMIUM, _PERSONAL_PREMIUM = C["bill"], C["overcharge"], C["loyalty_premium"], C["personal_premium"]
_FEE, _EXTRA, _UNWANTED_EXTRA, _REDRESS = C["hidden_fee"], C["extra"], C["unwanted_extra"], C["redress"]
_EXIT, _AVOIDANCE, _SWITCHING = C["exit_barrier"], C["avoidance"], C["switching_cost"]
_PRODUCTION, _QUALITY, _SERVICE_COST, _CONTACT, _OVERHEAD = F["production"], F["quality"], F["service"], F["contact"], F["overhead"]
_FRANCHISE, _FINE, _RETAINED = F["franchise"], F["fine"], F["fine_retained"]

_FIXED = NUMBER["overhead"]
_HEADS, _OPEN, _UNIT_COST, _REPUTATION = NUMBER["customers"], NUMBER["open_problems"], NUMBER["unit_cost"], NUMBER["reputation"]
_SATISFACTION, _PAYERS, _TRAPPED, _MORALE = NUMBER["satisfaction"], NUMBER["fee_payers"], NUMBER["trapped"], NUMBER["morale"]
_REVENUE, _PROFIT, _COST, _CASH = NUMBER["revenue"], NUMBER["profit"], NUMBER["cost"], NUMBER["cash"]
_FINES, _REDRESSED, _YEAR, _LOSSES = NUMBER["fines"], NUMBER["redress"], NUMBER["annual_revenue"], NUMBER["losses_in_a_row"]
_PRICE_LAST, _PREMIUM_LAST, _EXPOSED = NUMBER["price_last"], NUMBER["premium_last"], NUMBER["exposed"]
_CREDIBILITY, _EXPERIENCE = NUMBER["credibility"], NUMBER["experience"]
_SEVERITY, _GAIN, _BUT_FOR = NUMBER["severity"], NUMBER["annual_gain"], NUMBER["but_for_price"]


class AccountTerms(NamedTuple):
    """The settings that accounts depend on; amounts in pounds."""

    scale: float  # real customers per simulated one
    effort: float  # cost of avoiding a hidden fee, £/month
    extra_price: float  # of the optional extra, £/month
    reputation_speed: float
    reference: float  # normal price at the start
    quality_cost: float
    service_cost: float
    contact_cost: float
    insight_cost: float  # share of the reference price; the same for gaming and disclosure
    gaming_cost: float
    disclosure_cost: float
    barrier_cost: float
    fixed_cost: float  # of an average firm, £/month
    reference_speed: float
    announcement_cost: float  # share of the reference price
    credibility_loss: float
    credibility_recovery: float


def account_terms(config: Config, scale: float) -> AccountTerms:
    """The settings of a configuration."""
    market, customers, firms = config.market, config.customers, config.firms
    reference = market.reference_price
    return AccountTerms(
        float(scale), (customers.avoidance_cost or 0.0) * reference, float(np.float32(market.extra_price * reference)),
        customers.reputation_speed, reference, market.quality_cost, market.service_cost, market.contact_cost, firms.insight_cost,
        firms.score_gaming_cost, firms.disclosure_cost, firms.barrier_cost, market.fixed_cost * reference * market.population,
        market.reference_price_speed, firms.announcement_cost, customers.credibility_loss, customers.credibility_recovery,
    )  # fmt: skip


@compiled()
def book_customers(flows, sums, levers, cartel, numbers, terms):
    """Book what customers paid and bore, by segment and firm.

    Args:
        flows: segments x slots x customer flows of the ledger; added to.
        sums: segments x slots x sums of the compiled month, in simulated customers.
        levers, cartel, numbers: of the firm table.
    """
    for segment in range(sums.shape[0]):
        for slot in range(sums.shape[1]):
            found, flow, lever = sums[segment, slot], flows[segment, slot], levers[slot]
            flow[_PERSONAL_PREMIUM] += found[_PERSONAL] * terms.scale
            flow[_EXIT] += found[_BARRIER_COST] * terms.scale
            flow[_SWITCHING] += found[_SWITCHING_COST] * terms.scale
            if slot == 0:  # nobody pays for doing without
                continue
            customers = found[_CUSTOMERS] * terms.scale
            # Differences of heads, which are whole, before they are scaled: a fused product would leave a trace below zero.
            established = (found[_CUSTOMERS] - found[_NEW]) * terms.scale
            avoiders, unwanted = found[_AVOIDERS] * terms.scale, found[_UNWANTED] * terms.scale
            price = but_for = lever[PRICE]
            if cartel[slot] and numbers[_BUT_FOR, slot] > 0.0:
                but_for = min(numbers[_BUT_FOR, slot], price)
            flow[_BILL] += customers * but_for
            flow[_OVERCHARGE] += customers * (price - but_for)
            flow[_PREMIUM] += established * lever[PREMIUM]
            flow[_FEE] += (found[_CUSTOMERS] - found[_AVOIDERS]) * terms.scale * lever[HIDDEN]
            flow[_EXTRA] += (found[_EXTRAS] - found[_UNWANTED]) * terms.scale * terms.extra_price
            flow[_UNWANTED_EXTRA] += unwanted * terms.extra_price
            flow[_AVOIDANCE] += avoiders * terms.effort


@compiled(inline="always")
def _over_segments(sums, slot, column):
    total = 0.0
    for segment in range(sums.shape[0]):
        total += sums[segment, slot, column]
    return total


@compiled()
def take_stock(numbers, sums, terms):
    """Update each firm's standing with customers from the month's sums; without customers it stays as it was."""
    for slot in range(sums.shape[1]):
        for column, number in _COUNTED:
            numbers[number, slot] = _over_segments(sums, slot, column) * terms.scale
        heads = _over_segments(sums, slot, _CUSTOMERS)
        numbers[_PAYERS, slot] = 1.0 - _over_segments(sums, slot, _AVOIDERS) / max(heads, 1.0)
        numbers[_TRAPPED, slot] = _over_segments(sums, slot, _UNWANTED) / max(heads, 1.0)
        if heads > 0.0:
            for column, number in _AVERAGED:
                numbers[number, slot] = _over_segments(sums, slot, column) / heads
            known = numbers[_SATISFACTION, slot] - numbers[_REPUTATION, slot]
            numbers[_REPUTATION, slot] += terms.reputation_speed * known


@compiled(inline="always")
def _mean_square(quality, slot):
    total = 0.0
    for outcome in range(quality.shape[1]):
        total += quality[slot, outcome] * quality[slot, outcome]
    return total / quality.shape[1]


@compiled()
def book_costs(costs, levers, quality, numbers, active, terms, service):
    """Book what serving customers cost each firm; customers and open problems are this month's; ``costs``: slots x firm flows, added to."""
    for slot in range(1, costs.shape[0]):
        lever, customers = levers[slot], numbers[_HEADS, slot]
        costs[slot, _PRODUCTION] += numbers[_UNIT_COST, slot] * customers
        costs[slot, _QUALITY] += terms.quality_cost * _mean_square(quality, slot) * customers
        costs[slot, _SERVICE_COST] += terms.service_cost * lever[SERVICE] * customers
        costs[slot, _CONTACT] += terms.contact_cost * numbers[_OPEN, slot]
        effort = terms.insight_cost * lever[INSIGHT] ** 2 + terms.gaming_cost * lever[GAMING] ** 2
        effort += terms.disclosure_cost * lever[DISCLOSURE] + terms.announcement_cost * lever[ANNOUNCEMENT]
        per_customer = terms.reference * effort + terms.barrier_cost * lever[BARRIER]
        per_customer += practice_cost(practice_of(lever), service, terms.service_cost, terms.reference)
        costs[slot, _OVERHEAD] += per_customer * customers + (terms.fixed_cost * numbers[_FIXED, slot] if active[slot] else 0.0)


@compiled()
def book_redress(flows, costs, sums, redress):
    """Redress goes to the firm's present customers in equal parts; to the treasury where there are none."""
    for slot in range(redress.shape[0]):
        if redress[slot] > 0.0:
            heads = np.sum(sums[:, slot, _CUSTOMERS])
            if heads > 0.0:
                for segment in range(sums.shape[0]):
                    flows[segment, slot, _REDRESS] += sums[segment, slot, _CUSTOMERS] / heads * redress[slot]
            else:
                costs[slot, _FINE] += redress[slot]


@compiled()
def judge(levers, numbers, active, cartel, standing):
    """Work out how severely each firm broke the rules this month, and its gain from that over the past year.

    Args:
        standing: the regulator's settings, a :class:`~cxsim.firms.review.Sheet` of an :class:`~cxsim.firms.breach.Enforcement`; the firm's
            own numbers in it are overwritten.
    """
    row, record = standing
    for slot in range(active.shape[0]):
        severity, gain = 0.0, 0.0
        if active[slot]:
            row[_BUT_FOR_FIELD] = numbers[_BUT_FOR, slot] if cartel[slot] else 0.0
            severity, gain = breach(levers[slot], record[0], numbers[_PAYERS, slot], numbers[_TRAPPED, slot])
        numbers[_SEVERITY, slot] = severity
        numbers[_GAIN, slot] = numbers[_GAIN, slot] * _YEAR_KEEP + gain * numbers[_HEADS, slot]


@compiled()
def close_books(flows, costs, levers, numbers, active):
    """Move cash, remember the year, and note this month's prices for next month's shocks."""
    for slot in range(costs.shape[0]):
        revenue = np.sum(flows[:, slot, _BILL : LAST_REVENUE + 1])
        redress = np.sum(flows[:, slot, _REDRESS])
        profit = revenue - redress - np.sum(costs[slot])
        numbers[_REVENUE, slot], numbers[_PROFIT, slot] = revenue, profit
        numbers[_COST, slot] = np.sum(costs[slot, FIRST_OPERATING : LAST_OPERATING + 1])
        numbers[_FINES, slot], numbers[_REDRESSED, slot] = costs[slot, _FINE] + costs[slot, _RETAINED], redress
        numbers[_CASH, slot] += profit
        numbers[_YEAR, slot] = numbers[_YEAR, slot] * _YEAR_KEEP + revenue
        losing = active[slot] and profit < 0.0
        numbers[_LOSSES, slot] = numbers[_LOSSES, slot] + 1.0 if losing else 0.0
        numbers[_PRICE_LAST, slot], numbers[_PREMIUM_LAST, slot] = levers[slot, PRICE], levers[slot, PREMIUM]
        numbers[_EXPOSED, slot] = 0.0


@compiled()
def let_morale_follow(numbers, levers, service):
    """Staff's morale follows what the job is like and how many problems wait."""
    for slot in range(levers.shape[0]):
        customers = numbers[_HEADS, slot]
        waiting = numbers[_OPEN, slot] / customers if customers > 0.0 else 0.0
        numbers[_MORALE, slot] = next_morale(numbers[_MORALE, slot], practice_of(levers[slot]), waiting, service)


@compiled()
def let_credibility_follow(numbers, levers, terms):
    """A firm's words count for less where its customers experience less than it announces, and for more again where they do not."""
    for slot in range(1, levers.shape[0]):
        if numbers[_HEADS, slot] > 0.0:
            numbers[_CREDIBILITY, slot] = next_credibility(
                numbers[_CREDIBILITY, slot], levers[slot, ANNOUNCEMENT], numbers[_EXPERIENCE, slot], terms.credibility_loss,
                terms.credibility_recovery,
            )  # fmt: skip


@compiled()
def close_month(flows, costs, sums, levers, quality, numbers, active, cartel, redress, payment, standing, terms, service, complaints, held):
    """Everything between the customers' month and the record.

    Args:
        redress: what each firm owes its customers (£).
        payment: of a franchisee per customer (£).
        standing: see :func:`judge`.
        terms, service: :class:`AccountTerms` and :class:`~cxsim.firms.operations.Service` as records.
        complaints: that the regulator has received, by slot (real customers a month), fading over a year.
        held: people with a supplier by segment (simulated), overwritten.

    Returns:
        What customers were billed on average, premiums included (£); not a number where there is no customer.
    """
    terms, service = terms[0], service[0]
    book_customers(flows, sums, levers, cartel, numbers, terms)
    take_stock(numbers, sums, terms)
    book_costs(costs, levers, quality, numbers, active, terms, service)
    book_redress(flows, costs, sums, redress)
    for slot in range(active.shape[0]):
        complaints[slot] += COMPLAINT_MEMORY * (np.sum(sums[:, slot, _REPORTS]) * terms.scale - complaints[slot])
        if active[slot]:
            costs[slot, _FRANCHISE] += payment * numbers[_HEADS, slot]
    for segment in range(held.shape[0]):
        held[segment] = np.sum(sums[segment, 1:, _CUSTOMERS])
    judge(levers, numbers, active, cartel, standing)
    close_books(flows, costs, levers, numbers, active)
    let_morale_follow(numbers, levers, service)
    let_credibility_follow(numbers, levers, terms)
    customers = np.sum(numbers[_HEADS, 1:])
    return np.sum(flows[:, :, _BILL : _PERSONAL_PREMIUM + 1]) / customers if customers > 0.0 else np.nan


def mean_margin(table: FirmTable) -> np.ndarray:
    """Present margin per customer and month of each firm (£), zero for a firm without customers."""
    some = table.customers > 0
    safe = np.where(some, table.customers, 1.0)
    return np.where(some, (table.revenue - table.cost) / safe, 0.0)
