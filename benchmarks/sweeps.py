"""Throughput of sweeps: each executor against one process doing the same runs, measured in turn so that noise hits all alike.

``python benchmarks/sweeps.py --runs 400 --workers 4`` prints a line a round and the medians. The single-process rate is
that of `cxsim.sweeps.worker.perform` alone; starting the pool is measured apart.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
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
    given = parser.parse_args()
    rates: dict[str, list[float]] = {}
    for round_number in range(given.rounds):
        for executor, runs in (("serial", max(given.runs // 8, 8)), *((name, given.runs) for name in given.executors.split(","))):
            rate, overhead, start, size = _measure(executor, runs, given.workers)
            rates.setdefault(executor, []).append(rate)
            load = os.getloadavg()[0]
            print(
                f"{round_number} {executor:9} {rate:7.2f} runs/s, first outcome after {start:5.2f} s, parent's CPU {overhead:.1%} of all "
                f"workers' time, {size:,.0f} bytes a run, load {load:.1f}",
                flush=True,
            )
    single = statistics.median(rates["serial"])
    for executor, found in rates.items():
        print(f"{executor:9} {statistics.median(found):7.2f} runs/s = {statistics.median(found) / single:.2f} x one process")


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
