"""How findings are written: numbers, intervals, a table for a terminal."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from cxsim.validation.case import AGREES, DIFFERS, FAILS, HIT, MISS, Finding, Report

COLOURS = {AGREES: "green", HIT: "green", FAILS: "bold red", MISS: "yellow", DIFFERS: "cyan"}
HEADER = ("case", "quantity", "theory", "simulated", "tolerance", "verdict")


def written(value: float) -> str:
    """A number with about five significant digits."""
    if math.isnan(value):
        return ""
    if value == 0.0 or abs(value) < 1e-9:
        return "0"
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.5g}"


def simulated(row: Finding) -> str:
    """Mean and interval."""
    if math.isnan(row.low):
        return written(row.mean)
    return f"{written(row.mean)} [{written(row.low)}, {written(row.high)}]"


def expected(row: Finding) -> str:
    """The theory's number, or the observed range of a fact."""
    if row.verdict in (HIT, MISS):
        return f"{written(row.theory - row.tolerance)} to {written(row.theory + row.tolerance)}"
    return written(row.theory)


def cells(row: Finding) -> tuple[str, ...]:
    """A finding in the order of :data:`HEADER`."""
    tolerance = "" if row.verdict in (HIT, MISS) else written(row.tolerance)
    return row.case, row.quantity, expected(row), simulated(row), tolerance, row.verdict


def rows(reports: Mapping[str, Report]) -> Iterable[Finding]:
    """All findings in order."""
    for report in reports.values():
        yield from report.findings


def show(reports: Mapping[str, Report]) -> None:
    """Print the table: coloured on a terminal, wide and plain elsewhere."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    if not console.is_terminal:
        console = Console(width=170)
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in HEADER:
        table.add_column(name, overflow="fold", justify="left", no_wrap=name == "verdict")
    before = None
    for row in rows(reports):
        case, *others, verdict = cells(row)
        table.add_row(
            Text(case if case != before else "", style="bold"),
            *(Text(cell) for cell in others),
            Text(verdict, style=COLOURS[verdict]),
        )
        before = case
    console.print(table)


def summary(reports: Mapping[str, Report]) -> str:
    """How many rows there are of each verdict, in one line."""
    found = [row.verdict for row in rows(reports)]
    words = {
        AGREES: "agree with theory",
        FAILS: "fail",
        DIFFERS: "are shown beside a differing assumption",
        HIT: "facts hit",
        MISS: "facts missed",
    }
    return "; ".join(f"{found.count(verdict)} {what}" for verdict, what in words.items() if verdict in found) + "."
