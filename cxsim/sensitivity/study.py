"""A sensitivity study from question to answer: the runs, what is made of them, and the page of tables, figures and words."""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from cxsim.analysis.answer import Answer, Picture, Table
from cxsim.analysis.runs import Execution, place, runs_folder
from cxsim.results.columns import Column
from cxsim.results.files import check_writable
from cxsim.results.provenance import now
from cxsim.sensitivity import morris, sobol, tables, words
from cxsim.sensitivity.convergence import convergence
from cxsim.sensitivity.luck import LUCK
from cxsim.sensitivity.outcomes import evaluated, points
from cxsim.sensitivity.question import DEFAULTS, FIRST_ROWS, FIRST_TRAJECTORIES, Question, batches, question
from cxsim.sensitivity.ranges import Factor
from cxsim.sweeps.ids import essence
from cxsim.sweeps.progress import Progress

Growth = dict[str, list[tuple[int, np.ndarray, np.ndarray]]]


@dataclasses.dataclass(frozen=True)
class Screened:
    """A screening of every metric, with its growth."""

    found: dict[str, morris.Screening]
    grown: Growth


@dataclasses.dataclass(frozen=True)
class Indexed:
    """Indices of every metric, with their growth and the independent draws."""

    factors: tuple[Factor, ...]
    found: dict[str, sobol.Indices]
    grown: Growth
    draws: dict[str, np.ndarray]


def analyse(
    *overrides: str,
    regime: str = "",
    versus: str | None = None,
    vary: str | Sequence[str] = "guesses",
    without: str | Sequence[str] = (),
    rule: str = "around",
    spread: float = 0.5,
    metrics: str | Sequence[str] = ("experience",),
    method: str = "both",
    trajectories: int = 8,
    n: int = 64,
    top: int = 6,
    resamples: int = 1000,
    measures: Mapping[str, Any] | Sequence[str] = (),
    config_dir: str | Path | None = None,
    executor: str = "auto",
    workers: int | None = None,
    progress: Progress | Literal[False] | None = None,
    **values: Any,
) -> Answer:
    """Which parameters decide a result, or what would change the answer to a comparison, and how much is luck.

    Args:
        overrides: the market, as on the command line.
        regime: what is set on top of it, ``"regulator=fca"``.
        versus: another regime; then the paired difference (the regime less the other) is looked at.
        vary: ``"guesses"``, ``"preset_guesses"``, names, patterns and ranges: ``"customers.*,market.attention=0.01:0.1"``.
        without: names and patterns to leave out.
        rule: ``"around"`` the values in use, or the ``"schema"``'s whole ranges.
        spread: for ``around``: how far to either side, as a share of the value.
        metrics: what is looked at.
        method: ``"morris"``, ``"sobol"``, or ``"both"``: screening, then indices of the parameters that move most.
        trajectories: of the screening.
        n: base samples of the indices, a power of two.
        top: how many parameters go from the screening to the indices.
        resamples: of the bootstraps.
        measures: metrics of one's own by name: ``{"vulnerable": {"table": "segments", "column": "experience", "where": ...}}``.
        config_dir: a folder of presets of one's own.
        executor, workers, progress: as for `cxsim.sweep`.
        values: further parameters by name, ``months=60``.

    Returns:
        The answer, not yet saved. The runs are kept in ``RESULTS_DIR/NAME-runs``; more trajectories or base samples go on from them.

    Raises:
        CxsimError: whatever cannot be used, SALib not installed, or a run that failed.
    """
    what = question(
        overrides, regime=regime, versus=versus, vary=vary, without=without, rule=rule, spread=spread, metrics=metrics, method=method,
        trajectories=trajectories, rows=n, top=top, resamples=resamples, measures=measures, config_dir=config_dir, values=values,
    )  # fmt: skip
    return study(what, Execution(executor, workers, progress))


