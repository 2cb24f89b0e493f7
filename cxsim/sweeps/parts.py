"""Parts of a dataset: Parquet files that appear whole, are never changed, and carry a digest of their content in their name."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

PATTERN = "part-*.parquet"
_DIGITS = 24


def write(folder: Path, table: pa.Table) -> Path:
    """Write a part: into a hidden file first, forced to the disk, then renamed.

    Raises:
        OSError: it could not be written; nothing is left behind.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    data = sink.getvalue()
    path = folder / f"part-{hashlib.sha256(data).hexdigest()[:_DIGITS]}.parquet"
    write_atomically(path, data)
    return path


def write_atomically(path: Path, data: bytes | memoryview | pa.Buffer) -> None:
    """Make a file appear with all of its content or not at all.

    Raises:
        OSError: it could not be written; nothing is left behind.
    """
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
    try:
        with partial.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            partial.unlink()
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Force a folder's list of names to the disk, where the system can."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some network file systems cannot, and say so
            os.fsync(handle)
    finally:
        os.close(handle)


def names(folder: Path) -> list[Path]:
    """The parts of a dataset, sorted by name."""
    return sorted(folder.glob(PATTERN))


def is_whole(path: Path) -> bool:
    """Whether a part holds what was written: its content has the digest in its name."""
    seen = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                seen.update(block)
    except OSError:
        return False
    return path.name == f"part-{seen.hexdigest()[:_DIGITS]}.parquet"


def runs_of(path: Path, replications: int) -> np.ndarray:
    """For each row of a part the number of its run, point x replications + replication, or -1 for a replication too many."""
    import pyarrow.parquet as pq

    rows = pq.read_table(path, columns=["point", "replication"], partitioning=None)
    numbers = rows["point"].to_numpy() * replications + rows["replication"].to_numpy()
    return np.where(rows["replication"].to_numpy() < replications, numbers, -1)
