"""Tables of a frontier, each column described."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from cxsim.analysis.answer import Table
from cxsim.config.load import with_values
from cxsim.frontier import deterrence
from cxsim.frontier.axes import Axis
from cxsim.frontier.cheapest import Choice
from cxsim.frontier.flats import Flat, flat, margin
from cxsim.frontier.maps import Grid, Maps
from cxsim.frontier.path import Path, fate
from cxsim.frontier.question import Question
from cxsim.results.columns import Column

Flats = dict[tuple[int, str, str, int], Flat]
"""What a lever does, by map, metric, key of the lever raised, and position of the other lever's level."""

CONDUCTS = {"hidden_fee": "hidden_fees", "loyalty_premium": "loyalty_premium", "personalisation": "loyalty_premium"}
"""The metric in which a conduct shows what it costs customers."""


def flats(question: Question, maps: Maps) -> Flats:
    """Judge every row of every map, along both levers."""
    found: Flats = {}
    for metric in dict.fromkeys([*question.metrics, question.aim.metric]):
        values = maps.values[metric.name]
        within = margin(values, question.margin)
        for panel in range(values.shape[0]):
            for held in range(values.shape[1]):
                found[panel, metric.name, question.grid.x.key, held] = flat(values[panel, held], within)
            for held in range(values.shape[2]):
                found[panel, metric.name, question.grid.y.key, held] = flat(values[panel, :, held], within)
    return found


def cells(question: Question, maps: Maps) -> Table:
    """Every cell of every map: mean, interval, difference from the first cell, and theory's ratio."""
    grid, rows = question.grid, []
    for metric in [*question.metrics, *([question.aim.metric] if question.aim.metric not in question.metrics else []), question.cost]:
        mean, apart = maps.interval(metric.name), maps.apart(metric.name)
        for panel, y, x in np.ndindex(grid.shape):
            place = (panel, y, x)
            rows.append((*_where(grid, panel), grid.y.levels[y], grid.x.levels[x], metric.name, metric.unit,
                         *(part[place] for part in (*mean, *apart)), ratio(question, panel, y, x)))  # fmt: skip
    columns = (
        *_where_columns(grid), _lever(grid.y), _lever(grid.x), Column("metric", "", "Name of the metric."), Column("unit", "", "Its unit."),
        Column("mean", "unit", "Mean over replications."), Column("low", "unit", "Lower end of its 95 % interval."),
        Column("high", "unit", "Upper end of its 95 % interval."),
        Column("difference", "unit", "Mean difference from the cell of the same map with the lowest level of both levers, replications "
                                     "paired."),
        Column("difference_low", "unit", "Lower end of its 95 % interval."), Column("difference_high", "unit", "Upper end of its 95 % "
                                                                                                               "interval."),
        Column("theory", "", "Expected penalty over gain of the fullest offence, from parameters alone; above one it does not pay.", 0,
               None, "Becker (1968)"),
    )  # fmt: skip
    note = "An empty lever level is the level of none (no cap, all, ...)."
    return Table("Every combination", _frame(rows, columns), columns, note, main=False)


def ratio(question: Question, panel: int, y: int, x: int) -> float:
    """Theory's expected penalty over gain in a cell."""
    grid = question.grid
    values = {**grid.settings(panel), grid.x.key: grid.x.levels[x], grid.y.key: grid.y.levels[y]}
    return deterrence.deterrence(with_values(question.config, values))


