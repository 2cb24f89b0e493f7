"""The record of a sweep: what it is, so that the same command resumes it and another one is refused."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cxsim
from cxsim.config.errors import CxsimError, ResultsError, shown
from cxsim.config.essence import PROSE, SURROUNDINGS
from cxsim.config.load import resolved, to_yaml
from cxsim.config.run import Config
from cxsim.results.measure import Measure
from cxsim.results.provenance import LIBRARIES, commit_of, now, version
from cxsim.sweeps.columns import TABLES, described
from cxsim.sweeps.columns import schema as arrow_schema
from cxsim.sweeps.ids import code_version
from cxsim.sweeps.parts import write_atomically
from cxsim.sweeps.scenarios import Scenarios

if TYPE_CHECKING:
    import pyarrow as pa

NAME, CONFIG = "sweep.json", "config.yaml"
FORMAT = 1
MOST_TOLD = 3
"""Differing values that an error names."""
_NEEDED = {
    "cxsim", "code", "git", "started", "command", "design", "fixed", "seed", "replications", "runs", "monthly", "measures", "tables",
    "columns",
}  # fmt: skip


def describe(
    scenarios: Scenarios,
    replications: int,
    monthly: bool,
    command: str | None = None,
    overrides: list[str] | None = None,
    measures: Mapping[str, Measure] | None = None,
    tables: Sequence[str] = (),
) -> dict[str, Any]:
    """All that is known of a sweep before it runs.

    Returns:
        A mapping ready for JSON: ``format``, ``cxsim``, ``code`` (the code version of the ids), ``python``,
        ``libraries``, ``git``, ``platform``, ``started``, ``command`` and ``overrides`` (null if not known),
        ``design``, ``fixed`` (SHA-256 of all that the points share), ``seed`` (of the first point),
        ``replications``, ``runs``, ``monthly``, ``measures``, ``tables`` (which others are kept month by month) and ``columns``
        (every column, see `cxsim.sweeps.columns.described`).
    """
    design, first = scenarios.design, scenarios.scenario(0)
    kept = [kind for kind in TABLES if kind in tables and kind != "monthly"]
    kinds = ("runs", *(["monthly"] if monthly else []), *kept, "failures")
    return {
        "format": FORMAT,
        "cxsim": cxsim.__version__,
        "code": code_version(),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "git": commit_of(Path(cxsim.__file__).parent),
        "platform": platform.platform(),
        "started": now().isoformat(timespec="seconds"),
        "command": command,
        "overrides": overrides,
        "design": design.described(),
        "fixed": scenarios.bases_digest(),
        "seed": first.row.get("seed", first.base.seed),
        "replications": replications,
        "runs": len(scenarios) * replications,
        "monthly": monthly,
        "measures": {name: measure.described() for name, measure in (measures or {}).items()},
        "tables": kept,
        "columns": {kind: described(kind, design, measures) for kind in kinds},
    }


def schema(record: Mapping[str, Any], kind: str) -> pa.Schema:
    """The Arrow schema of one of a sweep's datasets; its metadata say where the dataset comes from."""
    kept = ("format", "cxsim", "code", "git", "command", "seed", "replications", "fixed")
    about = {"dataset": kind, **{key: record[key] for key in kept}}
    return arrow_schema(record["columns"][kind], {**about, "design": {key: record["design"][key] for key in ("kind", "points", "digest")}})


def write(folder: Path, manifest: Mapping[str, Any], scenarios: Scenarios) -> None:
    """Write the record of a new sweep, and the configuration of its first point in full.

    Raises:
        OSError: it could not be written.
    """
    write_atomically(folder / CONFIG, to_yaml(_first(scenarios)).encode())
    # Last, because a folder without it does not count as a sweep.
    write_atomically(folder / NAME, f"{json.dumps(manifest, indent=2)}\n".encode())


def grown(folder: Path, manifest: Mapping[str, Any], replications: int) -> dict[str, Any]:
    """The record of a sweep that is to have more replications, written in the place of its old one.

    Raises:
        ResultsError: it cannot be written; the old one is still there then.
    """
    larger = {**manifest, "replications": replications, "runs": manifest["design"]["points"] * replications}
    try:
        write_atomically(folder / NAME, f"{json.dumps(larger, indent=2)}\n".encode())
    except OSError as error:
        raise ResultsError(f"{folder}: it cannot be written ({error.strerror or error}).") from error
    return larger


