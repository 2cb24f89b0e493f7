"""Everything behind a comparison in one ZIP file: what ``cxsim run figures=false`` writes for each side, and how to make it again."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import TYPE_CHECKING

from cxsim.results.columns import TABLES

if TYPE_CHECKING:
    from cxsim.config.run import Config
    from cxsim.results.run import Run

_STAMP = (1980, 1, 1, 0, 0, 0)  # equal comparisons give equal files


def made(baseline: Config, policy: Config, notes: dict[str, str], kind: str, tick: Callable[[], None]) -> bytes:
    """Simulate every replication of both sides and pack their tables.

    Args:
        baseline, policy: the two sides.
        notes: further texts by file name.
        kind: ``csv`` (floats in the shortest form that reads back to the same bits) or ``parquet`` (as ``cxsim run`` writes them).
        tick: called after every month; may raise to stop.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:

        def add(name: str, content: bytes | str) -> None:
            archive.writestr(zipfile.ZipInfo(name, _STAMP), content, zipfile.ZIP_DEFLATED)

        for name, text in notes.items():
            add(name, text)
        for name, config in (("baseline", baseline), ("policy", policy)):
            for file, content in _side(config, kind, tick).items():
                add(f"{name}/{file}", content)
    return packed.getvalue()


def _side(config: Config, kind: str, tick: Callable[[], None]) -> dict[str, bytes | str]:
    from cxsim.config.load import with_values
    from cxsim.results.run import run_config

    run = run_config(with_values(config, {"figures": False}), progress=lambda done, total: tick())
    return _parquet(run) if kind == "parquet" else _csv(run)


def _csv(run: Run) -> dict[str, bytes | str]:
    import json

    from cxsim.config.load import to_yaml

    tables = {f"{name}.csv": run.tables[name].to_csv(index=False, lineterminator="\n") for name in TABLES}
    return {**tables, "config.yaml": to_yaml(run.config), "provenance.json": json.dumps(run.provenance, indent=2) + "\n"}


def _parquet(run: Run) -> dict[str, bytes | str]:
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory(prefix="cxsim-app-") as folder:
        written = run.save(Path(folder, "run"))
        return {file.relative_to(written).as_posix(): file.read_bytes() for file in sorted(written.rglob("*")) if file.is_file()}
