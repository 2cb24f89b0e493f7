"""Tables of a sensitivity study, each column described."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from cxsim.analysis.answer import Table
from cxsim.config.keys import index
from cxsim.results.columns import Column
from cxsim.sensitivity.convergence import LITTLE, WIDTH, convergence
from cxsim.sensitivity.luck import LUCK
from cxsim.sensitivity.morris import Screening
from cxsim.sensitivity.ranges import Factor, Selection
from cxsim.sensitivity.sobol import Indices

NIL, BELOW, ABOVE = "nothing", "less than luck", "as much as luck or more"
"""What a parameter does: no run changed; less than another draw of luck does, beyond doubt; or more, or as much."""


def verdicts(found: Screening) -> list[str]:
    """What each parameter does, beside luck."""
    return [
        NIL if size == 0 else BELOW if high < found.luck_size[0] else ABOVE for size, high in zip(found.mu_star, found.high, strict=True)
    ]


def screening(factors: Sequence[Factor], found: Mapping[str, Screening]) -> Table:
    """Effects of each parameter by metric, the largest first, luck last."""
    rows = []
    for metric, one in found.items():
        said = verdicts(one)
        for place in np.argsort(-one.mu_star, kind="stable"):
            rows.append((metric, factors[place].key, one.mu_star[place], one.low[place], one.high[place], one.mu[place],
                         one.sigma[place], said[place]))  # fmt: skip
        luck = one.luck
        rows.append((metric, LUCK, *one.luck_size, float(luck.mean()), float(luck.std(ddof=1)), ""))
    columns = (
        Column("metric", "", "Name of the metric."), Column("parameter", "", "Dotted key; luck is another draw of all lotteries."),
        Column("mu_star", "unit of the metric", "Mean size of the change when the parameter moves through its whole range.", 0, None,
               "Campolongo, Cariboni and Saltelli (2007)"),
        Column("low", "unit of the metric", "Lower end of its 95 % interval, luck included."),
        Column("high", "unit of the metric", "Upper end of its 95 % interval, luck included."),
        Column("mu", "unit of the metric", "Mean change with its sign.", None, None, "Morris (1991)"),
        Column("sigma", "unit of the metric", "Standard deviation of the change: how far it depends on where the others stand, and on "
                                              "luck.", 0,
               None, "Morris (1991)"),
        Column("verdict", "", "What it does beside luck."),
    )  # fmt: skip
    note = "Changes are for a move through a parameter's whole range; for luck, for another draw of it."
    return Table("Screening: what each parameter moves", _frame(rows, columns), columns, note)


def indices(keys: Sequence[str], found: Mapping[str, Indices]) -> Table:
    """Indices of each parameter by metric, the largest first, luck last."""
    rows = []
    for metric, one in found.items():
        (first_low, first_high), (low, high) = one.interval("first"), one.interval("total")
        order = [*np.argsort(-one.total[:-1], kind="stable"), len(keys)]
        for place in order:
            name = LUCK if place == len(keys) else keys[place]
            rows.append((metric, name, one.first[place], first_low[place], first_high[place], one.total[place], low[place], high[place]))
    columns = (
        Column("metric", "", "Name of the metric."), Column("parameter", "", "Dotted key; luck is the seed as an input of its own."),
        Column("first", "", "Share of the variance that it explains alone.", None, 1, "Sobol' (1993)"),
        Column("first_low", "", "Lower end of its 95 % interval, luck included."),
        Column("first_high", "", "Upper end of its 95 % interval, luck included."),
        Column("total", "", "Share that it explains together with all that it interacts with.", 0, None, "Homma and Saltelli (1996)"),
        Column("total_low", "", "Lower end of its 95 % interval, luck included."),
        Column("total_high", "", "Upper end of its 95 % interval, luck included."),
    )  # fmt: skip
    note = "Estimates can lie a little outside 0 to 1 while the sample is small; the interval says how far to trust them."
    return Table("Sobol' indices: what explains the variance", _frame(rows, columns), columns, note)


Growth = Sequence[tuple[int, np.ndarray, np.ndarray]]
"""For each size of a sample the indices (0 to 1) and their resamples."""


def converging(grown: Mapping[str, Mapping[str, Growth]], names: Mapping[str, Sequence[str]]) -> Table:
    """The criteria on growing parts of each sample.

    Args:
        grown: by method and metric.
        names: by method the names of the inputs.
    """
    rows = []
    for method, by_metric in grown.items():
        for metric, steps in by_metric.items():
            for size, found, resampled in steps:
                one = convergence(found, resampled)
                met = one.met
                rows.append((method, metric, size, one.indices, met["indices"], one.screening, met["screening"], one.ranking,
                             met["ranking"], names[method][one.widest]))  # fmt: skip
    columns = (
        Column("method", "", "Morris (mean sizes over the largest) or Sobol' (total indices)."), Column("metric", "", "Name of the "
                                                                                                                      "metric."),
        Column("size", "", "Trajectories or base samples used.", 1),
        Column("indices", "", f"Widest 95 % interval of any index; converged at {WIDTH} or less.", 0),
        Column("indices_met", "", "Whether it is."),
        Column("screening", "", f"Widest interval among indices below {LITTLE}; converged at {WIDTH} or less.", 0),
        Column("screening_met", "", "Whether it is."),
        Column("ranking", "", "95 % quantile of the adjusted rank distance between resamples; converged below 1.", 0),
        Column("ranking_met", "", "Whether it is."), Column("widest", "", "The input whose interval is the widest."),
    )  # fmt: skip
    return Table(
        "Convergence on growing samples", _frame(rows, columns), columns, "Criteria of Sarrazin, Pianosi and Wagener (2016).", main=False
    )


def varied(selection: Selection) -> Table:
    """What was varied and over which ranges, and what was left out and why."""
    rows = [(one.key, one.value, one.low, one.high, index()[one.key].spec.unit, one.rule, index()[one.key].spec.meaning)
            for one in selection.factors]  # fmt: skip
    rows += [(key, np.nan, np.nan, np.nan, index()[key].spec.unit, f"left out: {why}", index()[key].spec.meaning)
             for key, why in selection.left_out.items()]  # fmt: skip
    columns = (
        Column("parameter", "", "Dotted key."), Column("value", "own unit", "Value in use."), Column("low", "own unit", "Lowest value "
                                                                                                                        "tried."),
        Column("high", "own unit", "Highest value tried."), Column("unit", "", "Its unit."), Column("range", "", "Where the range comes "
                                                                                                                 "from."),
        Column("meaning", "", "What it is."),
    )  # fmt: skip
    return Table("What was varied", _frame(rows, columns), columns, main=False)


def _frame(rows: Sequence[tuple[object, ...]], columns: Sequence[Column]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[column.name for column in columns])
