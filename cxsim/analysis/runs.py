"""Runs for an analysis: a base configuration with an analysis's own defaults, a design run as a sweep, the table that came out."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from cxsim.config.errors import CxsimError
from cxsim.config.keys import index
from cxsim.config.load import load
from cxsim.config.presets import files, user_dir
from cxsim.config.run import Config
from cxsim.sweeps.design import Design
from cxsim.sweeps.ids import code_version, digest, essence
from cxsim.sweeps.progress import Progress

if TYPE_CHECKING:
    import pandas as pd

N_CUSTOMERS = 1_000
"""Simulated customers of a run where many runs are made and none was asked for: what they have in common shows with few."""


class FailedRunsError(CxsimError):
    """Runs of an analysis that failed, so that it has no complete table to work on."""


@dataclasses.dataclass(frozen=True)
class Base:
    """What all runs of an analysis share.

    Attributes:
        overrides: as on the command line.
        values: values by key that come after the overrides: an analysis's own defaults and what was given from Python.
        config_dir: a folder of presets of one's own.
        config: the configuration they make.
    """

    overrides: tuple[str, ...]
    values: Mapping[str, Any]
    config_dir: str | Path | None
    config: Config


@dataclasses.dataclass(frozen=True)
class Execution:
    """How runs are carried out; no number depends on it.

    Attributes:
        executor, workers, progress: as for ``cxsim.sweep``.
        command: the command that asked, for the record.
    """

    executor: str = "auto"
    workers: int | None = None
    progress: Progress | Literal[False] | None = None
    command: str | None = None


def based(overrides: Sequence[str], config_dir: str | Path | None = None, defaults: Mapping[str, Any] | None = None, **values: Any) -> Base:
    """Compose the base configuration of an analysis.

    Args:
        overrides: as on the command line.
        config_dir: a folder of presets of one's own.
        defaults: values by key for what neither the overrides nor an experiment among them sets.
        values: Python values by key, which come after the overrides.

    Raises:
        CxsimError: as `cxsim.load`.
    """
    from cxsim.config.overrides import parse

    known = {group: list(found) for group, found in files(user_dir(config_dir)).items()}
    said = {token.key for token in parse(list(overrides), known)} | set(values)
    own = {} if "experiment" in said else {key: value for key, value in (defaults or {}).items() if key not in said}
    given = {**own, **values}
    return Base(tuple(overrides), given, config_dir, load(*overrides, config_dir=config_dir, **given))


def place(config: Config, kind: str, identity: Any) -> Path:
    """The folder an answer goes to: the name given, or one made from what was asked, so that asking again finds the runs.

    Args:
        config: the base configuration, with ``results_dir`` and ``name``.
        kind: ``frontier``, ``sensitivity``, ...
        identity: what else tells this question from others, as plain values.
    """
    name = config.name
    if name == index()["name"].default:
        # Other code would be refused by the runs' folder, and nobody has chosen this name.
        name = f"{kind}-{digest([essence(config), config.seed, identity, code_version()])[:8]}"
    return Path(config.results_dir, name)


def runs_folder(answer: Path) -> Path:
    """Where the runs behind an answer are kept, so that the same command goes on with them."""
    return answer.with_name(f"{answer.name}-runs")


def carried_out(
    design: Design, base: Base, folder: Path, how: Execution, *, measures: Mapping[str, Any] | None = None, monthly: bool = False
) -> pd.DataFrame:
    """Run a design into a folder, or go on with it, and give back a row a run.

    Args:
        design: the points; what it sets goes before what the base says.
        base: what all points share.
        folder: the sweep's own folder.
        how: how runs are carried out.
        measures, monthly: as for ``cxsim.sweep``.

    Returns:
        The table of ``cxsim.sweep``, in the order of points and replications.

    Raises:
        FailedRunsError: a run failed; what was done is kept.
        CxsimError: as `cxsim.sweep`.
    """
    from cxsim.sweeps.api import execute
    from cxsim.sweeps.reading import frame
    from cxsim.sweeps.scenarios import Composed

    values = {key: value for key, value in base.values.items() if key not in design.columns}
    scenarios = Composed(design, base.overrides, base.config_dir, values)
    report = execute(
        scenarios, folder, measures=measures, monthly=monthly, executor=how.executor, workers=how.workers, progress=how.progress,
        command=how.command, overrides=list(base.overrides),
    )  # fmt: skip
    table = frame(folder)
    if report.failed:
        first = table[table["error"].notna()].iloc[0]
        raise FailedRunsError(
            f"{report.failed:,} of {report.total:,} runs failed, the first (point {first['point']}) with {first['error']}: "
            f"{first['message']} See cxsim results {folder} --failures; nothing can be said without them."
        )
    return table


def python_call(module: str, function: str, overrides: Sequence[str], options: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    """The Python that asks the same again.

    Args:
        module, function: what to import and call.
        overrides: its positional arguments.
        options: its own keyword arguments, as plain values.
        values: parameters by dotted key.
    """
    lines = [f"from {module} import {function}", "", f"answer = {function}("]
    lines += [f"    {override!r}," for override in overrides]
    lines += [f"    {name}={value!r}," for name, value in options.items()]
    lines += [f"    **{dict(values)!r},"] if values else []
    return "\n".join([*lines, ")"])


def effort(runs: int, config: Config) -> str:
    """How much work runs are, in words, for a dry run."""
    months = config.months + config.burn_in
    customers = config.market.n_customers
    total = runs * months * customers
    said = f"{total / 1e6:,.0f} million" if total >= 1e7 else f"{total / 1e6:,.1f} million" if total >= 1e6 else f"{total:,}"
    return f"{runs:,} runs of {customers:,} customers over {months:,} months ({said} customer-months)"
