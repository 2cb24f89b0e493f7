"""The page: goals beside what was measured, every row, the figure, the machine."""

from __future__ import annotations

import os
import platform
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import cxsim
from benchmarks import figure, process, scaling, whole
from benchmarks.goals import MET, MISSED, OPEN, Goal, goals
from benchmarks.rows import Row, as_csv
from benchmarks.versions import Version
from cxsim.config.errors import ResultsError
from cxsim.results.provenance import commit_of, now, version

PAGE, TABLE, FIGURE = "speed.md", "speed.csv", Path("figures", "speed")

_HEAD = """# Speed

What cxsim costs, beside other ways to simulate the same market month: with an object per customer in [Mesa](https://mesa.readthedocs.io),
plain as one would write it and tuned by hand; in columns with NumPy; in mesa-frames, where it is installed; and in C. All are in
`benchmarks/`. They start from the same customers and firms and take turns, round by round, in one run. `python -m benchmarks agree` holds
their outcomes against the engine's; tests show that a version that leaves out a mechanism is found out.

The month is that of the full [model](model.md) with every lever in use: draws, reconsidering, the choice among all firms, moving,
problems, noticing and forgetting, experience, satisfaction, expectation, trust, word of mouth, complaints, premiums, barriers, consumer
surplus, and sums by segment and firm. About {looked} customers in 100 look around in a month. Numbers are medians over rounds with a 95 %
interval of the median (bootstrap); ratios are taken within rounds.

This page is made by `python -m benchmarks --out docs`.
"""

_PARTS = (
    (scaling.MONTH, "## A customers' month", "Choosing and living, for all customers; the firms' offers are given."),
    (
        scaling.RATIO,
        "## How many times as long the others take",
        "Plain Mesa is the comparison that the goals are about; tuned Mesa is the same model with a customer's month moved into one "
        "long method. Finished Mesa models are let go of (Mesa 3.3 keeps every model alive in a table of its agents' numbers), so that the "
        "baseline is no slower than it is. mesa-frames lets Polars use all cores.",
    ),
    (
        scaling.AGAINST_C,
        "## Beside C",
        "`benchmarks/month.c` works on one thread with the same random numbers and reaches the same customers, one by one.",
    ),
    (
        scaling.WHOLE,
        "## A whole month of the market",
        "Here cxsim also prepares offers, books every pound, judges conduct and records; in Mesa firms only make offers and take stock.",
    ),
    (scaling.FIRMS, "## Cost against firms", "Customers who do not look around should not care how many firms there are."),
    (whole.PLANNER, "## The planner", "Reviews of all firms, each with a panel of 128 customers."),
    (
        whole.RUNS,
        "## Whole runs",
        "The generic market with 5 customer-equity planners, quarterly reviews, 120 months, everything recorded; one thread.",
    ),
    (process.MEMORY, "## Memory", "Peaks are those of whole processes, above that of a process with 1,000 customers."),
    (process.START, "## Start-up", "Whole processes. *For the first time* means with an empty folder for compiled code."),
)

_UNITS = {
    scaling.MONTH: "Nanoseconds per customer and month, 5 firms:",
    scaling.RATIO: "Times cxsim's time, 5 firms; threads are those of cxsim, one where none are named:",
    scaling.AGAINST_C: "Times the time of C, 5 firms:",
    scaling.FIRMS: "Nanoseconds per customer and month, one thread:",
}


def check_writable(folder: Path) -> None:
    """Find out before a long run whether the page can be written after it.

    Raises:
        ResultsError: it cannot.
    """
    try:
        (folder / FIGURE.parent).mkdir(parents=True, exist_ok=True)
        for place in (folder, folder / FIGURE.parent):
            tempfile.TemporaryFile(dir=place).close()
    except OSError as error:
        raise _refusal(folder, error) from error


def write(folder: Path, rows: Sequence[Row], facts: Mapping[str, str], looked: float, missing: Mapping[str, str]) -> Path:
    """Write page, table and figure into a folder, over those of an earlier run; returns the page.

    Args:
        rows: what was measured.
        facts: the machine and how it was measured, for the head of the page.
        looked: share of customers who look around in a month.
        missing: versions that were left out, and why.

    Raises:
        ResultsError: if they cannot be written.
    """
    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix=".speed-") as made:
            fresh = figure.draw(rows, Path(made, FIGURE.name))
            for file in fresh:
                os.replace(file, folder / FIGURE.parent / file.name)
            for name, content in ((TABLE, as_csv(rows)), (PAGE, text(rows, facts, looked, missing, bool(fresh)))):
                Path(made, name).write_text(content, encoding="utf-8")
                os.replace(Path(made, name), folder / name)
    except OSError as error:
        raise _refusal(folder, error) from error
    return folder / PAGE


