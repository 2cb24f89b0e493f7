"""Booking a month: from the customers' sums to the ledger, firms' accounts and standing."""

from __future__ import annotations

import numpy as np

from cxsim.config.run import Config
from cxsim.customers.tables import SUM, Offers
from cxsim.firms.breach import breach
from cxsim.firms.operations import practice_cost, practices_of, service_settings
from cxsim.firms.table import BARRIER, DISCLOSURE, GAMING, HIDDEN, INSIGHT, PREMIUM, PRICE, SERVICE, FirmTable
from cxsim.market.ledger import C, F, MonthBook

_YEAR_KEEP = 11.0 / 12.0  # a sum over the past year that forgets evenly: steady at twelve times the monthly amount


def book_customers(
    book: MonthBook, sums: np.ndarray, table: FirmTable, scale: float, *, effort: float = 0.0, extra_price: float = 0.0
) -> None:
    """Book what customers paid and bore, by segment and firm.

    Args:
        sums: segments x slots x sums of the compiled month, in simulated customers.
        scale: real customers per simulated one.
        effort: cost of avoiding a hidden fee (£/month).
        extra_price: price of the optional extra (£/month).
    """
    customers = sums[:, :, SUM["customers"]] * scale
    established = customers - sums[:, :, SUM["new_customers"]] * scale
    price = table.levers[:, PRICE]
    but_for = np.where(table.cartel & (table.but_for_price > 0.0), np.minimum(table.but_for_price, price), price)
    served = np.ones(len(table))
    served[0] = 0.0  # nobody pays for doing without
    flows = book.customers
    flows[:, :, C["bill"]] += customers * (but_for * served)
    flows[:, :, C["overcharge"]] += customers * ((price - but_for) * served)
    flows[:, :, C["loyalty_premium"]] += established * (table.levers[:, PREMIUM] * served)
    flows[:, :, C["personal_premium"]] += sums[:, :, SUM["personal"]] * scale
    avoiders, unwanted = sums[:, :, SUM["avoiders"]] * scale, sums[:, :, SUM["unwanted_extras"]] * scale
    flows[:, :, C["hidden_fee"]] += (customers - avoiders) * (table.levers[:, HIDDEN] * served)
    flows[:, :, C["extra"]] += (sums[:, :, SUM["extras"]] * scale - unwanted) * extra_price
    flows[:, :, C["unwanted_extra"]] += unwanted * extra_price
    flows[:, :, C["avoidance"]] += avoiders * effort
    flows[:, :, C["exit_barrier"]] += sums[:, :, SUM["barrier_cost"]] * scale
    flows[:, :, C["switching_cost"]] += sums[:, :, SUM["switching_cost"]] * scale


def book_costs(book: MonthBook, config: Config, table: FirmTable) -> None:
    """Book what serving customers cost each firm; ``table.customers`` and ``open_problems`` are this month's."""
    market, firms = config.market, config.firms
    levers, customers, reference = table.levers, table.customers, market.reference_price
    square = (table.quality**2).mean(axis=1)
    book.firms[:, F["production"]] += table.unit_cost * customers
    book.firms[:, F["quality"]] += market.quality_cost * square * customers
    book.firms[:, F["service"]] += market.service_cost * levers[:, SERVICE] * customers
    book.firms[:, F["contact"]] += market.contact_cost * table.open_problems
    per_customer = firms.insight_cost * reference * levers[:, INSIGHT] ** 2
    per_customer += firms.score_gaming_cost * reference * levers[:, GAMING] ** 2
    per_customer += firms.disclosure_cost * reference * levers[:, DISCLOSURE] + firms.barrier_cost * levers[:, BARRIER]
    per_customer += practice_cost(practices_of(levers), service_settings(config), market.service_cost, reference)
    fixed = market.fixed_cost * reference * market.population
    book.firms[:, F["overhead"]] += per_customer * customers + np.where(table.active, fixed, 0.0)
    book.firms[0] = 0.0


def take_stock(table: FirmTable, sums: np.ndarray, scale: float, reputation_speed: float) -> None:
    """Update each firm's standing with customers from the month's sums."""
    by_slot = sums.sum(axis=0)
    heads = by_slot[:, SUM["customers"]]
    some = heads > 0
    safe = np.where(some, heads, 1.0)
    table.customers = heads * scale
    table.open_problems = by_slot[:, SUM["problems"]] * scale
    table.complaints = by_slot[:, SUM["complaints"]] * scale
    table.joiners = by_slot[:, SUM["joiners"]] * scale
    table.leavers = by_slot[:, SUM["leavers"]] * scale
    for name, column in (("experience", "experience"), ("satisfaction", "satisfaction"), ("job_outcome", "job_outcome")):
        setattr(table, name, np.where(some, by_slot[:, SUM[column]] / safe, getattr(table, name)))
    table.fee_payers = 1.0 - by_slot[:, SUM["avoiders"]] / safe
    table.trapped = by_slot[:, SUM["unwanted_extras"]] / safe
    known = table.satisfaction - table.reputation
    table.reputation = np.where(some, table.reputation + reputation_speed * known, table.reputation)


def close_books(book: MonthBook, table: FirmTable) -> None:
    """Move cash, remember the year, and note this month's prices for next month's shocks."""
    revenue, profit = book.revenue(), book.profit()
    table.revenue, table.profit, table.cost = revenue, profit, book.operating_cost()
    table.fines = book.firms[:, F["fine"]] + book.firms[:, F["fine_retained"]]
    table.redress = book.customers[:, :, C["redress"]].sum(axis=0)
    table.cash = table.cash + profit
    table.annual_revenue = table.annual_revenue * _YEAR_KEEP + revenue
    table.losses_in_a_row = np.where((profit < 0) & table.active, table.losses_in_a_row + 1, 0.0)
    table.price_last = table.levers[:, PRICE].copy()
    table.premium_last = table.levers[:, PREMIUM].copy()
    table.exposed = np.zeros(len(table))


def judge(table: FirmTable, enforcement: object) -> None:
    """Work out how severely each firm broke the rules this month, and its gain from that over the past year."""
    gain = np.zeros(len(table))
    for slot in np.flatnonzero(table.active):
        but_for = table.but_for_price[slot] if table.cartel[slot] else 0.0
        terms = enforcement._replace(but_for_price=float(but_for))  # type: ignore[attr-defined]
        table.severity[slot], per_customer = breach(table.levers[slot], terms, table.fee_payers[slot], table.trapped[slot])
        gain[slot] = per_customer * table.customers[slot]
    table.severity[~table.active] = 0.0
    table.annual_gain = table.annual_gain * _YEAR_KEEP + gain


def mean_margin(offers: Offers, table: FirmTable) -> np.ndarray:
    """Present margin per customer and month of each firm (£), zero for a firm without customers."""
    some = table.customers > 0
    safe = np.where(some, table.customers, 1.0)
    return np.where(some, (table.revenue - table.cost) / safe, 0.0)
