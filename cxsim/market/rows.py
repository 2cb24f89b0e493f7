"""The rows of the tables that have more of them than months: one for each firm that is there, one for each entry in the ledger."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cxsim.compiled import compiled
from cxsim.firms.table import GAMING, LEVER, NUMBER

STANDING = ("share", "quality", "survey_score", "experience", "complaints")
"""Columns of the table of firms that are neither a lever nor a number of the firm table as it stands."""

RENAMED = {"detection_perceived": "perceived_detection"}
"""Numbers of the firm table that the table of firms has under another name."""

_CUSTOMERS, _SATISFACTION, _BIAS = NUMBER["customers"], NUMBER["satisfaction"], NUMBER["proxy_bias"]
_EXPERIENCE, _COMPLAINTS = NUMBER["experience"], NUMBER["complaints"]


def sources(columns: Sequence[str]) -> np.ndarray:
    """Where columns of the table of firms that are not of :data:`STANDING` come from: columns x (place, whether it is a lever, which)."""
    named = [(place, name) for place, name in enumerate(columns) if name not in STANDING]
    return np.array([(place, name in LEVER, LEVER[name] if name in LEVER else NUMBER[RENAMED.get(name, name)]) for place, name in named])


@compiled()
def firm_rows(present, kept, gaming_gain, kinds, standing, months, slots, out, flags):
    """The rows of the table of firms: every firm that has come by then, month by month.

    Args:
        present: slots that there are in each month, slot 0 included.
        kept: levers, quality, numbers, who is active and who is in the cartel, of the firm table: months x what is kept of it.
        gaming_gain: what the gaming of scores adds to them at most.
        kinds: as :func:`sources` gives them.
        standing: places of the columns of :data:`STANDING`.
        months, slots: by row the month's place and the slot, overwritten.
        out: columns x rows, overwritten.
        flags: whether it is active, whether it is in the cartel, by row, overwritten.
    """
    levers, quality, numbers, active, cartel = kept
    row = 0
    for month in range(len(present)):
        for slot in range(1, present[month]):
            months[row], slots[row] = month, slot
            flags[0, row], flags[1, row] = active[month, slot], cartel[month, slot]
            row += 1
    look_up(months, slots, levers, numbers, kinds, out)
    stand(months, slots, levers, quality, numbers, gaming_gain, standing, out)


@compiled()
def look_up(months, slots, levers, numbers, kinds, out):
    """Levers and numbers as they stand in the firm table, row by row."""
    for which in range(len(kinds)):
        place, is_lever, column = kinds[which]
        for row in range(len(months)):
            month, slot = months[row], slots[row]
            out[place, row] = levers[month, slot, column] if is_lever else numbers[month, column, slot]


@compiled()
def stand(months, slots, levers, quality, numbers, gaming_gain, standing, out):
    """What of a firm's standing has to be worked out, row by row."""
    share, mean_quality, score, experience, complaints = standing
    for row in range(len(months)):
        slot, lever, number = slots[row], levers[months[row], slots[row]], numbers[months[row]]
        theirs, everyone = number[_CUSTOMERS, slot], 0.0
        for other in range(1, number.shape[1]):
            everyone += number[_CUSTOMERS, other]
        shown = number[_SATISFACTION, slot] + number[_BIAS, slot] * gaming_gain * lever[GAMING]
        out[share, row] = theirs / everyone if everyone > 0.0 else 0.0
        out[mean_quality, row] = quality[months[row], slot]
        out[score, row] = min(max(shown, 0.0), 1.0)
        out[experience, row] = 100.0 * number[_EXPERIENCE, slot]
        out[complaints, row] = number[_COMPLAINTS, slot] / theirs if theirs > 0.0 else 0.0


@compiled(makes_arrays=True)
def entries(months, sheets):
    """All entries that are not zero, by month and within a month sheet by sheet.

    Args:
        months: their numbers.
        sheets: of shape (months, entries that a month may have) each.

    Returns:
        By row the month's number, the place of the entry within its month, all sheets side by side, and the amount.
    """
    rows = 0
    for sheet in sheets:
        for amount in sheet.flat:
            rows += amount != 0.0
    when, kind, amounts = np.empty(rows, np.int64), np.empty(rows, np.int64), np.empty(rows)
    row = 0
    for month in range(len(months)):
        first = 0
        for sheet in sheets:
            for place in range(sheet.shape[1]):
                if sheet[month, place] != 0.0:
                    when[row], kind[row], amounts[row] = months[month], first + place, sheet[month, place]
                    row += 1
            first += sheet.shape[1]
    return when, kind, amounts