def folder(what: Question) -> Path:
    """Where the answer goes, and beside it the runs; the same for every number of points, so that more go on from fewer."""
    identity = [
        [[factor.key, factor.low, factor.high] for factor in what.selection.factors], [essence(one) for one in what.regimes.configs],
        what.config.replications, {name: one.described() for name, one in what.measures.items()},
    ]  # fmt: skip
    return place(what.config, "sensitivity", identity)


def study(what: Question, how: Execution) -> Answer:
    """Run what is asked, and make the answer of it.

    Raises:
        CxsimError: a folder that cannot be written or holds other runs, SALib not installed, or a run that failed.
    """
    started, clock = now(), time.monotonic()
    check_writable(folder(what))
    runs = runs_folder(folder(what))
    screened = _screened(what, runs / "screening", how) if what.screens else None
    factors = _chosen(what, screened)
    indexed = _indexed(what, factors, runs, how) if factors else None
    return _answer(what, screened, indexed, how, started, time.monotonic() - clock)


def _screened(what: Question, runs: Path, how: Execution) -> Screened:
    factors, seed = what.selection.factors, what.config.seed
    plans, values = [], []
    for start, end in batches(what.trajectories, FIRST_TRAJECTORIES):
        # A batch of one trajectory is drawn as two: SALib and the bootstrap of a part want two.
        made = morris.plan(len(factors), max(end - start, 2), seed, start)
        made = morris.Plan(made.unit[: end - start], made.luck[: end - start])
        design = points(factors, made.unit.reshape(-1, len(factors)), made.luck.ravel(), seed, {"kind": "morris", "first": start})
        plans.append(made)
        values.append(evaluated(what.regimes, design, what.metrics, runs / f"{start}-{end}", how, what.measures))
    whole = morris.Plan(np.concatenate([made.unit for made in plans]), np.concatenate([made.luck for made in plans]))
    found: dict[str, morris.Screening] = {}
    grown: Growth = {}
    for metric in what.metrics:
        table = np.concatenate([part[metric.name].mean(axis=1) for part in values]).reshape(whole.luck.shape)
        found[metric.name] = morris.screened(whole, table, what.resamples)
        grown[metric.name] = []
        for size in _growing(what.trajectories, 4):
            some = morris.screened(morris.Plan(whole.unit[:size], whole.luck[:size]), table[:size], what.resamples)
            grown[metric.name].append((size, *_relative(some, what.resamples)))
    return Screened(found, grown)


