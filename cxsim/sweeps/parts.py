"""Parts of a dataset: Parquet files that appear whole, are never changed, and carry a digest of their content in their name."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

PATTERN = "part-*.parquet"
_DIGITS = 24


class Part:
    """A part in the making: written to a hidden file, forced to the disk, then renamed to what its content says.

    Args:
        folder: the dataset's folder, which is made if need be.
        schema: the columns with their metadata.

    Raises:
        OSError: it cannot be written.
    """

    def __init__(self, folder: Path, schema: pa.Schema):
        self._folder = folder
        self._schema = schema
        self._partial = folder / f".{secrets.token_hex(8)}.partial"
        self._file: BinaryIO | None = None

    def add(self, rows: pa.Table) -> None:
        """Append rows, as a group of their own."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        if not len(rows):
            return
        if self._file is None:
            self._folder.mkdir(exist_ok=True)
            self._file = self._partial.open("xb")
            self._sink = _Digested(self._file)
            # A dictionary of numbers that hardly ever repeat costs memory, time and room; words repeat, ids and messages do not.
            words = [field.name for field in self._schema if pa.types.is_string(field.type) and field.name not in {"id", "message"}]
            self._writer = pq.ParquetWriter(self._sink, self._schema, compression="zstd", use_dictionary=words)
        self._writer.write_table(rows.replace_schema_metadata(self._schema.metadata))

    def finish(self) -> Path | None:
        """Make the part appear, if it has any rows."""
        if self._file is None:
            return None
        self._writer.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        path = self._folder / f"part-{self._sink.digest.hexdigest()[:_DIGITS]}.parquet"
        self._partial.replace(path)
        sync_folder(self._folder)
        return path

    def drop(self) -> None:
        """Leave nothing behind of a part that is not finished."""
        if self._file is not None:
            with contextlib.suppress(Exception):  # the writer has an end of its own to write, perhaps to a full disk
                self._writer.close()
            with contextlib.suppress(OSError):
                self._file.close()
            with contextlib.suppress(OSError):
                self._partial.unlink()


class _Digested(io.RawIOBase):
    """A file that knows the digest of what was written to it, so that a part need not be held in memory."""

    def __init__(self, file: BinaryIO):
        self._file = file
        self.digest = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.digest.update(data)
        return self._file.write(data)


def write(folder: Path, rows: pa.Table) -> Path | None:
    """Write a part of some rows; ``None`` if there are none.

    Raises:
        OSError: it could not be written; nothing is left behind.
    """
    part = Part(folder, rows.schema)
    try:
        part.add(rows)
        return part.finish()
    except BaseException:
        part.drop()
        raise


def write_atomically(path: Path, data: bytes) -> None:
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
