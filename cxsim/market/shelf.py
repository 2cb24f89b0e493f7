"""A shelf: where what months leave of the firm table is kept side by side from the start, so that nobody has to gather it for a table."""

from __future__ import annotations

import operator
from collections.abc import Sequence

import numpy as np

from cxsim.firms.table import FirmTable

MOST = 2**23
"""Numbers that a shelf has room for at most (64 MB): in a system that does not lend memory, room costs as much as what lies in it."""

Kept = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Levers, mean quality and numbers of the firm table: of one month, or of several with the month first."""


def room_for(table: FirmTable, *months: int) -> Kept:
    """Room for what is kept of a firm table, in one month or in several."""
    return np.empty((*months, *table.levers.shape)), np.empty((*months, len(table))), np.empty((*months, *table.numbers.shape))


class Shelf:
    """Room for the months of a market, side by side as long as no firm comes; what finds no place here is kept on its own.

    Args:
        months: how many the market is to be reported for.
    """

    def __init__(self, months: int):
        self._months = months
        self._kept: Kept | None = None
        self._given: Kept | None = None
        self._records: list[object] = []

    def room(self, table: FirmTable) -> Kept:
        """Room for the next month of the firm table; the same again until :meth:`put` has been told that it was used."""
        if self._kept is None:
            self._months = min(self._months, MOST // sum(part.size for part in room_for(table)))
            self._kept = room_for(table, self._months)
        levers, quality, numbers = self._kept
        row = len(self._records)
        if row == self._months or len(table) != quality.shape[1]:
            return room_for(table)
        self._given = levers[row], quality[row], numbers[row]
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
        levers, quality, numbers = self._kept
        return levers[end - count : end], quality[end - count : end], numbers[end - count : end]
