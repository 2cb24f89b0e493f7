"""One run: simulated from a configuration, looked at as tables, kept in a folder."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from cxsim.config.errors import BadValueError
from cxsim.results.frames import combine
from cxsim.results.progress import Counter, Progress, StoppedError, announce_compiling, reporter
from cxsim.results.provenance import now, provenance
from cxsim.results.tables import Lazy

if TYPE_CHECKING:
    import pandas as pd

    from cxsim.branching.branches import Branches
    from cxsim.config.run import Config
    from cxsim.market.model import Market

Told = Progress | Literal[False] | None
T = TypeVar("T")


class Run:
    """What a simulation gave back.

    Attributes:
        config: the configuration it ran with.
        tables: the four tables by name, each put together when it is first looked at; their columns and units are listed in
            :mod:`cxsim.results.columns`.
        model: the market after its last month, of the first replication; ``None`` for a run read from a folder.
        started: when it was started, UTC.
        duration: how long it took, in seconds.
        overrides: what was overridden, as typed; ``None`` if not known.
        command: the command that started it; ``None`` if it was none or is not known.
        folder: where it was last written to or read from; ``None`` if nowhere.
        branched: for one of several futures of a market, where it left the others: ``month`` and ``overrides``; else ``None``.
    """

    def __init__(
        self,
        config: Config,
        tables: Mapping[str, pd.DataFrame],
        *,
        started: datetime,
        duration: float,
        model: Market | None = None,
        overrides: Sequence[str] | None = None,
        command: str | None = None,
    ):
        self.config = config
        self.tables = tables if isinstance(tables, Lazy) else dict(tables)
        self.model = model
        self.started = started
        self.duration = duration
        self.overrides = None if overrides is None else tuple(overrides)
        self.command = command
        self.folder: Path | None = None
        self.branched: Mapping[str, Any] | None = None

    @property
    def monthly(self) -> pd.DataFrame:
        """The whole market, a row per replication and month."""
        return self.tables["monthly"]

    @property
    def firms(self) -> pd.DataFrame:
        """Firms, a row per replication, month and firm."""
        return self.tables["firms"]

    @property
    def segments(self) -> pd.DataFrame:
        """Segments of customers, a row per replication, month and segment."""
        return self.tables["segments"]

    @property
    def ledger(self) -> pd.DataFrame:
        """Every flow of money, a row per replication, month, payer, payee, conduct, segment and firm."""
        return self.tables["ledger"]

    def summary(self) -> pd.DataFrame:
        """Start, end and change of every metric, for the market and by segment; see :func:`~.summary.summarise`."""
        from cxsim.results.summary import summarise

        return summarise(self)

    @cached_property
    def provenance(self) -> dict[str, Any]:
        """Versions, commit, machine, seed and hashes; see :func:`~.provenance.provenance`."""
        return provenance(self)

    def save(self, folder: str | os.PathLike[str] | None = None) -> Path:
        """Write tables, configuration, provenance and figures into a new folder; nothing is ever overwritten.

        Args:
            folder: where to; without one, ``results_dir/name`` of the configuration.

        Returns:
            The folder written: the one wanted, or with ``-2``, ``-3``, ... after it where that one is taken.

        Raises:
            ResultsError: if it cannot be written.
        """
        from cxsim.results.files import write_run

        self.folder = write_run(self, Path(self.config.results_dir, self.config.name) if folder is None else folder)
        return self.folder

    @classmethod
    def load(cls, folder: str | os.PathLike[str]) -> Run:
        """Read a run back from its folder; all but the ``model`` is there.

        Raises:
            ResultsError: if the folder is no finished run, or was changed after it was written.
        """
        from cxsim.results.files import read_run

        config, tables, record = read_run(folder)
        run = cls(
            config,
            tables,
            started=datetime.fromisoformat(record["started"]),
            duration=float(record["duration"]),
            overrides=record.get("overrides"),
            command=record.get("command"),
        )
        # The record of the machine that ran it, not of the one that reads it.
        run.__dict__["provenance"] = record
        run.folder = Path(folder)
        run.branched = record.get("branched")
        return run

    def branch(self, month: int, *futures: str | Mapping[str, Any], **options: Any) -> Branches:
        """What becomes of this market if something changes on a day; see :func:`cxsim.branching.branch.branch`.

        Args:
            month: the first month under the new rules.
            futures: what changes, as on the command line (``"regulator.fine_cap=null"``), or several futures by name.
            options: those of :func:`~cxsim.branching.branch.branch`.

        Example:
            >>> run = simulate("market.n_customers=100", months=4, burn_in=0)
            >>> run.branch(2, "regulator=gdpr").runs.keys()
            dict_keys(['base', 'reform'])
        """
        from cxsim.branching.branch import branch

        if self.branched is not None:
            raise BadValueError("branch", self.config.name, "a run that has lived under one configuration; branch the one it came from")
        return branch(self.config, month, *futures, **options)

    def __repr__(self) -> str:
        return f"<Run {self.config.name!r}: {self._setting()}; {self._finding()}>"

    def _repr_html_(self) -> str:
        from html import escape

        from cxsim.results.summary import as_html

        head = f"<b>{escape(self.config.name)}</b>: {escape(self._setting())}"
        return f"<div>{head}{as_html(self)}</div>"

    def _setting(self) -> str:
        config = self.config
        replications = f"{config.replications:,} replication{'s' if config.replications > 1 else ''}"
        return (
            f"{config.market.title}; {config.customers.title}; {config.firms.title}; {config.regulator.title}; "
            f"{config.market.n_customers:,} customers, {config.months:,} months, {replications}, seed {config.seed}"
        )

    def _finding(self) -> str:
        rows = self.summary().query("segment == '' and metric == 'experience'")
        start, end = rows[["start", "end"]].iloc[0]
        return f"experience {start:.1f} at the start, {end:.1f} at the end; took {self.duration:.1f} s"


def simulate(*overrides: str, config_dir: str | Path | None = None, progress: Told = None, **values: Any) -> Run:
    """Simulate a market.

    Args:
        overrides: presets and parameters as on the command line, such as ``"market=energy"`` or ``"firms.insight=1"``.
        config_dir: a folder of presets of one's own.
        progress: called with months done and months in all; ``False`` for silence; without it a bar appears on a
            terminal if the run takes long.
        values: parameters of the run by name, such as ``seed=1`` or ``months=24``.

    Returns:
        The run.

    Raises:
        CxsimError: if an override or a value cannot be used.
    """
    from cxsim.config.load import load

    config = load(*overrides, config_dir=config_dir, **values)
    typed = [*overrides, *(f"{key}={'null' if value is None else value}" for key, value in values.items())]
    return run_config(config, progress=progress, overrides=typed)


def run_config(config: Config, *, progress: Told = None, overrides: Sequence[str] | None = None, command: str | None = None) -> Run:
    """Simulate every replication of a configuration.

    Replications run side by side in threads where there are several and each has only one thread of its own; results
    do not depend on it.

    Args:
        config: the configuration.
        progress: as for :func:`simulate`.
        overrides: what was overridden, for the provenance.
        command: the command that asked for the run, for the provenance.

    Returns:
        The run.
    """
    started, clock = now(), time.perf_counter()
    announce_compiling(progress)
    with reporter(progress, config.name) as report:
        counter = Counter(config.replications * (config.burn_in + config.months), report)
        done = each_replication(config, counter, lambda number: _replicate(config, number, counter))
    tables, model = combine([frames for frames, _ in done]), done[0][1]
    duration = time.perf_counter() - clock
    return Run(config, tables, model=model, started=started, duration=duration, overrides=overrides, command=command)


def each_replication(config: Config, counter: Counter, work: Callable[[int], T]) -> list[T]:
    """What ``work`` gives for each replication of a configuration, in their order.

    Replications are worked on side by side in threads where there are several and each has only one thread of its own.

    Args:
        config: the configuration.
        counter: stopped when one of them fails, so that the others need not go on.
        work: takes the number of a replication; it counts its months with ``counter``.
    """
    workers = _workers(config)
    if workers == 1:
        return [work(number) for number in range(config.replications)]
    with ThreadPoolExecutor(workers, thread_name_prefix="replication") as pool:
        futures = [pool.submit(work, number) for number in range(config.replications)]
        try:
            wait(futures, return_when=FIRST_EXCEPTION)
        finally:
            # After an error or an interrupt the others would otherwise be simulated to their ends.
            counter.stop()
            pool.shutdown(wait=True, cancel_futures=True)
    failures = [future.exception() for future in futures if not future.cancelled()]
    for failure in failures:
        if failure is not None and not isinstance(failure, StoppedError):
            raise failure
    return [future.result() for future in futures]


def _workers(config: Config) -> int:
    # A parallel kernel may not be entered by two threads at once under Numba's simplest threading layer.
    if config.threads > 1:
        return 1
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(config.replications, cores))


def _replicate(config: Config, number: int, counter: Counter) -> tuple[Mapping[str, pd.DataFrame], Market | None]:
    from cxsim.market.model import Market

    model = Market(config, rng=config.seed, replication=number)
    for _ in range(config.burn_in + config.months):
        model.step()
        counter.tick()
    # Of many markets only the first is kept; the others' columns would fill the memory.
    return model.recorder.tables(), model if number == 0 else None
