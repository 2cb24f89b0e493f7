"""The record of a sweep: what it is, so that the same command resumes it and another one is refused."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import cxsim
from cxsim.config.errors import ResultsError, shown
from cxsim.config.load import to_yaml
from cxsim.results.measure import Measure
from cxsim.results.provenance import LIBRARIES, commit_of, now, version
from cxsim.sweeps.columns import TABLES, fields
from cxsim.sweeps.ids import code_version
from cxsim.sweeps.parts import write_atomically
from cxsim.sweeps.scenarios import Scenarios

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
        (name, type, unit, meaning of every column).
    """
    design = scenarios.design
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
        "seed": scenarios.scenario(0).base.seed,
        "replications": replications,
        "runs": len(scenarios) * replications,
        "monthly": monthly,
        "measures": {name: measure.described() for name, measure in (measures or {}).items()},
        "tables": kept,
        "columns": {
            kind: [
                {"name": field.name, "type": field.type, "unit": field.column.unit, "meaning": field.column.meaning}
                for field in fields(kind, design, measures)
            ]
            for kind in kinds
        },
    }


def write(folder: Path, manifest: Mapping[str, Any], scenarios: Scenarios) -> None:
    """Write the record of a new sweep, and the configuration of its first point in full.

    Raises:
        OSError: it could not be written.
    """
    write_atomically(folder / CONFIG, to_yaml(scenarios.scenario(0).base).encode())
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
        if not isinstance(manifest, dict) or not {"format", "code", "design", "fixed", "replications", "runs"} <= set(manifest):
            raise ValueError("it is not the record of a sweep")
    except (OSError, ValueError) as error:
        raise ResultsError(f"{path}: it cannot be read ({error}).") from None
    if manifest["format"] != FORMAT:
        raise ResultsError(f"{path}: given format {manifest['format']}; this cxsim reads format {FORMAT}.")
    return manifest


def check_same(folder: Path, there: Mapping[str, Any], here: Mapping[str, Any], grow: bool = False) -> None:
    """Refuse to go on with a sweep that is another one.

    Args:
        folder: where it is.
        there: its record.
        here: the record wanted.
        grow: whether another number of replications is the same sweep.

    Raises:
        ResultsError: it says what differs and what to do.
    """
    differences = _differences(there, {**here, "replications": there["replications"]} if grow else here)
    if not differences:
        return
    away = "give another name (name=NAME on the command line, folder= from Python), or remove the folder"
    if there["code"] != here["code"] and len(differences) == 1:
        away = f"go on with cxsim {there['cxsim']} as it was then, {away}"
    raise ResultsError(f"{folder}: it holds another sweep; {'; '.join(differences)}. To keep both, {away}.")


def _differences(there: Mapping[str, Any], here: Mapping[str, Any]) -> list[str]:
    found = []
    if there["design"]["digest"] != here["design"]["digest"]:
        found.append(_design_difference(there["design"], here["design"]))
    names = {"replications": "replications", "seed": "the seed", "monthly": "monthly series", "tables": "tables kept",
             "code": "the code version"}  # fmt: skip
    for key, name in names.items():
        if there.get(key, []) != here.get(key, []):
            found.append(f"{name} there {shown(there.get(key))}, here {shown(here.get(key))}")
    if there.get("measures", {}) != here["measures"]:
        found.append(f"it measures {_words(there.get('measures'))}, this one {_words(here['measures'])}")
    if there["fixed"] != here["fixed"] and not found:
        found.append(f"values that all points share differ ({CONFIG} there has them)")
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
    text = ", ".join(str(value) for value in values) if values else "nothing"
    return text if len(text) <= 80 else f"{text[:77]}..."
