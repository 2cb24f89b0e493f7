"""What the differences between futures say, in plain words; nothing that the tables do not hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from cxsim.branching.futures import Future
from cxsim.config.run import Config
from cxsim.config.start import differing
from cxsim.results.summary import number

METRICS: dict[str, tuple[str, float, str, str]] = {
    "experience": ("experience", 1.0, "", " points of 100"),
    "consumer_surplus": ("consumer surplus", 1.0, "£", " a month"),
    "price_paid": ("what customers pay", 1.0, "£", " a month"),
    "hidden_fees": ("hidden fees", 1.0, "£", " a month"),
    "loyalty_premium": ("the loyalty premium", 1.0, "£", " a month"),
    "violations": ("the share of customers at firms that break rules", 100.0, "", " percentage points"),
    "churn": ("churn", 100.0, "", " percentage points a year"),
    "quality": ("quality", 1.0, "", ""),
}
"""Metrics told, in this order: their name in a sentence, a factor, and what stands before and after the number."""

MOST = 5
"""Metrics told of one future."""


def question(config: Config, month: int, futures: Sequence[Future]) -> str:
    """What was asked."""
    options = " or ".join(f"{_spoken(future.name)} ({future.said})" for future in futures)
    return f"What changes in {config.market.title} if from month {month} on there is {options}, beside the same market without it?"


def findings(
    effects: pd.DataFrame, pounds: pd.DataFrame, futures: Sequence[Future], month: int, felt: Mapping[str, int | None], replications: int
) -> list[str]:
    """The answer in paragraphs: the comparison first where there are several futures, then each of them."""
    last = effects[(effects["period"] == "last") & (effects["segment"] == "")]
    told = [_future(future, last, pounds, month, felt[future.name], replications) for future in futures]
    if len(futures) > 1:
        told.insert(0, _compared(last, futures, replications))
    if replications < 2:
        told.append("There is one replication, so that nothing can be said about luck; ask for ten or more.")
    return told


def _spoken(name: str) -> str:
    """A future's name in a sentence."""
    return name.replace("_", " ")


def _compared(last: pd.DataFrame, futures: Sequence[Future], replications: int) -> str:
    rows = last[last["metric"] == "experience"].set_index("future").loc[[future.name for future in futures]]
    rows = rows.sort_values("difference", ascending=False, kind="stable")
    width = int(rows["months"].iloc[0])
    parts = [f"{_spoken(str(name))} {_moved('experience', row, replications)}" for name, row in rows.iterrows()]
    return f"Experience in the last {_months(width)}, against the same market without a change: {'; '.join(parts)}."


def _future(future: Future, last: pd.DataFrame, pounds: pd.DataFrame, month: int, felt: int | None, replications: int) -> str:
    name = _spoken(future.name)[0].upper() + _spoken(future.name)[1:]
    if felt is None:
        return f"{name} ({future.said}) changes nothing at all: every number of every month is that of the market without it."
    rows = last[last["future"] == future.name].set_index("metric")
    begun = "at once" if felt == month else f"in month {felt}"
    said = [f"{name} ({future.said}), from month {month} on, is first felt {begun}."]
    clear: list[str] = []
    unclear: list[str] = []
    for metric in METRICS:
        row = rows.loc[metric]
        if _visible(metric, row):
            sure = _sure(row, replications)
            words = _moved(metric, row, replications) if sure else f"({_range(metric, row['low'], row['high'])})"
            (clear if sure else unclear).append(f"{METRICS[metric][0]} {words}")
    if clear:
        said.append(f"In the last {_months(int(rows['months'].iloc[0]))} it moves {_listed(clear[:MOST])}.")
    if unclear:
        said.append(f"Not told apart from luck: {_listed(unclear[:MOST])}.")
    return " ".join([*said, _money(pounds, future.name, replications)])


