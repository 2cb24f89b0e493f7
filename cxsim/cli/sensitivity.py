"""``cxsim sensitivity``: which parameters decide a result, or what would change an answer, and how much is luck."""

from __future__ import annotations

import argparse
import shlex

from cxsim.cli.explore import add_execution, execution, print_answer, print_plan
from cxsim.cli.parser import Parser

EXAMPLES = """examples:
  cxsim sensitivity market=generic regulator=fca
  cxsim sensitivity market=generic --regime regulator=fca --versus regulator=none --metrics experience,consumer_surplus
  cxsim sensitivity market=energy --vary "customers.*,market.attention=0.01:0.1" --method morris --trajectories 20
  cxsim sensitivity market=generic regulator=fca --vary customers.vigilance,firms.horizon_months,market.attention --method sobol --n 256
"""


def add_question(parser: argparse.ArgumentParser) -> None:
    """Add what a sensitivity study and a discovery share: the market, the regimes, and what is varied."""
    parser.add_argument("overrides", nargs="*", metavar="KEY=VALUE", help="the market, as for cxsim run: presets and values")
    parser.add_argument("--regime", default="", metavar="'KEY=VALUE ...'", help="what is set on top of it")
    parser.add_argument("--versus", metavar="'KEY=VALUE ...'", help="another regime: then the paired difference is looked at")
    parser.add_argument("--vary", action="append", metavar="WHAT,...", help="guesses (numbers that nobody measured), preset_guesses, "
                                                                            "names, patterns "
                        "such as customers.*, ranges KEY=LOW:HIGH (default: guesses)")  # fmt: skip
    parser.add_argument("--without", action="append", default=[], metavar="WHAT,...", help="names and patterns to leave out")
    parser.add_argument("--range", default="around", dest="rule", metavar="RULE", help="around: the value in use and --spread to either "
                                                                                       "side; schema: all "
                        "that the schema allows (default: %(default)s)")  # fmt: skip
    parser.add_argument(
        "--spread", type=float, default=0.5, metavar="SHARE", help="how far to either side, as a share of the value (default: %(default)s)"
    )


def main(arguments: list[str]) -> int:
    """Answer the question, or with ``--dry-run`` say what it would take.

    Raises:
        CxsimError: arguments that cannot be used, or runs that fail.
    """
    parser = Parser(
        prog="cxsim sensitivity",
        description="Which parameters decide a result, or what would change the answer to a comparison, and how much of it is luck: "
        "Morris screening, Sobol' indices with intervals that include replication noise, and whether they have converged.",
        epilog=EXAMPLES,
    )
    add_question(parser)
    parser.add_argument("--metrics", default="experience", metavar="NAME,...", help="what is looked at (default: %(default)s)")
    parser.add_argument("--method", default="both", metavar="METHOD", help="morris, sobol, or both: screening, then indices of the "
                                                                           "parameters that move "
                        "most (default: %(default)s)")  # fmt: skip
    parser.add_argument("--trajectories", type=int, default=8, metavar="N", help="of the screening (default: %(default)s)")
    parser.add_argument("--n", type=int, default=64, metavar="N", help="base samples of the indices, a power of two (default: %(default)s)")
    parser.add_argument(
        "--top", type=int, default=6, metavar="N", help="how many parameters go from the screening to the indices (default: %(default)s)"
    )
    parser.add_argument("--resamples", type=int, default=1000, metavar="N", help="of the bootstraps (default: %(default)s)")
    add_execution(parser)
    given = parser.parse_intermixed_args(arguments)
    from cxsim.sensitivity.question import question
    from cxsim.sensitivity.study import folder, study

    what = question(
        given.overrides, regime=given.regime, versus=given.versus, vary=given.vary or "guesses", without=given.without, rule=given.rule,
        spread=given.spread, metrics=given.metrics, method=given.method, trajectories=given.trajectories, rows=given.n, top=given.top,
        resamples=given.resamples, measures=given.measure, config_dir=given.config_dir,
    )  # fmt: skip
    if given.dry_run:
        screening, indices = what.runs
        varied = [f"{one.key}: {one.low:g} to {one.high:g} ({one.rule})" for one in what.selection.factors]
        varied += [f"{key}: left out, {why}" for key, why in what.selection.left_out.items()]
        parts = {"the screening": (screening, what.config), f"the indices of {what.indexed} parameters and luck": (indices, what.config)}
        print_plan(parts, folder(what), varied)
        return 0
    answer = study(what, execution(given, shlex.join(["cxsim", "sensitivity", *arguments])))
    print_answer(answer, folder(what))
    return 0
