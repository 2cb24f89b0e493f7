"""Throughput of sweeps: a pool of processes against one process, measured in turns so that noise hits all alike.

``python benchmarks/sweeps.py`` takes about five minutes on four cores, ``--quick`` one; ``--runs 10000`` is the whole of it. Runs have
1,000 customers, 5 firms and 120 months. What is printed:

- *one process*: runs a second of a plain process that simulates and writes nothing;
- *pool*: runs a second of a sweep with so many workers, from the first outcomes to the last (the start of the pool left out), hashing
  and writing included;
- *of cores*: the pool's rate over workers x one process, by round;
- *independent*: as many plain processes as the pool has workers, which know nothing of one another: the most that the machine gives at
  that moment, also while others use it;
- *overhead*: CPU that is not simulation, in the workers (configurations, hashes, rows) and in the parent (chunks, writing), as a share of
  all CPU;
- *memory*: the parent's largest resident set after sweeps of more and more small runs.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

SETTING = ("market=generic", "market.n_customers=1000", "market.n_firms=5", "months=120", "burn_in=0")
SMALL = ("market=generic", "market.n_customers=20", "market.n_firms=1", "months=1", "burn_in=0")
WANTED_RATE, WANTED_OVERHEAD = 0.85, 0.10


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, help="runs of the pool in each round (default: 400; with --quick 120)")
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--rounds", type=int, help="default: 3; with --quick 1")
    parser.add_argument("--executors", default="processes", help="such as processes,threads")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--alone", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--parent", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.alone is not None:
        print(_alone(given.alone))
    elif given.parent is not None:
        print(_parent(given.parent, given.workers))
    else:
        runs, rounds = given.runs or (120 if given.quick else 400), given.rounds or (1 if given.quick else 3)
        _rates(runs, rounds, given.workers, given.executors.split(","))
        _memory((500, 2_500, 5_000) if given.quick else (1_000, 5_000, 10_000), given.workers)


def _rates(runs: int, rounds: int, workers: int, executors: Sequence[str]) -> None:
    alone = max(runs // workers // 2, 20)
    print(f"{runs:,} runs a round of 1,000 customers x 5 firms x 120 months, {workers} workers, load {os.getloadavg()[0]:.1f}", flush=True)
    single: list[float] = []
    free: list[float] = []
    pools: dict[str, list[tuple[float, float]]] = {executor: [] for executor in executors}
    for number in range(rounds):
        single.append(_together(alone, 1))
        for executor in executors:
            pools[executor].append(_sweep(executor, runs, workers))
        free.append(_together(max(runs // workers, 1), workers))
        said = ", ".join(f"{executor} {found[-1][0]:.2f}" for executor, found in pools.items())
        load = os.getloadavg()[0]
        print(f"  round {number + 1}: one {single[-1]:.2f}, {said}, independent {free[-1]:.2f} runs/s, load {load:.1f}", flush=True)
    _say("one process", single, "runs/s")
    _say(f"{workers} independent processes", free, "runs/s")
    inside = _inside()
    for executor, found in pools.items():
        rates, parent = [rate for rate, _ in found], statistics.median(share for _, share in found)
        _say(f"pool of {workers} ({executor})", rates, "runs/s")
        _say("  of cores", [rate / (workers * one) for rate, one in zip(rates, single, strict=True)], f"wanted {WANTED_RATE}")
        _say("  of independent", [rate / most for rate, most in zip(rates, free, strict=True)], "of what the machine gave")
        shares = f"workers {inside:.2%} + parent {parent:.2%}"
        print(f"{'  overhead':28} {inside + parent:8.2%} = {shares}; wanted under {WANTED_OVERHEAD:.0%}", flush=True)


def _say(name: str, values: Sequence[float], unit: str) -> None:
    print(f"{name:28} {statistics.median(values):8.2f} {unit} ({min(values):.2f} to {max(values):.2f})", flush=True)


def _memory(sizes: Sequence[int], workers: int) -> None:
    for size in sizes:
        command = [sys.executable, __file__, "--parent", str(size), "--workers", str(workers)]
        found = float(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)
        print(f"{'memory of the parent':28} {found:8.1f} MB after {size:,} runs", flush=True)


def _alone(runs: int) -> float:
    """Simulate without any sweep, once told to begin; runs a second."""
    from cxsim.config.load import load
    from cxsim.market.model import Market

    config = load(*SETTING)
    began = 0.0
    for replication in range(-1, runs):
        if replication == 0:
            print("ready", flush=True)
            sys.stdin.readline()
            began = time.perf_counter()
        market = Market(config, rng=1, replication=abs(replication))
        while market.running:
            market.step()
    return runs / (time.perf_counter() - began)


def _together(runs: int, processes: int) -> float:
    """Runs a second of so many plain processes at once."""
    command = [sys.executable, __file__, "--alone", str(runs)]
    started = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(processes)]
    for process in started:
        assert process.stdout is not None
        process.stdout.readline()
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return sum(float(process.communicate()[0]) for process in started)


def _sweep(executor: str, runs: int, workers: int) -> tuple[float, float]:
    """Runs a second once each worker has given something, and the parent's CPU as a share of all."""
    from cxsim.sweeps import factorial
    from cxsim.sweeps.api import execute
    from cxsim.sweeps.scenarios import Composed

    scenarios = Composed(factorial({}), SETTING, None, {"replications": runs})
    told: list[tuple[float, int]] = []
    with tempfile.TemporaryDirectory() as folder:
        before = resource.getrusage(resource.RUSAGE_SELF)
        place = Path(folder, "sweep")
        execute(scenarios, place, executor=executor, workers=workers, progress=lambda done, total: told.append((time.perf_counter(), done)))
        after = resource.getrusage(resource.RUSAGE_SELF)
    first, already = told[min(workers, len(told) - 1) - 1]
    last, done = told[-1]
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    # Threads simulate in this process, and their CPU is not the parent's own.
    share = spent / (workers * (last - told[0][0])) if executor != "threads" else 0.0
    return (done - already) / (last - first), share


