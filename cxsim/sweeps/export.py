"""Datasets of sweeps for other programs: CSV, Parquet, and Stata's own format, which R reads too."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cxsim.config.errors import ResultsError
from cxsim.sweeps.reading import dataset, read

if TYPE_CHECKING:
    import pyarrow as pa

STATA_NAME, STATA_LABEL = 32, 80
_BATCH = 1 << 16


def export(folder: Path, kind: str, target: Path, where: Any = None, columns: Sequence[str] | None = None) -> int:
    """Write rows of a dataset to one file, which appears when it is whole and never replaces another.

    CSV and Parquet are written bit by bit in the order in which runs were stored, so size does not matter; Stata's
    format is made in memory, sorted.

    Args:
        folder: the sweep's folder.
        kind: ``runs``, ``monthly`` or ``failures``.
        target: the file; its ending says the format: ``.csv``, ``.parquet`` or ``.dta``.
        where: an Arrow expression that rows must fulfil.
        columns: only these.

    Returns:
        The number of rows.

    Raises:
        ResultsError: another ending, the file is there already, or it cannot be written.
    """
    writers: dict[str, Callable[..., int]] = {".csv": _csv, ".parquet": _parquet, ".dta": _stata}
    if target.suffix not in writers:
        raise ResultsError(f"--export {target}: allowed: a file that ends in {', '.join(writers)}.")
    if target.exists():
        raise ResultsError(f"--export {target}: it is there already; give another name.")
    partial = target.with_name(f".{target.name}.{secrets.token_hex(4)}.partial")
    try:
        rows = writers[target.suffix](folder, kind, partial, where, columns)
        os.link(partial, target) if hasattr(os, "link") else partial.rename(target)
        return rows
    except OSError as error:
        raise ResultsError(f"--export {target}: it cannot be written ({error.strerror or error}).") from error
    finally:
        partial.unlink(missing_ok=True)


def stata_names(names: Sequence[str]) -> dict[str, str]:
    """Names that Stata takes: letters, digits and underscores, at most 32, each once."""
    made: dict[str, str] = {}
    for name in names:
        plain = re.sub(r"\W", "_", name, flags=re.ASCII)
        plain = plain if re.match(r"[A-Za-z_]", plain) else f"_{plain}"
        short, number = plain[:STATA_NAME], 1
        while short in made.values():
            number += 1
            short = f"{plain[: STATA_NAME - len(str(number)) - 1]}_{number}"
        made[name] = short
    return made


def _csv(folder: Path, kind: str, target: Path, where: Any, columns: Sequence[str] | None) -> int:
    from pyarrow import csv

    return _streamed(folder, kind, where, columns, lambda schema: csv.CSVWriter(target, schema))


def _parquet(folder: Path, kind: str, target: Path, where: Any, columns: Sequence[str] | None) -> int:
    import pyarrow.parquet as pq

    return _streamed(folder, kind, where, columns, lambda schema: pq.ParquetWriter(target, schema, compression="zstd"))


def _streamed(folder: Path, kind: str, where: Any, columns: Sequence[str] | None, opened: Callable[[pa.Schema], Any]) -> int:
    found = dataset(folder, kind)
    scanner = found.scanner(columns=columns, filter=where, batch_size=_BATCH)
    rows = 0
    with opened(scanner.projected_schema) as writer:
        for batch in scanner.to_batches():
            if len(batch):
                writer.write_batch(batch)
                rows += len(batch)
    return rows


def _stata(folder: Path, kind: str, target: Path, where: Any, columns: Sequence[str] | None) -> int:
    from cxsim.sweeps.manifest import read as read_record

    frame = read(folder, kind, where, columns).to_pandas()
    names = stata_names(list(frame))
    said = {column["name"]: f"{column['meaning']} {column['unit']}".strip() for column in read_record(folder)["columns"][kind]}
    labels = {names[name]: said.get(name, "").encode("ascii", "replace").decode()[:STATA_LABEL] for name in frame}
    for name in frame.select_dtypes(include=["object", "string", "str"]):
        frame[name] = frame[name].fillna("").astype(object)  # Stata has no missing text
    for name in frame.select_dtypes(include=["bool"]):
        frame[name] = frame[name].astype("int8")
    frame.rename(columns=names).to_stata(target, write_index=False, variable_labels=labels, version=118)
    return len(frame)
