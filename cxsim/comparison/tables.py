"""The tables of a comparison: a row for each regime and thing compared, with its level, its difference and how sure that is."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from cxsim.analysis.answer import Table
from cxsim.comparison.data import Data
from cxsim.comparison.measures import HARMS, MONEY, PARTIES, RATIOS, Measure, harms, money, parties
from cxsim.comparison.paired import Paired, centre, half_width, paired, standing
from cxsim.comparison.ratio import fieller
from cxsim.results.columns import SEGMENTS, Column
from cxsim.results.intervals import LEVEL

if TYPE_CHECKING:
    import pandas as pd

REGIME = Column("regime", "", "Name of the regime compared with the baseline.")
STANDINGS = (
    "What can be said after the correction for many comparisons: higher, lower, not told; same: equal in every replication; "
    "unknown: fewer than two replications."
)


@dataclasses.dataclass(frozen=True)
class Frame:
    """Who is compared with whom.

    Attributes:
        names: of the regimes.
        baseline: position of the baseline.
        populations: people in the market of each regime.
        pilot: replications that decided on the number of all, with adaptive stopping.
    """

    names: tuple[str, ...]
    baseline: int
    populations: tuple[float, ...]
    pilot: int | None = None

    @property
    def others(self) -> list[int]:
        """Positions of the regimes compared with the baseline."""
        return [place for place in range(len(self.names)) if place != self.baseline]

    def compare(self, values: np.ndarray) -> Paired:
        """Values of shape (replications, regimes, ...) set against the baseline's; comparisons of shape (others, ...)."""
        return paired(values[:, self.others], values[:, [self.baseline]], pilot=self.pilot)


def differences(frame: Frame, values: np.ndarray, keys: Mapping[str, Sequence[Any]], units: Sequence[str]) -> pd.DataFrame:
    """A row for each regime but the baseline and each thing compared.

    Args:
        frame: who is compared.
        values: of shape (replications, regimes, things).
        keys: columns that say what each thing is, each of shape (things,).
        units: the unit of each thing.

    Returns:
        The columns of :func:`difference_columns`, with ``keys`` behind the regime.
    """
    import pandas as pd

    found = frame.compare(values)
    things = values.shape[2]
    levels = centre(values)
    count = len(frame.others)
    columns: dict[str, Any] = {"regime": np.repeat([frame.names[place] for place in frame.others], things)}
    for key, given in keys.items():
        columns[key] = np.tile(np.array(given, dtype=object), count)
    columns["unit"] = np.tile(np.array(units, dtype=object), count)
    columns["baseline"] = np.tile(levels[frame.baseline], count)
    columns["level"] = levels[frame.others].ravel()
    columns["difference"] = found.difference.ravel()
    columns["told"] = standing(found)
    for name in ("low", "high", "low_all", "high_all", "p", "p_holm", "variance_ratio", "effective", "count"):
        columns[name] = getattr(found, name).ravel()
    return pd.DataFrame(columns).rename(columns={"count": "replications", "effective": "effective_replications"})


def difference_columns(keys: Sequence[Column], comparisons: int) -> tuple[Column, ...]:
    """What the columns of :func:`differences` mean."""
    return (
        REGIME, *keys,
        Column("unit", "", "Unit of the numbers in this row."),
        Column("baseline", "", "Mean under the baseline over replications."),
        Column("level", "", "Mean under this regime."),
        Column("difference", "", "Mean over replications of this regime less the baseline, each pair with the same luck."),
        Column("told", "", STANDINGS),
        Column("low", "", "Lower end of the difference's 95 % interval, taken by itself (Student's t)."),
        Column("high", "", "Upper end."),
        Column("low_all", "", f"Lower end of the interval that holds together with those of all {comparisons:,} comparisons of this "
               "table with 95 % (Bonferroni)."),
        Column("high_all", "", "Upper end."),
        Column("p", "", "Chance of a difference at least as large if there were none (paired t test).", 0, 1),
        Column("p_holm", "", f"The same, corrected for {comparisons:,} comparisons.", 0, 1, "Holm (1979)"),
        Column("variance_ratio", "", "Variance of the difference between runs with luck of their own, over that with luck shared: how "
               "many times pairing cut it; infinite where paired runs always differ by the same, empty where nothing varies.", 0),
        Column("effective_replications", "", "How many replications without pairing would tell as much.", 0),
        Column("replications", "", "Replications behind this row.", 0),
    )  # fmt: skip


