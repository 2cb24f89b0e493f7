"""A comparison in plain words, made from the tables by rules.

A sentence claims a difference only where the interval that is corrected for the number of comparisons leaves out zero, and names that
interval; of all else it says that nothing can be told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from cxsim.comparison.measures import HARMS, label
from cxsim.comparison.numbers import amount, interval, listed

if TYPE_CHECKING:
    import pandas as pd

MOST_FIRMS = 4
"""Firms named one by one; of more, only how many and the one with the largest change."""


def short(accounts: pd.DataFrame, titles: dict[str, str], baseline: str) -> str:
    """The answer in a sentence: under which regimes customers, and all together, are better off.

    Args:
        accounts: the table of accounts.
        titles: of the regimes compared, by name.
        baseline: the baseline's title.
    """
    parts = []
    for metric, who in (("customers", "customers together are"), ("total", "customers, firms, treasury and regulator added up are")):
        rows = accounts[accounts["metric"] == metric].set_index("regime")["told"]
        standings = (("higher", f"{who} better off under"), ("lower", f"{who} worse off under"), ("same", f"{who} as well off under"))
        said = []
        for standing, words in standings:
            some = [f"“{titles[name]}”" for name in titles if rows[name] == standing]
            if some:
                said.append(f"{words} {listed(some)}")
        untold = [f"“{titles[name]}”" for name in titles if rows[name] in ("not told", "unknown")]
        if untold:
            which = listed(untold, "or") if said else "any of them" if len(untold) > 1 else untold[0]
            said.append(f"whether {who} better or worse off cannot be told under {which}")
        parts.append("; ".join(said))
    return f"Compared with “{baseline}”: {'. '.join(part[0].upper() + part[1:] if place else part for place, part in enumerate(parts))}."


def change(row: Any, more: str = "higher", less: str = "lower") -> str:
    """A difference that can be told: ``£1.20 a month lower (£0.80 to £1.60)``.

    Args:
        row: of a table of differences.
        more, less: what to call either direction.
    """
    ends = (row.low_all, row.high_all) if row.told == "higher" else (-row.high_all, -row.low_all)
    return f"{amount(abs(row.difference), row.unit)} {more if row.told == 'higher' else less} ({interval(*ends, row.unit)})"


def metrics(rows: Iterable[Any]) -> str:
    """The differences of one regime's metrics in a few sentences."""
    rows = list(rows)
    sentences = []
    told = [f"{label(row.metric)} {change(row)}" for row in rows if row.told in ("higher", "lower")]
    if told:
        sentences.append(f"What differs: {'; '.join(told)}.")
    untold = [label(row.metric) for row in rows if row.told in ("not told", "unknown")]
    if untold:
        sentences.append(f"No difference can be told in {listed(untold, 'or')}.")
    same = [label(row.metric) for row in rows if row.told == "same"]
    if same:
        sentences.append(f"The same in every replication: {listed(same)}.")
    return " ".join(sentences)


def gains(rows: Iterable[Any]) -> str:
    """Who gains and who loses, from the first rows of the accounts."""
    names = {
        "customers": "customers together", "firms": "firms together", "treasury": "the public purse",
        "regulator": "the regulator's savings", "total": "all of them added up",
    }  # fmt: skip
    told, untold = [], []
    for row in rows:
        if row.metric not in names or row.told == "same":
            continue
        if row.told in ("higher", "lower"):
            told.append(f"{names[row.metric]} {change(row, 'more', 'less')}")
        else:
            untold.append(f"{names[row.metric]} ({interval(row.low_all, row.high_all, row.unit)})")
    sentences = []
    if told:
        sentences.append(f"{'; '.join(told)}.")
    if untold:
        sentences.append(f"More or less cannot be told for {listed(untold, 'or')}.")
    return " ".join(sentences)


def per_pound(row: Any) -> str:
    """What customers gain per pound of public money, or why that cannot be said."""
    if row.kind_all == "undefined":
        return "Public money is the same, so there is no gain per pound of it."
    if row.kind_all == "unknown":
        return "One replication says nothing of how sure a gain per pound is."
    if row.kind_all == "unbounded":
        return "How much more public money is spent cannot be told from nothing, so a gain per pound has no interval."
    per = "for each pound more of public money" if row.cost > 0 else "for each pound of public money saved"
    # More money with a gain, and less with a loss, have a ratio above zero.
    value, low, high = (row.value, row.low_all, row.high_all) if row.cost > 0 else (-row.value, -row.high_all, -row.low_all)
    if low > 0 or high < 0:
        ends = (low, high) if low > 0 else (-high, -low)
        return f"Customers {'gain' if low > 0 else 'lose'} {amount(abs(value), '£')} ({interval(*ends, '£')}) {per}."
    return f"Whether customers gain or lose {per} cannot be told ({interval(low, high, '£')})."


