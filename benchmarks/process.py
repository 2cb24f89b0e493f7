"""Whole processes: how soon a command answers, and how much memory a customer takes."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

import cxsim
from benchmarks.rows import Row, row
from benchmarks.scaling import Say
from benchmarks.timing import Estimate, estimate
from cxsim.config.errors import CxsimError

START, MEMORY = "start", "memory"
PYTHON, MESA, IMPORT, HELP = "python", "python, import mesa", "python, import cxsim", "cxsim --help"
RUN_WARM, RUN_COLD = "cxsim run, compiled before", "cxsim run, compiled for the first time"
STATE, ENGINE_MEMORY, MESA_MEMORY = "state", "cxsim, peak of a whole run", "plain Mesa, peak"
HUGE, HUGE_SECONDS = "peak of 10,000,000 customers x 12 months", "10,000,000 customers x 12 months"
HUGE_NEEDS = 8e9
ROOT = Path(__file__).resolve().parents[1]

_ENGINE = """
import sys
from benchmarks.market import engine
market = engine(int(sys.argv[1]))
for _ in range(int(sys.argv[2])):
    market.step()
print(market.population.state_bytes())
"""
_MESA = """
import sys
from benchmarks.market import engine
from benchmarks.plain_mesa import PlainMarket
plain = PlainMarket.like(engine(int(sys.argv[1])), 1)
for _ in range(int(sys.argv[2])):
    plain.step()
"""
_PEAK = """
try:  # the peak of this program alone; that of resource also counts the program that started it
    print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
except OSError:
    import resource
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


class ProcessError(CxsimError):
    """A process that was to be timed did not end well."""


def start_up(rounds: int, cold_rounds: int, say: Say) -> Iterator[Row]:
    """Seconds that whole processes take, in turn."""
    with tempfile.TemporaryDirectory(prefix="cxsim-bench-") as folder:
        run = [sys.executable, "-m", "cxsim", "run", f"results_dir={folder}/results"]
        commands = {
            PYTHON: [sys.executable, "-c", "pass"],
            MESA: [sys.executable, "-c", "import mesa"],
            IMPORT: [sys.executable, "-c", "import cxsim"],
            HELP: [sys.executable, "-m", "cxsim", "--help"],
            RUN_WARM: run,
        }
        say("processes")
        for command in commands.values():
            _time(command, folder)
        taken: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(rounds):
            for name, command in commands.items():
                taken[name].append(_time(command, folder))
        for name, seconds in taken.items():
            yield row(START, name, estimate(np.array(seconds)), "s")
        say("a first run, with all that has to be compiled")
        cold = []
        for number in range(cold_rounds):
            cold.append(_time(run, folder, {"CXSIM_CACHE_DIR": f"{folder}/cache-{number}"}))
        if cold:
            yield row(START, RUN_COLD, estimate(np.array(cold)), "s")


def memory(engine_customers: int, mesa_customers: int, huge: bool, say: Say) -> Iterator[Row]:
    """Bytes per customer: of state, and of whole processes at their peak above a process with next to no customers."""
    say("memory")
    state, small = _peak(_ENGINE, 1000, 2)
    yield _exact(STATE, float(state), "bytes per customer")
    _, large = _peak(_ENGINE, engine_customers, 2)
    yield _exact(ENGINE_MEMORY, (large - small) / engine_customers, "bytes per customer", engine_customers)
    _, small = _peak(_MESA, 1000, 1)
    _, large = _peak(_MESA, mesa_customers, 1)
    yield _exact(MESA_MEMORY, (large - small) / mesa_customers, "bytes per customer", mesa_customers)
    if huge and _free_memory() > HUGE_NEEDS:
        say("10,000,000 customers")
        began = time.perf_counter()
        _, peak = _peak(_ENGINE, 10_000_000, 12)
        yield _exact(HUGE_SECONDS, time.perf_counter() - began, "s", 10_000_000)
        yield _exact(HUGE, peak / 2**30, "GiB", 10_000_000)


def _exact(what: str, value: float, unit: str, customers: int | None = None) -> Row:
    return row(MEMORY, what, Estimate(value, value, value), unit, customers)


def _time(command: Sequence[str], folder: str, more: Mapping[str, str] | None = None) -> float:
    began = time.perf_counter()
    _run(command, folder, more)
    return time.perf_counter() - began


def _peak(script: str, customers: int, months: int) -> tuple[int, float]:
    """What the script printed (0 if nothing) and its peak in bytes."""
    with tempfile.TemporaryDirectory(prefix="cxsim-bench-") as folder:
        lines = _run([sys.executable, "-c", script + _PEAK, str(customers), str(months)], folder).split()
    unit = 1 if sys.platform == "darwin" else 1024
    return int(lines[0]) if len(lines) > 1 else 0, float(lines[-1]) * unit


def _run(command: Sequence[str], folder: str, more: Mapping[str, str] | None = None) -> str:
    places = [str(Path(cxsim.__file__).resolve().parents[1]), str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, **(more or {}), "PYTHONPATH": os.pathsep.join(places)}
    done = subprocess.run(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise ProcessError(f"{' '.join(command[1:4])}: ended with code {done.returncode}: {last}")
    return done.stdout


def _free_memory() -> float:
    """Bytes of memory that are free, as far as the system says; none where it does not."""
    try:
        return float(os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (ValueError, OSError, AttributeError):
        return 0.0
