"""What every executor does, and what becomes of runs whose worker died."""

from __future__ import annotations

import contextlib
import os
import sys
import types
from collections.abc import Iterator
from typing import Protocol

from cxsim.config.errors import CxsimError
from cxsim.sweeps.worker import Outcome, Task


class ExecutorError(CxsimError):
    """An executor that cannot be reached or cannot work. What was done is kept."""


class Executor(Protocol):
    """Takes tasks and gives their outcomes in whatever order they come."""

    name: str

    def workers(self) -> int:
        """How many runs go on at once."""

    def run(self, tasks: Iterator[Task]) -> Iterator[Outcome]:
        """Work through tasks, which are asked for one by one as workers become free.

        Closing the iterator stops all workers; what they had not finished is not done.

        Raises:
            ExecutorError: the executor cannot work at all.
        """


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextlib.contextmanager
def no_main() -> Iterator[None]:
    """Hide the user's script from processes started meanwhile.

    Python runs the main script again in every process that it starts, which needs an idiom of every user's script and is
    of no use here: tasks are cxsim's own, and strategies of one's own are imported by their module's name.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
