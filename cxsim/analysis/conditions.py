"""Metrics by name, which way is good for customers, and conditions on them such as ``hidden_fees<=0.5``."""

from __future__ import annotations

import dataclasses
import json
import math
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from cxsim.config.errors import BadValueError, nearest
from cxsim.results.columns import MONTHLY, Column
from cxsim.results.measure import Measure

RISES = frozenset({"experience", "job_outcome", "service", "satisfaction", "trust", "quality", "coverage", "consumer_surplus"})
"""Metrics of which customers want more."""

FALLS = frozenset(
    {"harm", "price", "price_paid", "loyalty_premium", "hidden_fees", "exit_barriers", "complaints", "violations", "overcharge",
     "switching_costs", "unwanted_extras", "avoidance"}
)  # fmt: skip
"""Metrics of which customers want less."""

SIGNS: dict[str, Callable[[Any, Any], Any]] = {"<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt}
_FORM = re.compile(r"\s*([A-Za-z_]\w*)\s*(<=|>=|<|>|==|=)\s*(\S+)\s*")


Own = Mapping[str, Measure]
"""Metrics of one's own by name, beside the monthly columns."""
NONE: Own = {}


def measures(given: Mapping[str, Any] | Iterable[str], what: str = "--measure") -> dict[str, Measure]:
    """Metrics of one's own, from mappings by name or as typed.

    Args:
        given: ``{"NAME": {"table": "segments", "column": "experience", "where": {"segment": "vulnerable"}}}``, or texts
            ``NAME={table: segments, ...}`` with the same in YAML; see `cxsim.results.measure`.
        what: what they were given for, for the message.

    Raises:
        CxsimError: not of that form, a name that is taken, or a measure that is none.
    """
    pairs = given.items() if isinstance(given, Mapping) else (_typed(one, what) for one in given)
    found: dict[str, Measure] = {}
    for name, measure in pairs:
        if not isinstance(name, str) or not name.isidentifier() or name in metrics() or name in found:
            raise BadValueError(what, name, "names of letters, digits and '_', each once, that no metric has")
        found[name] = measure if isinstance(measure, Measure) else Measure.parse(f"{what} {name}", measure)
    return found


def metrics(own: Own = NONE) -> Mapping[str, Column]:
    """The metrics of a run by name: the monthly columns but replication and month, and those of one's own."""
    known = {column.name: column for column in MONTHLY if column.name not in {"replication", "month"}}
    return known | {name: Column(name, one.unit, f"Measure: {json.dumps(one.described())}") for name, one in own.items()}


def metric(name: str, what: str = "metric", own: Own = NONE) -> Column:
    """A metric by name.

    Args:
        name: a monthly column, see ``cxsim columns monthly``, or one of one's own.
        what: what it was given for, for the message.
        own: metrics of one's own.

    Raises:
        BadValueError: there is none of that name.
    """
    known = metrics(own)
    found = known.get(str(name).strip())
    if found is None:
        raise BadValueError(what, name, f"a column of cxsim columns monthly{_mine(own)}", nearest(str(name), known))
    return found


def several(names: str | Iterable[str], what: str = "metrics", own: Own = NONE) -> tuple[Column, ...]:
    """Metrics by name, each once.

    Args:
        names: names, or one text with commas between them.
        what: what they were given for, for the message.
        own: metrics of one's own.

    Raises:
        BadValueError: no metric at all, one that does not exist, or one named twice.
    """
    given = [name.strip() for name in (names.split(",") if isinstance(names, str) else names)]
    if not given or "" in given:
        raise BadValueError(what, names, "names of metrics with commas between them, see cxsim columns monthly")
    found = tuple(metric(name, what, own) for name in given)
    twice = next((name for name in given if given.count(name) > 1), None)
    if twice is not None:
        raise BadValueError(what, names, f"each metric once, {twice} is there twice")
    return found


def sense(name: str, own: Own = NONE) -> int:
    """+1 where customers want more of a metric, -1 where they want less, 0 where it depends on whom one asks (profit, churn, ...).

    A metric of one's own has the sense of its column, where it is the mean, sum or extreme of it and nothing is taken off or divided.
    """
    if name in own:
        one = own[name]
        plain = one.minus is None and one.per is None and not one.correlate and one.statistic not in {"sd"} and one.across != "sd"
        return sense(one.column) if plain else 0
    return 1 if name in RISES else -1 if name in FALLS else 0


def sensed(name: str, what: str, own: Own = NONE) -> int:
    """As `sense`, for an analysis that must know which way is good.

    Raises:
        BadValueError: it is not plain which way is good; the message says what to give instead.
    """
    found = sense(name, own)
    if not found:
        raise BadValueError(
            what, name, f"a metric that customers plainly want more or less of ({', '.join(sorted(RISES | FALLS))}), or a condition "
            f"such as {name}<=1"
        )  # fmt: skip
    return found


@dataclasses.dataclass(frozen=True)
class Condition:
    """A bound on a metric.

    Attributes:
        metric: the metric.
        sign: ``<``, ``<=``, ``>`` or ``>=``.
        bound: in the metric's unit.
    """

    metric: Column
    sign: str
    bound: float

    def holds(self, values: Any) -> Any:
        """Whether values fulfil it; an array gives an array."""
        return SIGNS[self.sign](values, self.bound)

    @property
    def upward(self) -> bool:
        """Whether it asks for more of the metric."""
        return self.sign in {">", ">="}

    def __str__(self) -> str:
        return f"{self.metric.name}{self.sign}{self.bound:g}"


def condition(text: str, what: str = "condition", own: Own = NONE) -> Condition:
    """A condition as typed.

    Args:
        text: ``METRIC<=NUMBER``, also with ``<``, ``>`` and ``>=``.
        what: what it was given for, for the message.
        own: metrics of one's own.

    Raises:
        CxsimError: not of that form, an unknown metric, or no finite number.

    Example:
        >>> condition("violations<=0.1").holds(0.05)
        True
    """
    form = "METRIC<=NUMBER, also with <, > and >=, for example violations<=0.1"
    match = _FORM.fullmatch(str(text))
    if match is None or match[2] not in SIGNS:
        raise BadValueError(what, text, form)
    found = metric(match[1], what, own)
    try:
        bound = float(match[3])
    except ValueError:
        raise BadValueError(what, text, form) from None
    if not math.isfinite(bound):
        raise BadValueError(what, text, f"{form}; the number must be finite")
    return Condition(found, match[2], bound)


def _mine(own: Own) -> str:
    return f", or {', '.join(own)}" if own else ""


def _typed(text: str, what: str) -> tuple[str, Any]:
    import yaml

    name, sign, rest = str(text).partition("=")
    form = "NAME={column: ..., table: ..., where: {...}}, see cxsim columns"
    try:
        given = yaml.safe_load(rest) if sign else None
    except yaml.YAMLError:
        given = None
    if not isinstance(given, Mapping | str) or not name.strip():
        raise BadValueError(what, text, form)
    return name.strip(), given
