"""Branches: the futures of one market, their differences, and the answer made of them."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cxsim.analysis.answer import Answer, Picture, Table
from cxsim.branching import differences, words
from cxsim.branching.futures import BASE, Future
from cxsim.config.errors import BadValueError, nearest
from cxsim.config.run import Config
from cxsim.results.run import Run

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

TABLES = ("monthly", "segments")


@dataclasses.dataclass(frozen=True)
class Branches:
    """Several futures of one market.

    Attributes:
        config: the configuration until the day.
        month: the first month under the new rules.
        futures: what changes, by name; ``base`` is the future in which nothing does, and comes first.
        runs: each future as a run, with the shared months before the day, by name.
        started, duration: when it was begun (UTC), and the seconds it took.
        command: the command that made it; ``None`` if it was none.
    """

    config: Config
    month: int
    futures: Mapping[str, Future]
    runs: Mapping[str, Run]
    started: datetime
    duration: float
    command: str | None = None

    @property
    def base(self) -> Run:
        """The future in which nothing changes."""
        return self.runs[BASE]

    @property
    def changed(self) -> dict[str, Run]:
        """The other futures."""
        return {name: run for name, run in self.runs.items() if name != BASE}

    def differences(self, table: str = "monthly") -> pd.DataFrame:
        """Paired differences month by month from the day on.

        Args:
            table: ``"monthly"`` for the whole market, ``"segments"`` for segments of customers.

        Returns:
            A row per future, (segment,) month and metric, with ``base``, ``value``, ``difference`` and its 95 % interval ``low``,
            ``high``; see :data:`cxsim.branching.differences.BY_MONTH`.

        Raises:
            BadValueError: another word for ``table``.
        """
        if table not in TABLES:
            raise BadValueError("table", table, " or ".join(TABLES), nearest(str(table), TABLES))
        whole = self._by_month["segment"] == ""
        return self._by_month[whole if table == "monthly" else ~whole].reset_index(drop=True)

    @cached_property
    def _by_month(self) -> pd.DataFrame:
        return differences.by_month(self.base, self.changed, self.month)

    @cached_property
    def effects(self) -> pd.DataFrame:
        """Paired differences of means over the first and the last year after the day and over all months since.

        A row per future, segment (empty for the whole market), period and metric; see
        :data:`cxsim.branching.differences.BY_PERIOD`.
        """
        return differences.by_period(self.base, self.changed, self.month)

    @cached_property
    def pounds(self) -> pd.DataFrame:
        """Who gains and who loses, in pounds a year for the real population; see :data:`cxsim.branching.differences.IN_POUNDS`."""
        return differences.in_pounds(self.base, self.changed, self.month)

    @cached_property
    def first_felt(self) -> dict[str, int | None]:
        """The month in which each future first differs in anything from the one without a change; ``None`` if it never does."""
        return {name: differences.first_felt(self.base, run, self.month) for name, run in self.changed.items()}

    def figure(self, name: str = "differences", metrics: Sequence[str] | None = None) -> Figure:
        """A figure in the house style.

        Args:
            name: ``"differences"`` month by month, ``"levels"`` of each future, or ``"pounds"``, who gains how much.
            metrics: columns of the monthly table, for the first two; by default some that differ.

        Raises:
            BadValueError: a figure or a metric that there is not.
        """
        from cxsim.branching import figures
        from cxsim.results.figures.style import house

        kinds = ("differences", "levels", "pounds")
        if name not in kinds:
            raise BadValueError("figure", name, ", ".join(kinds), nearest(str(name), kinds))
        known = [column.name for column in differences.MONTHLY if column.name not in differences.KEYS]
        for metric in metrics or ():
            if metric not in known:
                raise BadValueError("metrics", metric, ", ".join(known), nearest(str(metric), known))
        with house():
            if name == "pounds":
                return figures.pounds(self.pounds, self.base, self.month)
            draw = figures.differences if name == "differences" else figures.levels
            return draw(self.base, self.changed, self.month, metrics)

    def answer(self, title: str | None = None) -> Answer:
        """Question, findings, tables, figures, method and limits in one; see :class:`~cxsim.analysis.answer.Answer`."""
        futures = [future for name, future in self.futures.items() if name != BASE]
        count = self.config.replications
        bands = f"Lines: means over {count} replications; bands: 95 % t intervals." if count > 1 else ""
        return Answer(
            kind="branches",
            title=title or f"{self.config.market.title}: {len(futures) + 1} futures from month {self.month}",
            question=words.question(self.config, self.month, futures),
            findings=words.findings(self.effects, self.pounds, futures, self.month, self.first_felt, count),
            tables={
                "effects": Table("What each future changes", self.effects, differences.BY_PERIOD),
                "pounds": Table("Who gains and who loses", self.pounds, differences.IN_POUNDS, " ".join(
                    f"{party[0].upper() + party[1:]}: {meaning}" for party, meaning in differences.PARTIES.items())),
                "by_month": Table("Differences month by month", self._by_month, differences.BY_MONTH, main=False),
            },
            figures={} if not self.config.figures else {
                "differences": Picture(
                    f"What changes from month {self.month} on", f"Each future less the one in which nothing changes. {bands}".strip(),
                    lambda: self.figure("differences")),
                "levels": Picture(
                    f"One market, {len(futures) + 1} futures", f"Black: nothing changes. {bands}".strip(), lambda: self.figure("levels")),
                "pounds": Picture(
                    "Who gains from the change", "Gain a year against the future in which nothing changes, for the real population, in the "
                    "last period; lines: 95 % t intervals.", lambda: self.figure("pounds")),
            },
            configs={name: future.config for name, future in self.futures.items()},
            method=words.method(self.config, self.month, futures),
            limits=words.limits(self.config, self.month, futures),
            settings=self._settings(),
            command=self.command,
            started=self.started,
            duration=self.duration,
        )  # fmt: skip

    def _settings(self) -> dict[str, Any]:
        return {
            "month": self.month,
            "futures": {name: list(future.overrides) for name, future in self.futures.items()},
            "seed": self.config.seed,
            "replications": self.config.replications,
        }

    def save(self, folder: str | os.PathLike[str] | None = None, title: str | None = None) -> Path:
        """Write the answer into a new folder; nothing is ever overwritten.

        Args:
            folder: where to; without one, ``results_dir/name-branches`` of the configuration.
            title: a heading of one's own.

        Raises:
            ResultsError: if it cannot be written.
        """
        wanted = Path(self.config.results_dir, f"{self.config.name}-branches") if folder is None else Path(folder)
        return self.answer(title).save(wanted)

    def __repr__(self) -> str:
        return f"<Branches of {self.config.name!r} from month {self.month}: {', '.join(self.changed)}; took {self.duration:.1f} s>"
