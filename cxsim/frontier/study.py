"""A frontier from question to answer: the runs, what is made of them, and the page of tables, figures and words."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from cxsim.analysis.answer import Answer, Picture, Table
from cxsim.analysis.runs import Execution, carried_out, place, runs_folder
from cxsim.config.load import with_values
from cxsim.frontier import path as paths
from cxsim.frontier import tables, words
from cxsim.frontier.cheapest import Choice, cheapest
from cxsim.frontier.flats import margin
from cxsim.frontier.maps import Maps, arranged, theory
from cxsim.frontier.question import MEASURES, SPENDING, Question, question
from cxsim.results.columns import Column
from cxsim.results.files import check_writable
from cxsim.results.provenance import now
from cxsim.sweeps.progress import Progress

LEVEL = "95 %"


def explore(
    *overrides: str,
    x: str | None = None,
    y: str | None = None,
    panels: str | None = None,
    metrics: str | Sequence[str] = ("experience", "violations", "consumer_surplus", "hidden_fees"),
    target: str | None = None,
    cost: str = "spending",
    self_funded: str | Sequence[float] | None = None,
    margin: float = 0.1,
    resamples: int = 2000,
    measures: Mapping[str, Any] | Sequence[str] = (),
    config_dir: str | Path | None = None,
    executor: str = "auto",
    workers: int | None = None,
    progress: Progress | Literal[False] | None = None,
    **values: Any,
) -> Answer:
    """Map two levers, in several markets, and say what they do together.

    Args:
        overrides: the base, as on the command line: ``"market=generic"``, ``"regulator=stylised_continental"``.
        x, y: levers and levels: ``"regulator.annual_funding=5e4:8e5:5:log"`` or ``"regulator.fine_cap=2e5,2e6,null"``; by default funding
            and fine cap over a range worked out from the market.
        panels: a parameter and levels, a map each, or ``"none"``; by default ``"market.n_firms=2,5,8"``.
        metrics: what to map.
        target: what the cheapest combination is to reach: ``"hidden_fees<=0.5"``, or a metric alone for nine tenths of the way from the
            worst to the best combination of a map; by default the first metric.
        cost: ``"spending"`` (the regulator's, £ a year) or a metric.
        self_funded: shares of fines kept for the path of a self-funded regulator; by default 0, 0.5 and 1; empty for none.
        margin: what counts as no difference, as a share of the distance between the least and the largest mean of a metric.
        resamples: resamples of the replications, for how sure the cheapest combination is.
        measures: metrics of one's own by name: ``{"vulnerable": {"table": "segments", "column": "experience", "where": ...}}``.
        config_dir: a folder of presets of one's own.
        executor, workers, progress: as for `cxsim.sweep`.
        values: further parameters by name, ``replications=10``.

    Returns:
        The answer, not yet saved. The runs are kept in ``RESULTS_DIR/NAME-runs``; asking again goes on with them.

    Raises:
        CxsimError: whatever cannot be used, or a run that failed.
    """
    what = question(
        overrides, x=x, y=y, panels=panels, metrics=metrics, aim=target, cost=cost, kept=self_funded, margin=margin, resamples=resamples,
        measures=measures, config_dir=config_dir, values=values,
    )  # fmt: skip
    return study(what, Execution(executor, workers, progress))


def folder(what: Question) -> Path:
    """Where the answer goes, and beside it the runs."""
    own = {name: one.described() for name, one in what.measures.items()}
    identity = [what.grid.design().digest, what.base.config.replications, own]
    return place(what.config, "frontier", identity)


def study(what: Question, how: Execution) -> Answer:
    """Run what is asked, and make the answer of it.

    Raises:
        CxsimError: a folder that cannot be written or holds other runs, or a run that failed.
    """
    started, clock = now(), time.monotonic()
    runs = runs_folder(folder(what))
    check_writable(folder(what))
    table = carried_out(what.grid.design(), what.base, runs / "maps", how, measures={**MEASURES, **what.measures})
    table[SPENDING.name] *= 12.0  # a year's, of a measure that is a month's
    maps = arranged(table, what.grid, what.names)
    found = _paths(what, runs, how)
    choices = [cheapest(maps.values[what.aim.metric.name][panel], maps.values[what.cost.name][panel], what.aim, what.resamples)
               for panel in range(what.grid.shape[0])]  # fmt: skip
    return _answer(what, maps, choices, found, how, started, time.monotonic() - clock)


def _paths(what: Question, runs: Path, how: Execution) -> list[paths.Path]:
    if not what.kept:
        return []
    from cxsim.sweeps.reading import read

    design = paths.design(what.grid, what.kept)
    carried_out(design, what.path_base(), runs / "paths", how, monthly=True)
    monthly = read(runs / "paths", "monthly", columns=["point", "replication", "month", *paths.SERIES])
    return paths.arranged(monthly.to_pandas(), design)


def _answer(
    what: Question, maps: Maps, choices: Sequence[Choice], found: Sequence[paths.Path], how: Execution, started: Any, seconds: float
) -> Answer:
    flats = tables.flats(what, maps)
    line = tables.theory(what, maps)
    told: dict[str, Table] = {"cheapest": tables.cheapest(what, choices)}
    findings = words.cheapest(what, choices)
    for metric in dict.fromkeys([what.aim.metric, *(metric for metric in what.metrics if metric.name in tables.CONDUCTS.values())]):
        findings += words.stops(what, flats, metric)
    if line is not None:
        told["theory"] = line
        findings += words.theory(what, line.frame.to_dict("records"))
    if found:
        told["paths"] = tables.paths(what, found)
        findings += words.grown(what, found)
    told |= {"stops": tables.stops(what, flats), "cells": tables.cells(what, maps)}
    configs = {"base": what.config}
    if what.grid.panels is not None:
        configs |= {f"map-{number + 1}": with_values(what.config, what.grid.settings(number)) for number in range(what.grid.shape[0])}
    x, y = what.grid.x.name, what.grid.y.name
    return Answer(
        kind="frontier",
        title=f"{x.capitalize()} and {y}: {what.config.market.title}",
        question=words.asked(what),
        findings=findings,
        tables=told,
        figures=_figures(what, maps, choices, found, line is not None),
        configs=configs,
        method=_method(what, bool(found)),
        limits=_limits(line is not None),
        settings=what.settings(),
        command=how.command,
        code=what.code(),
        started=started,
        duration=seconds,
    )


def _figures(what: Question, maps: Maps, choices: Sequence[Choice], found: Sequence[paths.Path], line: bool) -> dict[str, Picture]:
    across = theory(what.config, what.grid) if line else None
    marks = {panel: one.place for panel, one in enumerate(choices) if one.place is not None}
    x, y, replications = what.grid.x.name, what.grid.y.name, what.config.replications
    said = [f"Mean of {replications} replications; ± half of the {LEVEL} interval of the paired difference from the bottom left cell"]
    if across is not None:
        said.append("Above and right of the dashed line the expected penalty exceeds the gain from the fullest offence (Becker 1968)")
    framed = f" Framed: the cheapest combination that reaches the target ({what.aim})."
    drawn: dict[str, Picture] = {}
    for metric in dict.fromkeys([*what.metrics, what.aim.metric]):
        title = f"{words.name(metric).capitalize()} by {x} and {y}"

        def a_map(metric: Column = metric, title: str = title) -> Any:
            from cxsim.frontier.figures.maps import draw

            return draw(maps, metric, title, said, across, marks)

        drawn[f"map_{metric.name}"] = Picture(title, f"{'. '.join(said)}.{framed}", a_map)

    def the_steps() -> Any:
        from cxsim.frontier.figures.steps import draw

        metric = what.aim.metric
        band = margin(maps.values[metric.name], what.margin)
        lines = [
            f"Mean of the paired change over {replications} replications with its {LEVEL} interval; grey: what counts as no difference"
        ]
        return draw(maps, metric, f"Where {x} and {y} stop mattering for {words.name(metric)}", lines, band)

    drawn["steps"] = Picture(
        f"Where {x} and {y} stop mattering for {words.name(what.aim.metric)}",
        f"Change against the lowest level, a line for each level of the other lever, {LEVEL} intervals of paired differences. Grey: the "
        "margin.",
        the_steps,
    )

    def the_cost() -> Any:
        from cxsim.frontier.figures.cost import draw

        lines = [f"A point a combination, mean of {replications} replications; black: nothing cheaper does better",
                 f"Bars: across, {LEVEL} interval; upright, half of it for the paired difference from the lowest levels"]  # fmt: skip
        return draw(maps, what.cost, what.aim, choices, f"What it costs to bring {words.name(what.aim.metric)} to the target", lines)

    drawn["cost"] = Picture(
        f"What it costs to bring {words.name(what.aim.metric)} to the target",
        "Every combination by its cost and its result; the step line joins those that nothing cheaper betters; circled: the choice.",
        the_cost,
    )  # fmt: skip
    if found:

        def the_paths() -> Any:
            from cxsim.frontier.figures.path import draw

            lines = [f"From the regulator's first month; mean of {replications} replications, the band is its {LEVEL} interval"]
            return draw(found, what.grid, "A regulator that keeps its fines", lines)

        drawn["paths"] = Picture(
            "A regulator that keeps its fines",
            "Money, fines, cases and rule-breaking by month, a line for each share of fines kept.",
            the_paths,
        )
    return drawn


def _method(what: Question, paths_too: bool) -> list[str]:
    config, (cells, more) = what.config, what.runs
    said = [
        f"Every combination of {len(what.grid.x)} levels of {what.grid.x.key} and {len(what.grid.y)} of {what.grid.y.key}"
        + (f", for {len(what.grid.panels)} levels of {what.grid.panels.key}" if what.grid.panels else "")
        + f", was run {config.replications} times: {cells:,} runs of {config.market.n_customers:,} customers, {config.burn_in} months of "
          "burn-in and "
        f"{config.months} reported. Metrics are means over the last months (at most twelve); spending is the mean over all months "
        "reported.",
        "The n-th replication of every combination has the same luck, so that differences are paired. Intervals are Student's, "
        f"{LEVEL}, over replications.",
        "A lever has stopped mattering from a level on when the whole interval of every paired difference between the levels from "
        f"there and the highest lies within {100 * what.margin:g} % of the distance between the least and the largest mean of the "
        "metric over all maps (equivalence testing: Schuirmann 1987). That a difference cannot be told from zero is not enough.",
        f"The cheapest combination is the one of least cost whose mean reaches the target. How sure that is: {what.resamples:,} "
        "resamples of the replications, the same ones for every combination (paired bootstrap: Efron and Tibshirani 1993). Whether "
        "luck alone would set the best and the worst as far apart: the same with all means moved to one (Davison and Hinkley 1997).",
        "Theory's line compares the gain from the fullest offence that brings money with the chance of a case that the money buys, "
        "times the chance of a finding, times fine (under its caps) and redress (Becker 1968; Polinsky and Shavell 2000). It knows "
        "parameters only; no run enters it.",
    ]  # fmt: skip
    if paths_too:
        said.append(
            f"Paths: {more:,} runs from the regulator's first month, without burn-in, with the map's least public money and its highest "
            "cap, so that growth has to come from fines. Spending is judged by periods of two years: it grew when the best exceeds the "
            "first beyond doubt and by half or more; fines dried up, or it starved, when the last falls short of the best beyond doubt "
            "and is below half of it."
        )  # fmt: skip
    return said


def _limits(line: bool) -> list[str]:
    said = [
        "Levels between those run are not known; the answer is a combination of the grid, and a finer one may be cheaper.",
        "Intervals tell how far luck moves the results, not how far the model is from the world; what the guesses among its parameters "
        "do is a question for cxsim sensitivity.",
        "The best of many cells is a little better than it will be again: a target that is a share of the way to the best inherits that.",
    ]
    if line:
        said.append(
            "Theory's line takes one offence at a time. A firm that breaks several rules anyway may be fined no more for one more, so "
            "that beyond the line some of the offence can remain (marginal deterrence: Stigler 1970); a breach however small counts "
            "fully in the metric violations."
        )  # fmt: skip
    return said
