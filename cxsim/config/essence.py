"""What of a configuration decides the numbers of a run, so that equal hashes mean equal numbers and prose means nothing."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import importlib.util
import json
from pathlib import Path
from typing import Any

from cxsim.config.checks import import_user_class
from cxsim.config.run import Config
from cxsim.config.shapes import is_user_class
from cxsim.config.tables import read_firms_table

PROSE = frozenset({"title", "sources"})
SURROUNDINGS = frozenset({"name", "results_dir", "figures", "threads", "replications", "seed", "allow_user_code"})


def essence(config: Config) -> dict[str, Any]:
    """What of a configuration decides its numbers, as plain mappings: without prose, names, places, threads and luck.

    Its lists and mappings are the configuration's own, to be read and not changed. Files that the configuration only points to,
    a table of firms and modules of one's own, are in it by content.

    Raises:
        CxsimError: such a file cannot be read.
    """
    values = {key: value for key, value in vars(config).items() if key not in SURROUNDINGS}
    for key, part in values.items():
        if dataclasses.is_dataclass(part):
            values[key] = {name: value for name, value in vars(part).items() if name not in PROSE}
    if config.market.firms_table is not None:
        rows = read_firms_table(config.market.firms_table)
        values["market"]["firms_table"] = [[row.name, row.share, row.price, row.margin, row.satisfaction] for row in rows]
    own = _user_classes(config)
    if own:
        values["user_code"] = {spec: _source_digest(spec, config.allow_user_code) for spec in own}
    return values


def content_hash(config: Config) -> str:
    """SHA-256 of all that decides the numbers of a run, seed and replications included.

    It is equal for equal values, however they were given, and does not know of titles, sources, names, places or threads.

    Raises:
        CxsimError: a file that the configuration points to cannot be read.
    """
    return digest([essence(config), config.seed, config.replications])


def digest(value: Any) -> str:
    """SHA-256 of the canonical JSON of plain values, in hexadecimal."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


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
