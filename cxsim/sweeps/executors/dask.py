"""The runs of a sweep on a Dask cluster: an existing one by its address, or one started on this machine."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any

from cxsim.config.errors import CxsimError
from cxsim.sweeps.executors.base import ExecutorError, cores, no_main
from cxsim.sweeps.ids import code_version
from cxsim.sweeps.worker import CodeDiffersError, Outcome, Task, lost, perform

REACH = "15s"
"""How long to wait for a scheduler to answer."""
_AHEAD = 2


class Dask:
    """A cluster of Dask.distributed.

    Args:
        address: ``tcp://host:port`` of a scheduler, a cluster object (``LocalCluster``, dask-jobqueue's
            ``SLURMCluster``) or a client; ``None`` starts a cluster on this machine.
        workers: processes of the cluster started here; ``None`` for one a core.

    Raises:
        ExecutorError: Dask is not installed, or the scheduler cannot be reached.
    """

    name = "dask"

    def __init__(self, address: Any = None, workers: int | None = None):
        try:
            import distributed
        except ImportError as error:
            raise ExecutorError("executor=dask: Dask is not installed; pip install 'cxsim[dask]' brings it.") from error
        self._distributed = distributed
        self._own = contextlib.ExitStack()
        try:
            if isinstance(address, distributed.Client):
                self._client = address
                return
            if address is None:
                with no_main():
                    cluster = distributed.LocalCluster(n_workers=workers or cores(), threads_per_worker=1, dashboard_address=None)
                address = self._own.enter_context(cluster)
            self._client = self._own.enter_context(distributed.Client(address, timeout=REACH, set_as_default=False))
        except (TimeoutError, OSError, ValueError, TypeError) as error:
            self._own.close()
            said = " ".join(str(error).split()) or type(error).__name__
            raise ExecutorError(
                f"executor.address: no scheduler answers at {address} ({said}); nothing was lost. Start one with "
                "dask scheduler, or leave executor.address out for workers on this machine."
            ) from None

    def workers(self) -> int:
        """Threads of all workers at this moment; at least one, since workers may still be on their way."""
        return max(1, sum(self._client.nthreads().values()))

    def run(self, tasks: Iterator[Task]) -> Iterator[Outcome]:
        """As `Executor.run`. The scheduler gives the runs of a lost worker to others."""
        flying: dict[Any, Task] = {}
        done = self._distributed.as_completed(loop=self._client.loop)
        try:
            with self._reachable():
                self._check_code()
            while True:
                with self._reachable():
                    while len(flying) < _AHEAD * self.workers() and (task := next(tasks, None)) is not None:
                        self._submit(task, flying, done)
                    if not flying:
                        return
                    future = next(done)
                    task = flying.pop(future)
                    outcome = self._outcome(future, task)
                if outcome is not None:
                    yield outcome
                    continue
                with self._reachable():
                    for single in task.singly():
                        self._submit(single, flying, done)
        finally:
            with contextlib.suppress(Exception):  # the scheduler may be what is gone
                self._client.cancel(list(flying), force=True)
            self._own.close()

    def _submit(self, task: Task, flying: dict[Any, Task], done: Any) -> None:
        future = self._client.submit(perform, task, pure=False)
        flying[future] = task
        done.add(future)

    def _outcome(self, future: Any, task: Task) -> Outcome | None:
        """The outcome; of a task that killed its workers ``None`` if it can be taken apart, else a failure."""
        try:
            return future.result()
        except self._distributed.KilledWorker as killed:
            return lost(task, f"the workers that ran it died: {type(killed).__name__}") if len(task.indices) == 1 else None
        except asyncio.CancelledError as error:
            raise OSError("the scheduler dropped the runs") from error
        except (CxsimError, OSError):
            raise
        except Exception as error:  # what a run raises is a row; this is about the worker
            said = " ".join(str(error).split())
            raise ExecutorError(
                f"executor=dask: a worker cannot do the runs ({type(error).__name__}: {said}); install the same cxsim there."
            ) from error

    def _check_code(self) -> None:
        """Compare versions where workers are there already; each task does so again."""
        try:
            there = self._client.run(code_version)
        except (ImportError, ModuleNotFoundError) as error:
            raise ExecutorError(f"executor=dask: a worker cannot import cxsim ({error}); install it there.") from error
        for version in there.values():
            if version != code_version():
                raise CodeDiffersError(version, code_version())

    @contextlib.contextmanager
    def _reachable(self) -> Iterator[None]:
        """Say a lost scheduler in one sentence."""
        try:
            yield
        except CxsimError:
            raise
        except (TimeoutError, OSError, asyncio.CancelledError) as error:
            said = " ".join(str(error).split()) or type(error).__name__
            raise ExecutorError(
                f"executor=dask: the scheduler is gone ({said}); what was done is kept. "
                "Give the same command again, with another executor if need be, to go on from there."
            ) from error
