"""One process at a time works on a sweep; others wait for it, and the operating system lets go of the lock when one dies, however."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from cxsim.config.errors import ResultsError

NAME = ".lock"
PAUSE = 0.2
"""Seconds between two looks at whether the other process is done."""


@contextlib.contextmanager
def held(folder: Path, waiting: Callable[[str], None] | None = None) -> Iterator[None]:
    """Hold the lock of a sweep's folder, once whoever holds it now has let go of it.

    Args:
        folder: the sweep's folder.
        waiting: told once, with who is at work, when there is something to wait for.

    Raises:
        ResultsError: this very process holds it, so that waiting would never end.
        OSError: the folder cannot be written.
    """
    handle = os.open(folder / NAME, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        told = False
        while not _taken(handle):
            holder = os.pread(handle, 200, 0).decode("utf-8", "replace").strip() if hasattr(os, "pread") else ""
            if holder == _me():
                raise ResultsError(f"{folder}: this process is at work on this sweep already; let the other call end first.")
            if waiting is not None and not told:
                waiting(holder or "another process")
                told = True
            time.sleep(PAUSE)
        with contextlib.suppress(OSError):  # who holds it is a courtesy, and a full disk has no room for it
            os.ftruncate(handle, 0)
            os.write(handle, _me().encode())
        yield
    finally:
        os.close(handle)


def _me() -> str:
    return f"process {os.getpid()} on {socket.gethostname()}"


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
        # A file system without locks: parts and journals have names of their own, so nothing can be damaged there, and what two
        # processes have both done is counted once when the sweep is next taken up.
    return True