def metrics(frame: Frame, measures: Sequence[Measure], title: str, note: str, main: bool = True) -> Table:
    """The table of metrics: differences of each measure."""
    values = np.stack([measure.values for measure in measures], axis=2)
    made = differences(frame, values, {"metric": [measure.name for measure in measures]}, [measure.column.unit for measure in measures])
    keys = (Column("metric", "", "; ".join(f"{measure.name}: {measure.column.meaning.rstrip('.')}" for measure in measures) + "."),)
    return Table(title, made, difference_columns(keys, len(made)), note, main)


def levels(frame: Frame, measures: Sequence[Measure]) -> Table:
    """Level of every measure under every regime, with its own interval: what the numbers start from."""
    import pandas as pd

    rows = []
    for measure in measures:
        half, middle = half_width(measure.values, pilot=frame.pilot), centre(measure.values)
        for place, name in enumerate(frame.names):
            low, high = middle[place] - half[place], middle[place] + half[place]
            rows.append((name, measure.name, measure.column.unit, middle[place], low, high))
    columns = (
        Column("regime", "", "Name of the regime."),
        Column("metric", "", "Name of the metric."),
        Column("unit", "", "Unit of the numbers in this row."),
        Column("level", "", "Mean over replications."),
        Column("low", "", "Lower end of its 95 % interval (Student's t)."),
        Column("high", "", "Upper end."),
    )
    note = "Levels rest on the preset's guesses far more than differences do, and their intervals tell only of luck."
    made = pd.DataFrame(rows, columns=[column.name for column in columns])
    return Table("Levels under each regime", made, columns, note, main=False)


def segments(frame: Frame, data: Data) -> Table:
    """Who wins and who loses among customers: each segment's surplus, experience and payments."""
    shown = ("consumer_surplus", "experience", "price_paid", "hidden_fees", "loyalty_premium", "switching_costs")
    units = {column.name: column.unit for column in SEGMENTS}
    parts = [data.segments[name] for name in shown]
    # A pound a month for each is so many pounds a year for the real people of the segment.
    parts.append(12.0 * data.segments["consumer_surplus"] * data.segments["customers"])
    names = [*shown, "surplus_all"]
    values = np.concatenate(parts, axis=2)
    repeated = [name for name in names for _ in data.segment_names]
    keys = {"segment": list(data.segment_names) * len(names), "metric": repeated}
    made = differences(frame, values, keys, [units.get(name, "£/year") for name in repeated])
    meanings = "; ".join(f"{column.name}: {column.meaning.rstrip('.')}" for column in SEGMENTS if column.name in shown)
    described = (
        Column("segment", "", "Segment of customers."),
        Column("metric", "", f"{meanings}; surplus_all: consumer surplus of all real people in the segment, a year."),
    )
    note = "Means are over the people of a segment, those without a supplier included where surplus is concerned."
    return Table("Who wins and who loses: customers by segment", made, difference_columns(described, len(made)), note)


def firms(frame: Frame, data: Data) -> Table:
    """Who wins and who loses among firms: each firm's profit and share, and profit by strategy where there are several."""
    values = [12.0 * data.firms["profit"], data.firms["share"]]
    names = [*data.firm_names] * 2
    metric = ["profit"] * len(data.firm_names) + ["share"] * len(data.firm_names)
    strategies = [*data.strategies] * 2
    kinds = list(dict.fromkeys(data.strategies))
    if len(kinds) > 1:
        member = np.array([[strategy == kind for kind in kinds] for strategy in data.strategies], dtype=float)
        values.append(values[0] @ member)
        names += [f"all {kind}" for kind in kinds]
        metric += ["profit"] * len(kinds)
        strategies += kinds
    keys = {"firm": names, "strategy": strategies, "metric": metric}
    units = ["£/year" if name == "profit" else "" for name in metric]
    made = differences(frame, np.concatenate(values, axis=2), keys, units)
    described = (
        Column("firm", "", "The firm, or all of a strategy together. A firm that is not in the market earns nothing."),
        Column("strategy", "", "Its strategy."),
        Column("metric", "", "profit: a year, after fines and redress; share: of those who have a supplier."),
    )
    return Table("Who wins and who loses: firms", made, difference_columns(described, len(made)))


def harm(frame: Frame, data: Data) -> Table:
    """What customers lose, by conduct of the ledger."""
    note = (
        "From the ledger, in which every pound is booked once; for the real population. Losses are what customers pay or bear, whether "
        "they notice or not; the overcharge is what a cartel adds. The last row of each regime is their sum."
    )
    measures = harms(data)
    values = np.stack([measure.values for measure in measures], axis=2)
    made = differences(frame, values, {"conduct": [measure.name for measure in measures]}, ["£/year"] * len(measures))
    meaning = "Conduct as the ledger books it: " + "; ".join(f"{name}: {title.lower()}" for name, title in HARMS.items())
    described = (Column("conduct", "", f"{meaning}; all: their sum."),)
    return Table("The harm ledger", made, difference_columns(described, len(made)), note)


