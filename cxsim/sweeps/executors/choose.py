"""Which executor a sweep gets."""

from __future__ import annotations

import re
import sys
from typing import Any

from cxsim.config.errors import BadValueError, ContradictionError, nearest
from cxsim.config.run import Config
from cxsim.config.scalars import plain
from cxsim.sweeps.executors.base import Executor, cores
from cxsim.sweeps.executors.local import Processes, Serial, Threads, is_warm

_ADDRESS = re.compile(r"([a-z]+://)?(\[[0-9a-fA-F:.%]+\]|[\w.-]+):[0-9]{1,5}|inproc://\S+")
EXECUTORS = ("auto", "processes", "threads", "serial", "dask")
WORTH_A_POOL = 2.0
"""Seconds of work, roughly, below which starting a pool of processes takes longer than it saves."""
WORTH_A_WARM_POOL = 0.2
"""The same where it takes no longer: the model has to be loaded anyway, or an earlier pool has left it loaded."""


def check(executor: Any, workers: Any, address: Any) -> int | None:
    """The number of workers asked for, or ``None``.

    Raises:
        CxsimError: an executor that there is not, a number of workers that is none, an address without Dask.
    """
    if executor not in EXECUTORS:
        hint = nearest(executor, EXECUTORS) if isinstance(executor, str) else ""
        raise BadValueError("executor", executor, ", ".join(EXECUTORS), hint)
    if address is not None and executor != "dask":
        raise ContradictionError(f"executor.address: it is Dask's, and the executor is {executor}; set executor=dask.")
    known = _ADDRESS.fullmatch(address) if isinstance(address, str) else address is None or hasattr(address, "scheduler_address")
    if not known and not hasattr(address, "submit"):  # as a client has
        raise BadValueError("executor.address", address, "the address of a Dask scheduler, such as tcp://host:8786, or a Dask cluster")
    workers = plain(workers)
    if workers is not None and (not isinstance(workers, int) or isinstance(workers, bool) or not 1 <= workers <= 10_000):
        raise BadValueError("executor.workers", workers, "1 to 10,000, or null (one a core)")
    return workers


def choose(executor: str, workers: int | None, address: Any, config: Config, runs: int) -> Executor:
    """The executor for a number of runs like the one given.

    Raises:
        CxsimError: as `check`; or the executor cannot be reached.
    """
    workers = check(executor, workers, address)
    if executor == "dask":
        from cxsim.sweeps.executors.dask import Dask

        return Dask(address, workers)
    count = min(workers or cores(), max(runs, 1))
    if executor == "auto":
        executor = "processes" if count > 1 and _worth_a_pool(config, runs) else "serial"
    if executor == "threads":
        return Threads(count)
    return Processes(count) if executor == "processes" else Serial()


def _worth_a_pool(config: Config, runs: int) -> bool:
    if config.allow_user_code:
        return True  # it may end its process, and that must not be this one
    cold = "cxsim.market.model" in sys.modules and not is_warm()
    return runs * _guess(config) > (WORTH_A_POOL if cold else WORTH_A_WARM_POOL)


def _guess(config: Config) -> float:
    """Seconds that a run takes, to the order of magnitude, from measurements on one core."""
    firms = config.market.n_firms or 5
    month = 4e-4 + 2e-4 * firms + config.market.n_customers * (4e-8 + 8e-9 * firms)
    return (config.burn_in + config.months) * month
