"""The tables of a study of robustness."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cxsim.analysis.answer import Table
from cxsim.comparison.paired import holm, standing
from cxsim.config.keys import index
from cxsim.results.columns import Column

if TYPE_CHECKING:
    from cxsim.comparison.robustness import Robustness

_FUTURE = Column("future", "", "Name of the future.")


def regimes(study: Robustness) -> Table:
    """A row for each regime: what it brings, what it may be regretted by, whether it is ever worse than the baseline."""
    import pandas as pd

    found, base = study.regrets, study.against[study.baseline]
    means = study.values.mean(axis=0)
    unit = study.metric.unit
    shares = [_standing(study, place) for place in range(len(study.regimes))]
    frame = pd.DataFrame(
        {
            "regime": list(study.names),
            "mean": means.mean(axis=0), "worst": study.aim * (study.aim * means).min(axis=0),
            "mean_regret": found.mean, "mean_regret_low": found.mean_low, "mean_regret_high": found.mean_high,
            "largest_regret": found.largest, "largest_regret_low": found.largest_low, "largest_regret_high": found.largest_high,
            "largest_in": [study.futures.all[place].name for place in found.where],
            "best": found.best,
            "told_better": base.better, "told_worse": base.worse,
            "never_worse": shares,
        }
    )  # fmt: skip
    name = study.names[study.baseline]
    columns = (
        Column("regime", "", "Name of the regime."),
        Column("mean", unit, f"Mean of {study.metric.name} over futures and replications."),
        Column("worst", unit, "Its mean in the future that is worst for this regime."),
        Column("mean_regret", unit, "How much better the best regime does, mean over futures.", 0, None, "Savage (1951)"),
        Column("mean_regret_low", unit, "Lower end of its 95 % interval (bootstrap over replications)."),
        Column("mean_regret_high", unit, "Upper end."),
        Column("largest_regret", unit, "How much better the best regime does in the future where that is most.", 0, None, "Savage (1951)"),
        Column("largest_regret_low", unit, "Lower end of its 95 % interval."),
        Column("largest_regret_high", unit, "Upper end."),
        Column("largest_in", "", "That future."),
        Column("best", "", "Share of futures in which the regime does best.", 0, 1),
        Column("told_better", "futures", f"Futures in which it can be told better than {name}, after correction."),
        Column("told_worse", "futures", f"Futures in which it can be told worse than {name}, after correction."),
        Column("never_worse", "", f"Against {name}: shown (in each future the 95 % interval leaves out worse), not told (worse in none "
               "after correction, but not shown), no (told worse in some), baseline.", source="Berger (1982)"),
    )  # fmt: skip
    note = f"{study.futures.made}; {'more' if study.aim > 0 else 'less'} {study.metric.name} is better. {study.metric.meaning}"
    return Table("Regret of each regime", frame, columns, note)


def pairs(study: Robustness) -> Table | None:
    """Every regime against every other: in how many futures it is told better or worse."""
    import pandas as pd

    if len(study.regimes) < 3:
        return None
    rows = [
        (study.names[one], study.names[other], int(found.better[one]), int(found.worse[one]), bool(found.shown[one]))
        for other, found in enumerate(study.against)
        for one in range(len(study.regimes))
        if one != other
    ]
    columns = (
        Column("regime", "", "Name of the regime."),
        Column("against", "", "The regime that it is set against."),
        Column("told_better", "futures", "Futures in which it can be told better, corrected for all futures and regimes."),
        Column("told_worse", "futures", "Futures in which it can be told worse."),
        Column("shown_never_worse", "", "Whether in each future by itself the 95 % interval leaves out worse."),
    )
    frame = pd.DataFrame(rows, columns=[column.name for column in columns])
    return Table("Each regime against each other", frame, columns, main=False)


def futures(study: Robustness) -> Table:
    """A row for each future and regime."""
    import pandas as pd

    found = study.against[study.baseline].paired
    count, width = len(study.futures), len(study.regimes)
    sign = study.aim
    low, high = (found.low, found.high) if sign > 0 else (-found.high, -found.low)
    low_all, high_all = (found.low_all, found.high_all) if sign > 0 else (-found.high_all, -found.low_all)
    words = {"higher": "better", "lower": "worse"}
    told = [words.get(word, word) for word in standing(found)]
    frame = pd.DataFrame(
        {
            "future": np.repeat([future.name for future in study.futures.all], width),
            "regime": list(study.names) * count,
            "level": study.values.mean(axis=0).ravel(),
            "difference": sign * found.difference.ravel(),
            "low": low.ravel(), "high": high.ravel(), "low_all": low_all.ravel(), "high_all": high_all.ravel(),
            "told": told,
            "regret": study.regrets.by_future.ravel(),
        }
    )  # fmt: skip
    unit = study.metric.unit
    columns = (
        _FUTURE,
        Column("regime", "", "Name of the regime."),
        Column("level", unit, "Mean over replications."),
        Column("difference", unit, f"Mean of the paired differences to {study.names[study.baseline]}."),
        Column("low", unit, "Lower end of the difference's 95 % interval, by itself (Student's t)."),
        Column("high", unit, "Upper end."),
        Column("low_all", unit, f"Lower end of the interval corrected for {found.comparisons:,} comparisons (Bonferroni)."),
        Column("high_all", unit, "Upper end."),
        Column("told", "", "After correction: better, worse, not told; same: equal in every replication."),
        Column("regret", unit, "How much better the best regime does in this future.", 0),
    )
    return Table("Each regime in each future", frame, columns, main=False)


def drivers(study: Robustness) -> Table | None:
    """What of the futures the advantage over the baseline goes with: rank correlations (Spearman 1904) over futures."""
    import pandas as pd
    from scipy.stats import spearmanr

    numeric = [key for key in study.futures.keys if _varies(study, key)]
    if len(study.futures) < 8 or not numeric:
        return None
    means = study.aim * study.values.mean(axis=0)
    rows: list[tuple[Any, ...]] = []
    for place, name in enumerate(study.names):
        advantage = means[:, place] - means[:, study.baseline]
        if place == study.baseline or np.ptp(advantage) == 0:
            continue
        for key in numeric:
            found = spearmanr([float(future.values[key]) for future in study.futures.all], advantage)
            rows.append((name, key, float(found.statistic), float(found.pvalue)))
    if not rows:
        return None
    frame = pd.DataFrame(rows, columns=["regime", "parameter", "correlation", "p"])
    frame["p_holm"] = holm(frame["p"].to_numpy())
    frame["unit"] = [_unit(key) for key in frame["parameter"]]
    frame = frame[["regime", "parameter", "unit", "correlation", "p", "p_holm"]].sort_values(
        ["regime", "p"], key=lambda column: column.map({name: place for place, name in enumerate(study.names)})
        if column.name == "regime" else column, ignore_index=True
    )  # fmt: skip
    columns = (
        Column("regime", "", "Name of the regime."),
        Column("parameter", "", "Parameter that differs between futures."),
        Column("unit", "", "Its unit."),
        Column("correlation", "", "Rank correlation, over futures, of the parameter with how much better the regime does than the "
               "baseline.", -1, 1, "Spearman (1904)"),
        Column("p", "", "Chance of one at least as far from zero if there were none.", 0, 1),
        Column("p_holm", "", f"The same, corrected for {len(frame):,} comparisons.", 0, 1, "Holm (1979)"),
    )  # fmt: skip
    note = "What the advantage goes with across these futures; with few futures only strong connections can be told."
    return Table("What the advantage depends on", frame, columns, note, main=False)


def design(study: Robustness) -> Table:
    """The futures themselves: the values of their parameters."""
    import pandas as pd

    rows = [{"future": future.name, "title": future.title, **future.values} for future in study.futures.all]
    frame = pd.DataFrame(rows)
    for key in study.futures.keys:
        if frame[key].map(lambda value: isinstance(value, list | dict)).any():
            frame[key] = frame[key].map(str)
    parts = []
    for key in study.futures.keys:
        parameter = index().get(key)
        meaning = parameter.spec.meaning if parameter else "Part of a list or mapping."
        ends = study.futures.ranges.get(key, (None, None))
        parts.append(Column(key, _unit(key), meaning, *ends))
    columns = (_FUTURE, Column("title", "", "What it is called."), *parts)
    return Table("The futures", frame, columns, study.futures.made, main=False)


def _standing(study: Robustness, place: int) -> str:
    found = study.against[study.baseline]
    if place == study.baseline:
        return "baseline"
    return "no" if found.worse[place] else "shown" if found.shown[place] else "not told"


def _varies(study: Robustness, key: str) -> bool:
    values = [future.values[key] for future in study.futures.all]
    numeric = all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
    return numeric and len(set(values)) > 2


def _unit(key: str) -> str:
    return index()[key].spec.unit if key in index() else ""