def _relative(one: morris.Screening, resamples: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean sizes over the largest one, and their resamples, so that they lie between 0 and 1 like indices."""
    drawn = np.random.default_rng(1).integers(len(one.effects), size=(resamples, len(one.effects)))
    sizes = np.abs(one.effects)[drawn].mean(axis=1)
    most = sizes.max(axis=1, keepdims=True)
    largest = one.mu_star.max()
    return one.mu_star / (largest or 1.0), np.divide(sizes, most, out=np.zeros_like(sizes), where=most > 0)


def _chosen(what: Question, screened: Screened | None) -> tuple[Factor, ...]:
    """The parameters that get indices: those that move any metric most, by their size over the largest one."""
    if not what.indexed:
        return ()
    if screened is None:
        return what.selection.factors
    sizes = [one.mu_star / (one.mu_star.max() or 1.0) for one in screened.found.values()]
    size = np.max(sizes, axis=0)
    order = [place for place in np.argsort(-size, kind="stable")[: what.indexed] if size[place] > 0]
    return tuple(what.selection.factors[place] for place in order)


def _indexed(what: Question, factors: tuple[Factor, ...], runs: Path, how: Execution) -> Indexed:
    seed = what.config.seed
    drawn = sobol.sample(len(factors), what.rows, seed % 2**31)
    # Another choice of parameters is another sample; each has a folder of its own.
    name = f"sobol-{_short([factor.key for factor in factors])}"
    values = []
    for start, end in batches(what.rows, FIRST_ROWS):
        some = drawn[start:end].reshape(-1, len(factors) + 1)
        design = points(factors, some[:, :-1], some[:, -1], seed, {"kind": "sobol", "first": start})
        values.append(evaluated(what.regimes, design, what.metrics, runs / name / f"{start}-{end}", how, what.measures))
    found: dict[str, sobol.Indices] = {}
    grown: Growth = {}
    draws: dict[str, np.ndarray] = {}
    for metric in what.metrics:
        table = np.concatenate([part[metric.name].mean(axis=1) for part in values]).reshape(what.rows, -1)
        found[metric.name] = sobol.indices(table, what.resamples)
        parts = [(size, sobol.indices(table[:size], what.resamples)) for size in _growing(what.rows, 8)]
        grown[metric.name] = [(size, one.total, one.total_all) for size, one in parts]
        draws[metric.name] = table[:, [0, -1]].ravel()
    return Indexed(factors, found, grown, draws)


def _short(keys: Sequence[str]) -> str:
    from cxsim.sweeps.ids import digest

    return digest(list(keys))[:8]


def _growing(total: int, least: int) -> list[int]:
    """Sizes on which convergence is looked at: the whole and its halves."""
    sizes = [total]
    while sizes[-1] // 2 >= least:
        sizes.append(sizes[-1] // 2)
    return sizes[::-1]


def _answer(what: Question, screened: Screened | None, indexed: Indexed | None, how: Execution, started: Any, seconds: float) -> Answer:
    keys = [factor.key for factor in what.selection.factors]
    told: dict[str, Table] = {}
    findings: list[str] = []
    grown: dict[str, Mapping[str, Any]] = {}
    names: dict[str, list[str]] = {}
    figures: dict[str, Picture] = {}
    if indexed is not None:
        mine = [factor.key for factor in indexed.factors]
        findings += [words.indices(what, mine, metric, indexed.found[metric.name]) for metric in what.metrics]
        if what.regimes.versus is not None:
            findings += [_signs(what, metric, indexed.draws[metric.name]) for metric in what.metrics]
        told["indices"] = tables.indices(mine, indexed.found)
        grown["Sobol'"], names["Sobol'"] = indexed.grown, [*mine, LUCK]
        figures |= {f"indices_{metric.name}": _indices_figure(what, metric, mine, indexed) for metric in what.metrics}
    if screened is not None:
        findings += [words.screening(what, what.selection.factors, metric, screened.found[metric.name]) for metric in what.metrics]
        told["screening"] = tables.screening(what.selection.factors, screened.found)
        grown["Morris"], names["Morris"] = screened.grown, keys
        figures |= {f"screening_{metric.name}": _screening_figure(what, metric, keys, screened) for metric in what.metrics}
    for method, flag in (("Sobol'", f"--n {2 * what.rows}"), ("Morris", f"--trajectories {2 * what.trajectories}")):
        for metric in what.metrics if method in grown else ():
            size, index, resampled = grown[method][metric.name][-1]
            if not index.any():
                continue
            more = f"{flag} goes on from these runs."
            findings.append(words.converged(method, metric, convergence(index, resampled), names[method], size, more))
    told["convergence"] = tables.converging(grown, names)
    told["varied"] = tables.varied(what.selection)
    configs = dict(zip(("regime", "versus"), what.regimes.configs, strict=False))
    return Answer(
        kind="sensitivity",
        title=f"What decides {' and '.join(metric.name.replace('_', ' ') for metric in what.metrics)}: {what.config.market.title}",
        question=words.asked(what),
        findings=findings,
        tables=told,
        figures=figures,
        configs=configs,
        method=_method(what, indexed),
        limits=_limits(what),
        settings=what.settings(),
        command=how.command,
        code=what.code(),
        started=started,
        duration=seconds,
    )


def _signs(what: Question, metric: Column, draws: np.ndarray) -> str:
    above, total = int((draws > 0).sum()), len(draws)
    return words.signs(what.regimes, metric, above, total, wilson(above, total))


def wilson(count: int, total: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927)."""
    z = 1.959963984540054
    middle, spread = (count + z * z / 2) / (total + z * z), z * math.sqrt(count * (total - count) / total + z * z / 4) / (total + z * z)
    return max(0.0, middle - spread), min(1.0, middle + spread)


def _screening_figure(what: Question, metric: Column, keys: Sequence[str], screened: Screened) -> Picture:
    title = f"Screening of {len(keys)} parameters: {what.regimes.words(metric)}"
    lines = [
        f"{what.trajectories} trajectories (Morris 1991); bars: 95 % interval, luck included. Blue: as much as another draw of luck, or "
        "more"
    ]

    def drawn() -> Any:
        from cxsim.sensitivity.figures.screening import draw

        return draw(keys, screened.found[metric.name], metric.unit, title, lines)

    return Picture(title, f"{lines[0]}. Dashed: what another draw of luck does on average, with its interval.", drawn)


def _indices_figure(what: Question, metric: Column, keys: Sequence[str], indexed: Indexed) -> Picture:
    title = f"What explains the variance of {what.regimes.words(metric)}"
    lines = [f"Sobol' indices from {what.rows:,} base samples; bars: 95 % bootstrap interval, luck included"]

    def drawn() -> Any:
        from cxsim.sensitivity.figures.indices import draw

        return draw(keys, indexed.found[metric.name], indexed.grown[metric.name], title, lines)

    return Picture(title, f"{lines[0]}. Right: how the intervals narrow as the sample grows; dashed: narrow enough.", drawn)


def _method(what: Question, indexed: Indexed | None) -> list[str]:
    config, (screening, more) = what.config, what.runs
    factors = what.selection.factors
    said = [
        f"{len(factors)} parameters were varied, evenly over their ranges; the table of what was varied has each range and where it "
        f"comes from. Runs of {config.market.n_customers:,} customers, {config.burn_in} months of burn-in and {config.months} reported; "
        "metrics are means over the last months (at most twelve).",
    ]  # fmt: skip
    if what.regimes.versus is not None:
        said.append(
            f"Each point was run with {what.regimes.names[0]} and with {what.regimes.names[1]}, both with the same luck; the difference "
            "is what is analysed."
        )
    if what.screens:
        said.append(
            f"Screening (Morris 1991; Campolongo, Cariboni and Saltelli 2007): {what.trajectories} trajectories of {len(factors) + 1} "
            f"points, {screening:,} runs, points of one trajectory with the same luck. Each trajectory's first point was run once more "
            "with other luck."
        )  # fmt: skip
    if indexed is not None:
        said.append(
            f"Sobol' indices by SALib (Saltelli et al. 2010; Iwanaga, Usher and Herman 2022): {what.rows:,} base samples, {more:,} runs "
            f"at most, for {len(indexed.factors)} parameters and luck, which is an input of its own: the seed. The other parameters "
            "keep the values in use."
        )  # fmt: skip
    said.append(
        f"Intervals: {what.resamples:,} bootstrap resamples of whole trajectories or rows, each of which has luck of its own, so that "
        "they hold replication noise. Convergence: Sarrazin, Pianosi and Wagener (2016)."
    )  # fmt: skip
    return said


def _limits(what: Question) -> list[str]:
    said = [
        "Shares of variance are shares over these ranges: other ranges give other shares. Ranges of half the value on either side are "
        "a convention, not knowledge.",
        "Parameters are varied independently of each other; a combination that cannot be in the world counts as much as one that can.",
        f"With {what.config.market.n_customers:,} simulated customers and {what.config.replications} replications a point luck is "
        "larger than in a large market; more of either makes its share smaller.",
    ]  # fmt: skip
    if what.selection.left_out:
        said.append(
            f"{len(what.selection.left_out)} parameters that were asked for could not be varied; the table of what was varied says why."
        )
    if what.method == "both":
        said.append("The indices cover the parameters that the screening put first; what it missed is not in them.")
    return said


__all__ = ["DEFAULTS", "analyse", "folder", "study", "wilson"]
