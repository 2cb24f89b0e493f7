"""``cxsim discover``: when does a regime fail?"""

from __future__ import annotations

import shlex

from cxsim.cli.explore import add_execution, execution, print_answer, print_plan
from cxsim.cli.parser import Parser
from cxsim.cli.sensitivity import add_question

EXAMPLES = """examples:
  cxsim discover market=generic --regime regulator=fca --versus regulator=none --fails consumer_surplus
  cxsim discover market=generic regulator=minimal_capped --fails "hidden_fees>2" --vary "customers.*,market.attention=0.01:0.1"
  cxsim discover market=energy --regime "market.n_firms=8 market.firms_table=null" --versus "" --fails "experience<-1" --cases 500
"""


def main(arguments: list[str]) -> int:
    """Answer the question, or with ``--dry-run`` say what it would take.

    Raises:
        CxsimError: arguments that cannot be used, or runs that fail.
    """
    parser = Parser(
        prog="cxsim discover",
        description="When does a regime fail? Varies what is uncertain all at once, looks for the conditions under which a regime misses a "
        "threshold or does worse than another, and checks them on cases that had no part in finding them.",
        epilog=EXAMPLES,
    )
    add_question(parser)
    parser.add_argument("--fails", default="experience", metavar="CONDITION",
                        help='when it fails: "experience<60"; with --versus a condition on the '
                        "difference, or a metric alone: worse for customers than the other (default: %(default)s)")  # fmt: skip
    parser.add_argument("--cases", type=int, default=300, metavar="N", help="cases tried (default: %(default)s)")
    parser.add_argument(
        "--method", default="prim", metavar="METHOD", help="prim, or cart (a tree; needs scikit-learn) (default: %(default)s)"
    )
    parser.add_argument("--boxes", type=int, default=2, metavar="N", help="rules looked for, at most (default: %(default)s)")
    add_execution(parser)
    given = parser.parse_intermixed_args(arguments)
    from cxsim.sensitivity.discovery_study import folder, question, study

    what = question(
        given.overrides, regime=given.regime, versus=given.versus, fails=given.fails, vary=given.vary or "guesses", without=given.without,
        rule=given.rule, spread=given.spread, cases=given.cases, method=given.method, boxes=given.boxes, measures=given.measure,
        config_dir=given.config_dir,
    )  # fmt: skip
    if given.dry_run:
        varied = [f"{one.key}: {one.low:g} to {one.high:g} ({one.rule})" for one in what.selection.factors]
        varied += [f"{key}: left out, {why}" for key, why in what.selection.left_out.items()]
        print_plan({f"{what.cases:,} cases": (what.runs, what.config)}, folder(what), varied)
        return 0
    answer = study(what, execution(given, shlex.join(["cxsim", "discover", *arguments])))
    print_answer(answer, folder(what))
    return 0
