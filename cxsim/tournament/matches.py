"""Who meets whom: duels, one among many of another, and all at once, each so that every entry has every seat equally often."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence

from cxsim.config.errors import BadValueError, nearest

FORMATS = {
    "duel": "two firms, each pair of entries in both seats",
    "invader": "one firm of an entry among three of another, in each of the four seats",
    "all": "a firm for every entry, each in every seat",
}
CROWD = 4
"""Firms in a match of the format ``invader``."""


@dataclasses.dataclass(frozen=True)
class Match:
    """One line-up.

    Attributes:
        format: one of :data:`FORMATS`.
        seats: for each firm, in the market's order, the position of its entry.
    """

    format: str
    seats: tuple[int, ...]

    @property
    def entries(self) -> frozenset[int]:
        """The entries that take part."""
        return frozenset(self.seats)


def check_formats(formats: str | Sequence[str]) -> tuple[str, ...]:
    """Formats by name, in the order of :data:`FORMATS`.

    Raises:
        BadValueError: there is no such format, or none is named.
    """
    given = [name.strip() for name in formats.split(",")] if isinstance(formats, str) else list(formats)
    for name in given:
        if name not in FORMATS:
            raise BadValueError("formats", name, ", ".join(FORMATS), nearest(str(name), FORMATS))
    if not given:
        raise BadValueError("formats", "", ", ".join(FORMATS))
    return tuple(name for name in FORMATS if name in given)


def lineups(form: str, entries: Sequence[int]) -> list[Match]:
    """All matches of one format between some entries.

    Seats are not alike: markets have large and small firms, dear and cheap ones, known and unknown ones. So each line-up is played in
    every rotation, and what a seat is worth falls equally to all.

    Args:
        form: one of :data:`FORMATS`.
        entries: positions of the entries.
    """
    if form == "duel":
        return [Match(form, pair) for pair in itertools.permutations(entries, 2)]
    if form == "invader":
        return [
            Match(form, tuple(lone if seat == place else host for seat in range(CROWD)))
            for lone, host in itertools.permutations(entries, 2)
            for place in range(CROWD)
        ]
    everyone = list(entries)
    return [Match(form, tuple(everyone[shift:] + everyone[:shift])) for shift in range(len(everyone))]
