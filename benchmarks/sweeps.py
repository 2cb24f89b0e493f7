"""Throughput of sweeps: each executor against one process doing the same runs, measured in turn so that noise hits all alike.

``python benchmarks/sweeps.py --runs 400 --workers 4`` prints a line a round and the medians. ``independent`` are as many
plain processes as the pool has workers, which know nothing of one another and write nothing: the most that the machine
gives at that moment, also while others use it. The start of the pool is measured apart.
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
from pathlib import Path

from cxsim.sweeps import factorial
from cxsim.sweeps.api import execute
from cxsim.sweeps.scenarios import Composed

SETTING = ("market=generic", "market.n_customers=1000", "market.n_firms=5", "months=120", "burn_in=0")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=400)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--executors", default="processes,threads")
    parser.add_argument("--alone", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.alone:
        return _alone(given.alone)
    rates: dict[str, list[float]] = {}
    for round_number in range(given.rounds):
        rates.setdefault("independent", []).append(_independent(given.runs, given.workers))
        print(f"{round_number} independent {rates['independent'][-1]:6.2f} runs/s, load {os.getloadavg()[0]:.1f}", flush=True)
        for executor, runs in (("serial", max(given.runs // 8, 8)), *((name, given.runs) for name in given.executors.split(","))):
            rate, overhead, start, size = _measure(executor, runs, given.workers)
            rates.setdefault(executor, []).append(rate)
            load = os.getloadavg()[0]
            print(
                f"{round_number} {executor:9} {rate:7.2f} runs/s, first outcome after {start:5.2f} s, parent's CPU {overhead:.1%} of all "
                f"workers' time, {size:,.0f} bytes a run, load {load:.1f}",
                flush=True,
            )
    middle = {executor: statistics.median(found) for executor, found in rates.items()}
    for executor, rate in middle.items():
        ratios = f"{rate / middle['serial']:.2f} x serial, {rate / middle['independent']:.2f} x independent processes"
        print(f"{executor:11} {rate:7.2f} runs/s = {ratios}")


def _alone(runs: int) -> None:
    """Simulate without any sweep, once told to begin, and say the rate."""
    from cxsim.config.load import load
    from cxsim.market.model import Market

    config = load(*SETTING)
    for replication in range(-1, runs):
        if replication == 0:
            print("ready", flush=True)
            sys.stdin.readline()
            began = time.perf_counter()
        market = Market(config, rng=1, replication=abs(replication))
        while market.running:
            market.step()
    print(runs / (time.perf_counter() - began))


def _independent(runs: int, workers: int) -> float:
    command = [sys.executable, __file__, "--alone", str(max(runs // workers, 1))]
    started = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(workers)]
    for process in started:
        assert process.stdout is not None
        process.stdout.readline()
    return sum(float(out) for out in _outputs(started))


def _outputs(started: list[subprocess.Popen[str]]) -> list[str]:
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return [process.communicate()[0] for process in started]


def _measure(executor: str, runs: int, workers: int) -> tuple[float, float, float, float]:
    """Runs a second after the first outcome, the parent's share of CPU, seconds to the first outcome, bytes a run."""
    scenarios = Composed(factorial({}), SETTING, None, {"replications": runs})
    told: list[tuple[float, int]] = []
    with tempfile.TemporaryDirectory() as folder:
        before, began = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
        place = Path(folder, "sweep")
        execute(scenarios, place, executor=executor, workers=workers, progress=lambda done, total: told.append((time.perf_counter(), done)))
        after = resource.getrusage(resource.RUSAGE_SELF)
        size = sum(path.stat().st_size for path in (place / "runs").iterdir())
    (first, already), (last, done) = told[0], told[-1]
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return (done - already) / (last - first), spent / (workers * (last - began)), first - began, size / runs


if __name__ == "__main__":
    main()
