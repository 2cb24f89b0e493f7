"""A shelf: where what months leave behind is kept side by side from the start, so that nobody has to gather it for a table."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from cxsim.customers.tables import SUMS
from cxsim.firms.table import FirmTable
from cxsim.market.ledger import CUSTOMER_FLOWS, FIRM_FLOWS, REGULATOR_FLOWS

MOST = 2**23
"""Numbers that a shelf has room for at most (64 MB): in a system that does not lend memory, room costs as much as what lies in it."""


class Kept(NamedTuple):
    """What a month leaves behind, or several with the month first: of the firm table, of the customers' month, and of the ledger."""

    levers: np.ndarray
    quality: np.ndarray  # mean over outcomes, by slot
    numbers: np.ndarray
    active: np.ndarray
    cartel: np.ndarray
    sums: np.ndarray  # segments x slots x sums
    flows: np.ndarray  # customers' entries, see MonthBook
    costs: np.ndarray  # firms' entries
    regulator: np.ndarray  # the regulator's entries

    def of_firms(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """What is kept of the firm table."""
        return self.levers, self.quality, self.numbers, self.active, self.cartel

    def entries(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The entries of the ledger."""
        return self.flows, self.costs, self.regulator


def room_for(table: FirmTable, segments: int, *months: int, firms: bool = True) -> Kept:
    """Room for what is kept, in one month or in several; nothing is booked yet. ``firms``: whether the firm table is to be kept."""
    slots = len(table)
    kept = slots if firms else 0
    return Kept(
        np.empty((*months, kept, table.levers.shape[1])), np.empty((*months, kept)), np.empty((*months, len(table.numbers), kept)),
        np.empty((*months, kept), np.bool_), np.empty((*months, kept), np.bool_), np.empty((*months, segments, slots, len(SUMS))),
        np.zeros((*months, segments, slots, len(CUSTOMER_FLOWS))), np.zeros((*months, slots, len(FIRM_FLOWS))),
        np.zeros((*months, len(REGULATOR_FLOWS))),
    )  # fmt: skip


class Shelf:
    """Room for the months of a market, side by side as long as no firm comes; what finds no place here is kept on its own.

    Args:
        months: how many the market is to be reported for.
        segments: how many there are.
    """

    def __init__(self, months: int, segments: int):
        self._months, self._segments = months, segments
        self._kept: Kept | None = None
        self._given: Kept | None = None
        self._records: list[object] = []

    def room(self, table: FirmTable) -> Kept:
        """Room for the next month, nothing booked yet; the same again until :meth:`put` has been told that it was used."""
        if self._kept is None:
            month = sum(part.size for part in room_for(table, self._segments))
            self._months = min(self._months, MOST // month)
            self._kept = room_for(table, self._segments, self._months)
        row = len(self._records)
        if row == self._months or len(table) != self._kept.quality.shape[1]:
            return room_for(table, self._segments)
        if self._given is not None:
            for entries in self._given.entries():
                entries[:] = 0.0
            return self._given
        self._given = Kept(*[part[row] for part in self._kept])
        return self._given

    def put(self, record: object, kept: Kept) -> None:
        """Take note of the record that a month's room is used for; one that was kept elsewhere is not noted."""
        if kept is self._given:
            self._records.append(record)
            self._given = None

    def side_by_side(self, records: Sequence[object]) -> Kept | None:
        """What is kept of some months, where they are the last ones on the shelf, one after the other: views, not to be written to."""
        end, count = len(self._records), len(records)
        if self._kept is None or count > end or not all(map(operator.is_, self._records[end - count :], records)):
            return None
        return Kept(*[part[end - count : end] for part in self._kept])
