"""Rows as a whole benchmark would give them, made up."""

from __future__ import annotations

from benchmarks import process, scaling, whole
from benchmarks.rows import Row
from benchmarks.versions import COLUMNS, ENGINE, FRAMES, PLAIN, TUNED, C

COST = {ENGINE: 50.0, PLAIN: 10_000.0, TUNED: 4000.0, COLUMNS: 400.0, FRAMES: 900.0, C: 25.0}


def a_row(part: str, what: str, value: float, unit: str, *setting: int | None) -> Row:
    return Row(part, what, value, 0.9 * value, 1.2 * value, unit, *setting)


def some_rows() -> list[Row]:
    rows = []
    for customers in (1000, 10_000, 100_000):
        rows += [a_row(scaling.MONTH, name, cost, scaling.NANO, customers, 5, 1) for name, cost in COST.items()]
        rows += [a_row(scaling.MONTH, ENGINE, COST[ENGINE] / threads, scaling.NANO, customers, 5, threads) for threads in (2, 4)]
        rows += [a_row(scaling.RATIO, PLAIN, 200.0 * threads, "x", customers, 5, threads) for threads in (1, 2, 4)]
        rows.append(a_row(scaling.AGAINST_C, ENGINE, 2.0, "x", customers, 5, 1))
    rows += [a_row(scaling.FIRMS, scaling.AS_IS, 40.0 + firms, scaling.NANO, 100_000, firms, 1) for firms in scaling.FIRM_COUNTS]
    rows += [a_row(scaling.FIRMS, scaling.NOBODY_LOOKS, 30.0 + firms, scaling.NANO, 100_000, firms, 1) for firms in scaling.FIRM_COUNTS]
    rows.append(a_row(whole.PLANNER, whole.IN_MONTHS, 2.5, "x", 5000, 5, 1))
    rows.append(Row(process.MEMORY, process.STATE, 51.0, 51.0, 51.0, "bytes per customer"))
    rows.append(a_row(process.START, process.HELP, 0.1, "s"))
    return rows
