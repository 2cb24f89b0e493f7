"""What a sensitivity study is asked: whose results, which parameters over which ranges, which methods and how many points."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cxsim.analysis.conditions import measures as parsed_measures
from cxsim.analysis.conditions import several
from cxsim.analysis.runs import N_CUSTOMERS, python_call
from cxsim.config.errors import BadValueError, nearest
from cxsim.config.run import Config
from cxsim.results.columns import Column
from cxsim.results.measure import Measure
from cxsim.sensitivity.outcomes import Regimes, regimes
from cxsim.sensitivity.ranges import AROUND, GUESSES, SPREAD, Selection, select

METHODS = ("both", "morris", "sobol")
METRICS = ("experience",)
TRAJECTORIES, ROWS, TOP, RESAMPLES = 8, 64, 6, 1000
FIRST_TRAJECTORIES, FIRST_ROWS = 8, 64
"""Size of the first batch of each method; see `batches`."""
DEFAULTS = {"market.n_customers": N_CUSTOMERS, "replications": 1}


@dataclasses.dataclass(frozen=True)
class Question:
    """All that a sensitivity study is asked.

    Attributes:
        regimes: whose results, or the difference between which two.
        selection: the parameters varied.
        metrics: what is looked at.
        method: ``morris``, ``sobol``, or ``both``: screening, then indices of the parameters that move most.
        trajectories: of the screening.
        rows: base samples of the indices.
        top: how many parameters go from the screening to the indices.
        resamples: of the bootstraps.
        measures: metrics of one's own by name.
    """

    regimes: Regimes
    selection: Selection
    metrics: tuple[Column, ...]
    method: str
    trajectories: int
    rows: int
    top: int
    resamples: int
    measures: Mapping[str, Measure] = dataclasses.field(default_factory=dict)

    @property
    def config(self) -> Config:
        """The regime's configuration."""
        return self.regimes.regime.config

    @property
    def screens(self) -> bool:
        """Whether there is a screening."""
        return self.method != "sobol"

    @property
    def indexed(self) -> int:
        """How many parameters get indices, at most."""
        return 0 if self.method == "morris" else min(self.top, len(self.selection.factors)) if self.screens else len(self.selection.factors)

    @property
    def runs(self) -> tuple[int, int]:
        """Runs of the screening and of the indices."""
        each = self.config.replications * len(self.regimes.configs)
        screening = self.trajectories * (len(self.selection.factors) + 2) * each if self.screens else 0
        return screening, self.rows * (self.indexed + 3) * each if self.indexed else 0

    def code(self) -> str:
        """The Python that asks the same again."""
        options = {
            "regime": self.regimes.given[0],
            "versus": self.regimes.given[1],
            "vary": self.selection.typed(),
            "metrics": [metric.name for metric in self.metrics],
            "method": self.method,
            "trajectories": self.trajectories,
            "n": self.rows,
            "top": self.top,
            "resamples": self.resamples,
            "measures": {name: one.described() for name, one in self.measures.items()},
        }
        return python_call("cxsim.sensitivity", "analyse", self.regimes.shared, options, self.regimes.regime.values)

    def settings(self) -> dict[str, Any]:
        """All of it ready for JSON."""
        return {
            "regime": self.regimes.names[0],
            "versus": self.regimes.names[1] or None,
            "metrics": [metric.name for metric in self.metrics],
            "factors": [dataclasses.asdict(factor) for factor in self.selection.factors],
            "left_out": dict(self.selection.left_out),
            "method": self.method,
            "trajectories": self.trajectories,
            "n": self.rows,
            "top": self.top,
            "resamples": self.resamples,
            "measures": {name: one.described() for name, one in self.measures.items()},
            "replications": self.config.replications,
            "seed": self.config.seed,
        }


def question(
    overrides: Sequence[str],
    *,
    regime: str = "",
    versus: str | None = None,
    vary: str | Sequence[str] = GUESSES,
    without: str | Sequence[str] = (),
    rule: str = AROUND,
    spread: float = SPREAD,
    metrics: str | Sequence[str] = METRICS,
    method: str = "both",
    trajectories: int = TRAJECTORIES,
    rows: int = ROWS,
    top: int = TOP,
    resamples: int = RESAMPLES,
    measures: Mapping[str, Any] | Sequence[str] = (),
    config_dir: str | Path | None = None,
    values: Mapping[str, Any] | None = None,
) -> Question:
    """Check what was asked, and fill in what was left out.

    Args:
        overrides: the market, as on the command line.
        regime, versus: see `cxsim.sensitivity.outcomes.regimes`.
        vary, without, rule, spread: see `cxsim.sensitivity.ranges.select`.
        metrics: what is looked at.
        method, trajectories, rows, top, resamples: see `Question`.
        measures: metrics of one's own, as `cxsim.analysis.conditions.measures` takes them.
        config_dir: a folder of presets of one's own.
        values: Python values by key.

    Raises:
        CxsimError: whatever cannot be used.
    """
    own = parsed_measures(measures)
    chosen = several(metrics, "--metrics", own)
    if method not in METHODS:
        raise BadValueError("--method", method, ", ".join(METHODS), nearest(str(method), METHODS))
    for flag, given, least in (("--trajectories", trajectories, 2), ("--top", top, 1), ("--resamples", resamples, 100)):
        if not isinstance(given, int) or given < least:
            raise BadValueError(flag, given, f"a whole number, {least} or more")
    if not isinstance(rows, int) or rows < 8 or rows & (rows - 1):
        raise BadValueError("--n", rows, "a power of two, 8 or more (64, 128, 256, ...)")
    compared = regimes(overrides, regime, versus, config_dir, DEFAULTS, **(values or {}))
    selection = select(compared.configs, vary, without, rule, spread)
    return Question(compared, selection, chosen, method, trajectories, rows, top, resamples, own)


def batches(total: int, first: int) -> list[tuple[int, int]]:
    """Places in batches that double what there is, so that a larger sample goes on from a smaller one: 0-64, 64-128, 128-256, ..."""
    ends = [min(first, total)]
    while ends[-1] < total:
        ends.append(min(2 * ends[-1], total))
    return list(zip([0, *ends[:-1]], ends, strict=True))
