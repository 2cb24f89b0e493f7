"""``cxsim.compare``: regimes in, a comparison out."""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from cxsim.comparison.comparison import Comparison, code_of
from cxsim.comparison.data import read, read_monthly, width_of
from cxsim.comparison.files import FileError
from cxsim.comparison.files import read as read_file
from cxsim.comparison.measures import PARTIES, measure
from cxsim.comparison.regimes import Regime, RegimesError, baseline_of, from_grid, from_values
from cxsim.comparison.runs import SWEEP, Execution, Runner, placed
from cxsim.comparison.settings import Settings, made
from cxsim.comparison.stopping import sequential
from cxsim.config.errors import BadValueError, ContradictionError, CxsimError, nearest, shown
from cxsim.results.provenance import now

OWN = ("replications", "precision", "precision_metric", "max_replications", "window", "metrics", "focus", "baseline", "regimes")
"""Settings of a comparison that are given like parameters."""
NUMBERS = ("replications", "precision", "max_replications", "window", "n_futures", "futures_seed")
FILE = {"regimes": "a mapping from names to what sets each apart", "baseline": "the name of one of them"}


def compare(
    regimes: Any,
    *overrides: str,
    baseline: Any = None,
    replications: int | None = None,
    precision: float | None = None,
    precision_metric: str | None = None,
    max_replications: int | None = None,
    window: Any = None,
    metrics: Any = None,
    focus: str | None = None,
    folder: str | os.PathLike[str] | None = None,
    executor: str = "auto",
    workers: int | None = None,
    address: Any = None,
    retry_failed: bool = False,
    progress: Callable[[int, int], None] | Literal[False] | None = None,
    config_dir: str | Path | None = None,
    **values: Any,
) -> Comparison:
    """Compare regimes: the same market, customers and luck under each.

    Args:
        regimes: a mapping from keys to lists of values, ``{"regulator": ["none", "gdpr"]}`` (every combination is a regime); or from
            names to mappings that say what sets each apart, ``{"cap": {"title": "A price cap", "market.price_cap": 90}}``; or the
            path of a YAML file with ``regimes:`` of the latter form.
        overrides: what all share, as on the command line: ``"market=energy"``, ``"months=60"``.
        baseline: name of the regime that the others are compared with; by default the first.
        replications: runs of each regime (default 20), or of the pilot where there is a precision; the n-th of all share their luck.
        precision: make replications until the 95 % interval of ``precision_metric`` is this narrow (half of its width, in the metric's
            unit) for every regime.
        precision_metric: a column of the monthly table, or customers, firms, treasury, regulator or total (£/year); default experience.
        max_replications: give up at so many (default 1,000).
        window: ``"run"`` (means over all months reported; the default), or a number of months at the end.
        metrics: what the comparison is about, a list or comma-separated; claims are corrected for their number.
        focus: the segment to set against all others; by default the one that is worst off under the baseline.
        folder: where to keep the runs; if they are there already, they are not done again. Without it they are not kept.
        executor, workers, address, retry_failed, progress, config_dir: as for `cxsim.sweep`.
        values: further parameters by name, ``seed=2``.

    Returns:
        The comparison, with tables, words and the paired values themselves.

    Raises:
        CxsimError: something that cannot be used; nothing has been simulated then. Or every run of a regime failed.

    Example:
        >>> import cxsim
        >>> found = cxsim.compare({"market.n_firms": [1, 3]}, "market.n_customers=50", "months=2", "burn_in=0", replications=2,
        ...                       executor="serial")
        >>> found.table("metrics").query("metric == 'experience'")["replications"].item()
        2
    """
    given = {
        "replications": replications, "precision": precision, "precision_metric": precision_metric, "max_replications": max_replications,
        "window": window, "metrics": metrics, "focus": focus, "baseline": baseline,
    }  # fmt: skip
    typed, rest = split(overrides)
    chosen = {**typed, **{key: value for key, value in given.items() if value is not None}}
    if "regimes" in chosen:
        raise ContradictionError("regimes: they are the first argument; give them once.")
    found, wanted = regimes_of(regimes, rest, config_dir, values)
    chosen.setdefault("baseline", wanted)
    execution = Execution(executor, workers, address, retry_failed, progress)
    shared = [*rest, *(f"{key}={'null' if value is None else value}" for key, value in values.items())]
    with placed(folder) as place:
        return conduct(found, chosen, place, execution, overrides=shared)


def split(overrides: Sequence[str], known: Sequence[str] = OWN) -> tuple[dict[str, Any], list[str]]:
    """A comparison's own settings among overrides, and the other overrides.

    Args:
        overrides: as typed.
        known: the keys that are settings.

    Raises:
        ContradictionError: one is given twice.
    """
    own: dict[str, Any] = {}
    rest = []
    for override in overrides:
        key, sign, text = override.partition("=") if isinstance(override, str) else ("", "", "")
        if not sign or key not in known:
            rest.append(override)
            continue
        if key in own:
            raise ContradictionError(f"{key}: it is given twice; give it once.")
        own[key] = _value(text) if key in NUMBERS else text
    return own, rest


