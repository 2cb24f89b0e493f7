"""Playing: a trial of every entry, then the matches; whoever fails is out, and the others' matches count."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cxsim.analysis.runs import Execution, FailedRunsError
from cxsim.config.load import with_values
from cxsim.sweeps.design import Design
from cxsim.sweeps.ids import digest
from cxsim.sweeps.scenarios import Planned
from cxsim.tournament.entries import Disqualified, EntriesError, Entry
from cxsim.tournament.guard import EntryError, guilty
from cxsim.tournament.matches import Match, lineups
from cxsim.tournament.question import Question

if TYPE_CHECKING:
    import pandas as pd

SPARRING = "low_price"
"""Whom every entry meets in its trial: a rule of thumb that does the same whatever the entry does."""
_COLUMNS = ("point", "replication", "strategy", "active", "customers", "revenue", "profit", "experience")


@dataclasses.dataclass(frozen=True)
class Played:
    """What was played.

    Attributes:
        entries: those left at the end, in their order.
        out: those disqualified.
        sides: a row for each run and entry in it: ``setting`` (position), ``replication``, ``match`` (number), ``format``, ``entry``
            (position among all that began), ``seats`` (firms in the market), ``firms`` (those of the entry), and sums over months and its
            firms of ``customers``, ``revenue``, ``profit`` and ``experience`` times customers.
        markets: a row for each run: ``setting``, ``replication``, ``match`` and the market's ``consumer_surplus`` (£ a month).
        lost: runs left out because something failed that was no entry's doing, as ``(setting, replication)``.
        runs: how many runs were made.
    """

    entries: tuple[Entry, ...]
    out: tuple[Disqualified, ...]
    sides: pd.DataFrame
    markets: pd.DataFrame
    lost: tuple[tuple[int, int], ...]
    runs: int


def played(what: Question, entries: Sequence[Entry], folder: Path, how: Execution, refused: Sequence[Disqualified] = ()) -> Played:
    """Play the tournament, or go on with it.

    Args:
        what: the question.
        entries: those that could be read, of users and of the house.
        folder: where the runs are kept.
        how: how they are carried out.
        refused: files that could not be read, for the record.

    Raises:
        EntriesError: fewer than two entries are left.
        FailedRunsError: failures that are no entry's doing leave nothing to compare.
    """
    import pandas as pd

    out = list(refused)
    _enough(range(len(entries)), entries, out)
    inside = _trial(what, entries, folder, how, out)
    sides, markets, lost, runs = [], [], set(), 0
    number = 0
    for form in what.formats:
        while True:
            _enough(inside, entries, out)
            rounds = lineups(form, inside)
            table = _Sweep(what, entries, rounds, folder / f"{form}-{_roster(entries, inside)}", how)
            failed = table.guilty(entries)
            fallen = [place for place in inside if entries[place].name in failed]
            out += [Disqualified(entries[place].name, entries[place].file, "matches", failed[entries[place].name]) for place in fallen]
            inside = [place for place in inside if place not in fallen]
            # Matches of two can do without those that met somebody who fell; a match of all is another match without him.
            if not fallen or form != "all":
                break
        runs += table.runs
        lost |= table.unexplained
        side, market = table.sides(number)
        sides.append(side)
        markets.append(market)
        number += len(rounds)
    _enough(inside, entries, out)
    side, market = pd.concat(sides, ignore_index=True), pd.concat(markets, ignore_index=True)
    side, market = _without(side, market, set(range(len(entries))) - set(inside), lost)
    if not len(side):
        raise FailedRunsError("every replication of the tournament holds a run that failed, and none because of an entry; "
                              f"see cxsim results on the folders in {folder}.")  # fmt: skip
    return Played(tuple(entries[place] for place in inside), tuple(out), side, market, tuple(sorted(lost)), runs)


class _Sweep:
    """The matches of one format in every setting, as a sweep."""

    def __init__(self, what: Question, entries: Sequence[Entry], rounds: Sequence[Match], folder: Path, how: Execution,
                 replications: int | None = None):  # fmt: skip
        from cxsim.sweeps.api import execute
        from cxsim.sweeps.reading import frame

        self._rounds, self._folder, self._specs = list(rounds), folder, [entry.spec for entry in entries]
        configs, names = [], []
        for setting in what.settings:
            for match in rounds:
                seats = [entries[place].spec for place in match.seats]
                values = {"firms.strategy": seats, "market.n_firms": len(seats), "allow_user_code": True, "market.entry": "none",
                          "market.entrants": []}  # fmt: skip
                configs.append(with_values(setting.config, values))
                names.append(seats)
        design = Design("tournament", ("firms.strategy",), (names,), False, {"settings": [setting.name for setting in what.settings]})
        report = execute(
            Planned(design, configs), folder, monthly=True, executor=how.executor, workers=how.workers, progress=how.progress,
            command=how.command, overrides=list(what.overrides), tables=("firms",), replications=replications,
        )  # fmt: skip
        self.runs = report.total
        table = frame(folder)
        self._failed = table[table["error"].notna()]

    def guilty(self, entries: Sequence[Entry]) -> dict[str, str]:
        """Entries that failed in a match, with how."""
        names = {entry.name for entry in entries}
        found: dict[str, str] = {}
        for row in self._failed[self._failed["error"] == EntryError.__name__].itertuples():
            name = guilty(row.message)
            if name in names:
                found.setdefault(name, row.message.partition(": ")[2])
        return found

    @property
    def unexplained(self) -> set[tuple[int, int]]:
        """Settings and replications with a failure that is no entry's doing."""
        rows = self._failed[self._failed["error"] != EntryError.__name__]
        return {(point // len(self._rounds), replication) for point, replication in zip(rows["point"], rows["replication"], strict=True)}

    def first_failures(self) -> dict[int, str]:
        """For each match that failed somewhere what was said first."""
        found: dict[int, str] = {}
        for row in self._failed.itertuples():
            said = row.message.partition(": ")[2] if row.error == EntryError.__name__ else f"{row.error}: {row.message}"
            found.setdefault(row.point % len(self._rounds), said)
        return found

    def sides(self, first: int) -> tuple[pd.DataFrame, pd.DataFrame]:
        """What each side of each match and each market got; matches are numbered from ``first``."""
        from cxsim.sweeps.reading import read

        firms = read(self._folder, "firms", columns=list(_COLUMNS)).to_pandas()
        firms["experience"] = (firms["experience"] * firms["customers"]).where(firms["customers"] > 0, 0.0)
        sums = firms.groupby(["point", "replication", "strategy"], observed=True)[["customers", "revenue", "profit", "experience"]].sum()
        sums = sums.reset_index()
        setting, match = sums["point"] // len(self._rounds), sums["point"] % len(self._rounds)
        sums = sums.assign(setting=setting, match=match + first)
        sums["format"] = [self._rounds[number].format for number in match]
        sums["seats"] = [len(self._rounds[number].seats) for number in match]
        where = {(number, spec): (place, match.seats.count(place)) for number, match in enumerate(self._rounds)
                 for place, spec in ((place, self._specs[place]) for place in match.entries)}  # fmt: skip
        found = [where[key] for key in zip(match, sums["strategy"], strict=True)]
        sums["entry"], sums["firms"] = [place for place, _ in found], [count for _, count in found]
        monthly = read(self._folder, "monthly", columns=["point", "replication", "consumer_surplus"]).to_pandas()
        surplus = monthly.groupby(["point", "replication"])["consumer_surplus"].mean().reset_index()
        surplus = surplus.assign(setting=surplus["point"] // len(self._rounds), match=surplus["point"] % len(self._rounds) + first)
        return sums.drop(columns=["point", "strategy"]), surplus.drop(columns="point")


def _trial(what: Question, entries: Sequence[Entry], folder: Path, how: Execution, out: list[Disqualified]) -> list[int]:
    """Every user's entry alone against a known opponent: most mistakes show here, and a process that dies shows whose fault it was."""
    own = [place for place, entry in enumerate(entries) if entry.own]
    if not own:
        return list(range(len(entries)))
    listed = [*entries, Entry(SPARRING, SPARRING)]
    rounds = [Match("duel", (place, len(entries))) for place in own]
    failures = _Sweep(what, listed, rounds, folder / f"trial-{_roster(entries, own)}", how, replications=1).first_failures()
    out += [Disqualified(entries[own[match]].name, entries[own[match]].file, "trial", said) for match, said in failures.items()]
    fallen = {own[match] for match in failures}
    return [place for place in range(len(entries)) if place not in fallen]


def _enough(inside: Sequence[int], entries: Sequence[Entry], out: Sequence[Disqualified]) -> None:
    if len(inside) >= 2 and any(entries[place].own for place in inside):
        return
    why = "; ".join(f"{one.name}: {one.reason}" for one in out)
    left = ", ".join(entries[place].name for place in inside) or "nobody"
    raise EntriesError(f"no tournament without two entries, one of them from the folder; left: {left}. {why}".strip())


def _without(side: pd.DataFrame, market: pd.DataFrame, fallen: set[int], lost: set[tuple[int, int]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Without the matches of those who fell, and without replications that lack a match: what is left is balanced."""
    tainted = set(side.loc[side["entry"].isin(fallen), "match"])
    made = []
    for table in (side, market):
        kept = np.array([pair not in lost for pair in zip(table["setting"], table["replication"], strict=True)], dtype=bool)
        made.append(table[kept & ~table["match"].isin(tainted)].reset_index(drop=True))
    return made[0], made[1]


def _roster(entries: Sequence[Entry], places: Sequence[int]) -> str:
    return digest([entries[place].spec for place in places])[:8]
