"""All firms in one table: a row per slot, so that a month can be prepared for every firm at once.

Slot 0 stands for doing without and never changes. Firm agents are thin views of their row.
"""

from __future__ import annotations

import numpy as np

LEVER_NAMES = (
    "price",
    "loyalty_premium",
    "hidden_fee",
    "exit_barrier",
    "overpromise",
    "personalisation",
    "disclosure",
    "service",
    "insight",
    "score_gaming",
)
"""The levers that are one number each, in column order; ``quality`` has one column per outcome beside them."""

LEVER = {name: column for column, name in enumerate(LEVER_NAMES)}
PRICE, PREMIUM, HIDDEN, BARRIER, OVERPROMISE, PERSONAL, DISCLOSURE, SERVICE, INSIGHT, GAMING = range(len(LEVER_NAMES))

_NUMBERS = (
    "unit_cost", "reputation", "job_outcome", "cash", "perceived_detection", "severity", "customers", "open_problems", "revenue",
    "profit", "cost", "annual_revenue", "annual_gain", "fines", "redress", "but_for_price", "price_last", "premium_last", "exposed",
    "losses_in_a_row", "appeal", "horizon", "complaints", "experience", "satisfaction", "joiners", "leavers", "position", "proxy_bias",
)  # fmt: skip


class FirmTable:
    """Levers, costs, standing and accounts of every firm.

    Attributes:
        levers: shape (slots, levers), in the order of :data:`LEVER_NAMES`.
        quality: shape (slots, outcomes), 0 to 1.
        known: shape (slots, outcomes), whether the firm knows that the outcome matters.
        key: lasting key of each firm, uint32; slot 0 has 0.
        active, cartel: booleans by slot.
        and one float64 array per name in the module's list of numbers: amounts in pounds are for the real population and per month.
    """

    def __init__(self, outcomes: int):
        self.outcomes = outcomes
        self.levers = np.zeros((1, len(LEVER_NAMES)))
        self.quality = np.zeros((1, outcomes))
        self.known = np.zeros((1, outcomes), np.bool_)
        self.key = np.zeros(1, np.uint32)
        self.active = np.zeros(1, np.bool_)
        self.cartel = np.zeros(1, np.bool_)
        for name in _NUMBERS:
            setattr(self, name, np.zeros(1))

    def __len__(self) -> int:
        return len(self.key)

    def add_slot(self, key: int) -> int:
        """Append an active firm with all numbers at zero; returns its slot."""
        self.levers = np.vstack([self.levers, np.zeros((1, len(LEVER_NAMES)))])
        self.quality = np.vstack([self.quality, np.zeros((1, self.outcomes))])
        self.known = np.vstack([self.known, np.zeros((1, self.outcomes), np.bool_)])
        self.key = np.append(self.key, np.uint32(key))
        self.active = np.append(self.active, np.True_)
        self.cartel = np.append(self.cartel, np.False_)
        for name in _NUMBERS:
            setattr(self, name, np.append(getattr(self, name), 0.0))
        return len(self.key) - 1
