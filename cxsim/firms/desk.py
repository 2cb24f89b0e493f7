"""Room for reviews, made once: while a firm reviews its levers, nothing is allocated.

Surveys, packed panels and trials are written over those of the review before. All rows of a desk have the size of the panel.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

PANEL_ROWS = 13
"""Rows of a :class:`~cxsim.firms.equity.Panel` that hold amounts: all but the status and the weights of outcomes."""

OPTION_ROWS = 8
"""Rows of the :class:`~cxsim.firms.panel.Options` of members that hold amounts."""

PACKED_ROWS = 31
"""Rows of a packed panel, see :func:`cxsim.firms.equity.packed_panel`."""

MOST_TRIED = 12
"""Most points of one lever that a search may try, the present one included."""


class Desk(NamedTuple):
    """Arrays that a review works in; ``members`` is the size of the panel."""

    rows: np.ndarray  # int64[members]: who is asked
    whole: np.ndarray  # int64[2, members]: their suppliers and profiles
    status: np.ndarray  # int8[members]
    members: np.ndarray  # float32[PANEL_ROWS, members]
    options: np.ndarray  # float32[OPTION_ROWS, members]
    rivals: np.ndarray  # float32[slots, members]: what prospects believe of each rival
    weights: np.ndarray  # float32[outcomes, members]: what outcomes are worth to them, as the firm believes
    margins: np.ndarray  # float32[slots]: what fellow cartel members earn per customer, zero for others
    packed: np.ndarray  # float32[PACKED_ROWS, members]
    base: np.ndarray  # float32[members]: the quality that they get as drafted
    bend: np.ndarray  # float64[profiles, outcomes]: what a change of an outcome is worth, relative to its weight and as the firm believes
    present: np.ndarray  # float64[outcomes]: the firm's quality
    levers: np.ndarray  # float64[2, levers]: as before the review, and as tried
    service: np.ndarray  # float64[3, 2]: who waits and the loss from crowding, as drafted, as tried, and at the best point so far
    tried: np.ndarray  # float64[2, MOST_TRIED]: points of a lever and what each is worth


def desk(members: int, slots: int, outcomes: int, profiles: int, levers: int) -> Desk:
    """A desk for panels of ``members`` customers in a market of so many slots, outcomes, profiles and levers."""
    single = np.float32
    return Desk(
        np.zeros(members, np.int64), np.zeros((2, members), np.int64), np.zeros(members, np.int8), np.zeros((PANEL_ROWS, members), single),
        np.zeros((OPTION_ROWS, members), single), np.zeros((slots, members), single), np.zeros((outcomes, members), single),
        np.zeros(slots, single), np.zeros((PACKED_ROWS, members), single), np.zeros(members, single), np.zeros((profiles, outcomes)),
        np.zeros(outcomes), np.zeros((2, levers)), np.zeros((3, 2)), np.zeros((2, MOST_TRIED)),
    )  # fmt: skip
