"""``cxsim decompose``: how much of a difference between two regimes comes through which channel."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from cxsim.cli.parser import Parser, UsageError
from cxsim.config.errors import BadValueError, ContradictionError

if TYPE_CHECKING:
    from cxsim.config.run import Config
    from cxsim.decomposition.result import Decomposition

EXAMPLES = """\
cxsim decompose market=energy from=regulator=none to=regulator=gdpr replications=10
cxsim decompose market=generic 'to=[market.ban_price_walking=true,market.switching_cost=20]' at=60 replications=10
cxsim decompose market=mobile from=market.n_firms=2 to=market.n_firms=6 --outcomes experience,price_paid,churn
"""


def main(arguments: list[str]) -> int:
    """Decompose a difference and write the answer.

    Returns:
        0.

    Raises:
        CxsimError: regimes that cannot be compared so, or a folder that cannot be written; nothing is written then.
    """
    given = _parser().parse_intermixed_args(arguments)
    from cxsim.decomposition.decompose import DEFAULT, decompose
    from cxsim.results.files import check_writable

    one, other, at = _regimes(given.words, given.config_dir)
    outcomes = [name.strip() for name in given.outcomes.split(",") if name.strip()] if given.outcomes else list(DEFAULT)
    folder = Path(given.out).expanduser() if given.out else Path(one.results_dir, one.name)
    if one == other:
        raise UsageError("to: it changes nothing, so that there is no difference to decompose; see cxsim decompose --help.")
    check_writable(folder, *(["--out FOLDER"] if given.out else []))
    found = decompose(one, other, at=at, outcomes=outcomes, command=shlex.join(["cxsim", "decompose", *arguments]))
    _show(found, found.save(folder))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="cxsim decompose",
        description="Simulate two regimes with the same luck, play the market again with each set of channels (prices, quality, hidden "
        "charges, switching, publicity, other) taken from the one and the rest from the other, and share out the difference: Shapley's "
        "value. Words are overrides as for cxsim run, which both regimes share; from=[OVERRIDE,...] and to=[OVERRIDE,...], what sets them "
        "apart; and at=MONTH if the second regime only begins on a day.",
        epilog=f"examples:\n{EXAMPLES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("words", nargs="*", metavar="WORD", help="overrides, from=[...], to=[...], at=MONTH")
    parser.add_argument("--outcomes", metavar="A,B,...", help="monthly columns to decompose (by default experience,consumer_surplus)")
    parser.add_argument("--out", metavar="FOLDER", help="where to write (by default results_dir/name)")
    parser.add_argument("--config-dir", "-cd", metavar="DIR", help="presets of your own, looked into first")
    return parser


def _regimes(words: list[str], config_dir: str | None) -> tuple[Config, Config, int | None]:
    from cxsim.branching.futures import futures_of
    from cxsim.branching.plans import split
    from cxsim.config.load import load, with_values

    sides: dict[str, list[str]] = {}
    shared: list[str] = []
    at: int | None = None
    for word in words:
        key, _, value = word.partition("=")
        if key in sides or (key == "at" and at is not None):
            raise ContradictionError(f"{key}: it is given twice; give it once.")
        if key in ("from", "to"):
            sides[key] = split(key, value)
        elif key == "at":
            if not value.isdecimal():
                raise BadValueError("at", value, "a month of the report, a whole number from 0")
            at = int(value)
        else:
            shared.append(word)
    if "to" not in sides:
        raise UsageError("to: say what sets the second regime apart, to=OVERRIDE or to=[OVERRIDE,...]; see cxsim decompose --help.")
    one = load(*shared, *sides.get("from", ()), config_dir=config_dir)
    if not any(word.startswith("name=") for word in shared):
        one = with_values(one, {"name": "decomposition"})
    if at is not None:
        return one, futures_of(one, [{"to": sides["to"]}], config_dir)["to"].config, at
    return one, with_values(load(*shared, *sides["to"], config_dir=config_dir), {"name": one.name}), None


def _show(found: Decomposition, folder: Path) -> None:
    from cxsim.cli.run import _short
    from cxsim.cli.tables import print_table
    from cxsim.results.summary import number

    rows = found.effects.query("period == 'last'")
    several = found.one.replications > 1
    # A share of a difference that may be none says nothing.
    sure = {row.outcome for row in rows.itertuples() if row.channel == "total" and (not several or row.low > 0 or row.high < 0)}
    header = ("Outcome", "Channel", "Unit", "Effect", *(["95 % interval"] if several else []), "Share")
    body = []
    for row in rows.itertuples():
        interval = [f"[{number(row.low, signed=True)}, {number(row.high, signed=True)}]"] if several else []
        share = f"{round(100 * row.share) + 0} %" if row.outcome in sure and row.share == row.share else ""
        body.append((row.outcome, row.channel.replace("_", " "), row.unit, number(row.effect, signed=True), *interval, share))
    start, width = int(rows["start"].iloc[0]), int(rows["months"].iloc[0])
    print_table(f"Second regime less first in months {start} to {start + width - 1}, by channel", header, body)
    print()
    for paragraph in found.answer().findings:
        print(paragraph)
        print()
    print(f"Results: {_short(folder)}")
