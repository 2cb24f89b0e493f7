"""The tables of a tournament."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from cxsim.analysis.answer import Table
from cxsim.comparison.paired import standing
from cxsim.results.columns import Column
from cxsim.results.intervals import mean_interval
from cxsim.tournament.entries import Disqualified, Entry
from cxsim.tournament.scores import FACTS, SCORES, Ranking, Scores

_ENTRY = (Column("entry", "", "The entry."), Column("of", "", "Whose it is: file of the user's, or cxsim for a strategy of its own."))


def ranking(scores: Scores, entries: Sequence[Entry], rankings: dict[str, Ranking]) -> Table:
    """Entries by profit, with what customers got and the places that cannot be ruled out."""
    columns = [Column("place", "", "Place by profit.", 1), *_ENTRY]
    for score in SCORES:
        columns += _scored(score)
        columns += [Column(f"{score.name}_place", "", f"Place by {score.name}.", 1)]
        columns += [Column(f"{score.name}_{end}", "", f"{word} place by {score.name} that cannot be ruled out; all hold together with "
                           "95 % confidence.", 1) for end, word in (("best", "Best"), ("worst", "Worst"))]  # fmt: skip
    columns += FACTS
    facts = {fact.name: np.atleast_1d(mean_interval(scores.overall(fact.name)).mean) for fact in FACTS}
    rows = []
    for place, entry in enumerate(rankings["profit"].order):
        row: dict[str, object] = {"place": place + 1, **_who(entries[entry])}
        for name, by in rankings.items():
            row |= {name: by.mean[entry], f"{name}_low": by.low[entry], f"{name}_high": by.high[entry],
                    f"{name}_place": by.order.index(entry) + 1, f"{name}_best": int(by.best[entry]),
                    f"{name}_worst": int(by.worst[entry])}  # fmt: skip
        rows.append(row | {name: values[entry] for name, values in facts.items()})
    note = ("Intervals are 95 % over replications, each by itself; places are worked out from paired differences, which are sharper than "
            "the intervals look. An entry whose value is empty never had a customer.")  # fmt: skip
    return Table("Ranking", _frame(rows, columns), tuple(columns), note)


def pairs(scores: Scores, rankings: dict[str, Ranking]) -> Table:
    """Every two entries: how far apart, and whether that can be told."""
    columns = (
        Column("score", "", "Which score: profit, or value to customers."), Column("entry", "", "One entry."),
        Column("other", "", "The other."), Column("difference", "% of price", "The first less the second, mean of paired differences."),
        Column("low", "% of price", "Lower end of its 95 % interval by itself."), Column("high", "% of price", "Upper end of it."),
        Column("low_all", "% of price", "Lower end of the interval that holds together with those of all pairs (Bonferroni)."),
        Column("high_all", "% of price", "Upper end of it."),
        Column("p_holm", "", "p of no difference, corrected for the number of pairs (Holm 1979).", 0, 1),
        Column("told", "", "higher, lower, or not told."),
    )  # fmt: skip
    rows = []
    for name, by in rankings.items():
        words = standing(by.told)
        for number, (one, other) in enumerate(by.pairs):
            sign = -1 if by.order.index(one) > by.order.index(other) else 1
            first, second = (one, other) if sign > 0 else (other, one)
            ends = {key: sign * getattr(by.told, key)[number] for key in ("low", "high", "low_all", "high_all")}
            turned = {"higher": "lower", "lower": "higher"}
            rows.append({
                "score": name, "entry": scores.names[first], "other": scores.names[second],
                "difference": sign * by.told.difference[number],
                "low": min(ends["low"], ends["high"]), "high": max(ends["low"], ends["high"]),
                "low_all": min(ends["low_all"], ends["high_all"]), "high_all": max(ends["low_all"], ends["high_all"]),
                "p_holm": by.told.p_holm[number], "told": words[number] if sign > 0 else turned.get(words[number], words[number]),
            })  # fmt: skip
    return Table("Who can be told from whom", _frame(rows, columns), columns, "The better one of each pair stands first.", main=False)


def parts(scores: Scores, entries: Sequence[Entry], kind: str) -> Table:
    """Scores by setting or by format, with the place there.

    Args:
        scores: the scores.
        entries: the entries.
        kind: ``setting`` or ``format``.
    """
    columns = [Column(kind, "", {"setting": "Market and rules.", "format": "Kind of match."}[kind]), *_ENTRY]
    for score in SCORES:
        columns += [*_scored(score), Column(f"{score.name}_place", "", f"Place by {score.name} there.", 1)]
    rows = []
    for number, name in enumerate(scores.settings if kind == "setting" else scores.formats):
        where = {"setting": number} if kind == "setting" else {"form": number}
        found = {score.name: ranked_plainly(scores.within(score.name, **where)) for score in SCORES}
        for entry in range(len(scores.names)):
            row: dict[str, object] = {kind: name, **_who(entries[entry])}
            for by, (mean, low, high, place) in found.items():
                row |= {by: mean[entry], f"{by}_low": low[entry], f"{by}_high": high[entry], f"{by}_place": place[entry]}
            rows.append(row)
    title = {"setting": "By market and rules", "format": "By kind of match"}[kind]
    return Table(title, _frame(rows, columns), tuple(columns), main=False)


def ranked_plainly(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Mean, ends of the interval and place of each entry (replications x entries)."""
    found = mean_interval(values)
    mean = np.atleast_1d(found.mean)
    order = np.argsort(-np.where(np.isnan(mean), -np.inf, mean), kind="stable")
    place = np.empty(len(mean), int)
    place[order] = np.arange(1, len(mean) + 1)
    return mean, np.atleast_1d(found.low), np.atleast_1d(found.high), place


def disqualified(out: Sequence[Disqualified]) -> Table:
    """Entries that did not take part, and why."""
    columns = (
        Column("entry", "", "The entry, or the file."), Column("file", "", "The user's file."),
        Column("stage", "", "When it was noticed: reading, trial or matches."), Column("reason", "", "What was wrong."),
    )  # fmt: skip
    rows = [{"entry": one.name, "file": one.file, "stage": one.stage, "reason": one.reason} for one in out]
    return Table("Disqualified", _frame(rows, columns), columns)


def _scored(score: Column) -> tuple[Column, ...]:
    ends = (("low", "Lower"), ("high", "Upper"))
    return (score, *(Column(f"{score.name}_{end}", score.unit, f"{word} end of its 95 % interval over luck.") for end, word in ends))


def _who(entry: Entry) -> dict[str, str]:
    return {"entry": entry.name, "of": entry.file or "cxsim"}


def _frame(rows: Sequence[Mapping[str, object]], columns: Sequence[Column]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=[column.name for column in columns])
