"""Sweeps that are stopped at every step they take, and killed at random moments: nothing is lost, nothing is doubled."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cxsim.sweeps import parts, store
from cxsim.sweeps.api import execute
from cxsim.sweeps.reading import frame, read
from tests.checkout import surroundings

from .conftest import RUNS, assert_same


class PowerCut(BaseException):
    """Not an error that anything may catch and tidy up after: everything just stops."""


STEPS = ("os.write", "os.fsync", "pathlib.Path.replace", "pathlib.Path.unlink", "pathlib.Path.mkdir")


class Machine:
    """Cuts the power before, after or in the middle of the n-th step that touches the disk."""

    def __init__(self, monkeypatch, last, how):
        self.steps = 0
        self.last = last
        self.how = how
        self.off = False
        for name in STEPS:
            owner, _, function = name.rpartition(".")
            place = os if owner == "os" else Path
            monkeypatch.setattr(name, self._guarded(getattr(place, function), function))

    def _guarded(self, real, function):
        def step(*given, **named):
            if self.off:
                raise PowerCut
            self.steps += 1
            if self.steps != self.last:
                return real(*given, **named)
            self.off = True
            if self.how == "after":
                real(*given, **named)
            elif self.how == "middle" and function == "write":
                real(given[0], given[1][: len(given[1]) // 2])
            raise PowerCut

        return step


def _check_nothing_doubled(folder: Path) -> None:
    rows = [pq.read_table(path, columns=["point", "replication"]) for path in parts.names(folder / "runs")]
    if rows:
        pairs = pa.concat_tables(rows).to_pylist()
        assert len({(pair["point"], pair["replication"]) for pair in pairs}) == len(pairs)


EVERY = [pytest.param(how, monthly, 1, marks=pytest.mark.slow) for how in ("before", "middle", "after") for monthly in (False, True)]


@pytest.mark.parametrize(("how", "monthly", "stride"), [("middle", True, 5), *EVERY])
def test_a_power_cut_at_any_step_loses_and_doubles_nothing(scenarios, tmp_path, monkeypatch, how, monthly, stride):
    monkeypatch.setattr(store, "ROLL_AT", 12_000)  # so that parts are written on the way, not only at the end
    monkeypatch.setattr("cxsim.sweeps.manifest.commit_of", lambda package: None)
    made = scenarios({"market.n_firms": [1, 3], "market.franchise_months": [None, 12]})
    execute(made, tmp_path / "never", executor="serial", monthly=monthly, progress=False)
    expected = frame(tmp_path / "never")
    assert expected["error"].notna().sum() == 2
    step, finished = 0, False
    while not finished:
        step += stride
        folder = tmp_path / str(step)
        with monkeypatch.context() as patch:
            machine = Machine(patch, step, how)
            with contextlib.suppress(PowerCut):
                execute(made, folder, executor="serial", monthly=monthly, progress=False)
            finished = not machine.off
        execute(made, folder, executor="serial", monthly=monthly, progress=False)
        assert_same(frame(folder), expected)
        _check_nothing_doubled(folder)
        if monthly:
            assert read(folder, "monthly").equals(read(tmp_path / "never", "monthly"))
        assert not list(folder.rglob("*.partial")) + list(folder.glob("journal-*"))
    assert step > 20


LARGER = {"market.n_firms": [1, 2, 3, 4, 5], "regulator": ["none", "minimal_capped"]}
COMMAND = [
    sys.executable, "-m", "cxsim", "run", "-m", "market=generic", "market.n_customers=300", "months=24", "burn_in=0", "name=study",
    "market.n_firms=1,2,3,4,5", "regulator=none,minimal_capped",
]  # fmt: skip


def _rows_in(folder: Path) -> int:
    return sum(pq.ParquetFile(path).metadata.num_rows for path in parts.names(folder / "runs")) if folder.exists() else 0


@pytest.mark.parametrize(("kills", "replications", "executor"), [
    (2, 12, "serial"), pytest.param(30, 300, "processes", marks=pytest.mark.slow),
])  # fmt: skip
def test_kills_at_random_moments_lose_and_double_nothing(scenarios, tmp_path, kills, replications, executor):
    words = [*COMMAND, f"replications={replications}", f"executor={executor}", "executor.workers=2"]
    chance = random.Random(5)
    folder = tmp_path / "results" / "study"
    kept = 0
    interrupted = 0
    for number in range(kills):
        left = set(folder.glob("journal-*.bin"))
        process = subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=surroundings())
        if number % 3 == 2:  # at any moment, also while it takes up what the one before has left
            time.sleep(chance.uniform(0.5, 3.0))
        else:  # while runs come in
            deadline = time.monotonic() + 60
            while process.poll() is None and not set(folder.glob("journal-*.bin")) - left and time.monotonic() < deadline:
                time.sleep(0.01)
            time.sleep(chance.uniform(0, 0.4))
        interrupted += process.poll() is None
        process.send_signal(signal.SIGKILL)
        _, told = process.communicate()
        assert "Traceback" not in told  # Python itself may say that it tidied up after the dead
        assert _rows_in(folder) >= kept
        kept = _rows_in(folder)
    assert interrupted > kills / 2
    subprocess.run(words, cwd=tmp_path, check=True, capture_output=True, env=surroundings())
    expected = tmp_path / "expected"
    fixed = ["market.n_customers=300", "months=24", "burn_in=0"]
    execute(scenarios(LARGER, *fixed, replications=replications), expected, executor="processes", progress=False)
    assert_same(frame(folder), frame(expected))
    _check_nothing_doubled(folder)


@pytest.mark.parametrize("victim", ["nobody", "the first"])
def test_two_processes_on_one_sweep_both_end_with_all_of_it(tmp_path, scenarios, victim):
    words = [*COMMAND, "replications=6", "executor=serial"]
    quiet = {"cwd": tmp_path, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "env": surroundings()}
    folder = tmp_path / "results" / "study"
    both = [subprocess.Popen(words, **quiet) for _ in range(2)]
    waiter = None
    for line in both[0].stderr if victim == "nobody" else ():  # ends when the process does, or says that it waits
        waiter = both[0]
        assert f"process {both[1].pid} on " in line
        break
    if victim == "the first":
        while not list(folder.glob("journal-*.bin")):
            time.sleep(0.01)
        holder = (folder / ".lock").read_text()
        waiter = both[0] if f"process {both[1].pid} on " in holder else both[1]
        (both[1] if waiter is both[0] else both[0]).kill()
    told = [(*process.communicate(timeout=120), process.returncode) for process in both]
    for process, (out, err, code) in zip(both, told, strict=True):
        if victim == "nobody" or process is waiter:
            assert code == 0
            assert "60 runs done" in out
            assert err == "" or "waiting until it is done, to go on from there.\n" in err
    expected = tmp_path / "expected"
    fixed = ["market.n_customers=300", "months=24", "burn_in=0"]
    execute(scenarios(LARGER, *fixed, replications=6), expected, executor="serial", progress=False)
    assert_same(frame(folder), frame(expected))
    _check_nothing_doubled(folder)
    assert not list(folder.rglob("*.partial")) + list(folder.glob("journal-*"))


@pytest.mark.skipif(sys.platform == "win32", reason="no limits on file sizes there")
def test_a_disk_that_is_full_for_real_loses_nothing(tmp_path, same):
    script = (
        "import resource, sys\n"
        "from cxsim.cli.main import main\n"
        "from cxsim.sweeps.worker import warm_up\n"
        "warm_up()\n"  # the compiled code's own files are not what is to fail
        "size = int(sys.argv[1])\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))\n"
        "sys.exit(main(sys.argv[2:]))\n"
    )
    words = ["run", "-m", "market=generic", "market.n_customers=30", "months=2", "burn_in=0", "market.n_firms=1,2,3",
             "regulator=none,minimal_capped", "replications=2", "name=sweep", "executor=serial"]  # fmt: skip

    def limited(size):
        command = [sys.executable, "-c", script, str(size), *words]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, env=surroundings())

    full = limited(20_000)
    assert full.returncode == 2
    assert "of 12 runs are kept; make room and give the same command again" in full.stderr
    assert full.stderr.count("\n") == 1
    kept = int(full.stderr.partition(" of 12 runs")[0].split()[-1])
    roomy = limited(10_000_000)
    assert 0 < kept < RUNS
    assert roomy.stdout.startswith(f"12 runs done, {kept} of them earlier.")
    same(tmp_path / "results" / "sweep")
