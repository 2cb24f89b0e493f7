"""All firms in one table: a row per slot, so that a month can be prepared for every firm at once.

Slot 0 stands for doing without and never changes. Firm agents are thin views of their row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

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
    "discretion",
    "speed_target",
    "technology",
    "process",
    "staff_care",
    "boldness",
    "dark_pattern",
    "announcement",
)
"""The levers that are one number each, in column order; ``quality`` has one column per outcome beside them."""

LEVER = {name: column for column, name in enumerate(LEVER_NAMES)}
PRICE, PREMIUM, HIDDEN, BARRIER, OVERPROMISE, PERSONAL, DISCLOSURE, SERVICE, INSIGHT, GAMING = range(10)
DISCRETION, SPEED_TARGET, TECHNOLOGY, PROCESS, STAFF_CARE, BOLDNESS, DARK, ANNOUNCEMENT = range(10, len(LEVER_NAMES))

NUMBERS = (
    "unit_cost", "reputation", "job_outcome", "cash", "perceived_detection", "severity", "customers", "open_problems", "revenue",
    "profit", "cost", "annual_revenue", "annual_gain", "fines", "redress", "but_for_price", "price_last", "premium_last", "exposed",
    "losses_in_a_row", "horizon", "complaints", "experience", "satisfaction", "joiners", "leavers", "position", "proxy_bias", "appeal",
    "morale", "frontier", "secrets", "news_heard", "news_loss", "fee_payers", "trapped",
    "credibility", "overhead", "programmes", "cancelled",
)  # fmt: skip
"""What else is known of a firm, one number each: standing and accounts. Amounts are pounds per month for the real population."""

NUMBER = {name: position for position, name in enumerate(NUMBERS)}


class AllLevers(Mapping[str, Any]):
    """All levers of a firm by name, over arrays.

    Attributes:
        numbers: in the order of :data:`LEVER_NAMES`.
        quality: by outcome, 0 to 1.
    """

    def __init__(self, numbers: np.ndarray, quality: np.ndarray):
        self.numbers, self.quality = np.ascontiguousarray(numbers, np.float64), np.ascontiguousarray(quality, np.float64)
        if self.numbers.shape != (len(LEVER_NAMES),) or self.quality.ndim != 1:
            raise ValueError(f"shapes {self.numbers.shape}, {self.quality.shape}; allowed: ({len(LEVER_NAMES)},) and a row of outcomes")

    @classmethod
    def of_rows(cls, numbers: np.ndarray, quality: np.ndarray) -> AllLevers:
        """The same over contiguous rows of float64, which are not looked at."""
        made = cls.__new__(cls)
        made.numbers, made.quality = numbers, quality
        return made

    def __getitem__(self, name: str) -> Any:
        return self.quality if name == "quality" else float(self.numbers[LEVER[name]])

    def __iter__(self) -> Iterator[str]:
        yield from LEVER_NAMES
        yield "quality"

    def __len__(self) -> int:
        return len(LEVER_NAMES) + 1


class FirmTable:
    """Levers, costs, standing and accounts of every firm.

    Attributes:
        levers: shape (slots, levers), in the order of :data:`LEVER_NAMES`.
        quality: shape (slots, outcomes), 0 to 1.
        known: shape (slots, outcomes), whether the firm knows that the outcome matters.
        key: lasting key of each firm, uint32; slot 0 has 0.
        active, cartel: booleans by slot.
        numbers: shape (numbers, slots), float64; each of :data:`NUMBERS` is also an attribute, a view of its row.
    """

    def __init__(self, outcomes: int):
        self.outcomes = outcomes
        self.levers = np.zeros((1, len(LEVER_NAMES)))
        self.quality = np.zeros((1, outcomes))
        self.known = np.zeros((1, outcomes), np.bool_)
        self.key = np.zeros(1, np.uint32)
        self.active = np.zeros(1, np.bool_)
        self.cartel = np.zeros(1, np.bool_)
        self.numbers = np.zeros((len(NUMBERS), 1))

    def __len__(self) -> int:
        return len(self.key)

    def add_slots(self, keys: Sequence[int]) -> range:
        """Append active firms with all numbers at zero; returns their slots."""
        slots, more = range(len(self), len(self) + len(keys)), len(keys)
        self.levers, self.quality, self.known = _longer(self.levers, more), _longer(self.quality, more), _longer(self.known, more)
        self.key, self.active, self.cartel = _longer(self.key, more), _longer(self.active, more), _longer(self.cartel, more)
        self.numbers = np.ascontiguousarray(_longer(self.numbers.T, more).T)
        self.key[slots.start :], self.active[slots.start :] = keys, True
        return slots


def _longer(rows: np.ndarray, more: int) -> np.ndarray:
    """The same and more rows of zeros."""
    longer = np.zeros((len(rows) + more, *rows.shape[1:]), rows.dtype)
    longer[: len(rows)] = rows
    return longer


def _row(position: int) -> property:
    def read(table: FirmTable) -> np.ndarray:
        return table.numbers[position]

    def write(table: FirmTable, values: np.ndarray) -> None:
        table.numbers[position] = values

    return property(read, write)


for _position, _name in enumerate(NUMBERS):
    setattr(FirmTable, _name, _row(_position))
