"""What a discovery found, in sentences: the regime fails when ..."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import stdtrit

from cxsim.analysis.conditions import Condition
from cxsim.analysis.wording import amount, in_words
from cxsim.config.keys import index
from cxsim.sensitivity.boxes import Box
from cxsim.sensitivity.discovery import ENOUGH, Discovery, Found
from cxsim.sensitivity.outcomes import Regimes
from cxsim.sensitivity.ranges import Factor
from cxsim.sensitivity.study import wilson

_SIGNS = {"<": "below", "<=": "at most", ">": "above", ">=": "at least"}


def asked(regimes: Regimes, fails: Condition) -> str:
    """The question, as one."""
    return f"When is {failing(regimes, fails)}?"


def failing(regimes: Regimes, fails: Condition) -> str:
    """What failing is, as a clause: ``experience below 60 with regulator=fca``."""
    name = fails.metric.name.replace("_", " ")
    if regimes.versus is None:
        return f"{name} {_SIGNS[fails.sign]} {amount(fails.bound, fails.metric.unit)} with {regimes.names[0]}"
    if fails.bound == 0:
        return f"{name} {'lower' if fails.sign in {'<', '<='} else 'higher'} with {regimes.names[0]} than with {regimes.names[1]}"
    return (
        f"the difference in {name}, {regimes.names[0]} less {regimes.names[1]}, {_SIGNS[fails.sign]} "
        f"{amount(fails.bound, fails.metric.unit)}"
    )


def findings(
    regimes: Regimes, fails: Condition, factors: Sequence[Factor], failed: np.ndarray, values: np.ndarray, found: Discovery | None
) -> list[str]:
    """The answer, a paragraph each: how often it fails, when, and how sure that is."""
    count, total = int(failed.sum()), len(failed)
    low, high = wilson(count, total)
    clause = failing(regimes, fails)
    often = f"{clause[0].upper()}{clause[1:]}: that is so in {_share(count / total)} of {total:,} cases ({_share(low)} to {_share(high)})."
    if found is None:
        what = "failures" if count < ENOUGH else "cases that do not fail"
        return [
            f"{often} There are too few {what} to say when ({ENOUGH} are needed); change the condition, the ranges, or take more --cases."
        ]
    kept = [one for one in found.found if one.holds]
    said = [_rule(regimes, factors, one, number) for number, one in enumerate(kept)]
    if not said:
        said = [
            f"No rule was found that holds on cases which had no part in finding it: nothing that was varied says when {_fails(regimes)}."
        ]
        said += [
            f"On the cases learnt from it looked as if it fails {limits(factors, one.box)}; on those held out {_checked(one)}."
            for one in found.found
        ]
    return [*said, often, *_close(fails, values)]


def limits(factors: Sequence[Factor], box: Box) -> str:
    """A box in words: ``when a is above 0.6 and b below 0.5``."""
    parts = []
    for place in box.restricted():
        factor, low, high = factors[place], box.low[place], box.high[place]
        unit = index()[factor.key].spec.unit
        if np.isfinite(low) and np.isfinite(high):
            parts.append(f"{factor.key} is between {_number(low, unit)} and {_number(high, unit)}")
        elif np.isfinite(low):
            parts.append(f"{factor.key} is above {_number(low, unit)}")
        else:
            parts.append(f"{factor.key} is below {_number(high, unit)}")
    return f"when {in_words(parts)}"


def _rule(regimes: Regimes, factors: Sequence[Factor], one: Found, number: int) -> str:
    head = "" if number == 0 else "Of the cases outside that rule: "
    ranges = in_words([f"{factors[place].key} from {factors[place].low:g} to {factors[place].high:g}" for place in one.box.restricted()])
    steady = in_words([f"{factors[place].key} in {_share(part)}" for place, part in one.steady.items()])
    checked = _checked(one)
    return (
        f"{head}{_fails(regimes)} {limits(factors, one.box)}. {checked[0].upper()}{checked[1:]}; the rule holds "
        f"{_share(one.checked.coverage)} of all failures ({_share(one.coverage[0])} to {_share(one.coverage[1])}). Tried were {ranges}. "
        f"Resampled, the search comes upon {steady} of resamples."
    )


def _checked(one: Found) -> str:
    return (
        f"of {one.checked.inside} held-out cases of that kind {_share(one.checked.density)} fail ({_share(one.density[0])} to "
        f"{_share(one.density[1])}), of all held-out cases {_share(one.base)}"
    )


def _fails(regimes: Regimes) -> str:
    name = regimes.names[0]
    return f"{'The market as given' if name == 'the market as given' else name} fails"


def _close(fails: Condition, values: np.ndarray) -> list[str]:
    """How many cases lie so near the threshold that their replications do not decide."""
    count = values.shape[1]
    if count < 2:
        return []
    error = values.std(axis=1, ddof=1) / np.sqrt(count)
    near = np.abs(values.mean(axis=1) - fails.bound) < stdtrit(count - 1, 0.975) * error
    return [f"In {_share(float(near.mean()))} of cases the {count} replications do not decide whether it fails."]


def _number(value: float, unit: str) -> str:
    return amount(value, unit)


def _share(part: float) -> str:
    return f"{100 * part:.0f} %"
