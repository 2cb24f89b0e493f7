"""What the runs of a comparison gave, as arrays: replications first, regimes second."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cxsim.config.errors import BadValueError, ResultsError
from cxsim.results.columns import CONDUCTS, SEGMENTS
from cxsim.sweeps.columns import METRICS

if TYPE_CHECKING:
    import pandas as pd

TABLES = ("segments", "firms", "ledger")
BY_SEGMENT = tuple(column.name for column in SEGMENTS if column.name not in {"replication", "month", "segment"})
BY_FIRM = ("profit", "customers", "share")
METRIC_NAMES = tuple(column.name for column in METRICS)
WHOLE_RUN = "run"


@dataclasses.dataclass(frozen=True)
class Data:
    """Runs of some regimes, paired by replication.

    Attributes:
        replications: numbers of the replications that every regime finished, ascending; the first axis of all arrays.
        failed: how many replications were left out because a run of theirs failed.
        months: months reported.
        width: how many of them, at the end, the means below are over.
        monthly: for each metric its series, of shape (replications, regimes, months).
        segments: for each of `BY_SEGMENT` its means over the months, of shape (replications, regimes, segments); NaN where a regime
            has no such segment.
        segment_names: the segments.
        firms: for each of `BY_FIRM` the same by firm; zero where a firm is not there.
        firm_names, strategies: the firms, and the strategy of each (the first that it was seen with).
        ledger: for each conduct its mean monthly amount (£), of shape (replications, regimes, segments + 1); the last is for what
            concerns no segment.
    """

    replications: np.ndarray
    failed: int
    months: int
    width: int
    monthly: Mapping[str, np.ndarray]
    segments: Mapping[str, np.ndarray]
    segment_names: tuple[str, ...]
    firms: Mapping[str, np.ndarray]
    firm_names: tuple[str, ...]
    strategies: tuple[str, ...]
    ledger: Mapping[str, np.ndarray]

    def __len__(self) -> int:
        return len(self.replications)

    def mean(self, metric: str) -> np.ndarray:
        """Means of a metric of the monthly table over the months that count, of shape (replications, regimes)."""
        return self.monthly[metric][..., self.months - self.width :].mean(axis=2)

    def flow(self, *conducts: str) -> np.ndarray:
        """Pounds a year that went into conducts, over all segments, of shape (replications, regimes)."""
        return 12.0 * sum((self.ledger[conduct].sum(axis=2) for conduct in conducts), np.zeros(self.shape))

    @property
    def shape(self) -> tuple[int, int]:
        """Replications and regimes."""
        return next(iter(self.monthly.values())).shape[:2]


def width_of(window: Any, months: int) -> int:
    """How many months at the end of a run count.

    Args:
        window: ``"run"`` for all months reported, or a number of months.
        months: months reported.

    Raises:
        BadValueError: neither, or more months than there are.
    """
    if window == WHOLE_RUN:
        return months
    if isinstance(window, bool) or not isinstance(window, int) or not 1 <= window <= months:
        raise BadValueError("window", window, f"run (all months reported), or a number of months at its end, 1 to {months:,}")
    return window


def read(folder: Path, regimes: int, replications: int, months: int, width: int) -> Data:
    """The runs of a sweep whose points are regimes.

    Args:
        folder: the sweep.
        regimes: how many there are.
        replications: how many of each to read; there may be more.
        months: months reported.
        width: months at the end that count.

    Raises:
        ResultsError: the sweep cannot be read, or no replication was finished by all regimes.
    """
    reader = _Reader(folder, regimes, replications, months, width)
    segments, segment_names = reader.segments()
    firms, firm_names, strategies = reader.firms()
    return Data(
        reader.kept, replications - len(reader.kept), months, width, reader.monthly(), segments, segment_names, firms, firm_names,
        strategies, reader.ledger(segment_names),
    )  # fmt: skip


def read_monthly(folder: Path, regimes: int, replications: int, months: int, width: int) -> Data:
    """The same with the monthly table alone, for a sweep that keeps no other."""
    reader = _Reader(folder, regimes, replications, months, width)
    return Data(reader.kept, replications - len(reader.kept), months, width, reader.monthly(), {}, (), {}, (), (), {})


def read_metric(folder: Path, regimes: int, replications: int, months: int, width: int, metric: str) -> Data:
    """The same with no more than one metric needs, for sweeps of many points: the ledger too where money is made from it."""
    reader = _Reader(folder, regimes, replications, months, width)
    known = metric in METRIC_NAMES
    monthly = reader.monthly((metric,) if known else ("consumer_surplus", "profit"))
    ledger = {} if known else reader.ledger(reader.segment_names())
    return Data(reader.kept, replications - len(reader.kept), months, width, monthly, {}, (), {}, (), (), ledger)


class _Reader:
    def __init__(self, folder: Path, regimes: int, replications: int, months: int, width: int):
        self.folder, self.regimes, self.months, self.width = folder, regimes, months, width
        self.asked = replications
        runs = self._frame("runs", ["point", "replication"])
        done = np.zeros((replications, regimes), dtype=bool)
        done[runs["replication"], runs["point"]] = True
        self.kept = np.flatnonzero(done.all(axis=1))
        if not len(self.kept):
            raise ResultsError(
                f"{folder}: in no replication did every regime's run succeed; cxsim results {folder} --failures says why they failed."
            )
        self._place = np.full(replications, -1)
        self._place[self.kept] = np.arange(len(self.kept))

    def monthly(self, names: Sequence[str] = METRIC_NAMES) -> dict[str, np.ndarray]:
        rows = self._frame("monthly", ["point", "replication", "month", *names])
        where = (self._place[rows["replication"]], rows["point"].to_numpy(), rows["month"].to_numpy())
        found = {}
        for name in names:
            found[name] = np.full((len(self.kept), self.regimes, self.months), np.nan)
            found[name][where] = rows[name].to_numpy()
        return found

    def segment_names(self) -> tuple[str, ...]:
        return tuple(name for name in dict.fromkeys(self._frame("ledger", ["replication", "segment"], late=True)["segment"]) if name)

    def segments(self) -> tuple[dict[str, np.ndarray], tuple[str, ...]]:
        rows = self._frame("segments", ["point", "replication", "month", "segment", *BY_SEGMENT], late=True)
        names = tuple(dict.fromkeys(rows["segment"]))
        return self._by(rows, "segment", names, BY_SEGMENT, np.nan), names

    def firms(self) -> tuple[dict[str, np.ndarray], tuple[str, ...], tuple[str, ...]]:
        rows = self._frame("firms", ["point", "replication", "month", "firm", "strategy", *BY_FIRM], late=True)
        first = rows.drop_duplicates("firm")
        names = tuple(first["firm"])
        return self._by(rows, "firm", names, BY_FIRM, 0.0), names, tuple(first["strategy"])

    def ledger(self, segments: Sequence[str]) -> dict[str, np.ndarray]:
        rows = self._frame("ledger", ["point", "replication", "month", "segment", *CONDUCTS], late=True)
        return self._by(rows, "segment", (*segments, ""), tuple(CONDUCTS), 0.0)

    def _by(self, rows: pd.DataFrame, key: str, names: Sequence[str], values: Sequence[str], absent: float) -> dict[str, np.ndarray]:
        """Means over the months that count; months in which there is no row count as zero."""
        place = {name: number for number, name in enumerate(names)}
        where = (self._place[rows["replication"]], rows["point"].to_numpy(), rows[key].map(place).to_numpy())
        seen = np.zeros((len(self.kept), self.regimes, len(names)))
        np.add.at(seen, where, 1)
        found = {}
        for value in values:
            sums = np.zeros_like(seen)
            np.add.at(sums, where, rows[value].to_numpy())
            found[value] = np.where(seen > 0, sums / self.width, absent)
        return found

    def _frame(self, kind: str, columns: list[str], late: bool = False) -> pd.DataFrame:
        import pyarrow.compute as pc

        from cxsim.sweeps.reading import read as read_sweep

        where = pc.field("replication") < self.asked
        if late:
            where = where & (pc.field("month") >= self.months - self.width)
        rows = read_sweep(self.folder, kind, where, columns).to_pandas()
        if kind == "runs":
            return rows
        return rows[self._place[rows["replication"]] >= 0]
