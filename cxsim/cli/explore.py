"""What the commands that explore by many runs share: their options, a dry run, and how an answer is printed."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cxsim.cli.parser import workers

if TYPE_CHECKING:
    from cxsim.analysis.answer import Answer
    from cxsim.analysis.runs import Execution
    from cxsim.config.run import Config

EXECUTORS = ("auto", "processes", "threads", "serial")


def add_execution(parser: argparse.ArgumentParser) -> None:
    """Add the options that all of these commands have: metrics of one's own, and how runs are carried out, which changes no number."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--executor", default="auto", choices=EXECUTORS, help="how runs are carried out (default: %(default)s)")
    parser.add_argument("--workers", type=workers, metavar="N", help="processes or threads (by default one a core)")
    parser.add_argument("--measure", action="append", default=[], metavar="NAME=YAML", help="a metric of your own, for example "
                        "'vulnerable={table: segments, column: experience, where: {segment: vulnerable}}'")  # fmt: skip
    parser.add_argument("--config-dir", metavar="DIR", help="presets of your own, looked into first")
    parser.add_argument("--dry-run", action="store_true", help="say how many runs it takes, and run nothing")


def execution(given: argparse.Namespace, command: str) -> Execution:
    """How runs are carried out, as given."""
    from cxsim.analysis.runs import Execution

    return Execution(given.executor, given.workers, None, command)


def print_plan(parts: Mapping[str, tuple[int, Config]], folder: Path, details: Sequence[str] = ()) -> None:
    """Say what would be run: for each part its number of runs and a configuration of its size."""
    from cxsim.analysis.runs import effort, runs_folder
    from cxsim.sweeps.launch import short

    for line in details:
        print(line)
    for name, (runs, config) in parts.items():
        if runs:
            print(f"For {name}: {effort(runs, config)}.")
    print(
        f"Runs are kept in {short(runs_folder(folder))}, so that the same command goes on where it was stopped; the answer goes to "
        f"{short(folder)}."
    )


def print_answer(answer: Answer, folder: Path) -> Path:
    """Save an answer and print its findings; returns its folder."""
    import textwrap

    from cxsim.sweeps.launch import short

    written = answer.save(folder)
    print(f"{answer.title}\n")
    for paragraph in answer.findings:
        print(textwrap.fill(paragraph, 110, initial_indent="- ", subsequent_indent="  "))
    print(f"\nResults: {short(written)}")
    return written