def accounts(frame: Frame, data: Data) -> Table:
    """Who has how much more or less, in pounds a year, and what the regulator costs."""
    measures = (*parties(data, frame.populations), *money(data))
    return metrics(
        frame, measures, "Who gains and who pays",
        "Pounds a year for the real population. The first four rows are everybody's gain, and total is their sum; the rest is the "
        "regulator's money.",
    )  # fmt: skip


def per_pound(frame: Frame, data: Data) -> Table:
    """Benefit per pound of public money, with Fieller's interval."""
    import pandas as pd

    gain = parties(data, frame.populations)[0].values
    costs = (data.flow("funding"), data.flow("funding") - data.flow("fine"), data.flow("enforcement"))
    # As many as in the accounts, so that a gain per pound is claimed where the gain itself is.
    comparisons = len(frame.others) * (len(PARTIES) + len(MONEY))
    rows: list[tuple[Any, ...]] = []
    for place in frame.others:
        for column, cost in zip(RATIOS, costs, strict=True):
            benefit, more = (values[:, place] - values[:, frame.baseline] for values in (gain, cost))
            alone = fieller(benefit, more, pilot=frame.pilot)
            _, low, high, kind = fieller(benefit, more, pilot=frame.pilot, level=1 - (1 - LEVEL) / comparisons)
            rows.append((frame.names[place], column.name, float(centre(more)), *alone, low, high, kind))
    described = (
        REGIME,
        Column("ratio", "", "; ".join(f"{column.name}: {column.meaning.rstrip('.')}" for column in RATIOS) + "."),
        Column("cost", "£/year", "How much more is spent than under the baseline."),
        Column("value", "£ per £", "The ratio; empty where no more and no less is spent. Negative where more is spent and customers "
               "lose, or less is spent and they gain."),
        Column("low", "£ per £", "Lower end of its 95 % interval.", source="Fieller (1954)"),
        Column("high", "£ per £", "Upper end."),
        Column("kind", "", "bounded; unbounded: the cost cannot be told from zero, so that no finite interval holds; undefined: the "
               "cost is the same in every replication; unknown: fewer than two replications."),
        Column("low_all", "£ per £", f"Lower end of the interval corrected for {comparisons:,} comparisons, those of the accounts."),
        Column("high_all", "£ per £", "Upper end."),
        Column("kind_all", "", "What sort of interval that one is."),
    )  # fmt: skip
    made = pd.DataFrame(rows, columns=[column.name for column in described])
    note = "Customers' gain is that of the accounts: consumer surplus and redress."
    return Table("What customers gain per pound", made, described, note)


def gap(frame: Frame, data: Data, focus: str | None) -> Table | None:
    """Whether one segment gains more or less than the others: who is worst off, or who is asked about.

    Args:
        frame: who is compared.
        data: the runs.
        focus: a segment; by default the one with the least consumer surplus a head under the baseline.

    Returns:
        A row for each regime; ``None`` where there are not two segments that all regimes have.
    """
    surplus, people = data.segments["consumer_surplus"], data.segments["customers"]
    known = ~np.isnan(surplus).any(axis=(0, 1)) & (people > 0).all(axis=(0, 1))
    places = np.flatnonzero(known)
    if len(places) < 2 or (focus is not None and focus not in np.array(data.segment_names)[places]):
        return None
    level = centre(surplus[:, frame.baseline])
    one = int(places[np.argmin(level[places])]) if focus is None else data.segment_names.index(focus)
    rest = [place for place in places if place != one]
    others = (surplus[..., rest] * people[..., rest]).sum(axis=2) / people[..., rest].sum(axis=2)
    values = np.stack([surplus[..., one], others, surplus[..., one] - others], axis=2)
    keys = {"segment": [data.segment_names[one], "all others", "advantage"]}
    made = differences(frame, values, keys, ["£/month"] * 3)
    described = (Column("segment", "", "The segment; all others together; advantage: the segment less all others."),)
    how = "least consumer surplus a head under the baseline" if focus is None else "asked about"
    note = (
        f"Consumer surplus a head. The segment is the one {how}. The change is called progressive where its advantage rises, and "
        "regressive where it falls, after correction; the model knows no incomes."
    )
    return Table(f"Does {data.segment_names[one]} gain more than others?", made, difference_columns(described, len(made)), note)
