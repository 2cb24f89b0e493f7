"""``cxsim robustness``: regimes in many futures, their regret, and which is never worse."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from cxsim.cli.compare import gathered, parser, place

if TYPE_CHECKING:
    from pathlib import Path

    from cxsim.comparison.robustness import Robustness, Study

EPILOG = """settings:
  key=a,b,...  or  regimes=FILE.yaml    the regimes, as for cxsim compare
  futures=guesses         a Latin hypercube over the numbers that are guesses: half to twice of each (the default)
  futures=FILE.yaml       ranges: {KEY: [LOW, HIGH], ...} for a Latin hypercube, or futures: {NAME: {title: ..., KEY: VALUE, ...}, ...}
  n_futures=24            how many to draw; futures_seed=1 draws them
  metric=consumer_surplus what counts; aim=max or aim=min where it is not plain which is better
  replications=10         runs of each regime in each future
  baseline=, window=, name=, executor=, executor.workers=, executor.address=   as for cxsim compare

examples:
  cxsim robustness market=energy regulator=none,gdpr,stylised_continental n_futures=16
  cxsim robustness experiment=price_walk_ban futures=mine.yaml metric=price_paid
"""


def main(arguments: list[str]) -> int:
    """Try regimes in many futures.

    Raises:
        CxsimError: something that cannot be used; nothing was simulated then.
    """
    given = parser("robustness", "Try regimes in many futures: how much each may be regretted, and which is never worse.", EPILOG)
    options = given.parse_intermixed_args(arguments)
    from cxsim.comparison import api, robustness, runs

    own, rest = api.split(options.overrides, robustness.OWN)
    regimes, wanted, config, execution = gathered(own, rest, options, robustness.OWN)
    own.setdefault("baseline", wanted)
    asked = robustness.study(regimes, own)
    folder = place(regimes, config, rest, "robustness", [[dict(future.values) for future in asked.futures.all]])
    if options.dry_run:
        print(_plan(asked, folder))
        return 0
    runs.check_place(folder)
    from cxsim.sweeps.launch import short

    shared = [word for word in rest if not word.startswith("executor")]
    found = robustness.conduct(asked, folder, execution, overrides=shared, command=shlex.join(["cxsim", "robustness", *arguments]))
    _render(found)
    kept = runs.kept_answer(found, folder)
    print(f"Answer: {short(kept or found.save(folder / runs.ANSWER))}")
    return 0


def _render(study: Robustness) -> None:
    from cxsim.cli.tables import print_table
    from cxsim.comparison.numbers import amount, interval

    unit = study.metric.unit
    rows = []
    for row in study.table("regimes").itertuples(index=False):
        ends = (max(row.mean_regret_low, 0.0), row.mean_regret_high), (max(row.largest_regret_low, 0.0), row.largest_regret_high)
        rows.append(
            [
                row.regime, amount(row.mean, unit), amount(row.worst, unit),
                f"{amount(row.mean_regret, unit)} ({interval(*ends[0], unit)})",
                f"{amount(row.largest_regret, unit)} ({interval(*ends[1], unit)}){f' in {row.largest_in}' if row.largest_regret else ''}",
                f"{row.best:.0%}", f"{row.told_better} / {row.told_worse}", row.never_worse,
            ]
        )  # fmt: skip
    header = ("Regime", "Mean", "Worst future", "Mean regret", "Largest regret", "Best in", "Told better / worse", "Never worse")
    print_table(f"{study.metric.name} in {len(study.futures):,} futures", header, rows)
    for paragraph in study.findings:
        print(f"{paragraph}\n")


def _plan(asked: Study, folder: Path) -> str:
    from cxsim.comparison.printing import listing
    from cxsim.config.errors import shown
    from cxsim.sweeps.launch import short

    config = asked.regimes[0].config
    regimes = [(regime.name, "baseline" if place == asked.baseline else "", regime.title) for place, regime in enumerate(asked.regimes)]
    if asked.futures.ranges:
        futures = listing([(key, f"{low:.4g} to {high:.4g}") for key, (low, high) in asked.futures.ranges.items()])
    else:
        values = [", ".join(f"{key}={shown(value)}" for key, value in future.values.items()) for future in asked.futures.all]
        futures = listing([(future.name, what) for future, what in zip(asked.futures.all, values, strict=True)])
    runs = len(asked.points) * asked.replications
    size = f"{config.market.n_customers:,} customers x {config.burn_in + config.months:,} months each"
    number = f"{asked.replications:,} replications of {len(asked.regimes)} regimes in {len(asked.futures):,} futures, {runs:,} runs"
    where = f"Would go to: {short(folder)}. Nothing was run."
    return f"{listing(regimes)}\n\n{asked.futures.made}:\n{futures}\n\n{number}; {size}.\n{where}"
