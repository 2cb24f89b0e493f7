"""What a sensitivity study found, in sentences; every number in them is in its tables."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cxsim.analysis.wording import amount, in_words
from cxsim.results.columns import Column
from cxsim.sensitivity.convergence import Convergence
from cxsim.sensitivity.luck import LUCK
from cxsim.sensitivity.morris import Screening
from cxsim.sensitivity.outcomes import Regimes
from cxsim.sensitivity.question import Question
from cxsim.sensitivity.ranges import Factor
from cxsim.sensitivity.sobol import Indices
from cxsim.sensitivity.tables import ABOVE, BELOW, NIL, verdicts

MOST_NAMED = 5


def asked(question: Question) -> str:
    """The question, as one."""
    what = in_words([question.regimes.words(metric) for metric in question.metrics])
    return f"Which of {len(question.selection.factors)} parameters decide {what}, and how much of it is luck?"


def screening(question: Question, factors: Sequence[Factor], metric: Column, found: Screening) -> str:
    """What the screening says of one metric."""
    what = question.regimes.words(metric)
    said = verdicts(found)
    order = [place for place in np.argsort(-found.mu_star, kind="stable") if said[place] == ABOVE]
    luck = _interval(*found.luck_size, metric.unit)
    if not order:
        return f"Screening: none of {len(factors)} parameters moves {what} more than another draw of luck does, which is {luck} on average."
    named = [
        f"{factors[place].key} ({_interval(found.mu_star[place], found.low[place], found.high[place], metric.unit)}, {_way(found, place)})"
        for place in order[:MOST_NAMED]
    ]
    more = f" and {len(order) - MOST_NAMED} more" if len(order) > MOST_NAMED else ""
    return (
        f"Screening: moved through its whole range, each of these moves {what} by as much as luck or more: {in_words(named)}{more}. "
        f"Another draw of luck moves it by {luck} on average. Of the other {len(factors) - len(order)} parameters {said.count(BELOW)} "
        f"move it less than luck does, and {said.count(NIL)} not at all."
    )


def indices(question: Question, keys: Sequence[str], metric: Column, found: Indices) -> str:
    """What the indices say of one metric."""
    what = question.regimes.words(metric)
    if not found.variance:
        return f"Sobol' indices: {what} does not vary at all over these ranges, so there is nothing to explain."
    low, high = found.interval("total")
    order = np.argsort(-found.total[:-1], kind="stable")[:MOST_NAMED]
    named = [f"{keys[place]} {_share(found.total[place])} ({_ends(low[place], high[place])})" for place in order]
    alone = float(np.clip(found.first, 0, None).sum())
    luck = f"luck alone {_share(max(0.0, found.first[-1]))}, with interactions {_share(found.total[-1])} ({_ends(low[-1], high[-1])})"
    return (
        f"Sobol' indices: of the variance of {what} (standard deviation {amount(float(np.sqrt(found.variance)), metric.unit)}) these "
        f"explain, with all their interactions: {in_words(named)}; {luck}. Single inputs alone add up to {_share(min(alone, 1.0))}"
        + ("; the rest is interactions." if alone < 0.95 else ".")
    )


def signs(regimes: Regimes, metric: Column, above: int, total: int, interval: tuple[float, float]) -> str:
    """How often the regime has more of a metric than the other, over the whole space."""
    return (
        f"Over all parameters and luck drawn, {metric.name.replace('_', ' ')} is higher with {regimes.names[0]} than with "
        f"{regimes.names[1]} in {_share(above / total)} of {total:,} cases ({_share(interval[0])} to {_share(interval[1])})."
    )


def converged(method: str, metric: Column, one: Convergence, names: Sequence[str], size: int, more: str) -> str:
    """Whether a method's result has converged."""
    met = one.met
    done = [name for name, flag in met.items() if flag]
    missing = [name for name, flag in met.items() if not flag]
    head = f"{method} for {metric.name.replace('_', ' ')}, {size} {'trajectories' if method == 'Morris' else 'base samples'}: "
    if not missing:
        return head + "converged in values, order and what can be left out (Sarrazin, Pianosi and Wagener 2016)."
    reasons = {
        "indices": f"the widest interval, of {names[one.widest]}, is {one.indices:.2g} wide and should be 0.05",
        "screening": f"among inputs of little influence an interval is {one.screening:.2g} wide and should be 0.05",
        "ranking": f"resamples disagree on the order (distance {one.ranking:.2g}, should be below 1)",
    }
    kept = f" Converged: {in_words(done)}." if done else ""
    return f"{head}not converged: {'; '.join(reasons[name] for name in missing)}.{kept} {more}"


def _way(found: Screening, place: int) -> str:
    """Whether it raises, lowers, or depends."""
    mu, size = found.mu[place], found.mu_star[place]
    if abs(mu) < 0.8 * size:
        return "either way"
    return "up" if mu > 0 else "down"


def _interval(mean: float, low: float, high: float, unit: str) -> str:
    if unit.startswith("£"):
        return f"{amount(mean, unit)}, {amount(low, '£')} to {amount(high, '£')}"
    return f"{mean:.3g}, {low:.3g} to {high:.3g}"


def _ends(low: float, high: float) -> str:
    """An interval of shares; estimates that overshoot are cut, as no share can."""
    return f"{_share(max(0.0, low))} to {_share(min(1.0, high))}"


def _share(part: float) -> str:
    return f"{100 * part:.0f} %"


__all__ = ["LUCK", "asked", "converged", "indices", "screening", "signs"]
