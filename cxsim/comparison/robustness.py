"""Robustness: the same regimes in many futures, how much each may be regretted, and which is never worse."""

from __future__ import annotations

import dataclasses
import functools
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from cxsim.analysis.answer import Answer, Table
from cxsim.comparison import robustness_tables as tables
from cxsim.comparison import robustness_words as words
from cxsim.comparison.api import regimes_of, split
from cxsim.comparison.comparison import called
from cxsim.comparison.data import read_metric, width_of
from cxsim.comparison.futures import GUESSES, Futures, futures_of, settled
from cxsim.comparison.measures import BETTER, check_metric, measure
from cxsim.comparison.numbers import listed
from cxsim.comparison.regimes import Regime, baseline_of
from cxsim.comparison.regret import Never, Regrets, never_worse, regrets
from cxsim.comparison.runs import SWEEP, Execution, Runner, placed
from cxsim.comparison.told import Told
from cxsim.config.errors import BadValueError, ContradictionError
from cxsim.results.provenance import now

if TYPE_CHECKING:
    pass

OWN = ("replications", "metric", "aim", "window", "baseline", "regimes", "futures", "n_futures", "futures_seed")
"""Settings that are given like parameters."""
REPLICATIONS = 10
MOST_RUNS = 10_000_000
LIMITS = (
    "A set of futures is not a probability: mean regret weighs all of them alike, and what is in none of them is not asked about.",
    "Ranges are half to twice a guess where nobody has measured it; another range may have another answer.",
    "Regret knows only the metric named; another metric may prefer another regime.",
    "The largest regret is the largest of estimates, so that it is too large rather than too small where replications are few.",
)


@dataclasses.dataclass(frozen=True)
class Robustness(Told):
    """Regimes in futures.

    Attributes:
        futures: what the regimes were tried in.
        metric: what counts: its name, unit and meaning are in ``column``.
        aim: 1 where more of it is better, -1 where less is.
        values: the metric's mean in every run, of shape (replications, futures, regimes).
        failed: replications left out because a run of theirs failed.
        months, width: months reported, and how many of them at the end count.
    """

    futures: Futures
    metric: Any
    aim: int
    values: np.ndarray
    failed: int
    months: int
    width: int

    @functools.cached_property
    def regrets(self) -> Regrets:
        """Regret of each regime."""
        return regrets(self.values, self.aim)

    @functools.cached_property
    def against(self) -> tuple[Never, ...]:
        """For each regime, all of them set against it, future by future."""
        return tuple(never_worse(self.values, place, self.aim) for place in range(len(self.regimes)))

    @functools.cached_property
    def tables(self) -> dict[str, Table]:
        """All tables by name: ``regimes``, ``pairs``, ``futures``, ``drivers`` and ``design``."""
        made = {
            "regimes": tables.regimes(self), "pairs": tables.pairs(self), "futures": tables.futures(self), "drivers": tables.drivers(self),
            "design": tables.design(self),
        }  # fmt: skip
        return {name: table for name, table in made.items() if table is not None}

    @functools.cached_property
    def findings(self) -> tuple[str, ...]:
        """What was found in plain words."""
        return tuple(words.findings(self))

    def answer(self) -> Answer:
        """All of it as an answer, ready to be written or made into a page."""
        from cxsim.comparison.figures import regret as figures

        return self._answer(
            kind="robustness",
            title=f"Regret of {listed([regime.title for regime in self.regimes])}",
            question=f"Which of {listed([regime.title for regime in self.regimes])} would be regretted least, whatever the future?",
            drawn=figures.drawn,
            method=words.method(self),
            limits=LIMITS,
        )

    def described(self) -> dict[str, Any]:
        """All settings and what the numbers depend on, ready for JSON: equal for equal studies."""
        return {
            "metric": self.metric.name,
            "aim": "max" if self.aim > 0 else "min",
            "window": "run" if self.width == self.months else self.width,
            "baseline": self.names[self.baseline],
            "regimes": {regime.name: {"title": regime.title, **regime.values} for regime in self.regimes},
            "futures": {future.name: dict(future.values) for future in self.futures.all},
            "made": len(self.values),
            "left_out": self.failed,
            **self.made_of,
        }

    def __repr__(self) -> str:
        return f"<Robustness of {listed(list(self.names))} in {len(self.futures):,} futures, {len(self.values):,} replications>"

    def _repr_html_(self) -> str:
        from html import escape

        paragraphs = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in self.findings)
        return f"<div>{paragraphs}{self.table('regimes').round(4).to_html(index=False, border=0)}</div>"