def regimes_of(
    regimes: Any, overrides: Sequence[str], config_dir: str | Path | None, values: Mapping[str, Any]
) -> tuple[tuple[Regime, ...], Any]:
    """Regimes as Python gives them, and the baseline that a file names.

    Raises:
        CxsimError: they cannot be compared, or a file cannot be used; the message begins with its name.
    """
    if isinstance(regimes, str | os.PathLike):
        return from_file(regimes, overrides, config_dir, values)
    if not isinstance(regimes, Mapping) or not regimes:
        raise RegimesError(
            f"regimes: given {shown(regimes)}; allowed: a mapping from keys to lists of values, or from names to mappings of values, "
            "or the path of a YAML file."
        )
    if all(isinstance(given, Mapping) for given in regimes.values()):
        return from_values(regimes, overrides, config_dir, values), None
    grid = {key: list(given) if isinstance(given, list | tuple | np.ndarray) else [given] for key, given in regimes.items()}
    named = {f"x{place}": dict(zip(grid, point, strict=True)) for place, point in enumerate(itertools.product(*grid.values()))}
    try:
        configs = [regime.config for regime in from_values(named, overrides, config_dir, values)]
    except RegimesError as error:
        # The names are only ours.
        raise RegimesError(str(error).partition(": ")[2] if str(error).startswith("regime x") else str(error)) from error
    return from_grid(grid, configs), None


def from_file(
    path: str | os.PathLike[str], overrides: Sequence[str], config_dir: str | Path | None, values: Mapping[str, Any]
) -> tuple[tuple[Regime, ...], Any]:
    """Named regimes from a file, and the baseline that it names, if it does.

    Raises:
        CxsimError: as `regimes_of`.
    """
    content = read_file(path, FILE)
    named = content["regimes"] if isinstance(content.get("regimes"), Mapping) else {}
    try:
        found = from_values(named, overrides, config_dir, values)
        wanted = content.get("baseline")
        return found, None if wanted is None else found[baseline_of(found, wanted)].name
    except CxsimError as error:
        raise FileError(f"{path}: {error}") from error


def conduct(
    regimes: Sequence[Regime],
    given: Mapping[str, Any],
    folder: Path,
    execution: Execution,
    *,
    overrides: Sequence[str] = (),
    command: str | None = None,
) -> Comparison:
    """Run what is not done yet and compare.

    Args:
        regimes: what to compare.
        given: the comparison's own settings, ``baseline`` among them.
        folder: where the runs are, or will be, in a folder ``sweep``.
        execution: how runs are done.
        overrides: what all regimes share, for the record.
        command: the command that asked for it, for the record.

    Raises:
        CxsimError: as `compare`.
    """
    started, clock = now(), time.perf_counter()
    baseline, settings = checked(regimes, given)
    months = regimes[0].config.months
    width = width_of(settings.window, months)
    populations = [regime.config.market.population for regime in regimes]
    runner = Runner(regimes, folder / SWEEP, execution, command, list(overrides))

    def sample(replications: int) -> np.ndarray:
        runner.run(replications)
        # Money is made from the ledger, the other metrics from the monthly table alone.
        reader = read if settings.precision_metric in {column.name for column in PARTIES} else read_monthly
        found = reader(folder / SWEEP, len(regimes), replications, months, width)
        values = measure(found, settings.precision_metric, populations).values
        return np.delete(values, baseline, axis=1) - values[:, [baseline]]

    count = settings.replications
    if settings.precision is None:
        runner.run(count)
    else:
        sequential(sample, settings.precision, settings.replications, settings.max_replications)
        count = runner.made
    data = read(folder / SWEEP, len(regimes), count, months, width)
    return Comparison(
        tuple(regimes), baseline, settings, data, made_of=runner.made_of(), command=command,
        code=code_of(regimes, baseline, settings, overrides), started=started, duration=time.perf_counter() - clock,
    )  # fmt: skip


def checked(regimes: Sequence[Regime], given: Mapping[str, Any]) -> tuple[int, Settings]:
    """The baseline's position and the settings, before anything runs.

    Raises:
        CxsimError: one that cannot be.
    """
    own = {key: value for key, value in given.items() if key not in ("baseline", "regimes")}
    stated = regimes[0].config.replications
    if own.get("replications") is None and stated > 1:
        own["replications"] = stated
    settings = made(**own)
    baseline = baseline_of(regimes, given.get("baseline"))
    width_of(settings.window, regimes[0].config.months)
    if settings.focus is not None:
        for regime in regimes:
            names = [segment["name"] for segment in regime.config.customers.segments]
            if settings.focus not in names:
                hint = nearest(settings.focus, names)
                raise BadValueError("focus", settings.focus, f"a segment of every regime: {', '.join(names)}", hint)
    return baseline, settings


def _value(text: str) -> Any:
    for kind in (int, float):
        with contextlib.suppress(ValueError):
            return kind(text)
    return None if text == "null" else text
