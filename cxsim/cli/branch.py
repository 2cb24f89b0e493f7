"""``cxsim branch``: several futures of one market, what differs between them, and how sure that is."""

from __future__ import annotations

import argparse
import contextlib
import shlex
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cxsim.cli.parser import Parser, UsageError
from cxsim.config.errors import BadValueError

if TYPE_CHECKING:
    from cxsim.branching.branches import Branches
    from cxsim.branching.plans import Plan

EXAMPLES = """\
cxsim branch market=generic regulator=minimal_capped at=60 futures.uncapped=regulator.fine_cap=null replications=10
cxsim branch market=energy at=60 'futures.gdpr=[regulator=gdpr]' 'futures.cap=[market.price_cap=94.75]'
cxsim branch futures=money_and_cap replications=20              a plan that comes with cxsim
cxsim branch futures=mine.yml at=36                             a plan of your own, on another day
cxsim branch market=energy at=60 futures.cap=market.price_cap=95 --keep day    keep the market on that day ...
cxsim branch --from day futures.gdpr=regulator=gdpr             ... and ask it something else
"""


def main(arguments: list[str]) -> int:
    """Branch a market and write the answer.

    Returns:
        0.

    Raises:
        CxsimError: a future, day, checkpoint or folder that cannot be used; nothing is written then.
    """
    given = _parser().parse_intermixed_args(arguments)
    from cxsim.branching.plans import joined, listed, read, typed

    if given.list:
        _list()
        return 0
    words, name = typed(given.words)
    plan = words if name is None else joined(read(name), words)
    if not plan.futures:
        raise UsageError(f"futures: say what may happen, futures.NAME=[OVERRIDE,...] or futures=FILE; plans: {', '.join(listed())}.")
    command = shlex.join(["cxsim", "branch", *arguments])
    branches = _from(given, plan, command) if given.checkpoints else _simulated(given, plan, command)
    folder = branches.save(_folder(given, branches), plan.title or None)
    _show(branches, folder)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="cxsim branch",
        description="Simulate a market to a month, then go on from that one state into several futures with the same luck, and say what "
        "differs. Words are overrides as for cxsim run, which all futures share; at=MONTH, the first month under the new rules; and "
        "futures.NAME=[OVERRIDE,...], what changes then, or futures=FILE for a plan in a file.",
        epilog=f"examples:\n{EXAMPLES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("words", nargs="*", metavar="WORD", help="overrides, at=MONTH, futures.NAME=[...], futures=FILE")
    parser.add_argument("--list", action="store_true", help="list the plans that come with cxsim")
    parser.add_argument("--from", dest="checkpoints", action="append", metavar="FILE",
                        help="start from a checkpoint (may be given several times) or a folder of them")  # fmt: skip
    parser.add_argument("--keep", metavar="FOLDER", help="keep a checkpoint of each replication on the day")
    parser.add_argument("--out", metavar="FOLDER", help="where to write (by default results_dir/name)")
    parser.add_argument("--config-dir", "-cd", metavar="DIR", help="presets of your own, looked into first")
    parser.add_argument("--allow-user-code", action="store_true", help="with --from: import the code of yours that a checkpoint names")
    return parser


def _simulated(given: argparse.Namespace, plan: Plan, command: str) -> Branches:
    from cxsim.branching.branch import branch
    from cxsim.config.load import load, with_values

    if given.allow_user_code:
        raise UsageError("--allow-user-code: it goes with --from; otherwise say allow_user_code=true.")
    if plan.at is None:
        raise BadValueError("at", None, "the first month under the new rules, at=MONTH")
    config = load(*plan.overrides, config_dir=given.config_dir)
    if not any(word.startswith("name=") for word in plan.overrides):
        config = with_values(config, {"name": "branches"})
    if not 0 <= plan.at < config.months:
        raise BadValueError("at", plan.at, f"0 to {config.months - 1}, a month of the report")
    _check_writable(given, Path(config.results_dir, config.name))
    return branch(config, plan.at, plan.futures, keep=given.keep, config_dir=given.config_dir, command=command)


def _from(given: argparse.Namespace, plan: Plan, command: str) -> Branches:
    from cxsim.branching.branch import branch_from

    if given.keep:
        raise UsageError("--keep: the checkpoints are there already; it does not go with --from.")
    if plan.at is not None:
        raise UsageError("at: the day is that of the checkpoints; leave it out with --from.")
    months = _months(plan.overrides)
    sources: Any = given.checkpoints[0] if len(given.checkpoints) == 1 else given.checkpoints
    _check_writable(given, Path("results", "branches"))
    with _notes():
        return branch_from(
            sources, plan.futures, months=months, allow_user_code=given.allow_user_code, config_dir=given.config_dir, command=command
        )


def _months(overrides: tuple[str, ...]) -> int | None:
    from cxsim.branching.futures import named_in

    values = named_in(overrides)
    other = [key for key in values if key != "months"]
    if other:
        raise UsageError(f"{other[0]}: the market is that of the checkpoints; beside the futures only months=N can be given with --from.")
    return values.get("months")


@contextlib.contextmanager
def _notes() -> Iterator[None]:
    """Warnings as one line each, like every other thing that cxsim says."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    for message in dict.fromkeys(str(warning.message) for warning in caught):
        print(f"cxsim: {message}", file=sys.stderr)


def _check_writable(given: argparse.Namespace, usual: Path) -> None:
    from cxsim.results.files import check_writable

    if given.out:
        check_writable(given.out, "--out FOLDER")
    else:
        check_writable(usual)


def _folder(given: argparse.Namespace, branches: Branches) -> Path:
    if given.out:
        return Path(given.out).expanduser()
    config = branches.config
    return Path("results", "branches") if given.checkpoints else Path(config.results_dir, config.name)


def _list() -> None:
    from cxsim.branching.plans import listed, read
    from cxsim.cli.tables import print_table

    plans = {name: read(name) for name in listed()}
    rows = [(name, plan.title, str(plan.at), ", ".join(plan.futures)) for name, plan in plans.items()]
    print_table("Plans", ("Plan", "What it asks", "Month", "Futures"), rows)


def _show(branches: Branches, folder: Path) -> None:
    from cxsim.branching.words import METRICS
    from cxsim.cli.run import _short
    from cxsim.cli.tables import print_table
    from cxsim.results.summary import number

    rows = branches.effects.query("period == 'last' and segment == ''")
    rows = rows[rows["metric"].isin(METRICS)]
    several = branches.config.replications > 1
    header = ("Future", "Metric", "Unit", "Base", "Future", "Difference", *(["95 % interval"] if several else []))
    body = []
    for row in rows.itertuples():
        interval = [f"[{number(row.low, signed=True)}, {number(row.high, signed=True)}]"] if several else []
        body.append((row.future, row.metric, row.unit, number(row.base), number(row.value), number(row.difference, signed=True), *interval))
    start, width = int(rows["start"].iloc[0]), int(rows["months"].iloc[0])
    print_table(f"What differs in months {start} to {start + width - 1}, mean", header, body)
    print()
    for paragraph in branches.answer().findings:
        print(paragraph)
        print()
    print(f"Results: {_short(folder)}")
