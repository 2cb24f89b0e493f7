"""The ledger: every pound is booked once, between customers, firms, regulator, treasury and the resources used up.

Flows are kept in three dense arrays (customers' by segment and firm; firms'; the regulator's) because that is quick; the table of entries
is made from them on demand. Amounts are pounds per month for the real population.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

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


def entries(months: list[int], books: list[MonthBook], segments: list[str], firm_names: list[str]) -> pd.DataFrame:
    """The ledger as a tidy table; zero entries are left out.

    Args:
        months: month of each book.
        segments: names in the order of the books' first axis.
        firm_names: name by slot; slot 0 is empty.
    """
    parts = []
    for kind, flows in (("customers", CUSTOMER_FLOWS), ("firms", FIRM_FLOWS), ("regulator", REGULATOR_FLOWS)):
        parts.append(_rows(kind, months, [getattr(book, kind) for book in books], list(flows)))
    month, segment, slot, flow, amount = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.argsort(month, kind="stable")
    flow, segment = flow[order], segment[order]
    payers, payees = zip(*_FLOWS.values(), strict=True)
    return pd.DataFrame(
        {
            "month": month[order].astype(np.int64),
            "payer": _words(payers, flow),
            "payee": _words(payees, flow),
            "conduct": _words(_FLOWS, flow),
            "segment": _words([*segments, ""], segment),
            "firm": _words(firm_names, slot[order]),
            "amount": amount[order],
        }
    )


_FLOWS = CUSTOMER_FLOWS | FIRM_FLOWS | REGULATOR_FLOWS
_PLACE = {name: place for place, name in enumerate(_FLOWS)}


def _rows(kind: str, months: list[int], amounts: list[np.ndarray], flows: list[str]) -> tuple[np.ndarray, ...]:
    """Entries that are not zero: month, segment (-1 for none), slot, flow and amount; books of one shape are looked at together."""
    found: list[tuple[np.ndarray, ...]] = []
    first = 0
    while first < len(amounts):
        last = first
        while last < len(amounts) and amounts[last].shape == amounts[first].shape:
            last += 1
        together = np.array(amounts[first:last])
        where = np.nonzero(together)
        none = np.zeros(len(where[0]), np.int64)
        segment = where[1] if kind == "customers" else none - 1
        slot = none if kind == "regulator" else where[-2]
        places = np.array([_PLACE[name] for name in flows])
        found.append((np.array(months[first:last])[where[0]], segment, slot, places[where[-1]], together[where]))
        first = last
    if not found:
        return (*(np.zeros(0, np.int64) for _ in range(4)), np.zeros(0))
    return tuple(np.concatenate(columns) for columns in zip(*found, strict=True))


def _words(words: Iterable[str], codes: np.ndarray) -> Any:
    """The words that codes stand for, as pandas keeps words."""
    return pd.array(list(words), dtype=pd.Series(["a"]).dtype).take(codes)
