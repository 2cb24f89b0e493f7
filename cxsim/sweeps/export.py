"""Datasets of sweeps for other programs: CSV, Parquet, and Stata's own format, which R reads too."""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cxsim.config.errors import ResultsError
from cxsim.sweeps import manifest
from cxsim.sweeps.parts import write_atomically
from cxsim.sweeps.reading import dataset, read

if TYPE_CHECKING:
    import pyarrow as pa

STATA_NAME, STATA_LABEL = 32, 80
SORTED = 250_000
"""Rows up to which a file is in the order of points and replications; a longer one is in the order in which runs were stored."""
_BATCH = 1 << 16
_CSVW = {"string": "string", "int32": "integer", "int64": "integer", "bool": "boolean", "float64": "number"}


def export(folder: Path, kind: str, target: Path, where: Any = None, columns: Sequence[str] | None = None) -> int:
    """Write rows of a dataset to one file, which appears when it is whole and never replaces another.

    Every file says what its columns mean and where it comes from: Parquet in its schema, Stata's format in its labels, and beside a
    CSV file lies ``FILE.csv-metadata.json``. CSV and Parquet of many rows are written bit by bit, so size does not matter.

    Args:
        folder: the sweep's folder.
        kind: one of its datasets, such as ``runs``.
        target: the file; its ending says the format: ``.csv``, ``.parquet`` or ``.dta``.
        where: an Arrow expression that rows must fulfil.
        columns: only these.

    Returns:
        The number of rows.

    Raises:
        ResultsError: another ending, no such folder, the file is there already, or it cannot be written.

    Source: Tennison, Kellogg and Herman (2015), Model for Tabular Data and Metadata on the Web (W3C), for the JSON.
    """
    writers: dict[str, Callable[..., int]] = {".csv": _csv, ".parquet": _parquet, ".dta": _stata}
    if target.suffix not in writers:
        raise ResultsError(f"--export {target}: allowed: a file that ends in {', '.join(writers)}.")
    if target.exists():
        raise ResultsError(f"--export {target}: it is there already; give another name.")
    if not target.parent.is_dir():
        raise ResultsError(f"--export {target}: there is no folder {target.parent}; make it first.")
    partial = target.with_name(f".{target.name}.{secrets.token_hex(4)}.partial")
    try:
        rows = writers[target.suffix](folder, kind, partial, where, columns)
        if target.suffix == ".csv":
            about = json.dumps(_about(manifest.read(folder), kind, target.name, where, columns), indent=2, ensure_ascii=False)
            write_atomically(target.with_name(f"{target.name}-metadata.json"), f"{about}\n".encode())
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
    if found.count_rows(filter=where) <= SORTED:
        table = read(folder, kind, where, columns)
        with opened(table.schema) as writer:
            writer.write_table(table)
        return len(table)
    scanner = found.scanner(columns=columns, filter=where, batch_size=_BATCH)
    rows = 0
    with opened(scanner.projected_schema) as writer:
        for batch in scanner.to_batches():
            if len(batch):
                writer.write_batch(batch)
                rows += len(batch)
    return rows


def _stata(folder: Path, kind: str, target: Path, where: Any, columns: Sequence[str] | None) -> int:
    record = manifest.read(folder)
    frame = read(folder, kind, where, columns).to_pandas()
    names = stata_names(list(frame))
    labels = {names[column["name"]]: _label(column) for column in record["columns"][kind] if column["name"] in names}
    for name in frame.select_dtypes(include=["object", "string", "str"]):
        frame[name] = frame[name].fillna("").astype(object)  # Stata has no missing text
    for name in frame.select_dtypes(include=["bool"]):
        frame[name] = frame[name].astype("int8")
    title = f"cxsim {record['cxsim']}, seed {record['seed']}: {record['command'] or ''}"[:STATA_LABEL]
    frame.rename(columns=names).to_stata(target, write_index=False, variable_labels=labels, data_label=title, version=118)
    return len(frame)


def _label(column: Mapping[str, Any]) -> str:
    """What a variable means, its unit last and whole."""
    unit = f" [{column['unit']}]" if column["unit"] else ""
    room = STATA_LABEL - len(unit)
    meaning = column["meaning"]
    return f"{meaning if len(meaning) <= room else f'{meaning[: room - 3]}...'}{unit}"


def _about(record: Mapping[str, Any], kind: str, name: str, where: Any, columns: Sequence[str] | None) -> dict[str, Any]:
    """What a CSV file cannot say itself, in the form that the W3C recommends."""
    by_name = {column["name"]: column for column in record["columns"][kind]}
    described = []
    for column in (by_name[name] for name in columns or by_name):
        bounds = {word: column[key] for key, word in (("low", "minimum"), ("high", "maximum")) if key in column}
        base = _CSVW.get(column["type"], "string")
        facts = {"dc:description": column["meaning"], "schema:unitText": column["unit"], "dc:source": column.get("source", "")}
        described.append({
            "name": column["name"],
            "titles": column["name"],
            "datatype": {"base": base, **bounds} if bounds else base,
            **{key: fact for key, fact in facts.items() if fact},
        })  # fmt: skip
    kept = ("cxsim", "code", "git", "python", "libraries", "started", "command", "design", "seed", "replications", "runs")
    origin = {"dataset": kind, **({} if where is None else {"rows": str(where)}), **{key: record.get(key) for key in kept}}
    return {"@context": "http://www.w3.org/ns/csvw", "url": name, "dc:provenance": origin, "tableSchema": {"columns": described}}
