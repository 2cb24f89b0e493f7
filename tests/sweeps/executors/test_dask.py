import os
import signal
import subprocess
import sys

import pytest

from cxsim.sweeps.api import execute
from cxsim.sweeps.executors.base import ExecutorError
from tests.checkout import surroundings

distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def cluster():
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as made:
        yield made


def test_a_cluster_gives_the_same_numbers_though_a_worker_is_killed(cluster, scenarios, tmp_path, same):
    killed = []

    def kill(done, total):
        if done >= 3 and not killed:
            killed.append(next(iter(cluster.workers.values())).pid)
            os.kill(killed[0], signal.SIGKILL)

    made = scenarios()
    execute(made, tmp_path / "sweep", executor="dask", address=cluster.scheduler_address, progress=kill)
    assert killed
    same(tmp_path / "sweep")


def test_a_scheduler_and_workers_of_their_own_processes(scenarios, tmp_path, same):
    file = tmp_path / "scheduler.json"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": tmp_path, "env": surroundings()}
    common = ["--no-dashboard", "--scheduler-file", str(file)]
    started = [subprocess.Popen([sys.executable, "-m", "distributed.cli.dask_scheduler", "--port", "0", *common], **quiet)]
    try:
        worker = [sys.executable, "-m", "distributed.cli.dask_worker", "--nthreads", "1", "--no-nanny", *common]
        started += [subprocess.Popen(worker, **quiet) for _ in range(2)]
        with distributed.Client(scheduler_file=str(file), timeout="30s", set_as_default=False) as client:
            client.wait_for_workers(2, timeout=30)
            address = client.scheduler.address
        gone = []

        def kill(done, total):
            if done >= 3 and not gone:
                started[1].kill()  # a worker without a nanny: nobody replaces it
                gone.append(done)

        execute(scenarios(), tmp_path / "sweep", executor="dask", address=address, progress=kill)
        assert gone
        same(tmp_path / "sweep")

        gone.clear()

        def behead(done, total):
            if done >= 3 and not gone:
                started[0].kill()
                gone.append(done)

        with pytest.raises(ExecutorError, match="scheduler is gone"):
            execute(scenarios(), tmp_path / "other", executor="dask", address=address, progress=behead)
        execute(scenarios(), tmp_path / "other", executor="serial", progress=False)
        same(tmp_path / "other")
    finally:
        for process in started:
            process.kill()
            process.wait()


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "127.0.0.1:1"])
def test_a_scheduler_that_cannot_be_reached_is_a_clear_error(scenarios, tmp_path, monkeypatch, address):
    monkeypatch.setattr("cxsim.sweeps.executors.dask.REACH", "1s")
    with pytest.raises(ExecutorError, match=r"executor\.address: no scheduler answers"):
        execute(scenarios(), tmp_path / "sweep", executor="dask", address=address, progress=False)


def test_workers_without_the_same_code_are_refused(cluster, scenarios, tmp_path, monkeypatch):
    from cxsim.config.errors import CxsimError

    for module in ("executors.dask", "runner", "manifest"):
        monkeypatch.setattr(f"cxsim.sweeps.{module}.code_version", lambda: "0.0.1+other")
    with pytest.raises(CxsimError, match="install the same cxsim"):
        execute(scenarios(), tmp_path / "sweep", executor="dask", address=cluster.scheduler_address, progress=False)
