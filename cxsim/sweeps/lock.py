"""One process at a time works on a sweep; the operating system lets go of the lock when a process dies, however it dies."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path

from cxsim.config.errors import ResultsError

NAME = ".lock"


@contextlib.contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the lock of a sweep's folder.

    Raises:
        ResultsError: another process holds it.
    """
    handle = os.open(folder / NAME, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        if not _taken(handle):
            holder = os.pread(handle, 200, 0).decode("utf-8", "replace").strip() if hasattr(os, "pread") else ""
            by = f" ({holder})" if holder else ""
            raise ResultsError(
                f"{folder}: another process{by} is at work on this sweep; wait until it is done, or give this one another name."
            )
        with contextlib.suppress(OSError):  # who holds it is a courtesy, and a full disk has no room for it
            os.ftruncate(handle, 0)
            os.write(handle, f"process {os.getpid()} on {socket.gethostname()}".encode())
        yield
    finally:
        os.close(handle)


def _taken(handle: int) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            # Beyond the text, because Windows would not let others read a locked part.
            os.lseek(handle, 1 << 20, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
            os.lseek(handle, 0, os.SEEK_SET)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        import errno

        if error.errno in (errno.EACCES, errno.EAGAIN, errno.EDEADLK):
            return False
        # A file system without locks: parts and journals have names of their own, so nothing can be damaged there either.
    return True