def stops(question: Question, found: Flats) -> Table:
    """What each lever does at each level of the other."""
    grid, rows = question.grid, []
    for (panel, metric, key, held), one in found.items():
        along, other = (grid.x, grid.y) if key == grid.x.key else (grid.y, grid.x)
        start = "" if one.start is None else along.label(along.levels[one.start])
        rows.append((*_where(grid, panel), metric, key, other.label(other.levels[held]), one.verdict, start, *one.beyond, *one.whole))
    columns = (
        *_where_columns(grid), Column("metric", "", "Name of the metric."), Column("lever", "", "The lever that is raised."),
        Column("other", "", "Level of the other lever."), Column("verdict", "", "What raising it does, by the margin."),
        Column("from", "", "Level from which on nothing more than the margin changes; empty where there is none."),
        Column("beyond", "unit of the metric", "Change from there (or from the level before the last) to the highest level."),
        Column("beyond_low", "unit of the metric", "Lower end of its 95 % interval."),
        Column("beyond_high", "unit of the metric", "Upper end of its 95 % interval."),
        Column("whole", "unit of the metric", "Change from the lowest to the highest level."),
        Column("whole_low", "unit of the metric", "Lower end of its 95 % interval."),
        Column("whole_high", "unit of the metric", "Upper end of its 95 % interval."),
    )  # fmt: skip
    note = (
        "Flat is a stretch where the whole 95 % interval of every paired difference to the highest level lies within "
        f"{100 * question.margin:g} % of the distance between the least and the largest mean of all maps."
    )
    return Table("Where each lever stops mattering", _frame(rows, columns), columns, note, main=False)


def cheapest(question: Question, choices: Sequence[Choice]) -> Table:
    """The cheapest combination of each map."""
    grid, rows = question.grid, []
    for panel, one in enumerate(choices):
        y, x = one.nearest
        rows.append((*_where(grid, panel), one.bound, one.place is not None, one.reaching, grid.y.levels[y], grid.x.levels[x], *one.met,
                     *one.cost, one.chosen_again, one.met_again, one.any_again, one.by_luck))  # fmt: skip
    metric, cost = question.aim.metric, question.cost
    columns = (
        *_where_columns(grid), Column("bound", metric.unit, f"What {metric.name} had to reach."),
        Column("reached", "", "Whether any combination reaches it; if none does, the one that comes nearest is shown."),
        Column("reaching", "combinations", "How many reach it.", 0), _lever(grid.y), _lever(grid.x),
        Column(metric.name, metric.unit, metric.meaning), Column(f"{metric.name}_low", metric.unit, "Lower end of its 95 % interval."),
        Column(f"{metric.name}_high", metric.unit, "Upper end of its 95 % interval."), Column(f"cost_{cost.name}", cost.unit, cost.meaning),
        Column("cost_low", cost.unit, "Lower end of its 95 % interval."), Column("cost_high", cost.unit, "Upper end of its 95 % interval."),
        Column("chosen_again", "", "Share of resamples in which the same combination is the cheapest.", 0, 1),
        Column("met_again", "", "Share of resamples in which it reaches the target.", 0, 1),
        Column("any_again", "", "Share of resamples in which any combination reaches it.", 0, 1),
        Column("by_luck", "", "Chance that luck alone sets the best and the worst as far apart.", 0, 1, "Davison and Hinkley (1997)"),
    )  # fmt: skip
    note = f"Target: {question.aim}. Shares: {question.resamples:,} resamples of the replications, the same ones for every combination."
    return Table("The cheapest combination that reaches the target", _frame(rows, columns), columns, note)


def theory(question: Question, maps: Maps) -> Table | None:
    """The line of theory in numbers, and the conduct before and beyond it; ``None`` where no offence brings money."""
    grid, rows = question.grid, []
    for panel in range(grid.shape[0]):
        market = with_values(question.config, grid.settings(panel))
        offence = deterrence.full_offence(market)
        if offence is None:
            return None
        uncapped = with_values(market, {"regulator.fine_cap": None})
        before, beyond = conduct(question, maps, panel)
        rows.append((*_where(grid, panel), ", ".join(offence.conducts), offence.gain, 12.0 * offence.gain * deterrence.customers(market),
                     deterrence.fine(market, offence, capped=False), _finite(deterrence.least_cap(market)),
                     _finite(deterrence.least_funding(uncapped)), before, beyond))  # fmt: skip
    columns = (
        *_where_columns(grid), Column("conducts", "", "The fullest offence that brings money."),
        Column("gain", "£/month", "What it brings a customer.", 0), Column("annual_gain", "£", "What it brings a firm of average size in "
                                                                                               "a year.", 0),
        Column("fine", "£", "Fine for it without a cap in pounds.", 0),
        Column("least_cap", "£", "Cap below which no funding deters it; empty where no cap would do.", 0, None, "Becker (1968)"),
        Column("least_funding", "£/year", "Funding below which it pays even without a cap in pounds; empty where none would do.", 0, None,
               "Becker (1968)"),
        Column("conduct_before", "£/month", "What customers pay through these conducts in cells where the offence pays by theory, "
                                            "mean.", 0),
        Column("conduct_beyond", "£/month", "The same where it does not pay; empty where the map has no such cells.", 0),
    )  # fmt: skip
    return Table("Theory's line of deterrence", _frame(rows, columns), columns,
                 "Derived from parameters alone; firms of equal size, no reaction of customers, one conduct at a time.")  # fmt: skip


