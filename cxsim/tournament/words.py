"""A tournament in plain words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cxsim.analysis.wording import in_words
from cxsim.tournament.entries import Disqualified, Entry
from cxsim.tournament.matches import FORMATS
from cxsim.tournament.question import Question
from cxsim.tournament.scores import Ranking, Scores

LIMITS = (
    "The places are those of these entries against one another in these markets: a strategy's success depends on whom it meets, and "
    "another field may turn the order round.",
    "Intervals tell how far luck may have moved the scores. They do not tell how far the model is from the world.",
    "What a customer got counts her experience at the market's mean willingness to pay; fees that she noticed count twice, as money and in "
    "her experience.",
    "Entries are programs of whoever wrote them and were run as they are; a strategy that draws random numbers of its own, or looks at the "
    "clock, makes results that cannot be had again.",
)  # fmt: skip


def findings(scores: Scores, entries: Sequence[Entry], rankings: dict[str, Ranking], out: Sequence[Disqualified],
             lost: Sequence[tuple[int, int]]) -> list[str]:  # fmt: skip
    """The answer first: who earned most, who served best, whether these go together, who fell out."""
    said = [_winner(scores, rankings["profit"], "earned most", "% of the reference price per customer at equal shares"),
            _winner(scores, rankings["value"], "gave customers most for their money", "% of the reference price")]  # fmt: skip
    said.append(_together(scores, rankings))
    said += _places(scores, entries, rankings["profit"])
    said += _markets(scores)
    if out:
        reasons = [f"{one.name} ({one.reason.rstrip('.')})" for one in out]
        said.append(f"Disqualified: {'; '.join(reasons)}.")
    if lost:
        said.append(f"{len(lost)} replication{'s' if len(lost) > 1 else ''} of a market and its rules had a run that failed through no "
                    "entry's doing, and were left out for all.")  # fmt: skip
    return said


def method(what: Question, runs: int) -> list[str]:
    """How it was done."""
    config = what.config
    formats = "; ".join(f"{name}: {FORMATS[name]}" for name in what.formats)
    return [
        f"{runs:,} runs of {config.market.n_customers:,} customers over {config.months:,} months after {config.burn_in:,} that are not "
        f"reported, {config.replications} replications, in {len(what.settings)} settings: {', '.join(one.name for one in what.settings)}.",
        f"Formats. {formats[0].upper()}{formats[1:]}. Seats differ in size, price and name at the start, so every line-up is played in "
        "every rotation of seats. Nobody else may enter. Each format and each setting counts the same.",
        "The n-th replication of all matches has the same luck, so that scores of two entries are compared replication by replication "
        "(Student's t on paired differences; Bonferroni over all pairs of a score). The places that an entry may have are one more than "
        "the number of entries that are surely better, to the number of entries less those that are surely worse (Mogstad, Romano, Shaikh "
        "and Wilhelm 2024).",
        "Every entry of the folder first met a firm that sells cheaply, once in each setting. One that raised, returned what are no "
        "levers, changed rivals' levers or took more than ten seconds of processor time for a review was disqualified, then or later, and "
        "its matches count for nobody.",
    ]  # fmt: skip


def _winner(scores: Scores, by: Ranking, verb: str, unit: str) -> str:
    first = by.order[0]
    name = scores.names[first]
    behind = [scores.names[place] for place in by.order[1:] if by.best[place] == 1]
    told = f"{name} {verb}: {_number(by, first)} {unit}."
    if not np.isfinite(by.low[first]):
        return f"{told} With one replication nothing can be said about luck."
    if not behind:
        return f"{told} It is ahead of every other entry beyond doubt."
    return f"{told} The first place cannot be ruled out for {in_words(behind)} either."


def _together(scores: Scores, rankings: dict[str, Ranking]) -> str:
    profit, value = (rankings[name].mean for name in ("profit", "value"))
    known = np.isfinite(profit) & np.isfinite(value)
    best, kindest = (scores.names[rankings[name].order[0]] for name in ("profit", "value"))
    served = rankings["value"].order.index(rankings["profit"].order[0]) + 1
    head = f"What earned most was not what served best: by what customers got {best} came {_th(served)} of {len(scores.names)}."
    if best == kindest:
        head = f"{best} came first in both."
    if known.sum() < 4:
        return head
    from scipy.stats import spearmanr

    together = float(spearmanr(profit[known], value[known])[0])
    if not np.isfinite(together):
        return head
    return f"{head} The rank correlation of the two scores over entries is {together:.2f}."


def _places(scores: Scores, entries: Sequence[Entry], by: Ranking) -> list[str]:
    own = [place for place in by.order if entries[place].own][:10]
    listed = [f"{scores.names[place]} {_number(by, place)} (place {_span(by, place)})" for place in own]
    return [f"By profit, of the folder's own: {in_words(listed)}."] if listed else []


def _markets(scores: Scores) -> list[str]:
    if len(scores.settings) < 2:
        return []
    winners: dict[str, list[str]] = {}
    for number, setting in enumerate(scores.settings):
        means = np.nanmean(scores.within("profit", setting=number), axis=0)
        winners.setdefault(scores.names[int(np.nanargmax(means))], []).append(setting)
    if len(winners) == 1:
        return [f"{next(iter(winners))} earned most in every market and under all rules."]
    said = [f"{name} in {in_words(where)}" for name, where in winners.items()]
    return [f"Most profit by market and rules: {'; '.join(said)}."]


def _number(by: Ranking, place: int) -> str:
    text = f"{by.mean[place]:.1f}"
    return f"{text} [{by.low[place]:.1f} to {by.high[place]:.1f}]" if np.isfinite(by.low[place]) else text


def _span(by: Ranking, place: int) -> str:
    best, worst = int(by.best[place]), int(by.worst[place])
    return str(best) if best == worst else f"{best} to {worst}"


def _th(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
