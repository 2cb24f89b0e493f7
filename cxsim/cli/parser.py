"""Argument parsing whose complaints are one line, like every other complaint of cxsim."""

from __future__ import annotations

import argparse
from typing import NoReturn

from cxsim.config.errors import CxsimError


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
