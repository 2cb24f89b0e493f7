"""What a frontier found, in sentences; every number in them is in its tables."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

from cxsim.analysis.wording import amount, in_words
from cxsim.frontier import path as paths
from cxsim.frontier.axes import Axis
from cxsim.frontier.cheapest import SHARE, Choice
from cxsim.frontier.flats import FROM, NOWHERE, THROUGHOUT, Flat
from cxsim.frontier.question import SPENDING, Question
from cxsim.frontier.tables import Flats
from cxsim.results.columns import Column
from cxsim.results.intervals import Interval

_ASKS = {"<=": "at most", "<": "below", ">=": "at least", ">": "above"}


def asked(question: Question) -> str:
    """The question, as one."""
    x, y = question.grid.x.name, question.grid.y.name
    return (
        f"How do {x} and {y} work together, where does each stop mattering, and which combination brings {name(question.aim.metric)} to "
        f"its target at the least {'spending' if question.cost is SPENDING else name(question.cost)}?"
    )


def cheapest(question: Question, choices: Sequence[Choice]) -> list[str]:
    """The cheapest combination of each map, and how sure it is; the answer itself, so it comes first."""
    return [_cheapest(question, panel, one) for panel, one in enumerate(choices)]


def stops(question: Question, found: Flats, metric: Column) -> list[str]:
    """Where each lever stops mattering for a metric, a paragraph for each map."""
    grid, said = question.grid, []
    for panel in range(grid.shape[0]):
        both = [
            _along([found[panel, metric.name, along.key, place] for place in range(len(held))], along, held, metric)
            for along, held in ((grid.x, grid.y), (grid.y, grid.x))
        ]
        said.append(f"{_in(grid.panel_name(panel))}{both[0][0].lower() if grid.panels is not None else both[0][0]}{both[0][1:]} {both[1]}")
    return said


def theory(question: Question, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Theory's line and how the model's cells lie to it, from the rows of the table of theory."""
    return [_theory(question.grid.panel_name(panel), row) for panel, row in enumerate(rows)]


def grown(question: Question, found: Sequence[paths.Path]) -> list[str]:
    """What became of the regulators, a paragraph for each map."""
    start = question.path_base().config.regulator
    cap = "no cap" if start.fine_cap is None else f"a cap of {_pounds(start.fine_cap)}"
    said = []
    for panel, group in itertools.groupby(found, key=lambda one: one.panel):
        where = question.grid.panel_name(panel) if question.grid.panels is not None else ""
        said.append(
            f"{_in(where)}a regulator with {_pounds(start.annual_funding)} of public money a year and {cap} that "
            + "; one that ".join(_fate(one) for one in group)
            + "."
        )
    return said


def name(column: Column) -> str:
    """A column's name in a sentence."""
    return "the regulator's spending" if column is SPENDING else column.name.replace("_", " ")


def _cheapest(question: Question, panel: int, one: Choice) -> str:
    grid, aim, cost = question.grid, question.aim, question.cost
    y, x = one.nearest
    total = len(grid.x) * len(grid.y)
    bound = f"{_ASKS[aim.sign]} {amount(one.bound, aim.metric.unit)}"
    way = f" ({100 * SHARE:.0f} % of the way from the worst combination to the best)" if aim.bound is None else ""
    where, place = _in(grid.panel_name(panel)), f"{_at(grid.x, x)} with {_at(grid.y, y)}"
    if one.place is None:
        return (
            f"{where}none of the {total} combinations brings {name(aim.metric)} to {bound}. {place[0].upper() + place[1:]} comes "
            f"nearest: {_with(one.met, aim.metric.unit)}. Some combination reaches it in {_share(one.any_again)} of resamples."
        )
    said = (
        f"{where}{place} is the cheapest of {total} combinations that brings {name(aim.metric)} to {bound}{way}. It brings "
        f"{amount(one.met.mean, aim.metric.unit)}; {name(cost)} is {_with(one.cost, cost.unit)}. In {_share(one.chosen_again)} of "
        f"resamples it is the cheapest again, in {_share(one.met_again)} it reaches the target."
    )
    others = one.shares.copy()
    others[y, x] = -1.0
    up, across = divmod(int(others.argmax()), others.shape[1])
    if others[up, across] >= 0.1:
        said += f" Next comes {_at(grid.x, across)} with {_at(grid.y, up)} ({_share(float(others[up, across]))})."
    if one.by_luck > 0.05:
        said += (
            f" But luck alone would set the best and the worst combination as far apart in {_share(one.by_luck)} of cases: the choice "
            "means little."
        )
    return said