def _money(pounds: pd.DataFrame, name: str, replications: int) -> str:
    rows = pounds[(pounds["future"] == name) & (pounds["period"] == "last")].set_index("party")
    parts = []
    for party, row in rows.iterrows():
        who = "the public purse" if party == "public purse" else str(party)
        if not any(abs(row[end]) >= 0.5 for end in ("difference", "low", "high")):
            parts.append(f"{who}: as before")
            continue
        if not _sure(row, replications):
            parts.append(f"{who}: not told apart from luck ({_pounds(row['low'])} to {_pounds(row['high'])})")
            continue
        verb = ("gain" if row["difference"] > 0 else "lose") + ("" if party in ("customers", "firms") else "s")
        ends = sorted(abs(end) for end in (row["low"], row["high"]))
        interval = f" (95 % interval {_pounds(ends[0])} to {_pounds(ends[1])})" if replications > 1 else ""
        parts.append(f"{who} {verb} {_pounds(abs(row['difference']))}{interval}")
    return f"A year of that, for the real population: {'; '.join(parts)}."


def _sure(row: Any, replications: int) -> bool:
    """Whether luck can be ruled out, or nobody can say."""
    return replications < 2 or row["low"] > 0 or row["high"] < 0 or row["low"] == row["high"]


def _visible(metric: str, row: Any) -> bool:
    """Whether anything of a difference shows when it is written with three digits."""
    factor = METRICS[metric][1]
    return any(abs(factor * end) >= 0.0005 for end in (row["difference"], row["low"], row["high"]))


def _pounds(value: float) -> str:
    return f"{'-' if value < 0 else ''}£{number(abs(value))}"


def _moved(metric: str, row: Any, replications: int) -> str:
    """How far a metric moves, with its interval on the side to which it moves."""
    _, factor, before, after = METRICS[metric]
    if not _sure(row, replications):
        return f"not told apart from luck ({_range(metric, row['low'], row['high'])})"
    if not row["difference"]:
        return "as it was"
    ends = sorted(abs(end) for end in (row["low"], row["high"]))
    interval = f" (95 % interval {_range(metric, *ends)})" if replications > 1 else ""
    return f"{'up' if row['difference'] > 0 else 'down'} by {before}{number(factor * abs(row['difference']))}{after}{interval}"


def _range(metric: str, low: float, high: float) -> str:
    _, factor, before, _ = METRICS[metric]
    said = [f"{before}{number(factor * abs(end))}" for end in (low, high)]
    signs = ["-" if end < 0 and words != f"{before}0.000" else "" for end, words in zip((low, high), said, strict=True)]
    return f"{signs[0]}{said[0]} to {signs[1]}{said[1]}"


def _months(width: int) -> str:
    return "month" if width == 1 else f"{width} months"


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def method(config: Config, month: int, futures: Sequence[Future]) -> list[str]:
    """How it was done."""
    several = f"{config.replications} replications" if config.replications > 1 else "one replication"
    return [
        f"The market is simulated to month {month} once per replication ({several}, seed {config.seed}). From its state on that day, "
        f"customers, firms, regulator, open cases and books, {len(futures) + 1} futures go on with the same luck: the same customers meet "
        "the same problems and tastes, firms survey the same people, cases are drawn by the same lots. What differs is due to the change.",
        "A difference is taken within each replication; its mean over replications comes with Student's 95 % interval. Periods are means "
        "over their months, taken before replications are compared.",
        "What a configuration settles is settled anew on the day where the new one says something else, with the same luck: traits of "
        "customers, limits of levers (what is forbidden stops at once), terms of the regulator, for open cases too. All else goes on.",
    ]


def limits(config: Config, month: int, futures: Sequence[Future]) -> list[str]:
    """What it does not say."""
    told = [
        "Nobody sees the change coming: firms and customers act on it from the day, not before.",
        "Intervals speak of luck alone. The numbers in a preset are uncertain too; where a guess matters, repeat with its low and its high "
        "end.",
        "Each interval stands for itself; of many that are looked at, one in twenty misses zero by chance.",
    ]
    funded = any("regulator.annual_funding" in differing(config, future.config) for future in futures)
    year = -(month + config.burn_in) % 12
    if funded and year:
        begins = month + year
        told.append(f"A regulator is funded by the year: other money than before arrives in month {begins}, when its next year begins.")
    return told
