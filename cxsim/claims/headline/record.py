"""The headline experiment kept: as an answer that a report can be made of, with the whole map and every effect as tables."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from cxsim.analysis.answer import Answer, Picture, Table
from cxsim.analysis.files import is_answer
from cxsim.claims.headline import answers as rule
from cxsim.claims.headline import pictures, words
from cxsim.claims.headline.design import cells
from cxsim.claims.headline.experiment import Map
from cxsim.results.columns import Column
from cxsim.results.intervals import mean_interval

_BOUNDS = (
    Column("mean", "", "Mean over paired replications, in the unit of the outcome."),
    Column("low", "", "Lower end of the 95 % interval."),
    Column("high", "", "Upper end of the 95 % interval."),
)
_WHERE = (Column("outcome", "", "What is looked at."), Column("market", "", "Rule for prices and sight of customers, or all of them."))
EFFECTS = (*_WHERE, Column("effect", "", "What is compared, at the corners of the map."), *_BOUNDS)
SURFACE = (*_WHERE, Column("term", "", "Term of the surface; rivals and enforcement go from 0 to 1 over the map."), *_BOUNDS)
MAP = (*_WHERE, Column("firms", "firms", "Number of firms.", 1), Column("enforcement", "", "Level of enforcement."), *_BOUNDS)
ANSWERS = (
    *_WHERE, Column("competition", "", "Whether competition is enough."), Column("enforcement", "", "Whether enforcement is enough."),
    Column("together", "", "Whether they need each other."),
)  # fmt: skip


def answer(found: Map, command: str | None, duration: float | None) -> Answer:
    """The experiment as an answer."""
    headline = found.headline
    effects = [(a.outcome, a.market, words.contrast(key), *effect) for a in found.answers for key, effect in a.effects.items()]
    surface = [(a.outcome, a.market, term, *fitted) for a in found.answers for term, fitted in a.surface.items()]
    said = [(a.outcome, a.market, a.competition_enough, a.enforcement_enough, a.together) for a in found.answers]
    return Answer(
        kind="claim",
        title=headline.title,
        question=f"Is it so that: {headline.claim}",
        findings=[words.title(found), *(f"{question} {reply}" for question, reply in words.replies(found)), words.levels(found)],
        tables={
            "answers": Table("Answers", _frame(said, ANSWERS), ANSWERS),
            "effects": Table("Effects at the corners of the map", _frame(effects, EFFECTS), EFFECTS),
            "surface": Table("A surface over the whole map", _frame(surface, SURFACE), SURFACE),
            "map": Table("The whole map", _map(found), MAP, main=False),
        },
        figures={
            "headline": Picture(words.title(found), "Without and with enforcement, by number of firms.", lambda: pictures.glance(found)),
            "markets": Picture("Each market by itself", "Without and with enforcement.", lambda: pictures.markets(found)),
            "map": Picture("Every place on the map", "Means and half-widths of 95 % intervals.", lambda: pictures.numbers(found)),
            "effects": Picture("What each does alone and together", "With 95 % intervals.", lambda: pictures.effects(found)),
        },
        method=[
            f"Source of the claim: {headline.source}", f"Mechanism: {headline.mechanism}", " ".join((rule.__doc__ or "").split()),
            "The surface is fitted replication by replication to the whole map by least squares: level, rivals (logarithm of the number of "
            "firms), enforcement (its rank) and their product, both scaled to run from 0 to 1.",
        ],
        limits=["The answer is about the model: what follows from its mechanisms over the markets tried, not what was seen in one."],
        settings={**line(found), "quick": found.quick, "digest": headline.digest},
        command=command,
        duration=duration,
    )  # fmt: skip


def line(found: Map) -> dict[str, Any]:
    """The experiment in one line: question, title, answers."""
    return {"question": found.headline.title, "title": words.title(found), "answers": [list(pair) for pair in words.replies(found)]}


def keep(found: Map, place: Path, command: str | None, duration: float) -> Path:
    """Write it as an answer; the one that an earlier call left there for the same file and code is replaced."""
    if is_answer(place):
        shutil.rmtree(place)
    return answer(found, command, duration).save(place)


def _map(found: Map) -> pd.DataFrame:
    headline, rows = found.headline, []
    markets = {(price, sight): market for price, sight, market in headline.markets}
    for name, grid in found.values.items():
        mean, low, high = mean_interval(grid, axis=-1)
        for cell in cells(headline):
            where = (name, markets[cell.price, cell.sight], headline.rivals[cell.rivals], headline.enforcement[cell.enforcement].title)
            rows.append((*where, *(float(np.asarray(bound)[cell]) for bound in (mean, low, high))))
    return _frame(rows, MAP)


def _frame(rows: list[Any], columns: tuple[Column, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[column.name for column in columns])
