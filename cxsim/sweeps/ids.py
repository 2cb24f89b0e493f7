"""What a run is known by: a hash of everything that its numbers depend on."""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import json
from pathlib import Path
from typing import Any

import cxsim
from cxsim.config.checks import import_user_class
from cxsim.config.load import resolved
from cxsim.config.run import Config
from cxsim.config.shapes import is_user_class
from cxsim.config.tables import read_firms_table

LENGTH = 32
"""Hexadecimal digits of an id: 128 bits, so that even 10^12 runs do not share one by chance."""

PROSE = frozenset({"title", "sources"})
SURROUNDINGS = frozenset({"name", "results_dir", "figures", "threads", "replications", "seed", "allow_user_code"})
_DECIDING = (
    "compiled.py", "config/", "randomness/", "customers/", "firms/", "regulator/", "market/", "results/summary.py", "results/measure.py",
    "sweeps/ids.py", "sweeps/worker.py",
)  # fmt: skip
"""The sources that can change a number of a run; the others draw, list, compare and word what came out."""


@functools.cache
def code_version() -> str:
    """The package's version and a digest of its sources that can change a number."""
    package = Path(cxsim.__file__).resolve().parent
    seen = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package).as_posix()
        if name.startswith(_DECIDING):
            seen.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return f"{cxsim.__version__}+{seen.hexdigest()[:12]}"


def essence(config: Config) -> dict[str, Any]:
    """What of a configuration decides its numbers, as plain mappings: without prose, names, places and threads.

    Files that the configuration only points to, a table of firms and modules of one's own, are in it by content.
    """
    values = {key: value for key, value in resolved(config).items() if key not in SURROUNDINGS}
    for key, part in values.items():
        if isinstance(part, dict):
            values[key] = {name: value for name, value in part.items() if name not in PROSE}
    if config.market.firms_table is not None:
        rows = read_firms_table(config.market.firms_table)
        values["market"]["firms_table"] = [[row.name, row.share, row.price, row.margin, row.satisfaction] for row in rows]
    own = _user_classes(config)
    if own:
        values["user_code"] = {spec: _source_digest(spec, config.allow_user_code) for spec in own}
    return values


def digest(value: Any) -> str:
    """SHA-256 of the canonical JSON of plain values, in hexadecimal."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def run_id(config_digest: str, seed: int, replication: int, code: str) -> str:
    """The id of one run.

    Args:
        config_digest: `digest` of the configuration's `essence`.
        seed: the seed of all luck.
        replication: number of the replication.
        code: `code_version` of the code that runs it.
    """
    return digest([config_digest, int(seed), int(replication), code])[:LENGTH]


def _user_classes(config: Config) -> list[str]:
    strategies = config.firms.strategy
    named = [strategies] if isinstance(strategies, str) else list(strategies)
    return sorted({name for name in [*named, config.regulator.policy] if is_user_class(name)})


@functools.cache
def _source_digest(spec: str, allowed: bool) -> str:
    import_user_class(spec, allowed)
    found = importlib.util.find_spec(spec.partition(":")[0])
    origin = found.origin if found else None
    return hashlib.sha256(Path(origin).read_bytes()).hexdigest() if origin and Path(origin).is_file() else ""
