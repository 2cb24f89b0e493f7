"""Sweeps from the command line: a checked plan, or a batch from one of Hydra's sweepers, into one dataset."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from cxsim.config.errors import BadValueError, ContradictionError, CxsimError, nearest
from cxsim.config.keys import index
from cxsim.config.load import from_mapping
from cxsim.config.overrides import parse
from cxsim.config.presets import files
from cxsim.config.run import Config
from cxsim.config.sweeps import Plan
from cxsim.sweeps.api import execute
from cxsim.sweeps.columns import METRICS
from cxsim.sweeps.design import NOT_SWEPT, Design, DesignError, cross, factorial, table
from cxsim.sweeps.executors.choose import EXECUTORS, check
from cxsim.sweeps.ids import digest
from cxsim.sweeps.reading import read
from cxsim.sweeps.runner import Report
from cxsim.sweeps.samples import latin_hypercube, sobol
from cxsim.sweeps.scenarios import Composed, Planned

SETTINGS = ("executor", "workers", "address", "monthly", "retry_failed")
SHORT = {
    "executor": "executor", "executor.workers": "workers", "executor.address": "address",
    "samples": "samples", "sampler": "sampler", "design": "design",
}  # fmt: skip
SAMPLERS = {"latin_hypercube": latin_hypercube, "sobol": sobol}
POINTS_A_RANGE = 10
"""Points of a sample for each interval, if nobody says how many. Source: Loeppky, Sacks and Welch (2009)."""


def is_short(override: str) -> bool:
    """Whether an override is short for a setting of the launcher."""
    key, sign, _ = override.partition("=")
    return bool(sign) and (key in SHORT or key.startswith("executor."))


def long_forms(overrides: Sequence[str]) -> list[str]:
    """Overrides with ``executor=...``, ``executor.workers=...``, ``samples=...`` and so on as Hydra's launcher has them.

    Raises:
        BadValueError: another key below ``executor``.
    """
    longer = []
    for override in overrides:
        key, _, value = override.partition("=")
        if not is_short(override):
            longer.append(override)
            continue
        if key not in SHORT:
            raise BadValueError("override", key, ", ".join(SHORT), nearest(key, SHORT))
        words = {"executor": EXECUTORS, "sampler": tuple(SAMPLERS)}.get(key)
        if words and value not in words:
            raise BadValueError(key, value, ", ".join(words), nearest(value, words))
        if key == "design" and value[:1] not in {"'", '"'}:
            value = "'{}'".format(value.replace("'", r"\'"))  # a path may hold what Hydra's language uses
        longer.append(f"hydra.launcher.{SHORT[key]}={value}")
    return longer


def check_settings(launcher: Mapping[str, Any]) -> None:
    """Refuse settings of cxsim's launcher that cannot be, before anything runs.

    Raises:
        CxsimError: for the first of them.
    """
    check(launcher["executor"], launcher["workers"], launcher["address"])
    for key in ("monthly", "retry_failed"):
        if not isinstance(launcher[key], bool):
            raise BadValueError(f"hydra.launcher.{key}", launcher[key], "true or false")
    samples = launcher["samples"]
    if samples is not None and (not isinstance(samples, int) or isinstance(samples, bool) or samples < 1):
        raise BadValueError("samples", samples, f"a whole number of points, 1 or more, or null ({POINTS_A_RANGE} for each interval)")
    if launcher["sampler"] not in SAMPLERS:
        raise BadValueError("sampler", launcher["sampler"], ", ".join(SAMPLERS), nearest(str(launcher["sampler"]), SAMPLERS))
    if launcher["design"] is not None and not isinstance(launcher["design"], str):
        raise BadValueError("design", launcher["design"], "the path of a CSV or Parquet file with a point a row, or null")
    names = [column.name for column in METRICS]
    if launcher["objective"] not in names:
        hint = nearest(str(launcher["objective"]), names)
        raise BadValueError("hydra.launcher.objective", launcher["objective"], "a column of cxsim columns monthly", hint)


def launch(plan: Plan, command: str) -> tuple[Path, Report]:
    """Run all that a command line asks for as one sweep.

    Returns:
        The sweep's folder and what was done.

    Raises:
        CxsimError: values that cannot differ within a sweep, and whatever `cxsim.sweeps.api.execute` raises.
    """
    assert plan.grid is not None
    design = _design(plan)
    tokens = {key: token for key, token in plan.grid.swept.items() if token.composed and token.kind != "group"}
    words = {
        key: {digest(value): f"{token.text.partition('=')[0]}={choice}" for value, choice in zip(token.value, token.choices, strict=True)}
        for key, token in tokens.items()
    }
    scenarios = Composed(design, bases=plan.grid.bases, words=words)
    folder = _folder(scenarios.bases(), design, scenarios.bases_digest())
    settings = {key: plan.launcher[key] for key in SETTINGS}
    return folder, execute(scenarios, folder, command=command, overrides=list(plan.overrides), **settings)


def _design(plan: Plan) -> Design:
    """The points of a command line: every combination of the values given, with a sample of the intervals or a table's rows."""
    grid, launcher = plan.grid, plan.launcher
    assert grid is not None
    for key in (*grid.swept, *grid.ranges):
        if key in NOT_SWEPT:
            raise DesignError(f"{key}: a sweep has one, so give one value; or use hydra/launcher=basic, which makes a folder a run.")
    levels = {key: [str(value) for value in token.value] if token.kind == "group" else token.value for key, token in grid.swept.items()}
    design = factorial(levels)
    if launcher["design"] is not None:
        if grid.ranges:
            key = next(iter(grid.ranges))
            raise ContradictionError(f"{key}: an interval and design={launcher['design']} both say the points; give one of them.")
        return cross(design, table(launcher["design"]))
    if not grid.ranges:
        return design
    seed = design[0].get("seed", grid.bases().config.seed)
    points = launcher["samples"] or POINTS_A_RANGE * len(grid.ranges)
    return cross(design, SAMPLERS[launcher["sampler"]](grid.ranges, points, seed))


