"""A decomposition: effects by channel that sum to the difference, with tables, figures and the answer made of them."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cxsim.analysis.answer import Answer, Picture, Table
from cxsim.config.errors import BadValueError, nearest
from cxsim.config.run import Config
from cxsim.decomposition.channels import Channel
from cxsim.results.columns import MONTHLY, Column
from cxsim.results.intervals import mean_interval
from cxsim.results.summary import window

if TYPE_CHECKING:
    from matplotlib.figure import Figure

OUTCOMES = (
    "experience", "consumer_surplus", "satisfaction", "trust", "harm", "job_outcome", "service", "price_paid", "loyalty_premium",
    "hidden_fees", "unwanted_extras", "churn", "complaints", "coverage", "hhi", "switching_costs", "avoidance",
)  # fmt: skip
"""Columns of the monthly table that follow from what reaches customers and how they react."""

TOTAL = "total"

EFFECTS = (
    Column("outcome", "", "What is decomposed; see the columns of the table monthly."),
    Column("unit", "", "Unit of the outcome."),
    Column("period", "", "last: the last months, at most a year; all: every month, from the first or since the second regime begins."),
    Column("start", "months", "First month of the period.", 0),
    Column("months", "months", "Length of the period.", 1),
    Column("channel", "", "The channel; total is the whole difference between the regimes."),
    Column("effect", "", "What goes through the channel, mean over replications, in the outcome's unit."),
    Column("low", "", "Lower end of the 95 % t interval of the effect over replications; missing with fewer than two."),
    Column("high", "", "Upper end."),
    Column("share", "", "Effect relative to the total; missing where the total is zero. Channels may work against one another."),
)
BY_MONTH = (
    Column("outcome", "", "What is decomposed."),
    Column("unit", "", "Unit of the outcome."),
    Column("month", "months", "Month of the report.", 0),
    Column("channel", "", "The channel, or total."),
    *EFFECTS[6:9],
)
LEVELS = (
    *EFFECTS[:5],
    Column("regime", "", "from: the first regime; to: the second."),
    Column("value", "", "Mean over replications."),
    Column("low", "", "Lower end of its 95 % t interval over replications; missing with fewer than two."),
    Column("high", "", "Upper end."),
)
_UNITS = {column.name: column.unit for column in MONTHLY}


@dataclasses.dataclass(frozen=True)
class Decomposition:
    """The difference between two regimes by channel.

    Attributes:
        one, other: the two regimes.
        at: first month under the second regime, where both share the market until then; ``None`` where they differ from the start.
        outcomes: what is decomposed.
        channels: what goes through each channel.
        by_channel: the Shapley values, by channel an array of shape (replications, outcomes, months).
        first, second: the two regimes' outcomes, arrays of the same shape.
        live: the channels through which anything differs; the effects of the others are zero.
        keys: the parameters that each channel carries.
        started, duration: when it was begun (UTC), and the seconds it took.
        command: the command that made it; ``None`` if it was none.
    """

    one: Config
    other: Config
    at: int | None
    outcomes: tuple[str, ...]
    channels: Mapping[str, Channel]
    by_channel: Mapping[str, np.ndarray]
    first: np.ndarray
    second: np.ndarray
    live: tuple[str, ...]
    keys: Mapping[str, Sequence[str]]
    started: datetime
    duration: float
    command: str | None = None

    @property
    def periods(self) -> dict[str, tuple[int, int]]:
        """The periods that effects are told for: first month, and the month after the last."""
        start, stop = self.at or 0, self.one.months
        return {"last": (stop - window(stop - start), stop), "all": (start, stop)}

    @cached_property
    def effects(self) -> pd.DataFrame:
        """A row per outcome, period and channel, the total last; see :data:`EFFECTS`."""
        rows = []
        for place, outcome in enumerate(self.outcomes):
            for period, (start, stop) in self.periods.items():
                when = (outcome, _UNITS[outcome], period, start, stop - start)
                total = (self.second - self.first)[:, place, start:stop].mean(axis=1)
                whole = float(total.mean())
                for channel, effect in [*((name, part[:, place, start:stop].mean(axis=1)) for name, part in self.by_channel.items()),
                                        (TOTAL, total)]:  # fmt: skip
                    interval = mean_interval(effect)
                    rows.append((*when, channel, *interval, interval.mean / whole if whole else np.nan))
        return pd.DataFrame(rows, columns=[column.name for column in EFFECTS])

    @cached_property
    def levels(self) -> pd.DataFrame:
        """The two regimes' outcomes by period; see :data:`LEVELS`."""
        rows = []
        for place, outcome in enumerate(self.outcomes):
            for period, (start, stop) in self.periods.items():
                for regime, values in (("from", self.first), ("to", self.second)):
                    interval = mean_interval(values[:, place, start:stop].mean(axis=1))
                    rows.append((outcome, _UNITS[outcome], period, start, stop - start, regime, *interval))
        return pd.DataFrame(rows, columns=[column.name for column in LEVELS])

    @cached_property
    def by_month(self) -> pd.DataFrame:
        """A row per outcome, month and channel, the total last; see :data:`BY_MONTH`."""
        parts = []
        start = self.at or 0
        months = np.arange(start, self.one.months)
        for place, outcome in enumerate(self.outcomes):
            for channel, effect in [*self.by_channel.items(), (TOTAL, self.second - self.first)]:
                interval = mean_interval(effect[:, place, start:])
                parts.append(pd.DataFrame({
                    "outcome": outcome, "unit": _UNITS[outcome], "month": months, "channel": channel, "effect": interval.mean,
                    "low": interval.low, "high": interval.high,
                }))  # fmt: skip
        return pd.concat(parts, ignore_index=True)

    def figure(self, name: str = "steps") -> Figure:
        """A figure in the house style.

        Args:
            name: ``"steps"`` from one regime to the other, channel by channel, or ``"months"``, the effects over time.

        Raises:
            BadValueError: a figure that there is not.
        """
        from cxsim.decomposition import figures
        from cxsim.results.figures.style import house

        if name not in figures.FIGURES:
            raise BadValueError("figure", name, ", ".join(figures.FIGURES), nearest(str(name), figures.FIGURES))
        with house():
            return figures.FIGURES[name](self)

    def answer(self, title: str | None = None) -> Answer:
        """Question, findings, tables, figures, method and limits in one; see :class:`~cxsim.analysis.answer.Answer`."""
        from cxsim.decomposition import words

        count = self.one.replications
        bars = f"Means of {count} replications; lines are 95 % t intervals of the effects" if count > 1 else "One replication"
        meanings = " ".join(f"{name.replace('_', ' ').capitalize()}: {channel.meaning}" for name, channel in self.channels.items())
        return Answer(
            kind="decomposition",
            title=title or f"{self.one.market.title}: through which channels two regimes differ",
            question=words.question(self),
            findings=words.findings(self),
            tables={
                "effects": Table("What goes through each channel", self.effects, EFFECTS, meanings),
                "levels": Table("The two regimes", self.levels, LEVELS),
                "by_month": Table("Effects month by month", self.by_month, BY_MONTH, main=False),
            },
            figures={} if not self.one.figures else {
                "steps": Picture(
                    "From one regime to the other, channel by channel",
                    f"A bar is what a channel adds in the last months of the run; hatched bars take away. {bars}, at the end of each bar.",
                    lambda: self.figure("steps")),
                "months": Picture("Effects by channel over time", f"{bars.replace('lines', 'bands')}.", lambda: self.figure("months")),
            },
            configs={"from": self.one, "to": self.other},
            method=words.method(self),
            limits=words.limits(self),
            settings=self._settings(),
            command=self.command,
            started=self.started,
            duration=self.duration,
        )  # fmt: skip

    def _settings(self) -> dict[str, Any]:
        return {
            "at": self.at,
            "outcomes": list(self.outcomes),
            "channels": {name: dataclasses.asdict(channel) for name, channel in self.channels.items()},
            "parameters": {name: list(keys) for name, keys in self.keys.items()},
            "seed": self.one.seed,
            "replications": self.one.replications,
        }

    def save(self, folder: str | os.PathLike[str] | None = None, title: str | None = None) -> Path:
        """Write the answer into a new folder; nothing is ever overwritten.

        Args:
            folder: where to; without one, ``results_dir/name-decomposition`` of the first regime.
            title: a heading of one's own.

        Raises:
            ResultsError: if it cannot be written.
        """
        wanted = Path(self.one.results_dir, f"{self.one.name}-decomposition") if folder is None else Path(folder)
        return self.answer(title).save(wanted)

    def __repr__(self) -> str:
        return f"<Decomposition of {', '.join(self.outcomes)} by {', '.join(self.live) or 'no channel'}; took {self.duration:.1f} s>"
