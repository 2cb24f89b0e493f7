"""A finished comparison: its runs as arrays, its tables, its words, and the answer that a folder or a page is made of."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from cxsim.analysis.answer import Answer, Table
from cxsim.comparison import tables, words
from cxsim.comparison.data import Data
from cxsim.comparison.measures import check_metric, measure
from cxsim.comparison.numbers import listed
from cxsim.comparison.paired import half_width
from cxsim.comparison.regimes import Regime
from cxsim.comparison.settings import Settings
from cxsim.comparison.told import Told
from cxsim.sweeps.columns import METRICS

if TYPE_CHECKING:
    import pandas as pd

LIMITS = (
    "Intervals tell how far luck may have moved the differences. They do not tell how far the model's guesses are wrong: cxsim robustness "
    "asks that.",
    "Regimes are compared with the baseline and not with one another; baseline= makes another one the baseline.",
    "Money is for the real population of the market and for the months that the means are over; it is not discounted, and moving from one "
    "regime to another costs nothing.",
    "The regulator of the model has no politics, no courts and no appeals, and a named firm is a starting position, not a forecast of it.",
)


@dataclasses.dataclass(frozen=True)
class Comparison(Told):
    """Regimes compared with a baseline, pair by pair.

    Attributes:
        settings: how they were compared.
        data: what the runs gave.
    """

    settings: Settings
    data: Data

    @property
    def others(self) -> tuple[Regime, ...]:
        """The regimes that are compared with the baseline."""
        return tuple(regime for place, regime in enumerate(self.regimes) if place != self.baseline)

    def values(self, metric: str) -> pd.DataFrame:
        """A metric's mean in every run, a row a replication and a column a regime: rows are pairs with the same luck.

        Args:
            metric: a column of the monthly table, or one of customers, firms, treasury, regulator and total (£/year).

        Raises:
            BadValueError: there is no such metric.
        """
        import pandas as pd

        found = measure(self.data, check_metric("metric", metric), self.frame.populations)
        return pd.DataFrame(found.values, columns=list(self.names), index=pd.Index(self.data.replications, name="replication"))

    def differences(self, metric: str) -> pd.DataFrame:
        """The same less the baseline's value in the same replication, for the other regimes.

        Raises:
            BadValueError: there is no such metric.
        """
        values = self.values(metric)
        base = self.names[self.baseline]
        return values.drop(columns=base).sub(values[base], axis=0)

    @functools.cached_property
    def frame(self) -> tables.Frame:
        """Who is compared with whom, for the tables."""
        populations = tuple(regime.config.market.population for regime in self.regimes)
        return tables.Frame(self.names, self.baseline, populations, self.pilot)

    @property
    def pilot(self) -> int | None:
        """Replications of the pilot that decided on the rest; ``None`` where their number was fixed."""
        return int((self.data.replications < self.settings.replications).sum()) if self.settings.precision is not None else None

    @property
    def reached(self) -> float | None:
        """The widest half-width of the metric that a precision was asked for; ``None`` where none was."""
        if self.settings.precision is None:
            return None
        return float(np.max(half_width(self.differences(self.settings.precision_metric).to_numpy(), pilot=self.pilot)))

    @functools.cached_property
    def tables(self) -> dict[str, Table]:
        """All tables by name."""
        chosen = self.settings.metrics
        rest = [column.name for column in METRICS if column.name not in chosen]
        all_measures = {name: measure(self.data, name, self.frame.populations) for name in (*chosen, *rest)}
        note = f"Means over {self._months()}; differences to {self.regimes[self.baseline].title}, replication by replication."
        made: dict[str, Table | None] = {
            "metrics": tables.metrics(self.frame, [all_measures[name] for name in chosen], "What differs", note),
            "accounts": tables.accounts(self.frame, self.data),
            "per_pound": tables.per_pound(self.frame, self.data),
            "segments": tables.segments(self.frame, self.data),
            "gap": tables.gap(self.frame, self.data, self.settings.focus),
            "firms": tables.firms(self.frame, self.data),
            "harm": tables.harm(self.frame, self.data),
            "other_metrics": tables.metrics(
                self.frame, [all_measures[name] for name in rest], "All other metrics", f"{note} Corrected among themselves.", main=False
            ) if rest else None,
            "levels": tables.levels(self.frame, list(all_measures.values())),
        }  # fmt: skip
        return {name: table for name, table in made.items() if table is not None}

    @functools.cached_property
    def findings(self) -> tuple[str, ...]:
        """What was found in plain words: a paragraph for each regime, and what they rest on."""
        frames = {name: table.frame for name, table in self.tables.items() if name not in ("other_metrics", "levels")}
        segment = str(frames["gap"]["segment"].iloc[0]) if "gap" in frames else None
        base = self.regimes[self.baseline].title
        chosen = self.settings.focus is not None
        made = [words.regime(frames, regime.name, regime.title, base, segment, chosen) for regime in self.others]
        paragraphs = [paragraph for one in made for paragraph in one]
        if set(frames["accounts"]["told"]) != {"same"}:
            paragraphs.insert(0, words.short(frames["accounts"], {regime.name: regime.title for regime in self.others}, base))
        counts = [len(frame) for name, frame in frames.items() if name != "per_pound"]
        return (*paragraphs, words.basis(len(self.data), self.data.months, self.data.width, counts), *self._warnings())

    def answer(self) -> Answer:
        """All of it as an answer, ready to be written or made into a page."""
        from cxsim.comparison import figures

        base, titles = self.regimes[self.baseline].title, [regime.title for regime in self.others]
        return self._answer(
            kind="comparison",
            title=f"{listed(titles) if len(titles) < 3 else f'{len(titles)} regimes'} compared with {base}",
            question=f"What changes under {listed(titles, 'or')} instead of {base}?",
            drawn=figures.drawn,
            method=self._method(),
            limits=LIMITS,
        )

    def described(self) -> dict[str, Any]:
        """All settings and what the numbers depend on, ready for JSON: equal for equal comparisons."""
        own = {**dataclasses.asdict(self.settings), "metrics": list(self.settings.metrics)}
        return {
            **own,
            "baseline": self.names[self.baseline],
            "regimes": {regime.name: {"title": regime.title, **regime.values} for regime in self.regimes},
            "made": len(self.data),
            "left_out": self.data.failed,
            **self.made_of,
        }

    def __repr__(self) -> str:
        base = self.regimes[self.baseline].name
        return f"<Comparison of {listed([regime.name for regime in self.others])} with {base}, {len(self.data):,} replications>"

    def _repr_html_(self) -> str:
        from cxsim.comparison.printing import as_html

        return as_html(self)

    def _months(self) -> str:
        data = self.data
        return f"all {data.months:,} months reported" if data.width == data.months else f"the last {data.width:,} of {data.months:,} months"

    def _warnings(self) -> list[str]:
        said = []
        precision, reached = self.settings.precision, self.reached
        if precision is not None and reached is not None and not reached <= precision:
            said.append(
                f"The precision asked for was not reached: after {len(self.data):,} replications the widest interval of "
                f"{self.settings.precision_metric} is {reached:.3g} either way, not {precision:g}."
            )
        if self.data.failed:
            said.append(f"{self.data.failed:,} replications were left out because a run failed, which may itself depend on the regime.")
        return said

    def _method(self) -> list[str]:
        pairs = (
            "Every regime is run with the same seeds, so that the n-th replications of two regimes have the same customers, tastes and "
            "lotteries: what luck does to both cancels in their difference (common random numbers)."
        )
        metric = self.settings.precision_metric
        number = f"{len(self.data):,} replications of each of {len(self.regimes):,} regimes, their number fixed beforehand."
        if self.settings.precision is not None:
            number = (
                f"{self.pilot:,} replications as a pilot, then as many as the 95 % interval of {metric} needs to be "
                f"{self.settings.precision:g} either way (Stein 1945; at most {self.settings.max_replications:,}): {len(self.data):,} in "
                "all. Half-widths are the larger of those from the pilot's and from all replications' standard deviation, which keeps at "
                "least 95 % for normal differences."
            )
        return [
            pairs,
            number,
            f"A run counts with its mean over {self._months()}. Differences have Student's t intervals over replications.",
            "Within each table, intervals are also given that hold all together (Bonferroni), and p-values corrected by Holm's (1979) "
            "method. Words like higher and lower go by the former.",
            "Ratios of benefit to cost have Fieller's (1954) interval.",
        ]


def code_of(regimes: Sequence[Regime], baseline: int, settings: Settings, overrides: Sequence[str]) -> str:
    """The Python that makes a comparison again."""
    default = Settings()
    given = {field.name: getattr(settings, field.name) for field in dataclasses.fields(Settings)}
    told = [f"{name}={value!r}" for name, value in given.items() if value != getattr(default, name)]
    return called("compare", regimes, baseline, overrides, told)


def called(function: str, regimes: Sequence[Regime], baseline: int, overrides: Sequence[str], settings: Sequence[str]) -> str:
    """Python that calls one of the package's functions with regimes, what they share, and settings as they are typed."""
    lines = ["import cxsim", "", "regimes = {"]
    lines += [f"    {regime.name!r}: { ({'title': regime.title, **regime.values})!r}," for regime in regimes]
    # What the regimes set themselves was typed as lists; how runs are done is nobody else's business.
    left_out = {*regimes[0].values, "name", "executor"}
    shared = [repr(word) for word in overrides if word.partition("=")[0] not in left_out and not word.startswith(("hydra", "executor."))]
    named = [f"baseline={regimes[baseline].name!r}"] if baseline else []
    return "\n".join([*lines, "}", f"found = cxsim.{function}({', '.join(['regimes', *shared, *settings, *named])})"])
