"""Running cases side by side, each in a process of its own."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Any

from cxsim.validation.case import FAILS, Report
from cxsim.validation.registry import case

SLOWEST_FIRST = ("stylised_facts", "circle", "q_learning", "monopoly_quality", "customer_equity")
"""Cases that are started first, so that the last core does not wait long for the others."""


def run_case(name: str, options: Mapping[str, Any]) -> Report:
    """One case, timed."""
    clock = time.perf_counter()
    report = case(name).run(options)
    report.seconds = time.perf_counter() - clock
    return report


def run_cases(
    wanted: Mapping[str, Mapping[str, Any]], jobs: int | None = None, told: Callable[[str, Report], None] | None = None
) -> dict[str, Report]:
    """Run several cases.

    Args:
        wanted: options by name of the case.
        jobs: processes; by default one a core, and never more than there are cases.
        told: called with the name and the report whenever a case is done.

    Returns:
        Reports by name, in the order of ``wanted``.
    """
    workers = max(1, min(len(wanted), jobs or cores()))
    done: dict[str, Report] = {}
    if workers == 1:
        for name, options in wanted.items():
            done[name] = run_case(name, options)
            if told:
                told(name, done[name])
        return done
    order = sorted(wanted, key=lambda name: SLOWEST_FIRST.index(name) if name in SLOWEST_FIRST else len(SLOWEST_FIRST))
    # Spawned, not forked: compiled code and threads do not survive a fork.
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        futures = {pool.submit(run_case, name, dict(wanted[name])): name for name in order}
        try:
            for future in as_completed(futures):
                name = futures[future]
                done[name] = future.result()
                if told:
                    told(name, done[name])
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return {name: done[name] for name in wanted}


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def failures(reports: Mapping[str, Report]) -> Sequence[str]:
    """Names of the cases with a row that fails."""
    return [name for name, report in reports.items() if any(row.verdict == FAILS for row in report.findings)]
