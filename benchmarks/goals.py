"""What the project set itself, beside what was measured."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

import numpy as np

from benchmarks import process, scaling, whole
from benchmarks.rows import Row, find
from benchmarks.versions import ENGINE, PLAIN

MET, MISSED, OPEN = "met", "missed", "not measured"


@dataclasses.dataclass(frozen=True)
class Goal:
    """One goal.

    Attributes:
        text: what was wanted.
        limit, unit: what is allowed at the most, or at the least.
        at_least: whether the limit is the least allowed (else the most).
        row: what was measured, ``None`` where it was not.
    """

    text: str
    limit: float
    unit: str
    at_least: bool
    row: Row | None

    @property
    def verdict(self) -> str:
        """Whether the median meets the goal."""
        if self.row is None:
            return OPEN
        return MET if (self.row.value >= self.limit if self.at_least else self.row.value <= self.limit) else MISSED

    @property
    def wanted(self) -> str:
        """The limit in words."""
        return f"at {'least' if self.at_least else 'most'} {self.limit:g} {self.unit}".strip()


def goals(rows: Sequence[Row]) -> list[Goal]:
    """Every goal with the row that speaks to it."""
    most, least = False, True
    run = f"{whole.A_RUN}: made, {whole.MONTHS} months, tables"
    twice, firms = f"{2 * whole.MONTHS} months against {whole.MONTHS}", f"{scaling.NOBODY_LOOKS}: 20 firms against 2"
    mesa, c = scaling.RATIO, scaling.AGAINST_C
    return [
        Goal("Plain Mesa at 10,000 customers takes, times cxsim", 250, "x", least, find(rows, mesa, PLAIN, 10_000, 5, 1)),
        Goal("Plain Mesa at 1,000 customers takes, times cxsim", 150, "x", least, find(rows, mesa, PLAIN, 1000, 5, 1)),
        Goal("Plain Mesa at 100,000 customers takes, times cxsim on four threads", 600, "x", least, find(rows, mesa, PLAIN, 100_000, 5, 4)),
        Goal("cxsim at 100,000 customers on one thread takes, times C", 3, "x", most, find(rows, c, ENGINE, 100_000, 5, 1)),
        Goal("Reviews of 5 firms, in customers' months at 5,000 customers", 3, "x", most, find(rows, whole.PLANNER, whole.IN_MONTHS)),
        Goal("A run of 5,000 customers, 120 months, one thread", 60, "ms", most, find(rows, whole.RUNS, run, 5000)),
        Goal("A run of 1,000 customers, 120 months, one thread", 15, "ms", most, find(rows, whole.RUNS, run, 1000)),
        Goal("Linear in customers: power of growth from 10,000 on", 1.1, "", most, growth(rows)),
        Goal("Linear in months: 240 months against 120", 2.2, "x", most, find(rows, whole.RUNS, twice, 5000)),
        Goal("Linear in firms or better where nobody looks around: 20 firms against 2", 10, "x", most, find(rows, scaling.FIRMS, firms)),
        Goal("State of a customer", 64, "bytes", most, find(rows, process.MEMORY, process.STATE)),
        Goal("10,000,000 customers for 12 months, peak memory", 24, "GiB", most, find(rows, process.MEMORY, process.HUGE)),
        Goal("`cxsim --help`", 0.5, "s", most, find(rows, process.START, process.HELP)),
        Goal("The default `cxsim run`, compiled before", 4, "s", most, find(rows, process.START, process.RUN_WARM)),
        Goal("The default `cxsim run`, compiled for the first time", 25, "s", most, find(rows, process.START, process.RUN_COLD)),
    ]


def growth(rows: Iterable[Row]) -> Row | None:
    """The power with which the engine's month grows with customers, from 10,000 on (1 is linear), by least squares."""
    ours = [each for each in rows if each.part == scaling.MONTH and each.what == ENGINE and each.threads == 1]
    seen = [each for each in ours if (each.customers or 0) >= 10_000]
    if len(seen) < 2:
        return None
    sizes = np.log([float(each.customers or 0) for each in seen])
    slopes = [
        float(np.polyfit(sizes, np.log([getattr(each, bound) * (each.customers or 0) for each in seen]), 1)[0])
        for bound in ("value", "low", "high")
    ]
    return Row(scaling.MONTH, "growth with customers", slopes[0], min(slopes), max(slopes), "")
