"""The command ``cxsim``: a table of sub-commands, each in a module of its own, imported only when it is asked for."""

from __future__ import annotations

import dataclasses
import importlib
import os
import sys
from collections.abc import Callable, Sequence

from cxsim import __version__
from cxsim.cli.encoding import show_all
from cxsim.config.errors import CxsimError, nearest

INTERRUPTED = 130


@dataclasses.dataclass(frozen=True)
class Command:
    """A sub-command: its name, what it does, how it is called, and the module whose ``main(arguments)`` runs it."""

    name: str
    help: str
    example: str
    module: str


COMMANDS = (
    Command(
        "run",
        "simulate a market, print a summary, write results",
        "cxsim run market=rail regulator=none seed=2",
        "cxsim.cli.run",
    ),
    Command(
        "branch",
        "several futures of one market: what a reform does from the day it comes",
        "cxsim branch market=energy at=60 futures.cap=market.price_cap=95",
        "cxsim.cli.branch",
    ),
    Command(
        "decompose",
        "through which channels two regimes differ: prices, quality, hidden charges, switching ...",
        "cxsim decompose market=home_insurance to=market.ban_price_walking=true months=12 market.n_customers=500",
        "cxsim.cli.decompose",
    ),
    Command(
        "compare",
        "compare regimes under the same luck: who wins, who loses, what it costs",
        "cxsim compare market=energy regulator=none,minimal_capped,gdpr replications=20",
        "cxsim.cli.compare",
    ),
    Command(
        "robustness",
        "try regimes in many futures: regret, and which is never worse",
        "cxsim robustness market=energy regulator=none,gdpr,stylised_continental n_futures=16",
        "cxsim.cli.robustness",
    ),
    Command(
        "results",
        "list, filter and export results",
        "cxsim results results/study --where market.n_firms>=4 --export study.csv",
        "cxsim.cli.results",
    ),
    Command(
        "presets",
        "list the presets to choose from, by group",
        "cxsim presets market",
        "cxsim.cli.presets",
    ),
    Command(
        "parameters",
        "list every parameter with unit, range, default, meaning and source",
        "cxsim parameters regulator.fine",
        "cxsim.cli.parameters",
    ),
    Command(
        "columns",
        "list every column of the result tables with unit, range and meaning",
        "cxsim columns monthly",
        "cxsim.cli.columns",
    ),
    Command(
        "frontier",
        "map two levers: where each stops mattering, the cheapest combination",
        "cxsim frontier market=generic regulator=stylised_continental --dry-run",
        "cxsim.cli.frontier",
    ),
    Command(
        "sensitivity",
        "which parameters decide a result, and how much of it is luck",
        "cxsim sensitivity market=generic --regime regulator=fca --versus regulator=none --dry-run",
        "cxsim.cli.sensitivity",
    ),
    Command(
        "discover",
        "when does a regime fail: conditions found and checked",
        "cxsim discover market=generic --regime regulator=fca --versus regulator=none --dry-run",
        "cxsim.cli.discover",
    ),
    Command(
        "validate",
        "hold the engine against closed forms and published numbers",
        "cxsim validate logit_bertrand n=4 mu=0.3",
        "cxsim.cli.validate",
    ),
    Command(
        "report",
        "one page of results to hand on",
        "cxsim report results/run",
        "cxsim.cli.report",
    ),
    Command(
        "claims",
        "claims about customers, firms and regulators as experiments",
        "cxsim claims show funded_and_uncapped",
        "cxsim.cli.claims",
    ),
    Command(
        "tournament",
        "strategies of your own against each other, ranked by profit and by what customers got",
        "cxsim tournament entries/",
        "cxsim.cli.tournament",
    ),
    Command(
        "app",
        "open the live page: levers, and a baseline and a policy side by side",
        "cxsim app",
        "cxsim.cli.app",
    ),
)

DEFAULT = "run"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: what was typed after ``cxsim``; by default that of this process.

    Returns:
        The exit code: 0 for success, 2 for input that cannot be used, 130 for an interrupt. Input that cannot be used
        is answered by one line on standard error.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    show_all()
    try:
        return _dispatch(given)
    except CxsimError as error:
        print(f"cxsim: {error}", file=sys.stderr)
        return error.exit_code
    except SystemExit as leaving:  # argparse leaves so after --help
        return leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except KeyboardInterrupt:
        print("cxsim: interrupted; nothing of the unfinished run was kept.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output (head, less) has left; Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _dispatch(given: list[str]) -> int:
    first = given[0] if given else ""
    if first in {"-h", "--help", "help"}:
        print(_overview())
        return 0
    if first == "--version":
        print(f"cxsim {__version__}")
        return 0
    command = next((command for command in COMMANDS if command.name == first), None)
    if command is not None:
        return _module(command)(given[1:])
    if first and not first.startswith(("-", "+", "~")) and "=" not in first:
        names = [command.name for command in COMMANDS]
        raise CxsimError(f"{first}: there is no such command.{nearest(first, names)} Allowed: {', '.join(names)}.")
    return _module(next(command for command in COMMANDS if command.name == DEFAULT))(given)


def _module(command: Command) -> Callable[[list[str]], int]:
    return importlib.import_module(command.module).main


def _overview() -> str:
    width = max(len(command.name) for command in COMMANDS)
    blocks = [f"  {command.name:{width}}  {command.help}\n  {'':{width}}  {command.example}" for command in COMMANDS]
    return "\n".join(
        [
            "usage: cxsim [COMMAND] [ARGUMENTS]",
            "",
            "Simulates how competition and enforcement shape what customers experience.",
            f"Without a command, cxsim means cxsim {DEFAULT}.",
            "",
            *blocks,
            "",
            "cxsim COMMAND --help says more about a command; cxsim --version says which cxsim this is.",
        ]
    )
