"""A discovery from question to answer: when does a regime fail?"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from cxsim.analysis.answer import Answer, Picture
from cxsim.analysis.conditions import Condition, condition, metric, sensed
from cxsim.analysis.conditions import measures as parsed_measures
from cxsim.analysis.runs import Execution, place, python_call, runs_folder
from cxsim.config.errors import BadValueError, ContradictionError, nearest
from cxsim.config.run import Config
from cxsim.results.columns import Column
from cxsim.results.files import check_writable
from cxsim.results.measure import Measure
from cxsim.results.provenance import now
from cxsim.sensitivity import discovery_tables, discovery_words
from cxsim.sensitivity.discovery import METHODS, Discovery, discover, enough
from cxsim.sensitivity.outcomes import Regimes, evaluated, points, regimes
from cxsim.sensitivity.question import DEFAULTS
from cxsim.sensitivity.ranges import AROUND, GUESSES, SPREAD, Selection, select
from cxsim.sweeps.ids import essence
from cxsim.sweeps.progress import Progress

CASES, BOXES = 300, 2
LEAST_CASES = 60


@dataclasses.dataclass(frozen=True)
class Question:
    """All that a discovery is asked.

    Attributes:
        regimes: whose results, or the difference between which two.
        selection: the parameters varied.
        fails: when a case counts as failing, on the regime's metric or, where two regimes are compared, on the difference.
        cases: how many.
        method: ``prim`` or ``cart``.
        boxes: at most so many are looked for.
        measures: metrics of one's own by name.
    """

    regimes: Regimes
    selection: Selection
    fails: Condition
    cases: int
    method: str
    boxes: int
    measures: Mapping[str, Measure] = dataclasses.field(default_factory=dict)

    @property
    def config(self) -> Config:
        """The regime's configuration."""
        return self.regimes.regime.config

    @property
    def runs(self) -> int:
        """Runs that it takes."""
        return self.cases * self.config.replications * len(self.regimes.configs)

    def code(self) -> str:
        """The Python that asks the same again."""
        options = {
            "regime": self.regimes.given[0],
            "versus": self.regimes.given[1],
            "fails": f"{self.fails.metric.name}{self.fails.sign}{self.fails.bound!r}",
            "vary": self.selection.typed(),
            "cases": self.cases,
            "method": self.method,
            "boxes": self.boxes,
            "measures": {name: one.described() for name, one in self.measures.items()},
        }
        return python_call("cxsim.sensitivity", "failing", self.regimes.shared, options, self.regimes.regime.values)

    def settings(self) -> dict[str, Any]:
        """All of it ready for JSON."""
        return {
            "regime": self.regimes.names[0],
            "versus": self.regimes.names[1] or None,
            "fails": str(self.fails),
            "factors": [dataclasses.asdict(factor) for factor in self.selection.factors],
            "left_out": dict(self.selection.left_out),
            "cases": self.cases,
            "method": self.method,
            "boxes": self.boxes,
            "measures": {name: one.described() for name, one in self.measures.items()},
            "replications": self.config.replications,
            "seed": self.config.seed,
        }


def question(
    overrides: Sequence[str],
    *,
    regime: str = "",
    versus: str | None = None,
    fails: str = "experience",
    vary: str | Sequence[str] = GUESSES,
    without: str | Sequence[str] = (),
    rule: str = AROUND,
    spread: float = SPREAD,
    cases: int = CASES,
    method: str = "prim",
    boxes: int = BOXES,
    measures: Mapping[str, Any] | Sequence[str] = (),
    config_dir: str | Path | None = None,
    values: Mapping[str, Any] | None = None,
) -> Question:
    """Check what was asked.

    Args:
        overrides: the market, as on the command line.
        regime, versus: see `cxsim.sensitivity.outcomes.regimes`.
        fails: a condition, on the metric or, with ``versus``, on its difference; or with ``versus`` a metric alone: failing is then to be
            worse for customers than the other regime.
        vary, without, rule, spread: see `cxsim.sensitivity.ranges.select`.
        cases, method, boxes: see `Question`.
        measures: metrics of one's own, as `cxsim.analysis.conditions.measures` takes them.
        config_dir: a folder of presets of one's own.
        values: Python values by key.

    Raises:
        CxsimError: whatever cannot be used.
    """
    own = parsed_measures(measures)
    if any(sign in fails for sign in "<>="):
        failing = condition(fails, "--fails", own)
    else:
        column = metric(fails, "--fails", own)
        if versus is None:
            raise ContradictionError(
                f"--fails: say when the regime fails, for example --fails '{column.name}<{_example(column)}', or what it is to be "
                "better than with --versus."
            )  # fmt: skip
        failing = Condition(column, "<" if sensed(column.name, "--fails", own) > 0 else ">", 0.0)
    if method not in METHODS:
        raise BadValueError("--method", method, ", ".join(METHODS), nearest(str(method), METHODS))
    if not isinstance(cases, int) or cases < LEAST_CASES:
        raise BadValueError("--cases", cases, f"a whole number, {LEAST_CASES} or more")
    if not isinstance(boxes, int) or not 1 <= boxes <= 5:
        raise BadValueError("--boxes", boxes, "1 to 5")
    compared = regimes(overrides, regime, versus, config_dir, DEFAULTS, **(values or {}))
    selection = select(compared.configs, vary, without, rule, spread)
    return Question(compared, selection, failing, cases, method, boxes, own)