def conduct(question: Question, maps: Maps, panel: int) -> tuple[float, float]:
    """Mean pounds a month that customers pay through the offence's conducts, in cells before and beyond theory's line; else NaN."""
    offence = deterrence.full_offence(with_values(question.config, question.grid.settings(panel)))
    names = sorted({CONDUCTS[name] for name in (offence.conducts if offence else ())})
    paid = sum((maps.values[name][panel].mean(axis=2) for name in names), np.zeros(question.grid.shape[1:]))
    pays = np.array([[ratio(question, panel, y, x) < 1 for x in range(paid.shape[1])] for y in range(paid.shape[0])])
    return tuple(float(paid[some].mean()) if some.any() else math.nan for some in (pays, ~pays))  # type: ignore[return-value]


def paths(question: Question, found: Sequence[Path]) -> Table:
    """What became of each regulator."""
    rows = []
    for one in found:
        end = fate(one)
        rows.append((*_where(question.grid, one.panel), one.share, end.verdict, end.first, end.best, end.last, end.months[0] + 1,
                     end.months[1], end.kept_best, end.kept_last, end.reserve, *end.growth, *end.decline, *end.drying))  # fmt: skip
    low, high = "Lower end of its 95 % interval.", "Upper end of its 95 % interval."
    columns = (
        *_where_columns(question.grid), Column("share", "", "Share of fines kept.", 0, 1), Column("verdict", "", "What became of it."),
        Column("first", "£/year", "Spending in the first period.", 0), Column("best", "£/year", "Spending in the best period.", 0),
        Column("last", "£/year", "Spending in the last period.", 0), Column("best_from", "month", "First month of the best period, from "
                                                                                                  "one.", 1),
        Column("best_to", "month", "Its last month.", 1), Column("kept_best", "£/year", "Fines kept in the period with most.", 0),
        Column("kept_last", "£/year", "Fines kept in the last period.", 0), Column("reserve", "£", "Money in hand at the end.", 0),
        Column("growth", "£/year", "Spending in the best period less that in the first."), Column("growth_low", "£/year", low),
        Column("growth_high", "£/year", high), Column("decline", "£/year", "Spending in the last period less that in the best."),
        Column("decline_low", "£/year", low), Column("decline_high", "£/year", high),
        Column("drying", "£/year", "Fines kept in the last period less those in the one with most."), Column("drying_low", "£/year", low),
        Column("drying_high", "£/year", high),
    )  # fmt: skip
    return Table("The self-funded regulator's path", _frame(rows, columns), columns, "Periods of two years, in a short run of one.")


def _where(grid: Grid, panel: int) -> tuple[float | None, ...]:
    return () if grid.panels is None else (grid.panels.levels[panel],)


def _where_columns(grid: Grid) -> tuple[Column, ...]:
    return () if grid.panels is None else (_lever(grid.panels),)


def _lever(axis: Axis) -> Column:
    from cxsim.config.keys import index

    spec = index()[axis.key].spec if axis.key in index() else None
    return Column(axis.key, axis.unit, spec.meaning if spec else "Part of a list or mapping.")


def _finite(value: float) -> float:
    return value if math.isfinite(value) else math.nan


def _frame(rows: Sequence[tuple[object, ...]], columns: Sequence[Column]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=[column.name for column in columns])
    # A level of none is an empty cell in a column of numbers, not an object.
    return frame.apply(lambda column: pd.to_numeric(column) if column.dtype == object and column.map(_is_number).all() else column)


def _is_number(value: object) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))
