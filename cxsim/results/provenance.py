"""Where a run comes from: versions, commit, machine, seed, and hashes of what went in and what came out."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cxsim

if TYPE_CHECKING:
    from cxsim.results.run import Run

FORMAT = 1
LIBRARIES = ("mesa", "numpy", "numba", "scipy", "pandas", "pyarrow", "hydra-core", "omegaconf", "matplotlib")


def provenance(run: Run) -> dict[str, Any]:
    """What is needed to run a run again and to see that the same came out.

    Returns:
        A mapping ready for JSON: ``format`` (version of this record), ``cxsim``, ``python`` and ``libraries``
        (versions), ``git`` (commit and whether files differed from it, null outside a checkout), ``name``, ``seed``,
        ``replications``, ``overrides`` and ``command`` (null if not known), ``started`` (UTC, ISO 8601), ``duration``
        (seconds), ``platform``, ``processor``, ``cpu_count``, ``config_hash`` and ``tables_hash`` (SHA-256);
        ``branched`` for one of several futures of a market (``month`` and ``overrides``).
    """
    from cxsim.config.essence import content_hash
    from cxsim.results.frames import digest

    return {
        "format": FORMAT,
        **surroundings(),
        "name": run.config.name,
        "seed": run.config.seed,
        "replications": run.config.replications,
        "overrides": None if run.overrides is None else list(run.overrides),
        "command": run.command,
        "started": run.started.isoformat(timespec="seconds"),
        "duration": round(run.duration, 3),
        "config_hash": content_hash(run.config),
        "tables_hash": digest(run.tables),
        **({} if run.branched is None else {"branched": dict(run.branched)}),
    }


def surroundings() -> dict[str, Any]:
    """What anything is computed with: versions, commit and machine.

    Returns:
        A mapping ready for JSON: ``cxsim``, ``python``, ``libraries``, ``git``, ``platform``, ``processor`` and ``cpu_count``.
    """
    return {
        "cxsim": cxsim.__version__,
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "git": commit_of(Path(cxsim.__file__).parent),
        "platform": platform.platform(),
        "processor": platform.machine(),
        "cpu_count": os.cpu_count(),
    }


def now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


def version(distribution: str) -> str | None:
    """Version of an installed distribution, ``None`` where it is not installed."""
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


def commit_of(package: Path) -> dict[str, Any] | None:
    """Commit of the checkout that a package folder belongs to, and whether the package differs from it.

    A package installed into somebody's checkout (a virtual environment inside it, say) is not part of that checkout:
    only a folder whose ``__init__.py`` git follows counts.
    """
    if _git(package, "ls-files", "--error-unmatch", "__init__.py") is None:
        return None
    commit = _git(package, "rev-parse", "HEAD")
    changes = _git(package, "status", "--porcelain", "--", ".")
    return None if commit is None or changes is None else {"commit": commit, "changed": bool(changes)}


def _git(folder: Path, *arguments: str) -> str | None:
    # Variables such as GIT_DIR, set while a hook runs, would point git at another checkout than the package's.
    elsewhere = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"}
    environment = {key: value for key, value in os.environ.items() if key not in elsewhere}
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            env={**environment, "GIT_OPTIONAL_LOCKS": "0"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
