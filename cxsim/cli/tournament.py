"""``cxsim tournament``: users' strategies against each other, ranked by what they earned and what customers got."""

from __future__ import annotations

import argparse
import shlex
from typing import TYPE_CHECKING

from cxsim.cli.explore import EXECUTORS, execution, print_answer
from cxsim.cli.parser import Parser, workers

if TYPE_CHECKING:
    from cxsim.tournament.question import Question

EXAMPLES = """An entry is a Python file with a class derived from cxsim.Strategy (see the README); files that begin with _ are helpers.
The files are run as they are: play only what you would run yourself.

examples:
  cxsim tournament entries/
  cxsim tournament entries/ market=generic,rail regulator=none,fca replications=10 name=final
  cxsim tournament entries/ --house low_price,price_walker --formats duel,all --dry-run
  cxsim report results/final
"""


def main(arguments: list[str]) -> int:
    """Play, or with ``--dry-run`` say what it would take and run nobody's code.

    Raises:
        CxsimError: arguments that cannot be used, or fewer than two entries that can play.
    """
    parser = Parser(
        prog="cxsim tournament",
        description="Run the strategies in a folder against each other, over markets and rules, and rank them by profit and by what "
        "customers got.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    from cxsim.tournament.entries import HOUSE
    from cxsim.tournament.matches import FORMATS

    parser.add_argument("folder", metavar="FOLDER", help="the entries")
    parser.add_argument("overrides", nargs="*", default=[], metavar="KEY=VALUE", help="market=, regulator= and customers= take several "
                        "presets with commas (by default three markets, with and without a regulator); all else is shared: "
                        "months=24")  # fmt: skip
    parser.add_argument("--house", default=",".join(HOUSE), metavar="NAME,...", help="strategies of cxsim's own that play along, or none "
                        "(default: %(default)s)")  # fmt: skip
    parser.add_argument("--formats", default=",".join(FORMATS), metavar="NAME,...",
                        help="; ".join(f"{name}: {said}" for name, said in FORMATS.items()) + " (default: all three)")  # fmt: skip
    parser.add_argument("--executor", default="auto", choices=EXECUTORS, help="how runs are carried out (default: %(default)s)")
    parser.add_argument("--workers", type=workers, metavar="N", help="processes or threads (by default one a core)")
    parser.add_argument("--config-dir", metavar="DIR", help="presets of your own, looked into first")
    parser.add_argument("--dry-run", action="store_true", help="say how many runs it takes, and run nothing")
    given = parser.parse_intermixed_args(arguments)
    from cxsim.tournament.question import question
    from cxsim.tournament.study import study

    what = question(given.folder, given.overrides, house=given.house, formats=given.formats, config_dir=given.config_dir)
    if given.dry_run:
        return _plan(what)
    answer = study(what, execution(given, shlex.join(["cxsim", "tournament", *arguments])))
    print_answer(answer, what.folder)
    return 0


def _plan(what: Question) -> int:
    from cxsim.analysis.runs import effort, runs_folder
    from cxsim.sweeps.launch import short

    entries = len(what.files) + len(what.house)
    print(f"Entries: {', '.join(path.stem for path in what.files)}; of cxsim's own: {', '.join(one.name for one in what.house) or 'none'}.")
    print(f"Settings: {', '.join(setting.name for setting in what.settings)}.")
    print(f"With a strategy a file: {effort(what.runs(entries), what.config)}, and a trial of every entry before.")
    print(f"Runs are kept in {short(runs_folder(what.folder))}, the answer goes to {short(what.folder)}. Nothing was run.")
    return 0
