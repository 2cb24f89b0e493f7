"""A journal: rows in the order in which they came, each entry with its length and checksum, so that a torn end is seen.

An entry is appended in one write. Nothing that was written is ever changed; what follows the last whole entry is the
trace of a process that died while writing and counts as not written.
"""

from __future__ import annotations

import os
import struct
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

MAGIC = b"CXJ1"
KINDS = ("runs", "monthly", "failures", "segments", "firms", "ledger")
SYNC_EVERY = 1.0
"""Seconds after which what was written is forced to the disk: what a power cut can cost. A killed process costs nothing."""
_HEAD = struct.Struct("<4sQI")


class Journal:
    """A journal to write to.

    Args:
        path: a file that does not exist yet.

    Attributes:
        path: the file.
        size: bytes of whole entries in it.
    """

    def __init__(self, path: Path):
        self.path = path
        self.size = 0
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        self._synced = time.monotonic()

    def append(self, entries: dict[str, bytes]) -> None:
        """Append the tables of one task, all or none.

        Raises:
            OSError: it could not be written, as on a full disk; the journal then ends where it ended before.
        """
        data = encode(entries)
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(self._file, view) :]
            if time.monotonic() - self._synced > SYNC_EVERY:
                self.sync()
        except OSError:
            os.ftruncate(self._file, self.size)
            os.lseek(self._file, self.size, os.SEEK_SET)
            raise
        self.size += len(data)

    def sync(self) -> None:
        """Force what was written to the disk."""
        os.fsync(self._file)
        self._synced = time.monotonic()

    def close(self) -> None:
        """Close the file."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def encode(entries: dict[str, bytes]) -> bytes:
    """One entry: a head with the length and checksum of the body, and in the body each table with a head of its own."""
    body = b"".join(struct.pack("<BQ", KINDS.index(kind), len(table)) + table for kind, table in entries.items())
    return _HEAD.pack(MAGIC, len(body), zlib.crc32(body)) + body


def read(path: Path) -> Iterator[dict[str, bytes]]:
    """The whole entries of a journal, up to the first that is torn."""
    with path.open("rb") as file:
        while True:
            head = file.read(_HEAD.size)
            if len(head) < _HEAD.size:
                return
            magic, length, checksum = _HEAD.unpack(head)
            if magic != MAGIC or length > path.stat().st_size:
                return
            body = file.read(length)
            if len(body) < length or zlib.crc32(body) != checksum:
                return
            yield _tables(body)


def _tables(body: bytes) -> dict[str, bytes]:
    found = {}
    place = 0
    while place < len(body):
        kind, length = struct.unpack_from("<BQ", body, place)
        place += struct.calcsize("<BQ")
        found[KINDS[kind]] = body[place : place + length]
        place += length
    return found
