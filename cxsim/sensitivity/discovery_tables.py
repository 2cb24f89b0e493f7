"""Tables of a discovery, each column described."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cxsim.analysis.answer import Table
from cxsim.config.keys import index
from cxsim.results.columns import Column
from cxsim.sensitivity.discovery import Discovery
from cxsim.sensitivity.ranges import Factor
from cxsim.sensitivity.tables import varied

__all__ = ["boxes", "cases", "trajectory", "varied"]


def boxes(factors: Sequence[Factor], found: Discovery) -> Table:
    """Each rule's limits, a row each, with how the rule fits."""
    rows = []
    for number, one in enumerate(found.found, 1):
        for (place, upper), chance in one.quasi_p.items():
            limit = (one.box.high if upper else one.box.low)[place]
            rows.append((number, factors[place].key, "below" if upper else "above", limit, chance, one.steady.get(place, 0.0),
                         one.learnt.density, one.learnt.coverage, one.checked.density, *one.density, one.checked.coverage, *one.coverage,
                         one.base, one.checked.inside, one.holds))  # fmt: skip
    low, high = "Lower end of its 95 % interval.", "Upper end of its 95 % interval."
    columns = (
        Column("rule", "", "Number of the rule; all its rows hold together.", 1), Column("parameter", "", "Dotted key."),
        Column("side", "", "Whether the rule holds above or below the limit."), Column("limit", "own unit", "The limit."),
        Column("quasi_p", "", "Chance of as many failures inside by luck if this limit did nothing, on the cases learnt from.", 0, 1,
               "Bryant and Lempert (2010)"),
        Column("steady", "", "Share of resamples in which a search limits the parameter too.", 0, 1),
        Column("density_learnt", "", "Share of the cases inside that fail, among those learnt from.", 0, 1),
        Column("coverage_learnt", "", "Share of all failures that lie inside, among those learnt from.", 0, 1),
        Column("density", "", "Share of the cases inside that fail, among those held out.", 0, 1), Column("density_low", "", low, 0, 1),
        Column("density_high", "", high, 0, 1), Column("coverage", "", "Share of all failures that lie inside, among those held "
                                                                       "out.", 0, 1),
        Column("coverage_low", "", low, 0, 1), Column("coverage_high", "", high, 0, 1),
        Column("base", "", "Share of all cases held out that fail.", 0, 1), Column("inside", "cases", "Cases held out inside.", 0),
        Column("holds", "", "Whether failures are beyond doubt more frequent inside than overall, among the cases held out."),
    )  # fmt: skip
    note = "A second rule is found and checked on the cases that the first does not hold."
    return Table("When it fails: the rules", pd.DataFrame(rows, columns=[column.name for column in columns]), columns, note)


def trajectory(found: Discovery) -> Table:
    """The peeling trajectory of the first rule."""
    rows = [(place, one.fit.coverage, one.fit.density, one.fit.mass, len(one.box.restricted())) for place, one in enumerate(found.steps)]
    columns = (
        Column("step", "", "Slices peeled off.", 0), Column("coverage", "", "Share of the failures that the box holds.", 0, 1),
        Column("density", "", "Share of its cases that fail.", 0, 1), Column("mass", "", "Share of all cases inside.", 0, 1),
        Column("limited", "parameters", "Parameters limited.", 0),
    )  # fmt: skip
    frame = pd.DataFrame(rows, columns=[column.name for column in columns])
    return Table("Peeling trajectory of the first rule", frame, columns, "On the cases learnt from.", main=False)


def cases(
    factors: Sequence[Factor], metric: Column, tried: np.ndarray, values: np.ndarray, fails: np.ndarray, found: Discovery | None
) -> Table:
    """Every case: its parameters, what came out, whether it fails and whether it was held out."""
    frame = pd.DataFrame(tried, columns=[factor.key for factor in factors])
    frame["result"], frame["fails"] = values.mean(axis=1), fails
    frame["held_out"] = found.held if found is not None else False
    columns = (
        *(Column(factor.key, index()[factor.key].spec.unit, index()[factor.key].spec.meaning) for factor in factors),
        Column("result", metric.unit, f"{metric.name}, or its difference between the regimes; mean over replications."),
        Column("fails", "", "Whether the case fails."), Column("held_out", "", "Whether it was held out for checking."),
    )  # fmt: skip
    return Table("Every case", frame, columns, main=False)
