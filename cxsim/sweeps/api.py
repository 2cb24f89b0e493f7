"""``cxsim.sweep``: a design in, a table of all runs out."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from cxsim.config.errors import BadValueError
from cxsim.config.keys import coerce
from cxsim.sweeps import manifest
from cxsim.sweeps.columns import check_measures
from cxsim.sweeps.design import MOST_RUNS, Design, DesignError, as_design
from cxsim.sweeps.executors.choose import check, choose
from cxsim.sweeps.progress import Progress, waiting
from cxsim.sweeps.runner import InterruptedSweepError, Report, run
from cxsim.sweeps.scenarios import Composed, Scenarios
from cxsim.sweeps.store import opened

if TYPE_CHECKING:
    import pandas as pd

LONGEST_CALL = 2_000


def sweep(
    design: Any,
    *overrides: str,
    replications: int | None = None,
    seed: int | None = None,
    folder: str | os.PathLike[str] | None = None,
    measures: Mapping[str, Any] | None = None,
    monthly: bool = False,
    executor: str = "auto",
    workers: int | None = None,
    address: Any = None,
    retry_failed: bool = False,
    progress: Progress | Literal[False] | None = None,
    config_dir: str | Path | None = None,
    **values: Any,
) -> pd.DataFrame:
    """Run every point of a design, each with the same luck.

    Args:
        design: a mapping from parameters to lists of values (every combination is run), a DataFrame or the path of a CSV
            or Parquet file (a point a row), or what `cxsim.sweeps` makes: ``latin_hypercube``, ``sobol``, ``salib``.
        overrides: what all points share, as on the command line: ``"market=rail"``, ``"months=60"``.
        replications: runs of each point; the n-th replications of all points share their luck.
        seed: seed of all luck.
        folder: where to keep the sweep; if it is there already, what is done is not done again. Without it nothing is
            kept but the table returned.
        measures: further numbers of each run by name, each a column of the table: a mapping such as
            ``{"table": "firms", "column": "price", "where": {"strategy": "low_price"}}``, see `cxsim.results.measure`.
        monthly: whether to keep the monthly series too (in ``folder/monthly``).
        executor: ``"auto"``, ``"processes"``, ``"threads"``, ``"serial"`` or ``"dask"``; the numbers are the same.
        workers: processes or threads; one a core if not given.
        address: for Dask: the scheduler's address, or a cluster object.
        retry_failed: whether runs that failed in an earlier session are tried again.
        progress: called with runs done and runs in all; ``False`` for silence; without it a bar on a terminal.
        config_dir: a folder of presets of one's own.
        values: further parameters by name, ``months=60``.

    Returns:
        A row a run, in the order of points and replications: ``id``, ``point``, ``replication``, ``seed``, the
        design's parameters, the metrics (means over the last months of a run, at most twelve), and ``error`` and
        ``message``, which are empty but for runs that failed.

    Raises:
        CxsimError: a design or value that cannot be used, a folder that holds another sweep or cannot be written, an
            executor that cannot be reached. What was done is kept where a folder was given.

    Example:
        >>> import cxsim
        >>> table = cxsim.sweep({"market.n_firms": [1, 3]}, "market.n_customers=50", "months=2", "burn_in=0", executor="serial")
        >>> len(table)
        2
    """
    for key, value in (("replications", replications), ("seed", seed)):
        if value is not None:
            values[key] = value
    if "replications" in values:
        coerce("replications", values["replications"])
    check(executor, workers, address)
    if folder is None and monthly:
        raise BadValueError("monthly", monthly, "false, or true together with folder=, where the series are kept")
    given = as_design(design)
    scenarios = Composed(given, overrides, config_dir, values)
    settings = {"measures": measures or None, "monthly": monthly or None, "config_dir": config_dir and str(config_dir)}
    call = _call(design, given, overrides, {**values, **settings})
    with _place(folder) as place:
        execute(
            scenarios, place, measures=measures, monthly=monthly, executor=executor, workers=workers, address=address,
            retry_failed=retry_failed, progress=progress, command=call, overrides=list(overrides),
        )  # fmt: skip
        from cxsim.sweeps.reading import frame

        return frame(place)


def execute(
    scenarios: Scenarios,
    folder: Path,
    *,
    measures: Mapping[str, Any] | None = None,
    monthly: bool = False,
    executor: str = "auto",
    workers: int | None = None,
    address: Any = None,
    retry_failed: bool = False,
    progress: Progress | Literal[False] | None = None,
    command: str | None = None,
    overrides: list[str] | None = None,
    tables: Sequence[str] = (),
    replications: int | None = None,
    grow: bool = False,
) -> Report:
    """Run a sweep into a folder, or go on with one; memory does not grow with the number of runs.

    While another process is at work on the same sweep this one waits, and does what is left should the other die.

    Args:
        scenarios: what to run.
        folder: the sweep's own folder.
        command: the command that asked for it, for the record.
        overrides: what was overridden, for the record.
        tables: of ``segments``, ``firms`` and ``ledger`` those to keep too, with rows for every month.
        replications: runs of each point; by default what the first point's configuration says.
        grow: whether a sweep that is there may have another number of replications: more are added, fewer are left alone.
        measures, monthly, executor, workers, address, retry_failed, progress: as for `sweep`.

    Raises:
        CxsimError: as `sweep`.
    """
    check(executor, workers, address)
    first = scenarios.scenario(0)
    runs = len(scenarios) * (replications or first.base.replications)
    if runs > MOST_RUNS:
        raise DesignError(f"design: {runs:,} runs; one folder holds at most {MOST_RUNS:,}, so give several sweeps a part each.")
    own = check_measures(measures, scenarios.design)
    record = manifest.describe(scenarios, replications or first.base.replications, monthly, command, overrides, own, tables)
    try:
        with opened(Path(folder), record, scenarios, grow, waiting(progress, str(folder))) as store:
            if retry_failed:
                store.retry_failed()
            left = store.total - store.done
            if not left:
                return Report(store.done, store.done, store.failed, store.total, tuple(store.set_aside))
            return run(scenarios, store, choose(executor, workers, address, first.base, left), progress)
    except KeyboardInterrupt:  # while waiting, or once more while an interrupt was seen to
        raise InterruptedSweepError(f"interrupted; what is done is kept in {folder}. The same command again goes on from there.") from None


def _call(given: Any, design: Design, overrides: Sequence[str], settings: Mapping[str, Any]) -> str:
    """The call as one would type it; a design that is too long to be typed is described."""
    text = repr(os.fspath(given)) if _is_path(given) else ""
    if isinstance(given, Mapping):
        levels = design.described()["levels"]
        text = repr(levels) if all(isinstance(level, list) for level in levels.values()) else ""
    if not text or len(text) > LONGEST_CALL:
        text = f"<{design.kind} of {len(design):,} points, {design.digest[:12]}>"
    named = {key: value for key, value in settings.items() if value is not None}
    plain = [f"{key}={value!r}" for key, value in named.items() if key.isidentifier()]
    dotted = {key: value for key, value in named.items() if not key.isidentifier()}
    return f"cxsim.sweep({', '.join([text, *map(repr, overrides), *plain, *([f'**{dotted!r}'] if dotted else [])])})"


def _is_path(given: Any) -> bool:
    return isinstance(given, str | os.PathLike)


@contextlib.contextmanager
def _place(folder: str | os.PathLike[str] | None) -> Iterator[Path]:
    if folder is not None:
        yield Path(folder).expanduser()
        return
    with tempfile.TemporaryDirectory(prefix="cxsim-sweep-") as made:
        yield Path(made)