def read(folder: Path) -> dict[str, Any]:
    """The record of a sweep.

    Raises:
        ResultsError: it cannot be read, or is of another format.
    """
    path = folder / NAME
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(manifest, dict) or "format" not in manifest:
            raise ValueError("it is not the record of a sweep")
        if manifest["format"] != FORMAT:
            raise ResultsError(f"{path}: given format {manifest['format']}; this cxsim reads format {FORMAT}.")
        if missing := sorted(_NEEDED - set(manifest)):
            raise ValueError(f"it lacks {', '.join(missing)}")
        for kind in manifest["columns"]:
            schema(manifest, kind)
    except OSError as error:
        raise ResultsError(f"{path}: it cannot be read ({error.strerror or error}).") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ResultsError(f"{path}: it cannot be read ({' '.join(str(error).split())}).") from None
    return manifest


def check_same(
    folder: Path, there: Mapping[str, Any], here: Mapping[str, Any], scenarios: Scenarios | None = None, grow: bool = False
) -> None:
    """Refuse to go on with a sweep that is another one.

    Args:
        folder: the sweep's folder.
        there: its record.
        here: what is to go on.
        scenarios: its scenarios, to name values that differ.
        grow: whether another number of replications is the same sweep.

    Raises:
        ResultsError: it says what differs and what to do.
    """
    differences = _differences(there, {**here, "replications": there["replications"]} if grow else here)
    if there["fixed"] != here["fixed"] and there["design"]["digest"] == here["design"]["digest"]:
        values = _values_that_differ(folder, scenarios) if scenarios is not None else []
        differences += values or ([] if differences else ["the presets or values that its points start from have changed"])
    if not differences:
        return
    away = "give another name (name=NAME on the command line, folder= from Python), or remove the folder"
    if there["code"] != here["code"] and len(differences) == 1:
        away = f"go on with cxsim {there['cxsim']} as it was then, {away}"
    raise ResultsError(f"{folder}: it holds another sweep; {'; '.join(differences)}. To keep both, {away}.")


def _first(scenarios: Scenarios) -> Config:
    """The configuration of the first point, or what it starts from where the point cannot be."""
    first = scenarios.scenario(0)
    try:
        return first.config()
    except CxsimError:
        return first.base


def _values_that_differ(folder: Path, scenarios: Scenarios) -> list[str]:
    """Values of the first point by key, as the folder has them and as they are now."""
    import yaml

    try:
        there = dict(_leaves("", yaml.safe_load((folder / CONFIG).read_text(encoding="utf-8"))))
    except (OSError, ValueError, yaml.YAMLError):
        return []
    here = dict(_leaves("", resolved(_first(scenarios))))
    silent = {*SURROUNDINGS, *scenarios.design.columns}
    keys = [key for key in here if key not in silent and key.rpartition(".")[2] not in PROSE and ".sources." not in key]
    found = [f"{key} there {shown(there.get(key))}, here {shown(here[key])}" for key in keys if there.get(key) != here[key]]
    return [*found[:MOST_TOLD], *([f"and {len(found) - MOST_TOLD} other values"] if len(found) > MOST_TOLD else [])]


def _leaves(key: str, node: Any) -> Iterator[tuple[str, Any]]:
    if not isinstance(node, dict | list):
        yield key, node
        return
    for name, part in node.items() if isinstance(node, dict) else enumerate(node):
        yield from _leaves(f"{key}.{name}" if key else str(name), part)


def _differences(there: Mapping[str, Any], here: Mapping[str, Any]) -> list[str]:
    found = []
    if there["design"]["digest"] != here["design"]["digest"]:
        found.append(_design_difference(there["design"], here["design"]))
    names = {"replications": "replications", "seed": "the seed", "monthly": "monthly series", "tables": "tables kept",
             "code": "the code version"}  # fmt: skip
    for key, name in names.items():
        if there[key] != here[key]:
            found.append(f"{name} there {shown(there[key])}, here {shown(here[key])}")
    if there["measures"] != here["measures"]:
        found.append(f"it measures {_words(there['measures'])}, this one {_words(here['measures'])}")
    return found


def _design_difference(there: Mapping[str, Any], here: Mapping[str, Any]) -> str:
    if there["columns"] != here["columns"]:
        return f"it goes through {_words(there['columns'])}, this one through {_words(here['columns'])}"
    if there["points"] != here["points"] and not ("levels" in there and "levels" in here):
        return f"it has {there['points']:,} points, this one {here['points']:,}"
    for key in here["columns"]:
        old, new = (design.get("levels", {}).get(key) for design in (there, here))
        if old != new:
            return f"{key} takes {_words(old)} there, {_words(new)} here"
    return "the points of the design have other values"


def _words(values: Any) -> str:
    if isinstance(values, Mapping) and "values" in values:
        return f"{values['values']:,} values from {values['first']} to {values['last']}"
    text = ", ".join(str(value) for value in values) if values else "nothing"
    return text if len(text) <= 80 else f"{text[:77]}..."
