"""What a frontier is asked: which levers over which levels, in which markets, which metrics, which target at which cost."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from cxsim.analysis.conditions import Own, several
from cxsim.analysis.conditions import measures as parsed_measures
from cxsim.analysis.conditions import metrics as known_metrics
from cxsim.analysis.runs import N_CUSTOMERS, Base, based, python_call
from cxsim.config.errors import BadValueError, ContradictionError, CxsimError, nearest
from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.frontier import deterrence, path
from cxsim.frontier.axes import Axis, axis, spread
from cxsim.frontier.cheapest import Target, target
from cxsim.frontier.flats import MARGIN
from cxsim.frontier.maps import Grid
from cxsim.results.columns import Column
from cxsim.results.measure import Measure

METRICS = ("experience", "violations", "consumer_surplus", "hidden_fees")
REPLICATIONS = 6
FUNDING, CAP, FIRMS = "regulator.annual_funding", "regulator.fine_cap", "market.n_firms"
PANELS = (2, 5, 8)
SPENDING = Column("spending", "£/year", "What the regulator spends, mean over all months reported.", 0)
"""The cost unless another is asked for. A year alone would not do: a regulator that can pay a case every other year spends by jerks."""
MEASURES = {SPENDING.name: {"column": "regulator_spend", "months": [0, None]}}
MOST_CELLS = 100_000


@dataclasses.dataclass(frozen=True)
class Question:
    """All that a frontier is asked.

    Attributes:
        base: the configuration that the levers are set in.
        grid: levers, levels and markets.
        metrics: what is mapped.
        aim: the target of the cheapest combination.
        cost: the column that is the cost: `SPENDING` or a metric.
        kept: shares of fines kept, for the self-funded regulator's path; empty for none.
        margin: what counts as no difference, as a share of the distance between the least and the largest mean of a metric.
        resamples: for how sure the cheapest combination is.
        measures: metrics of one's own by name.
    """

    base: Base
    grid: Grid
    metrics: tuple[Column, ...]
    aim: Target
    cost: Column
    kept: tuple[float, ...]
    margin: float
    resamples: int
    measures: Mapping[str, Measure] = dataclasses.field(default_factory=dict)

    @property
    def config(self) -> Config:
        """The base's configuration."""
        return self.base.config

    @property
    def names(self) -> list[str]:
        """Every column that is needed of a run."""
        conducts = ("hidden_fees", "loyalty_premium")
        return list(dict.fromkeys([*(metric.name for metric in self.metrics), self.aim.metric.name, self.cost.name, *conducts]))

    @property
    def runs(self) -> tuple[int, int]:
        """Runs of the maps and of the paths."""
        replications = self.config.replications
        paths = len(path.design(self.grid, self.kept)) * replications if self.kept else 0
        return int(np.prod(self.grid.shape)) * replications, paths

    def path_base(self) -> Base:
        """The base of the paths: from the regulator's first month, so that growth is seen from the start."""
        months = self.config.months + self.config.burn_in
        values = {**self.base.values, **path.start(self.config, self.grid), "months": months, "burn_in": 0}
        return dataclasses.replace(self.base, values=values, config=with_values(self.config, {**path.start(self.config, self.grid),
                                                                                              "months": months, "burn_in": 0}))  # fmt: skip

    def code(self) -> str:
        """The Python that asks the same again."""
        aim = self.aim.metric.name if self.aim.bound is None else f"{self.aim.metric.name}{self.aim.sign}{self.aim.bound!r}"
        options = {
            "x": self.grid.x.typed(),
            "y": self.grid.y.typed(),
            "panels": "none" if self.grid.panels is None else self.grid.panels.typed(),
            "metrics": [metric.name for metric in self.metrics],
            "target": aim,
            "cost": self.cost.name,
            "self_funded": list(self.kept),
            "margin": self.margin,
            "resamples": self.resamples,
            "measures": {name: one.described() for name, one in self.measures.items()},
        }
        return python_call("cxsim.frontier", "explore", self.base.overrides, options, self.base.values)

    def settings(self) -> dict[str, Any]:
        """All of it ready for JSON, but for the base."""
        axes = {"x": self.grid.x, "y": self.grid.y, "panels": self.grid.panels}
        levers = {
            name: None if one is None else {"key": one.key, "levels": list(one.levels), "scale": one.scale} for name, one in axes.items()
        }
        return {
            **levers,
            "metrics": [metric.name for metric in self.metrics],
            "target": str(self.aim),
            "cost": self.cost.name,
            "self_funded": list(self.kept),
            "margin": self.margin,
            "resamples": self.resamples,
            "measures": {name: one.described() for name, one in self.measures.items()},
            "replications": self.config.replications,
            "seed": self.config.seed,
        }


