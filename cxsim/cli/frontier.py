"""``cxsim frontier``: two levers over a map, the cheapest combination, theory's line, the self-funded regulator's path."""

from __future__ import annotations

import shlex

from cxsim.cli.explore import add_execution, execution, print_answer, print_plan
from cxsim.cli.parser import Parser

EXAMPLES = """examples:
  cxsim frontier market=generic regulator=stylised_continental
  cxsim frontier market=generic regulator=stylised_continental --target "hidden_fees<=0.5" --dry-run
  cxsim frontier market=generic regulator=fca --x market.transparency=0:1:5 --y market.attention=0.01:0.3 --panels none
  cxsim frontier market=generic regulator=stylised_continental --y regulator.fine_cap=2e5,2e6,null replications=10 name=caps
"""


def main(arguments: list[str]) -> int:
    """Answer the question, or with ``--dry-run`` say what it would take.

    Raises:
        CxsimError: arguments that cannot be used, or runs that fail.
    """
    parser = Parser(
        prog="cxsim frontier",
        description="How two levers work together: maps over every combination, where each lever stops mattering, theory's line of "
        "deterrence, the cheapest combination that reaches a target, and the path of a regulator that keeps its fines.",
        epilog=EXAMPLES,
    )
    parser.add_argument("overrides", nargs="*", metavar="KEY=VALUE", help="the market, as for cxsim run: presets and values")
    parser.add_argument("--x", metavar="KEY=LEVELS", help="one lever: KEY=LOW:HIGH[:LEVELS[:log|linear]] or KEY=VALUE,VALUE,...; by "
                        "default regulator.annual_funding over the range that matters")  # fmt: skip
    parser.add_argument("--y", metavar="KEY=LEVELS", help="the other lever; by default regulator.fine_cap, null (no cap) included")
    parser.add_argument(
        "--panels", metavar="KEY=LEVELS", help="a map for each of these; none for one map (by default market.n_firms=2,5,8)"
    )
    parser.add_argument("--metrics", default="experience,violations,consumer_surplus,hidden_fees", metavar="NAME,...",
                        help="what to map (default: %(default)s)")  # fmt: skip
    parser.add_argument("--target", metavar="CONDITION", help='what to reach: "hidden_fees<=0.5", or a metric alone for 90 %% of the way '
                        "from the worst to the best combination (by default the first metric)")  # fmt: skip
    parser.add_argument("--cost", default="spending", metavar="NAME", help="what reaching it costs: spending (the regulator's, £ a year) "
                        "or a metric (default: %(default)s)")  # fmt: skip
    parser.add_argument("--self-funded", metavar="SHARES", help="shares of fines kept, for the self-funded regulator's path (by default "
                        "0,0.5,1; none for no path)")  # fmt: skip
    parser.add_argument("--margin", type=float, default=0.1, metavar="SHARE", help="what counts as no difference, as a share of the "
                        "distance between a metric's least and largest mean (default: %(default)s)")  # fmt: skip
    parser.add_argument("--resamples", type=int, default=2000, metavar="N", help="resamples of the replications (default: %(default)s)")
    add_execution(parser)
    given = parser.parse_intermixed_args(arguments)
    from cxsim.frontier.question import question
    from cxsim.frontier.study import folder, study

    kept = () if given.self_funded == "none" else given.self_funded
    what = question(
        given.overrides, x=given.x, y=given.y, panels=given.panels, metrics=given.metrics, aim=given.target, cost=given.cost, kept=kept,
        margin=given.margin, resamples=given.resamples, measures=given.measure, config_dir=given.config_dir,
    )  # fmt: skip
    if given.dry_run:
        maps, paths = what.runs
        levels = [f"{one.key}: {', '.join(one.labels())}" for one in (what.grid.x, what.grid.y, what.grid.panels) if one is not None]
        print_plan({"the maps": (maps, what.config), "the paths": (paths, what.path_base().config)}, folder(what), levels)
        return 0
    answer = study(what, execution(given, shlex.join(["cxsim", "frontier", *arguments])))
    print_answer(answer, folder(what))
    return 0