def failing(
    *overrides: str,
    regime: str = "",
    versus: str | None = None,
    fails: str = "experience",
    vary: str | Sequence[str] = "guesses",
    without: str | Sequence[str] = (),
    rule: str = "around",
    spread: float = 0.5,
    cases: int = CASES,
    method: str = "prim",
    boxes: int = BOXES,
    measures: Mapping[str, Any] | Sequence[str] = (),
    config_dir: str | Path | None = None,
    executor: str = "auto",
    workers: int | None = None,
    progress: Progress | Literal[False] | None = None,
    **values: Any,
) -> Answer:
    """When does a regime fail? Scenario discovery over a Latin hypercube (Bryant and Lempert 2010).

    Args:
        overrides: the market, as on the command line.
        regime: what is set on top of it, ``"regulator=fca"``.
        versus: another regime, with which it is compared.
        fails: when a case fails: ``"experience<60"``; with ``versus`` a condition on the difference (the regime less the other), or a
            metric alone: worse for customers than the other.
        vary, without, rule, spread: what is varied and how far, as for `cxsim.sensitivity.analyse`.
        cases: points of the hypercube, each with luck of its own.
        method: ``"prim"`` or ``"cart"``.
        boxes: rules looked for, at most.
        measures: metrics of one's own by name: ``{"vulnerable": {"table": "segments", "column": "experience", "where": ...}}``.
        config_dir: a folder of presets of one's own.
        executor, workers, progress: as for `cxsim.sweep`.
        values: further parameters by name, ``replications=4``.

    Returns:
        The answer, not yet saved. The runs are kept in ``RESULTS_DIR/NAME-runs``.

    Raises:
        CxsimError: whatever cannot be used, scikit-learn not installed for ``cart``, or a run that failed.
    """
    what = question(
        overrides, regime=regime, versus=versus, fails=fails, vary=vary, without=without, rule=rule, spread=spread, cases=cases,
        method=method, boxes=boxes, measures=measures, config_dir=config_dir, values=values,
    )  # fmt: skip
    return study(what, Execution(executor, workers, progress))


def folder(what: Question) -> Path:
    """Where the answer goes, and beside it the runs; other conditions on the same runs share them."""
    identity = [
        [[factor.key, factor.low, factor.high] for factor in what.selection.factors], [essence(one) for one in what.regimes.configs],
        what.config.replications, what.cases, {name: one.described() for name, one in what.measures.items()},
    ]  # fmt: skip
    return place(what.config, "discovery", identity)


def study(what: Question, how: Execution) -> Answer:
    """Run what is asked, and make the answer of it.

    Raises:
        CxsimError: a folder that cannot be written or holds other runs, or a run that failed.
    """
    started, clock = now(), time.monotonic()
    check_writable(folder(what))
    factors, seed = what.selection.factors, what.config.seed
    unit, luck = cases(len(factors), what.cases, seed)
    design = points(factors, unit, luck, seed, {"kind": "latin hypercube", "seed": seed})
    values = evaluated(what.regimes, design, [what.fails.metric], runs_folder(folder(what)) / "cases", how, what.measures)[
        what.fails.metric.name
    ]
    tried = np.column_stack([np.asarray(level, float) for level in design.levels[:-1]])
    fails = np.asarray(what.fails.holds(values.mean(axis=1)), bool)
    found = discover(tried, fails, what.method, what.boxes, seed=seed % 2**31) if enough(fails) else None
    return _answer(what, tried, values, fails, found, how, started, time.monotonic() - clock)