def winners(rows: Iterable[Any], of: str, name: Callable[[Any], str], head: str) -> str:
    """Who has more, who has less and of whom nothing can be told.

    Args:
        rows: of one regime and one metric.
        of: what they have, for the beginning of the sentence.
        name: what to call a row.
        head: behind an amount, such as `` a head``.
    """
    rows = list(rows)
    parts = []
    for told, word in (("higher", "up"), ("lower", "down")):
        some = [row for row in rows if row.told == told]
        if len(some) > MOST_FIRMS:
            most = max(some, key=lambda row: abs(row.difference))
            parts.append(f"{word} for {len(some)}, most for {name(most)} ({_brief(most)}{head})")
        elif some:
            parts.append(f"{word} for {listed([f'{name(row)} ({_brief(row)}{head})' for row in some])}")
    untold = [name(row) for row in rows if row.told in ("not told", "unknown")]
    if untold:
        who = listed(untold, "or") if len(untold) <= MOST_FIRMS else f"{len(untold)} others" if parts else f"any of {len(untold)}"
        parts.append(f"no change can be told for {who}")
    return f"{of}: {'; '.join(parts)}." if parts else ""


def fairness(advantage: Any, segment: str, chosen: bool) -> str:
    """Whether a change is progressive or regressive, if that can be told.

    Args:
        advantage: the row ``advantage`` of the gap's table.
        segment: the segment set against all others.
        chosen: whether the user named it; otherwise it is the one that is worst off.
    """
    who = segment if chosen else f"{segment} (least surplus under the baseline)"
    if advantage.told == "same":
        return ""
    if advantage.told not in ("higher", "lower"):
        ends = interval(advantage.low_all, advantage.high_all, advantage.unit)
        return f"Whether the change is progressive or regressive cannot be told ({who} against all others: {ends} a month a head)."
    kind = "progressive" if advantage.told == "higher" else "regressive"
    return f"The change is {kind}: against all others, {who} do {change(advantage, 'a head better', 'a head worse')}."


def harm(rows: Iterable[Any]) -> str:
    """What customers lose more or less to, by conduct."""
    rows = list(rows)
    told = [row for row in rows if row.told in ("higher", "lower")]
    if all(row.told == "same" for row in rows):
        return ""
    untold = [HARMS[row.conduct].lower() for row in rows if row.told in ("not told", "unknown") and row.conduct != "all"]
    parts = [f"{HARMS.get(row.conduct, 'all these conducts together').lower()} {change(row, 'more', 'less')}" for row in told]
    sentences = [f"Customers lose to {'; to '.join(parts)}."] if parts else []
    if untold:
        sentences.append(f"What they lose to {listed(untold, 'or')} cannot be told apart.")
    return " ".join(sentences)


def regime(tables: dict[str, pd.DataFrame], name: str, title: str, baseline: str, segment: str | None, chosen: bool) -> list[str]:
    """The paragraphs of one regime: what differs and in whose favour; then who exactly, and to what customers lose.

    Args:
        tables: frames ``metrics``, ``accounts``, ``per_pound``, ``segments``, ``firms``, ``harm`` and, where there is one, ``gap``.
        name, title: of the regime.
        baseline: the baseline's title.
        segment: the segment of ``gap``.
        chosen: whether the user named that segment.
    """
    mine = {key: list(frame[frame["regime"] == name].itertuples(index=False)) for key, frame in tables.items()}
    surplus = [row for row in mine["segments"] if row.metric == "consumer_surplus"]
    profit = [row for row in mine["firms"] if row.metric == "profit" and not row.firm.startswith("all ")]
    if all(row.told == "same" for key in ("metrics", "accounts") for row in mine[key]):
        return [f"“{title}” and “{baseline}” give the same in every replication: nothing that is measured here differs at all."]
    answer = [gains(mine["accounts"])]
    answer += [per_pound(row) for row in mine["per_pound"] if row.ratio == "per_public_pound"]
    answer.append(metrics(mine["metrics"]))
    who = [winners(surplus, "Consumer surplus by segment", lambda row: row.segment, " a head")]
    if segment is not None and "gap" in mine:
        who += [fairness(row, segment, chosen) for row in mine["gap"] if row.segment == "advantage"]
    who += [winners(profit, "Profit by firm", lambda row: row.firm, ""), harm(mine["harm"])]
    first, second = (" ".join(sentence for sentence in part if sentence) for part in (answer, who))
    paragraphs = [f"Under “{title}” instead of “{baseline}”: {first}"]
    return [*paragraphs, f"Who, under “{title}”. {second}"] if second else paragraphs


def basis(replications: int, months: int, width: int, comparisons: Sequence[int]) -> str:
    """What the paragraphs rest on."""
    when = "all months reported" if width == months else f"the last {width:,} months"
    lumpy = "" if width % 12 == 0 else (
        " These are no whole years, and a regulator's public money comes once in twelve months, so that it and all that is reckoned "
        "with it is not that of a year here."
    )  # fmt: skip
    return (
        f"From {replications:,} pairs of runs with the same luck; means over {when}. The intervals in brackets hold all together with "
        f"95 % within each table (Bonferroni, {min(comparisons):,} to {max(comparisons):,} comparisons a table), so what is claimed is "
        "claimed after correction for their number. They are about luck alone: the model's own numbers are as sure as their sources."
        f"{lumpy}"
    )


def _brief(row: Any) -> str:
    return f"{amount(row.difference, row.unit, signed=True)}, {interval(row.low_all, row.high_all, row.unit)}"