def question(
    overrides: Sequence[str],
    *,
    x: str | None = None,
    y: str | None = None,
    panels: str | None = None,
    metrics: str | Sequence[str] = METRICS,
    aim: str | None = None,
    cost: str = SPENDING.name,
    kept: str | Sequence[float] | None = None,
    margin: float = MARGIN,
    resamples: int = 2000,
    measures: Mapping[str, Any] | Sequence[str] = (),
    config_dir: str | Path | None = None,
    values: Mapping[str, Any] | None = None,
) -> Question:
    """Check what was asked, and fill in what was left out.

    Args:
        overrides: the base, as on the command line.
        x, y: levers and levels as `cxsim.frontier.axes.axis` takes them; by default funding, from half a case a year to as much as all
            firms together can take up, and the fine cap, from a twentieth of a small firm's gain of a year to three times a large one's.
        panels: a parameter and levels, a map each; ``none`` for one map; by default 2, 5 and 8 firms where firms are not listed by name.
        metrics: what to map.
        aim: a condition or a metric alone; by default the first metric.
        cost: ``spending`` or a metric.
        kept: shares of fines kept; by default 0, 0.5 and 1 where funding or a cap is a lever; empty for none.
        margin: see `Question`.
        resamples: see `Question`.
        measures: metrics of one's own, as `cxsim.analysis.conditions.measures` takes them.
        config_dir: a folder of presets of one's own.
        values: Python values by key.

    Raises:
        CxsimError: whatever cannot be used.
    """
    base = based(overrides, config_dir, {"market.n_customers": N_CUSTOMERS, "replications": REPLICATIONS}, **(values or {}))
    if base.config.replications < 2:
        raise BadValueError("replications", base.config.replications, "2 or more, since differences are judged by how replications differ")
    own = parsed_measures(measures)
    if SPENDING.name in own:
        raise BadValueError("--measure", SPENDING.name, "another name, this one is the regulator's spending")
    chosen = several(metrics, "--metrics", own)
    markets = _panels(panels, base.config)
    across = axis(x, "--x") if x is not None else None
    up = axis(y, "--y") if y is not None else None
    if across is None or up is None:
        _needs_fines(base.config)
    extremes = _extremes(base.config, markets)
    across = across or _funding(extremes)
    up = up or _caps(extremes)
    keys = [one.key for one in (across, up, markets) if one is not None]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None:
        raise ContradictionError(f"{twice}: it is asked for twice; --x, --y and --panels each need a lever of their own.")
    grid = Grid(across, up, markets)
    if np.prod(grid.shape) > MOST_CELLS:
        raise BadValueError("levels", int(np.prod(grid.shape)), f"at most {MOST_CELLS:,} combinations in all")
    if not 0 < margin < 1:
        raise BadValueError("--margin", margin, "a share above 0 and below 1")
    if resamples < 100:
        raise BadValueError("--resamples", resamples, "100 or more")
    _check_corners(base.config, grid)
    if kept is None:
        kept = path.SHARES if {FUNDING, CAP} & set(keys) and path.SHARE not in keys else ()
    return Question(
        base,
        grid,
        chosen,
        target(aim or chosen[0].name, own=own),
        _cost(cost, own),
        path.shares(kept) if kept else (),
        margin,
        resamples,
        own,
    )


def _cost(name: str, own: Own) -> Column:
    if name == SPENDING.name:
        return SPENDING
    known = known_metrics(own)
    if name not in known:
        hint = nearest(name, [SPENDING.name, *known])
        raise BadValueError("--cost", name, f"{SPENDING.name}, or a column of cxsim columns monthly", hint)
    return known[name]


def _panels(given: str | None, config: Config) -> Axis | None:
    if given is not None:
        return None if given == "none" else axis(given, "--panels")
    named = config.market.firms_table is not None or config.market.franchise_months is not None
    return None if named else spread(FIRMS, list(PANELS))


def _needs_fines(config: Config) -> None:
    regulator = config.regulator
    if not (regulator.fine_share_of_turnover or regulator.fine_multiple_of_gain):
        raise ContradictionError(
            "regulator: it imposes no fine (regulator.fine_share_of_turnover and regulator.fine_multiple_of_gain are zero), so that "
            "funding and cap can do nothing; choose one that does, such as regulator=stylised_continental, or give both levers with "
            "--x and --y."
        )


def _extremes(config: Config, markets: Axis | None) -> list[Config]:
    """The markets with the largest and the smallest firms of all maps."""
    if markets is None:
        return [config, config]
    try:
        return [with_values(config, {markets.key: level}) for level in (markets.levels[0], markets.levels[-1])]
    except CxsimError as error:
        raise CxsimError(f"--panels: {error}") from None


def _funding(extremes: Sequence[Config]) -> Axis:
    cost = extremes[0].regulator.case_cost
    most = max(deterrence.most_investigation(config) * deterrence.n_firms(config) * 12.0 * cost for config in extremes)
    return spread(FUNDING, _rounded(np.geomspace(0.5 * cost, max(most, 4.0 * cost), 6)))


def _caps(extremes: Sequence[Config]) -> Axis:
    gains = []
    for config in extremes:
        offence = deterrence.full_offence(config)
        if offence is None:
            raise ContradictionError(
                "regulator.fine_cap: no conduct that brings firms money is against the rules here, so that there is no gain to set "
                "caps against; give levels with --y."
            )
        gains.append(12.0 * offence.gain * deterrence.customers(config))
    return spread(CAP, [*_rounded(np.geomspace(0.05 * min(gains), 3.0 * max(gains), 5)), None])


def _rounded(levels: np.ndarray) -> list[float]:
    """Two digits, as levels are to be read."""
    return [round(level, 1 - math.floor(math.log10(level))) for level in levels.tolist()]


def _check_corners(config: Config, grid: Grid) -> None:
    """Values that cannot stand together are told before anything runs."""
    for panel in range(grid.shape[0]):
        for x in (grid.x.levels[0], grid.x.levels[-1]):
            for y in (grid.y.levels[0], grid.y.levels[-1]):
                with_values(config, {**grid.settings(panel), grid.x.key: x, grid.y.key: y})
