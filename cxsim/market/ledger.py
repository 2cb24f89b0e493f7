"""The ledger: every pound is booked once, between customers, firms, regulator, treasury and the resources used up.

Flows are kept in three dense arrays (customers' by segment and firm; firms'; the regulator's) because that is quick; the recorder makes a
table of them on demand. Amounts are pounds per month for the real population.
"""

from __future__ import annotations

import numpy as np

CUSTOMER_FLOWS = {
    "bill": ("customers", "firm"),
    "overcharge": ("customers", "firm"),
    "loyalty_premium": ("customers", "firm"),
    "personal_premium": ("customers", "firm"),
    "hidden_fee": ("customers", "firm"),
    "extra": ("customers", "firm"),
    "unwanted_extra": ("customers", "firm"),
    "exit_barrier": ("customers", "resources"),
    "avoidance": ("customers", "resources"),
    "switching_cost": ("customers", "resources"),
    "redress": ("firm", "customers"),
}
FIRM_FLOWS = {
    "production": ("firm", "resources"),
    "quality": ("firm", "resources"),
    "service": ("firm", "resources"),
    "contact": ("firm", "resources"),
    "overhead": ("firm", "resources"),
    "entry": ("firm", "resources"),
    "franchise": ("firm", "treasury"),
    "fine": ("firm", "treasury"),
    "fine_retained": ("firm", "regulator"),
}
REGULATOR_FLOWS = {
    "funding": ("treasury", "regulator"),
    "enforcement": ("regulator", "resources"),
}
PARTIES = ("customers", "firm", "regulator", "treasury", "resources")

C = {name: column for column, name in enumerate(CUSTOMER_FLOWS)}
F = {name: column for column, name in enumerate(FIRM_FLOWS)}
R = {name: column for column, name in enumerate(REGULATOR_FLOWS)}
LAST_REVENUE = C["unwanted_extra"]
REVENUE = slice(C["bill"], LAST_REVENUE + 1)
"""Columns of the customer flows that firms receive."""

FIRST_OPERATING, LAST_OPERATING = F["production"], F["overhead"]
"""First and last column of the firm flows that serving customers costs."""


class MonthBook:
    """The entries of one month.

    Attributes:
        customers: segments x slots x customer flows.
        firms: slots x firm flows.
        regulator: regulator flows.
    """

    def __init__(self, segments: int, slots: int):
        self.customers = np.zeros((segments, slots, len(CUSTOMER_FLOWS)))
        self.firms = np.zeros((slots, len(FIRM_FLOWS)))
        self.regulator = np.zeros(len(REGULATOR_FLOWS))

    @classmethod
    def over(cls, customers: np.ndarray, firms: np.ndarray, regulator: np.ndarray) -> MonthBook:
        """A book whose entries are kept in the given arrays."""
        book = cls.__new__(cls)
        book.customers, book.firms, book.regulator = customers, firms, regulator
        return book

    def revenue(self) -> np.ndarray:
        """What each slot received from customers."""
        return self.customers[:, :, REVENUE].sum(axis=(0, 2))

    def operating_cost(self) -> np.ndarray:
        """What each slot spent on serving customers, fixed cost included."""
        return self.firms[:, FIRST_OPERATING : LAST_OPERATING + 1].sum(axis=1)

    def profit(self) -> np.ndarray:
        """Change of each slot's cash: revenue less all that it paid."""
        return self.revenue() - self.customers[:, :, C["redress"]].sum(axis=0) - self.firms.sum(axis=1)

    def balances(self) -> dict[str, float]:
        """What each party gained in the month; the gains sum to zero because every entry has a giver and a taker."""
        gained = dict.fromkeys(PARTIES, 0.0)
        for flows, amounts in (
            (CUSTOMER_FLOWS, self.customers.sum(axis=(0, 1))),
            (FIRM_FLOWS, self.firms.sum(axis=0)),
            (REGULATOR_FLOWS, self.regulator),
        ):
            for (payer, payee), amount in zip(flows.values(), amounts, strict=True):
                gained[payer] -= float(amount)
                gained[payee] += float(amount)
        return gained
