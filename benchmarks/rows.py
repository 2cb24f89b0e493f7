"""What was measured: rows with intervals, all in one list from which the table, the goals, the page and the figure are made."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Iterable

from benchmarks.timing import Estimate


@dataclasses.dataclass(frozen=True)
class Row:
    """One number.

    Attributes:
        part: which part of the benchmark it belongs to.
        what: the version or the quantity.
        unit: of the value and the interval; ``x`` for a ratio.
        customers, firms, threads: the setting, where they matter.
    """

    part: str
    what: str
    value: float
    low: float
    high: float
    unit: str
    customers: int | None = None
    firms: int | None = None
    threads: int | None = None

    @property
    def setting(self) -> str:
        """The setting in words."""
        parts = [
            f"{count:,} {noun if count > 1 else noun[:-1]}"
            for count, noun in ((self.customers, "customers"), (self.firms, "firms"), (self.threads, "threads"))
            if count is not None
        ]
        return ", ".join(parts)

    @property
    def measured(self) -> str:
        """Value and interval in words."""
        interval = "" if self.low == self.high == self.value else f" [{number(self.low)}, {number(self.high)}]"
        return f"{number(self.value)}{interval} {self.unit}".strip()


def row(
    part: str, what: str, found: Estimate, unit: str, customers: int | None = None, firms: int | None = None, threads: int | None = None
) -> Row:
    """A row from an estimate."""
    return Row(part, what, found.value, found.low, found.high, unit, customers, firms, threads)


def number(value: float) -> str:
    """A number with three digits that count, whole from a hundred on."""
    size = abs(value)
    return f"{value:,.0f}" if size >= 100 else f"{value:.1f}" if size >= 10 else f"{value:.2f}"


def find(
    rows: Iterable[Row], part: str, what: str, customers: int | None = None, firms: int | None = None, threads: int | None = None
) -> Row | None:
    """The row of a setting, or ``None`` where it was not measured; what is not given may be anything."""
    for each in rows:
        wanted = ((customers, each.customers), (firms, each.firms), (threads, each.threads))
        if each.part == part and each.what == what and all(asked is None or asked == has for asked, has in wanted):
            return each
    return None


def as_csv(rows: Iterable[Row]) -> str:
    """All rows as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = [field.name for field in dataclasses.fields(Row)]
    writer.writerow(names)
    writer.writerows([getattr(each, name) for name in names] for each in rows)
    return out.getvalue()