def text(rows: Sequence[Row], facts: Mapping[str, str], looked: float, missing: Mapping[str, str], drawn: bool = True) -> str:
    """The page as Markdown; ``drawn`` says whether there is a figure."""
    parts = [_HEAD.format(looked=f"{100 * looked:.0f}")]
    parts += [f"![{figure.TITLE}]({FIGURE.as_posix()}.png)\n"] if drawn else []
    parts.append(_facts(facts))
    parts += [f"Left out: {name} ({reason.rstrip('.')}).\n" for name, reason in missing.items()]
    parts += ["## Goals\n", _goals(goals(rows))]
    for part, title, about in _PARTS:
        found = [row for row in rows if row.part == part]
        if found:
            parts += [f"{title}\n", f"{about}\n", *_tables(part, found)]
    parts.append(f"All rows as numbers: [{TABLE}]({TABLE}).\n")
    return "\n".join(parts)


def surroundings(versions: Sequence[Version], rounds: int, quick: bool) -> dict[str, str]:
    """The machine, the versions and the way of measuring, in words."""
    origin = commit_of(Path(cxsim.__file__).parent)
    commit = "" if origin is None else f", commit {origin['commit'][:12]}" + (" with changes" if origin["changed"] else "")
    libraries = ", ".join(f"{name} {found}" for name in ("mesa", "mesa-frames", "numpy", "numba", "polars") if (found := version(name)))
    return {
        "Date": f"{now():%Y-%m-%d}",
        "cxsim": f"{cxsim.__version__}{commit}",
        "Machine": f"{processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}; load {load():.1f} at the start",
        "Versions": f"Python {platform.python_version()}, {libraries}" + "".join(f"; {each.made_by}" for each in versions if each.made_by),
        "Rounds": f"{rounds}" + (" (a quick look, not a careful measurement)" if quick else ""),
    }


def load() -> float:
    """How many processes wanted to run in the last minute, on average; not a number where the system does not tell."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")


def processor() -> str:
    """The processor's own name, as far as the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def _facts(facts: Mapping[str, str]) -> str:
    return "\n".join(f"- {name}: {fact}." for name, fact in facts.items()) + "\n"


def _tables(part: str, rows: Sequence[Row]) -> list[str]:
    if part in (scaling.MONTH, scaling.RATIO, scaling.AGAINST_C):
        joint = " against " if part == scaling.RATIO else ", "
        return [f"{_UNITS[part]}\n", _by_setting(rows, "customers", "customers", joint)]
    if part == scaling.FIRMS:
        return [f"{_UNITS[part]}\n", _by_setting(rows, "firms", "firms"), _plain([row for row in rows if not row.firms])]
    return [_plain(rows)]


def _goals(found: Sequence[Goal]) -> str:
    marks = {MET: "met", MISSED: "**missed**", OPEN: "not measured"}
    body = [(goal.text, goal.wanted, goal.row.measured if goal.row else "", marks[goal.verdict]) for goal in found]
    return _lines(("Goal", "Wanted", "Measured", ""), body)


def _by_setting(rows: Sequence[Row], across: str, noun: str, joint: str = ", ") -> str:
    """A line per version and thread count, which ``joint`` joins in words; a column per setting."""
    settings = sorted({getattr(row, across) for row in rows if getattr(row, across)})
    names = list(dict.fromkeys((row.what, row.threads) for row in rows if getattr(row, across)))
    cells = {(row.what, row.threads, getattr(row, across)): row.measured.removesuffix(f" {row.unit}") for row in rows}
    several = {what for what, threads in names if threads != 1}
    body = []
    for what, threads in names:
        named = f"{what}{joint}{threads} thread{'s' if threads != 1 else ''}" if what in several else what
        body.append((named, *(cells.get((what, threads, one), "") for one in settings)))
    return _lines(("", *(f"{one:,} {noun}" for one in settings)), body)


def _plain(rows: Sequence[Row]) -> str:
    return _lines(("", "Setting", "Measured"), [(row.what, row.setting, row.measured) for row in rows])


def _lines(header: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    return "\n".join(["| " + " | ".join(line) + " |" for line in (header, ["---"] * len(header), *body)]) + "\n"


def _refusal(folder: Path, error: OSError) -> ResultsError:
    return ResultsError(f"{folder}: the page cannot be written there ({error.strerror or error}); give another folder with --out.")