def _inside() -> float:
    """The share of a worker's CPU that is not simulation, where every run is a point of its own."""
    import numpy as np

    from cxsim.sweeps import factorial, worker
    from cxsim.sweeps.columns import described, schema
    from cxsim.sweeps.ids import code_version
    from cxsim.sweeps.scenarios import Composed

    points = 20
    scenarios = Composed(factorial({"market.attention": np.linspace(0.1, 0.6, points)}), SETTING)
    schemas = {kind: schema(described(kind, scenarios.design)) for kind in ("runs", "failures")}
    numbers = tuple(range(points))
    task = worker.Task(code_version(), schemas, tuple(map(scenarios.scenario, numbers)), tuple((point, 0) for point in numbers), numbers)
    real, simulated = worker._played, 0.0

    def played(*given: object) -> object:
        nonlocal simulated
        began = time.process_time()
        made = real(*given)  # type: ignore[arg-type]
        simulated += time.process_time() - began
        return made

    worker.warm_up()
    worker._played = played  # type: ignore[assignment]
    try:
        began = time.process_time()
        worker.perform(task)
        return 1 - simulated / (time.process_time() - began)
    finally:
        worker._played = real


def _parent(runs: int, workers: int) -> float:
    """The parent's largest resident set in megabytes after a sweep of small runs."""
    import numpy as np

    from cxsim.sweeps import factorial
    from cxsim.sweeps.api import execute
    from cxsim.sweeps.scenarios import Composed

    scenarios = Composed(factorial({"market.attention": np.linspace(0.1, 0.6, runs)}), SMALL)
    with tempfile.TemporaryDirectory() as folder:
        execute(scenarios, Path(folder, "sweep"), executor="processes", workers=workers, progress=False)
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    # What getrusage says includes the process that this one was forked from.
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main()