def said(folder: Path, report: Report) -> str:
    """What a finished sweep has to say for itself, in lines."""
    lines = [f"{name} was damaged and set aside; its runs were done again." for name in report.set_aside]
    earlier = f", {report.before:,} of them earlier" if report.before else ""
    lines.append(f"{report.done:,} {'run' if report.done == 1 else 'runs'} done{earlier}.")
    if report.failed:
        some = f"{report.failed:,} of them failed" if report.failed < report.done else "All of them failed"
        lines.append(f"{some}: cxsim results {short(folder)} --failures says why, --retry-failed tries them again.")
    return "\n".join([*lines, f"Results: {short(folder)}"])


def short(folder: Path) -> str:
    """A folder as seen from here, in full where it lies elsewhere."""
    relative = os.path.relpath(folder)
    return str(folder) if relative.startswith(os.pardir) else relative


def launch_batch(
    overrides: Sequence[Sequence[str]],
    mappings: Sequence[Mapping[str, Any]],
    first: int,
    objective: str,
    settings: Mapping[str, Any],
) -> list[float]:
    """Run a batch of jobs that one of Hydra's sweepers asks for as a sweep of its own.

    Args:
        overrides: for each job its overrides.
        mappings: for each job its composed configuration.
        first: number of the batch's first job.
        objective: a metric.
        settings: as `cxsim.sweeps.api.execute` takes them.

    Returns:
        For each job the mean of the objective over its replications.

    Raises:
        CxsimError: values that cannot be used, or a job of which every replication failed.
    """
    configs = [from_mapping(mapping) for mapping in mappings]
    known = files()
    tokens = [{token.key: token.value for token in parse(words, known) if token.kind != "hydra"} for words in overrides]
    columns = [key for key in tokens[0] if key not in NOT_SWEPT]
    levels = tuple([token.get(key) for token in tokens] for key in columns)
    folder = Path(configs[0].results_dir, configs[0].name, f"batch-{first}")
    scenarios = Planned(Design("batch", tuple(columns), levels, False), configs)
    execute(scenarios, folder, overrides=[" ".join(words) for words in overrides], **settings)
    rows = read(folder, "runs", columns=["point", objective])
    points, values = rows["point"].to_numpy(), rows[objective].to_numpy()
    means = [float(np.mean(values[points == point])) if (points == point).any() else math.nan for point in range(len(configs))]
    if any(math.isnan(mean) for mean in means):
        job = first + next(place for place, mean in enumerate(means) if math.isnan(mean))
        raise CxsimError(f"job {job}: every replication failed; cxsim results {short(folder)} --failures says why.")
    return means


def _folder(configs: Sequence[Config], design: Design, fixed: str) -> Path:
    for key in ("name", "results_dir", "replications"):
        values = list(dict.fromkeys(getattr(config, key) for config in configs))
        if len(values) > 1:
            both = f"{values[0]} and {values[1]}"
            raise ContradictionError(f"{key}: presets swept over give {both}, and a sweep has one; give it as {key}=...")
    results_dir, name = configs[0].results_dir, configs[0].name
    if name == index()["name"].default:
        # Without a name of its own, a sweep is known by what it is: the same command finds the same folder.
        name = f"sweep-{digest([design.digest, fixed, configs[0].replications])[:8]}"
    return Path(results_dir, name)