def _along(rows: Sequence[Flat], along: Axis, held: Axis, metric: Column) -> str:
    """What raising one lever does, levels of the other that it does so at put together."""
    groups: dict[tuple[str, int | None], list[int]] = {}
    for place, one in enumerate(rows):
        groups.setdefault((one.verdict, one.start if one.verdict == FROM else None), []).append(place)
    parts, what = [], name(metric)
    for (verdict, start), places in groups.items():
        levels = _levels(held, places)
        if verdict == NOWHERE:
            low, high = min(rows[place].whole.low for place in places), max(rows[place].whole.high for place in places)
            parts.append(f"at {levels} it does not change {what} (lowest level to highest {_range(Interval(0.0, low, high), metric.unit)})")
        elif verdict == FROM and start is not None:
            parts.append(f"at {levels} it changes {what} no more from {along.label(along.levels[start])} on")
        elif verdict == THROUGHOUT:
            parts.append(f"at {levels} it changes {what} up to the highest level")
        else:
            parts.append(f"at {levels} the replications do not decide")
    return f"Raising {along.name}: {'; '.join(parts)}."


def _theory(panel: str, row: Mapping[str, Any]) -> str:
    conducts = in_words(row["conducts"].replace("_", " ").split(", "))
    gain, annual, cap, money = (row[key] for key in ("gain", "annual_gain", "least_cap", "least_funding"))
    said = (
        f"{_in(panel)}by theory (Becker 1968) the fullest offence ({conducts} of {_pounds(gain)} a customer and month) brings a firm "
        f"{_pounds(annual)} a year. "
    )
    if math.isnan(cap):
        said += "No combination of funding and cap makes that a bad bargain: the fine itself is too low. "
    else:
        said += f"Below a cap of {_pounds(cap)} no funding makes that a bad bargain, and with no cap it takes {_pounds(money)} a year. "
    before, beyond = row["conduct_before"], row["conduct_beyond"]
    if math.isnan(before) or math.isnan(beyond):
        side, paid = ("before", before) if math.isnan(beyond) else ("beyond", beyond)
        return f"{said}All combinations mapped lie {side} that line; in the model customers pay {_pounds(paid)} a month through it."
    return f"{said}In the model customers pay {_pounds(before)} a month through it before that line, and {_pounds(beyond)} beyond."


def _fate(one: paths.Path) -> str:
    end = paths.fate(one)
    share = f"{100 * one.share:.3g} %"
    keeps = "keeps none of its fines" if not one.share else "keeps all its fines" if one.share == 1 else f"keeps {share}"
    first, best, last = _pounds(end.first), _pounds(end.best), _pounds(end.last)
    if end.verdict == paths.SMALL:
        return f"{keeps} stays small ({last} a year spent in the end)"
    if end.verdict == paths.UNDECIDED:
        return f"{keeps} spends {first} a year at first and {best} at most, a rise on which the replications do not agree"
    years = f"years {end.months[0] // 12 + 1} to {-(-end.months[1] // 12)}"
    grew = f"{keeps} grows from {first} spent a year to {best} in {years} (rise {_range(end.growth, '£')})"
    kept, hand = _pounds(end.kept_last), _pounds(end.reserve)
    fall = f"the fines it keeps fall from {_pounds(end.kept_best)} to {kept} a year"
    if end.verdict == paths.STARVED:
        return f"{grew} and then starves: {fall}, and spending falls to {last}"
    if end.verdict == paths.RESERVES:
        return f"{grew}; its success then dries up its income ({fall}), and it lives on the {hand} it still has in hand"
    return f"{grew} and does not starve: the fines it keeps still come to {kept} a year, with {hand} in hand"


def _levels(axis: Axis, places: Sequence[int]) -> str:
    """Levels of a lever, neighbours put together: ``fine cap £20k to £2m or no cap``."""
    runs: list[list[int]] = []
    for place in places:
        if runs and place == runs[-1][-1] + 1 and axis.levels[place] is not None:
            runs[-1].append(place)
        else:
            runs.append([place])
    if len(places) == len(axis):
        return f"every {axis.name}"
    ends = [(axis.label(axis.levels[run[0]]), axis.label(axis.levels[run[-1]])) for run in runs]
    # The unit of time is said once: £50k to £90k a year.
    said = [first if first == last else f"{first.partition(' a ')[0]} to {last}" for first, last in ends]
    lone = [axis.levels[run[0]] for run in runs] == [None]
    return said[0] if lone else f"{axis.name} {in_words(said, 'or')}"


def _at(axis: Axis, place: int) -> str:
    label = axis.label(axis.levels[place])
    return label if axis.levels[place] is None else f"{axis.name} of {label}"


def _in(panel: str) -> str:
    return f"With {panel}: " if panel else ""


def _with(interval: Interval, unit: str) -> str:
    if math.isnan(interval.low):
        return amount(interval.mean, unit)
    return f"{amount(interval.mean, unit)} ({_range(interval, unit)})"


def _range(interval: Interval, unit: str) -> str:
    short = "£" if unit.startswith("£") else ""
    return f"{amount(interval.low, short)} to {amount(interval.high, short)}"


def _pounds(value: float) -> str:
    return amount(value, "£")


def _share(part: float) -> str:
    return f"{100 * part:.0f} %"
