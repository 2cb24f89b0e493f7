"""Argument parsing whose complaints are one line, like every other complaint of cxsim."""

from __future__ import annotations

import argparse
from typing import NoReturn

from cxsim.config.errors import BadValueError, CxsimError

MOST_WORKERS = 10_000


class UsageError(CxsimError):
    """Arguments that a command does not take."""


class Parser(argparse.ArgumentParser):
    """An `argparse.ArgumentParser` that raises instead of printing its usage and leaving."""

    def error(self, message: str) -> NoReturn:
        """Raise what argparse would have printed.

        Raises:
            UsageError: always.
        """
        raise UsageError(f"{message}; see {self.prog} --help.")


def workers(given: str) -> int:
    """What ``--workers`` was given, for `argparse`: told before anything is asked, planned or run.

    Raises:
        BadValueError: no number of processes.
    """
    if not (given.isdecimal() and given.isascii() and 1 <= int(given) <= MOST_WORKERS):
        raise BadValueError("--workers", given, f"a whole number, 1 to {MOST_WORKERS:,}")
    return int(given)