def cases(factors: int, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A Latin hypercube with a luck for each point (McKay, Beckman and Conover 1979).

    Returns:
        Points from 0 to 1, shape (count, factors); luck from 0 to 1, shape (count,).
    """
    draw = np.random.default_rng(seed)
    ranks = np.column_stack([draw.permutation(count) for _ in range(factors)])
    return (ranks + draw.random(ranks.shape)) / count, draw.random(count)


def _example(column: Column) -> str:
    return "60" if column.unit == "index" else "1"


def _answer(
    what: Question,
    tried: np.ndarray,
    values: np.ndarray,
    fails: np.ndarray,
    found: Discovery | None,
    how: Execution,
    started: Any,
    seconds: float,
) -> Answer:
    told = {"cases": discovery_tables.cases(what.selection.factors, what.fails.metric, tried, values, fails, found),
            "varied": discovery_tables.varied(what.selection)}  # fmt: skip
    figures: dict[str, Picture] = {}
    if found is not None and found.found:
        told = {"boxes": discovery_tables.boxes(what.selection.factors, found), **told}
        if found.steps:
            told["trajectory"] = discovery_tables.trajectory(found)
        figures = _figures(what, tried, fails, found)
    name = what.fails.metric.name.replace("_", " ")
    return Answer(
        kind="discovery",
        title=f"When {what.regimes.names[0]} fails: {name}, {what.config.market.title}",
        question=discovery_words.asked(what.regimes, what.fails),
        findings=discovery_words.findings(what.regimes, what.fails, what.selection.factors, fails, values, found),
        tables=told,
        figures=figures,
        configs=dict(zip(("regime", "versus"), what.regimes.configs, strict=False)),
        method=_method(what),
        limits=_limits(what),
        settings=what.settings(),
        command=how.command,
        code=what.code(),
        started=started,
        duration=seconds,
    )


def _figures(what: Question, tried: np.ndarray, fails: np.ndarray, found: Discovery) -> dict[str, Picture]:
    factors = what.selection.factors
    title = f"When {what.regimes.names[0]} fails"
    words = [f"{discovery_words.failing(what.regimes, what.fails).capitalize()} in {int(fails.sum()):,} of {len(fails):,} cases"]

    def the_boxes() -> Any:
        from cxsim.sensitivity.figures.boxes import draw

        return draw(
            factors,
            found,
            title,
            [*words, "Bars: limits within the range tried, with their quasi-p-values; right: the rules on cases held out, 95 % intervals"],
        )

    def the_pairs() -> Any:
        from cxsim.sensitivity.figures.pairs import draw

        return draw(factors, tried, fails, found, title, [*words, "Rings and dark edges: cases held out, on which the rule is checked"])

    return {
        "boxes": Picture(f"{title}: the rules", "Each rule's limits, and how it holds on cases that had no part in finding it.", the_boxes),
        "pairs": Picture(
            f"{title}: the cases", "Failing and other cases over the parameters of the first rule; the box is the rule.", the_pairs
        ),
    }


def _method(what: Question) -> list[str]:
    config = what.config
    rule = (
        "PRIM (Friedman and Fisher 1999) in every combination of at most three of the six parameters that tell failures from the rest "
        "best (Kwakkel 2019; Hornberger and Spear 1981); limits that luck explains (quasi-p-value above 0.05) are taken off, and the "
        "box with the best harmonic mean of coverage and density is told."
        if what.method == "prim"
        else "Leaves of a classification tree (CART: Breiman et al. 1984; scikit-learn), pruned by cross-validation; the leaf with the "
             "best harmonic mean of "
        "coverage and density is told."
    )  # fmt: skip
    said = [
        f"{len(what.selection.factors)} parameters were varied together over a Latin hypercube of {what.cases:,} cases, each with luck "
        f"of its own and {config.replications} replications: {what.runs:,} runs of {config.market.n_customers:,} customers, "
        f"{config.burn_in} months of burn-in and {config.months} reported; metrics are means over the last months (at most twelve).",
        rule,
        "Two thirds of the cases, drawn by lot within failures and others, are learnt from; the last third is only used to check. "
        "Intervals are Wilson's (1927).",
    ]  # fmt: skip
    if what.regimes.versus is not None:
        said.append(f"Each case was run with {what.regimes.names[0]} and with {what.regimes.names[1]}, both with the same luck.")
    return said


def _limits(what: Question) -> list[str]:
    said = [
        "Shares of cases are shares over these ranges, each combination as likely as any other; they are no probabilities of the world.",
        "A rule of few limits tells where failures gather, not why; other rules may fit nearly as well.",
    ]
    if what.config.replications == 1:
        said.append("With one run a case, a case near the threshold may fail by luck; more replications make such cases rarer.")
    if what.selection.left_out:
        said.append(
            f"{len(what.selection.left_out)} parameters that were asked for could not be varied; the table of what was varied says why."
        )
    return said
