"""What a decomposition says, in plain words; nothing that its tables do not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cxsim.config.errors import shown
from cxsim.config.essence import PROSE
from cxsim.config.start import differing, of_the_run, value_of
from cxsim.results.columns import MONTHLY
from cxsim.results.summary import number

if TYPE_CHECKING:
    from cxsim.decomposition.result import Decomposition

_UNITS = {column.name: column.unit for column in MONTHLY}
_MOST = 6
_LEAST = 0.0005
"""What would be written as zero."""

_NAMES = {
    "experience": "experience",
    "consumer_surplus": "consumer surplus",
    "price_paid": "what customers pay",
    "hhi": "concentration",
    "job_outcome": "how well the job is done",
}


def named(outcome: str) -> str:
    """An outcome in a sentence."""
    return _NAMES.get(outcome, outcome.replace("_", " "))


def difference(found: Decomposition) -> str:
    """In what the regimes differ, in one line."""
    keys = [key for key in differing(found.one, found.other) if key not in of_the_run() and key.rpartition(".")[2] not in PROSE]
    said = [f"{key} {shown(value_of(found.one, key))} -> {shown(value_of(found.other, key))}" for key in keys[:_MOST]]
    more = f" and {len(keys) - _MOST} more" if len(keys) > _MOST else ""
    return (", ".join(said) or "nothing") + more


def question(found: Decomposition) -> str:
    """What was asked."""
    outcomes = " and ".join(named(outcome) for outcome in found.outcomes)
    when = f" from month {found.at} on" if found.at is not None else ""
    regimes = f"two regimes of {found.one.market.title} ({difference(found)}){when}"
    return f"How much of the difference in {outcomes} between {regimes} comes through each channel?"


def findings(found: Decomposition) -> list[str]:
    """The answer in paragraphs, one for each outcome."""
    if not found.live:
        return ["Nothing differs between the two regimes that reaches customers: every month of the one is that of the other."]
    told = [_outcome(found, outcome) for outcome in found.outcomes]
    still = [name.replace("_", " ") for name in found.channels if name not in found.live]
    if still:
        told.append(f"Nothing at all differs in {_listed(still)}.")
    if found.one.replications < 2:
        told.append("There is one replication, so that nothing can be said about luck; ask for ten or more.")
    return told


def _outcome(found: Decomposition, outcome: str) -> str:
    table = found.effects.query("outcome == @outcome and period == 'last'").set_index("channel")
    levels = found.levels.query("outcome == @outcome and period == 'last'").set_index("regime")["value"]
    several = found.one.replications > 1
    total = table.loc["total"]
    rows = table.drop("total").loc[list(found.live)]
    rows = rows.reindex(rows["effect"].abs().sort_values(ascending=False, kind="stable").index)
    seen = rows[(rows[["effect", "low", "high"]].abs() >= _LEAST).any(axis=1)]
    parts = [f"{name.replace('_', ' ')} {_effect(outcome, row, several)}" for name, row in seen.iterrows()]
    rest = [str(name).replace("_", " ") for name in rows.index if name not in seen.index]
    width = int(total["months"])
    before, after = (_amount(outcome, float(levels[regime])) for regime in ("from", "to"))
    name = named(outcome)
    return (
        f"{name[0].upper()}{name[1:]} goes from {before} to {after} in the last {width} months, {_effect(outcome, total, several)}. "
        + (f"Of this, through {_listed(parts)}." if parts else "")
        + (f" Nothing that shows goes through {_listed(rest)}." if rest and parts else "")
    ).strip()


def _effect(outcome: str, row: Any, several: bool) -> str:
    said = _amount(outcome, float(row["effect"]), signed=True)
    return f"{said} (95 % interval {_amount(outcome, row['low'], True)} to {_amount(outcome, row['high'], True)})" if several else said


def _amount(outcome: str, value: float, signed: bool = False) -> str:
    unit = _UNITS[outcome]
    if unit.startswith("£"):
        sign = "-" if value < 0 else "+" if signed and value > 0 else ""
        return f"{sign}£{number(abs(value))}"
    return number(value, signed)


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def method(found: Decomposition) -> list[str]:
    """How it was done."""
    live = len(found.live)
    begun = "from their start" if found.at is None else f"from one and the same market in month {found.at}"
    return [
        f"Both regimes are simulated {begun} with the same luck ({found.one.replications} replications, seed {found.one.seed}), and the "
        "levers of every firm, findings that are made public and firms' coming and going are written down month by month.",
        f"The market is then played again for every set of the {live} channels in which anything differs ({2**live} markets a "
        "replication): what goes through the channels of the set is as in the second regime, all else as in the first. Firms and regulator "
        "repeat what was written down; customers choose, judge and leave as always. With no channel the replay is the first regime and "
        "with all of them the second, to the last bit.",
        "A channel's effect is its Shapley value: what it adds, averaged over all orders in which the channels could change over. Effects "
        "sum to the whole difference. Mean and Student's 95 % interval are over replications.",
    ]


def limits(found: Decomposition) -> list[str]:
    """What it does not say."""
    carried = {name: keys for name, keys in found.keys.items() if keys}
    told = [
        "A channel's effect is that of the course which firms took, not of the motive: what a fine did to prices is told under prices.",
        "Firms do not react to the other channels in a replay; their reactions are in the courses that were written down.",
        "Intervals speak of luck alone. The numbers in a preset are uncertain too; where a guess matters, repeat with its low and its high "
        "end.",
    ]
    if carried:
        said = "; ".join(f"{name.replace('_', ' ')} carries {', '.join(keys)}" for name, keys in carried.items())
        told.append(f"Parameters in which the regimes differ go with a channel too: {said}.")
    return told
