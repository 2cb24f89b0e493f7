"""A shelf: where what months leave of the firm table is kept side by side from the start, so that nobody has to gather it for a table."""

from __future__ import annotations

import operator
from collections.abc import Sequence

import numpy as np

from cxsim.firms.table import FirmTable

Kept = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Levers, mean quality and numbers of the firm table: of one month, or of several with the month first."""


def room_for(table: FirmTable, *months: int) -> Kept:
    """Room for what is kept of a firm table, in one month or in several."""
    return np.empty((*months, *table.levers.shape)), np.empty((*months, len(table))), np.empty((*months, *table.numbers.shape))


class Shelf:
    """Room for months of one firm table.

    Args:
        months: how many it has room for.
        table: the firm table; no firm may come while the shelf is in use.
    """

    def __init__(self, months: int, table: FirmTable):
        self._slots, self._months = len(table), months
        self._kept = room_for(table, months)
        self._given: Kept | None = None
        self._records: list[object] = []

    def fits(self, table: FirmTable) -> bool:
        """Whether a month of the firm table still finds room."""
        return len(self._records) < self._months and len(table) == self._slots

    def room(self) -> Kept:
        """Room for the next month; the same again until :meth:`put` has been told that it was used."""
        levers, quality, numbers = self._kept
        row = len(self._records)
        self._given = levers[row], quality[row], numbers[row]
        return self._given

    def put(self, record: object, kept: Kept) -> None:
        """Take note of the record that a month's room is used for; one that was kept elsewhere is not noted."""
        if kept is self._given:
            self._records.append(record)

    def side_by_side(self, records: Sequence[object]) -> Kept | None:
        """What is kept of the last so many months, where all of these are here and no others: views, not to be written to."""
        end, count = len(self._records), len(records)
        if count > end or not all(map(operator.is_, self._records[end - count :], records)):
            return None
        levers, quality, numbers = self._kept
        return levers[end - count : end], quality[end - count : end], numbers[end - count : end]
