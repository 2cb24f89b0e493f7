"""From matches to scores, from scores to ranks and to who can be told from whom."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from cxsim.comparison.paired import Paired, paired
from cxsim.results.columns import Column
from cxsim.results.intervals import mean_interval
from cxsim.tournament.question import Question
from cxsim.tournament.rounds import Played

if TYPE_CHECKING:
    import pandas as pd

SCORES = (
    Column("profit", "% of price", "Profit a month per customer that a firm would have at equal shares, as a percentage of the market's "
           "reference price; fines and redress are taken off."),
    Column("value", "% of price", "What a customer of the entry got a month: her experience at the market's mean willingness to pay, "
           "less all that she paid, as a percentage of the reference price."),
)  # fmt: skip
"""What entries are ranked by."""
FACTS = (
    Column("share", "", "Share of the people in the market that a firm of the entry served, times the number of firms: 1 is equal."),
    Column("experience", "index", "Experience of its customers.", 0, 100),
    Column("paid", "% of price", "All that its customers paid, as a percentage of the reference price."),
    Column("surplus", "% of price", "Mean consumer surplus of the whole market in the entry's matches, as a percentage of the reference "
           "price."),
)  # fmt: skip
"""What is told beside the scores."""
_RATIOS = ("value", "experience", "paid")


@dataclasses.dataclass(frozen=True)
class Scores:
    """Scores of the entries.

    Attributes:
        names: the entries, in the order of the arrays' last axis.
        formats: the formats.
        settings: the settings.
        values: for each of :data:`SCORES` and :data:`FACTS` an array of replications x formats x settings x entries; NaN where an entry
            had no customers, and in replications of a setting that were left out.
    """

    names: tuple[str, ...]
    formats: tuple[str, ...]
    settings: tuple[str, ...]
    values: dict[str, np.ndarray]

    def overall(self, name: str) -> np.ndarray:
        """Replications x entries: the mean over formats and settings, each counting the same.

        Replications that lack a setting are left out, so that all means are over the same.
        """
        values = self.values[name]
        whole = ~np.isnan(self.values["profit"]).any(axis=(1, 2, 3))
        return _mean(values[whole], (1, 2))

    def within(self, name: str, *, setting: int | None = None, form: int | None = None) -> np.ndarray:
        """Replications x entries in one setting, or one format."""
        values = self.values[name]
        if setting is not None:
            return _mean(values[:, :, setting], (1,))
        return _mean(values[:, form], (1,))


def scored(what: Question, played: Played) -> Scores:
    """Scores of every entry in every replication, format and setting, each the mean over its matches there."""
    positions = {entry.name: place for place, entry in enumerate(played.entries)}
    # Those left keep their order, and each of them played.
    began = dict(zip(sorted(played.sides["entry"].unique()), positions.values(), strict=True))
    sides = played.sides.merge(played.markets, on=["setting", "replication", "match"], how="left")
    months = what.config.months
    reference = sides["setting"].map({number: one.config.market.reference_price for number, one in enumerate(what.settings)})
    worth = sides["setting"].map({number: one.config.market.willingness_to_pay for number, one in enumerate(what.settings)})
    people = sides["setting"].map({number: one.config.market.population for number, one in enumerate(what.settings)})
    equal = people * sides["firms"] / sides["seats"] * months
    rows = sides.assign(
        place=sides["entry"].map(began),
        profit=100 * sides["profit"] / equal / reference,
        share=sides["customers"] / equal,
        surplus=100 * sides["consumer_surplus"] / reference,
        # Weighted by how large a part of the people it served, so that large markets do not drown small ones.
        value_sum=100 * (worth * sides["experience"] / 100 - sides["revenue"]) / reference / people,
        experience_sum=sides["experience"] / people,
        paid_sum=100 * sides["revenue"] / reference / people,
        weight=sides["customers"] / people,
    )
    means = rows.groupby(["replication", "format", "setting", "place"]).agg(
        profit=("profit", "mean"), share=("share", "mean"), surplus=("surplus", "mean"), value=("value_sum", "sum"),
        experience=("experience_sum", "sum"), paid=("paid_sum", "sum"), weight=("weight", "sum"),
    )  # fmt: skip
    for name in _RATIOS:
        means[name] = means[name].where(means["weight"] > 0) / means["weight"].where(means["weight"] > 0)
    return Scores(tuple(positions), what.formats, tuple(one.name for one in what.settings), _arrays(what, means, len(positions)))


@dataclasses.dataclass(frozen=True)
class Ranking:
    """A ranking by one score.

    Attributes:
        order: positions of the entries, best first.
        mean, low, high: each entry's score with its interval by itself.
        best, worst: the places that each entry may have: all of these hold together with 95 % confidence.
        pairs: positions of the two of each pair.
        told: the paired differences, first less second.
    """

    order: tuple[int, ...]
    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray
    best: np.ndarray
    worst: np.ndarray
    pairs: tuple[tuple[int, int], ...]
    told: Paired


def ranked(values: np.ndarray) -> Ranking:
    """Rank entries by their scores.

    A place is open between one more than the number of entries that are surely better and the number of entries less those that are
    surely worse, where sure is what the joint intervals of all paired differences say; these ranges hold together with the intervals'
    confidence (Mogstad, Romano, Shaikh and Wilhelm 2024).

    Args:
        values: replications x entries.
    """
    interval = mean_interval(values)
    mean = np.atleast_1d(interval.mean)
    count = values.shape[1]
    pairs = tuple((one, other) for one in range(count) for other in range(one + 1, count))
    told = paired(values[:, [one for one, _ in pairs]], values[:, [other for _, other in pairs]])
    best, worst = np.ones(count, int), np.full(count, count)
    for (one, other), sign in zip(pairs, told.told, strict=True):
        if sign:
            better, worse = (one, other) if sign > 0 else (other, one)
            best[worse] += 1
            worst[better] -= 1
    order = tuple(int(place) for place in np.argsort(-np.where(np.isnan(mean), -np.inf, mean), kind="stable"))
    return Ranking(order, mean, np.atleast_1d(interval.low), np.atleast_1d(interval.high), best, worst, pairs, told)


def _arrays(what: Question, means: pd.DataFrame, entries: int) -> dict[str, np.ndarray]:
    shape = (what.config.replications, len(what.formats), len(what.settings), entries)
    made = {}
    index = means.index
    replication, setting, place = (index.get_level_values(name).to_numpy(int) for name in ("replication", "setting", "place"))
    form = np.array([what.formats.index(name) for name in index.get_level_values("format")], dtype=int)
    for column in (*SCORES, *FACTS):
        values = np.full(shape, np.nan)
        values[replication, form, setting, place] = means[column.name].to_numpy(float)
        made[column.name] = values
    return made


def _mean(values: np.ndarray, axes: tuple[int, ...]) -> np.ndarray:
    known = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        return np.where(known, values, 0.0).sum(axis=axes) / np.where(known.any(axis=axes), known.sum(axis=axes), np.nan)
