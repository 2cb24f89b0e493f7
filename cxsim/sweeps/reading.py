"""Reading what sweeps have left: their datasets as tables, whole or filtered, whether finished or not."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cxsim.config.errors import ResultsError, nearest
from cxsim.config.scalars import plain
from cxsim.sweeps import journal, manifest, parts

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.dataset as ds

ORDER = ("point", "replication", "month")
CLOCK = 2.0
"""Seconds by which the times of files may be off."""


def frame(folder: Path) -> pd.DataFrame:
    """All runs of a sweep, failures included, in the order of points and replications.

    Raises:
        ResultsError: the folder is no sweep, or cannot be read.
    """
    import pandas as pd

    runs, failures = (read(folder, kind).to_pandas() for kind in ("runs", "failures"))
    if len(failures):
        whole = pd.concat([runs, failures], ignore_index=True) if len(runs) else failures.reindex(columns=[*runs, "error", "message"])
    else:
        whole = runs.assign(error=None, message=None)
    return whole.sort_values(list(ORDER[:2]), kind="stable", ignore_index=True)


def read(folder: Path, kind: str = "runs", where: Any = None, columns: Sequence[str] | None = None) -> pa.Table:
    """One dataset of a sweep, sorted by point and replication (and month).

    Args:
        folder: the sweep's folder.
        kind: ``runs``, ``monthly`` or ``failures``.
        where: an Arrow expression that rows must fulfil.
        columns: only these.

    Raises:
        ResultsError: the folder is no sweep, the dataset is not there or cannot be read, or an unknown column.
    """
    import pyarrow as pa

    found = dataset(folder, kind)
    check_columns(columns or (), found.schema)
    order = [name for name in ORDER if name in found.schema.names]
    try:
        table = found.to_table(columns=None if columns is None else list(dict.fromkeys([*columns, *order])), filter=where)
    except (OSError, ValueError, pa.ArrowException) as error:
        raise ResultsError(f"{folder}: the dataset {kind} cannot be read ({' '.join(str(error).split())}).") from error
    table = table.sort_by([(name, "ascending") for name in order])
    return table if columns is None else table.select(list(columns))


def preview(
    folder: Path, kind: str = "runs", where: Any = None, columns: Sequence[str] | None = None, first: int = 20
) -> tuple[pa.Table, int]:
    """The first rows of a dataset as `read` sorts them, and how many there are, without reading the others.

    Raises:
        ResultsError: as `read`.
    """
    import pyarrow.compute as pc

    points = read(folder, kind, where, ["point"])["point"]
    if len(points) <= first:
        return read(folder, kind, where, columns), len(points)
    few = pc.field("point") <= points[first - 1]
    return read(folder, kind, few if where is None else where & few, columns).slice(0, first), len(points)


def dataset(folder: Path, kind: str = "runs") -> ds.Dataset:
    """One dataset of a sweep as Arrow sees it, to be read bit by bit; rows that a sweep at work has only in its journal too.

    Raises:
        ResultsError: as `read`.
    """
    import pyarrow as pa
    import pyarrow.dataset as ds

    record = manifest.read(folder)
    if kind not in record["columns"]:
        raise ResultsError(f"{folder}: it has no dataset {kind}; it has: {', '.join(record['columns'])}.")
    wanted = manifest.schema(record, kind)
    try:
        # In this order: what leaves the journal in between is in the parts then.
        fresh = _in_journals(folder, kind, wanted, int(record["replications"]))
        paths = parts.names(folder / kind)
        found = ds.dataset([str(path) for path in paths], format="parquet", schema=wanted) if paths else None
        if found is not None:
            found.head(0)
    except (OSError, ValueError, pa.ArrowException) as error:
        raise ResultsError(
            f"{folder}: a file of {kind} is damaged ({' '.join(str(error).split())}); the command that made the sweep mends it."
        ) from error
    if found is None or len(fresh):
        kept = ds.dataset(fresh)
        return kept if found is None else ds.dataset([found, kept])
    return found


def _in_journals(folder: Path, kind: str, wanted: pa.Schema, replications: int) -> pa.Table:
    import pyarrow as pa

    tables = []
    for path in sorted(folder.glob("journal-*.bin")):
        with contextlib.suppress(FileNotFoundError):  # it has become parts meanwhile
            changed = path.stat().st_mtime
            rows = [pa.ipc.open_stream(entry[kind]).read_all().cast(wanted) for entry in journal.read(path) if kind in entry]
            # A process that dies between making parts of its journal and removing it leaves rows in both.
            made = [part for part in parts.names(folder / kind) if part.stat().st_mtime >= changed - CLOCK]
            tables.append(_without(pa.concat_tables([wanted.empty_table(), *rows]), made, replications))
    return pa.concat_tables([wanted.empty_table(), *tables])


def _without(rows: pa.Table, made: Sequence[Path], replications: int) -> pa.Table:
    import numpy as np

    if not made or not len(rows):
        return rows
    there = np.concatenate([parts.runs_of(part, replications) for part in made])
    return rows.filter(~np.isin(rows["point"].to_numpy() * replications + rows["replication"].to_numpy(), there))


def check_columns(names: Sequence[str], schema: pa.Schema) -> None:
    """Refuse columns that are not there.

    Raises:
        ResultsError: for the first of them, with the nearest that is.
    """
    for name in names:
        if name not in schema.names:
            raise ResultsError(f"{name}: the dataset has no such column.{nearest(name, schema.names)}")


def count(folder: Path, kind: str) -> int:
    """Rows of a dataset, those of parts read from the files' footers alone."""
    return int(dataset(folder, kind).count_rows())


def _in_words(kind: pa.DataType) -> str:
    import pyarrow as pa

    words = ((pa.types.is_boolean, "true or false"), (pa.types.is_integer, "whole numbers"), (pa.types.is_floating, "numbers"))
    return next((said for holds, said in words if holds(kind)), str(kind))


def condition(text: str, schema: pa.Schema) -> Any:
    """A filter as typed, ``market.n_firms>=4``, as an Arrow expression.

    Raises:
        ResultsError: not of that form, an unknown column, or a value that the column cannot have.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    for sign in (">=", "<=", "!=", "==", "=", ">", "<"):
        name, found, value = text.partition(sign)
        if found:
            break
    else:
        raise ResultsError(f"--where {text}: allowed: COLUMN=VALUE, also with !=, <, <=, > and >=.")
    name, value = name.strip(), value.strip()
    check_columns([name], schema)
    kind = schema.field(name).type
    column = pc.field(name)
    if value == "null":
        if sign not in ("=", "==", "!="):
            raise ResultsError(f"--where {text}: nothing is more or less than null; allowed: {name}=null and {name}!=null.")
        return ~column.is_null() if sign == "!=" else column.is_null()
    try:
        if pa.types.is_boolean(kind):
            given: Any = {"true": True, "false": False}[value.lower()]
        else:
            given = pa.scalar(value).cast(kind)
        if pa.types.is_floating(kind) and math.isnan(given.as_py()):  # nothing equals it, and nothing is more or less
            raise KeyError(value)
    except (KeyError, pa.ArrowException):
        raise ResultsError(f"--where {text}: {name} holds {_in_words(kind)}, and {value!r} is not one of those.") from None
    given = plain(given)
    made = {
        "=": column == given, "==": column == given, "!=": column != given,
        "<": column < given, "<=": column <= given, ">": column > given, ">=": column >= given,
    }  # fmt: skip
    return made[sign]