def robustness(
    regimes: Any,
    *overrides: str,
    futures: Any = GUESSES,
    n_futures: int | None = None,
    futures_seed: int | None = None,
    metric: str | None = None,
    aim: str | None = None,
    baseline: Any = None,
    replications: int | None = None,
    window: Any = None,
    folder: str | os.PathLike[str] | None = None,
    executor: str = "auto",
    workers: int | None = None,
    address: Any = None,
    retry_failed: bool = False,
    progress: Callable[[int, int], None] | Literal[False] | None = None,
    config_dir: str | Path | None = None,
    **values: Any,
) -> Robustness:
    """Try regimes in many futures.

    Args:
        regimes: as for `cxsim.compare`.
        overrides: what all share, as on the command line.
        futures: ``"guesses"`` (a Latin hypercube over the numbers that are guesses, half to twice of each); a mapping from parameters to
            ``(low, high)``; a mapping from names to mappings of values; or the path of a YAML file with ``ranges:`` or ``futures:``.
        n_futures: how many to draw where they are drawn (default 24).
        futures_seed: seed of that sample (default 1).
        metric: what counts (default consumer_surplus): a column of the monthly table, or customers, firms, treasury, regulator, total.
        aim: ``"max"`` where more of it is better, ``"min"`` where less is; needed where that is not plain.
        baseline: the regime that the others are set against; by default the first.
        replications: runs of each regime in each future (default 10).
        window, folder, executor, workers, address, retry_failed, progress, config_dir, values: as for `cxsim.compare`.

    Returns:
        The study, with tables, words and the values of all runs.

    Raises:
        CxsimError: something that cannot be used; nothing has been simulated then.

    Example:
        >>> import cxsim
        >>> found = cxsim.robustness({"market.n_firms": [1, 3]}, "market.n_customers=50", "months=2", "burn_in=0", replications=2,
        ...                          futures={"market.attention": (0.1, 0.5)}, n_futures=2, executor="serial")
        >>> found.values.shape
        (2, 2, 2)
    """
    given = {
        "replications": replications, "metric": metric, "aim": aim, "window": window, "baseline": baseline, "n_futures": n_futures,
        "futures_seed": futures_seed,
    }  # fmt: skip
    typed, rest = split(overrides, OWN)
    chosen = {"futures": futures, **typed, **{key: value for key, value in given.items() if value is not None}}
    if "regimes" in chosen:
        raise ContradictionError("regimes: they are the first argument; give them once.")
    found, wanted = regimes_of(regimes, rest, config_dir, values)
    if chosen.get("baseline") is None:
        chosen["baseline"] = wanted
    shared = [*rest, *(f"{key}={'null' if value is None else value}" for key, value in values.items())]
    with placed(folder) as place:
        return conduct(study(found, chosen), place, Execution(executor, workers, address, retry_failed, progress), overrides=shared)


@dataclasses.dataclass(frozen=True)
class Study:
    """A study of robustness before it runs, checked.

    Attributes:
        regimes, baseline, futures, metric, aim, replications, months, width: as of `Robustness`.
        points: every regime in every future, regimes fastest.
    """

    regimes: tuple[Regime, ...]
    baseline: int
    futures: Futures
    metric: str
    aim: int
    replications: int
    months: int
    width: int
    points: tuple[Regime, ...]

    @property
    def shared(self) -> dict[str, list[Any]]:
        """Values of the futures' parameters, a column for each with a row for each point."""
        return {key: [future.values[key] for future in self.futures.all for _ in self.regimes] for key in self.futures.keys}


def study(regimes: Sequence[Regime], given: Mapping[str, Any]) -> Study:
    """Check all that a study takes.

    Raises:
        CxsimError: something that cannot be used.
    """
    own = {key: value for key, value in given.items() if value is not None}
    baseline = baseline_of(regimes, own.get("baseline"))
    metric = check_metric("metric", own.get("metric", "consumer_surplus"))
    stated = regimes[0].config.replications
    count = own.get("replications", stated if stated > 1 else REPLICATIONS)
    if isinstance(count, bool) or not isinstance(count, int) or not 2 <= count <= 1_000_000:
        raise BadValueError("replications", count, "a whole number, 2 to 1,000,000 (an interval needs two)")
    seed = own.get("futures_seed", 1)
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise BadValueError("futures_seed", seed, "a whole number, 0 or more")
    months = regimes[0].config.months
    width = width_of(own.get("window", "run"), months)
    futures = futures_of(own.get("futures", GUESSES), regimes, baseline, own.get("n_futures"), seed)
    runs = len(futures) * len(regimes) * count
    if runs > MOST_RUNS:
        raise BadValueError("runs", runs, f"at most {MOST_RUNS:,}; take fewer futures, regimes or replications")
    points = tuple(settled(regime, future) for future in futures.all for regime in regimes)
    return Study(tuple(regimes), baseline, futures, metric, _aim(metric, own.get("aim")), count, months, width, points)


def conduct(asked: Study, folder: Path, execution: Execution, *, overrides: Sequence[str] = (), command: str | None = None) -> Robustness:
    """Run what is not done yet and work out regrets.

    Raises:
        CxsimError: as `robustness`.
    """
    started, clock = now(), time.perf_counter()
    runner = Runner(asked.points, folder / SWEEP, execution, command, list(overrides), ("ledger",), asked.shared)
    runner.run(asked.replications)
    data = read_metric(folder / SWEEP, len(asked.points), asked.replications, asked.months, asked.width, asked.metric)
    found = measure(data, asked.metric, [point.config.market.population for point in asked.points])
    values = found.values.reshape(len(data), len(asked.futures), len(asked.regimes))
    return Robustness(
        asked.regimes, asked.baseline, asked.futures, found.column, asked.aim, values, data.failed, asked.months, asked.width,
        made_of=runner.made_of(), command=command, code=_code(asked, overrides), started=started, duration=time.perf_counter() - clock,
    )  # fmt: skip


def _code(asked: Study, overrides: Sequence[str]) -> str:
    window = [] if asked.width == asked.months else [f"window={asked.width}"]
    aim = f"aim={'max' if asked.aim > 0 else 'min'!r}"
    settings = [f"metric={asked.metric!r}", aim, f"replications={asked.replications}", *window, *asked.futures.code]
    return called("robustness", asked.regimes, asked.baseline, overrides, settings)


def _aim(metric: str, given: Any) -> int:
    if given is None:
        if metric not in BETTER:
            raise BadValueError("aim", None, f"max or min; whether more or less of {metric} is better depends on who is asked")
        return BETTER[metric]
    if given not in ("max", "min"):
        raise BadValueError("aim", given, "max (more of the metric is better) or min")
    return 1 if given == "max" else -1
