"""What running a claim found: an effect for each test in each condition, the verdict over them, and the guesses that it rests on."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cxsim.claims import verdict as rule
from cxsim.claims.claim import Claim
from cxsim.claims.conditions import Condition
from cxsim.results.intervals import Interval, mean_interval


@dataclasses.dataclass(frozen=True)
class Finding:
    """A claim's result.

    Attributes:
        claim: the claim.
        verdict: the verdict over all conditions that vary no guess.
        conditions: the conditions, those that vary guesses included.
        effects: for each test the effect in each condition, in their order.
        outcomes: what each condition says.
        pooled: for each test the mean effect over the conditions that vary no guess, with the 95 % interval over replications.
        guesses: for each guess varied, the levels at which the first market says something else than it does as given; empty if none.
        failed: share of the runs that gave no number.
        quick: whether it was run with few replications.
    """

    claim: Claim
    verdict: rule.Verdict
    conditions: tuple[Condition, ...]
    effects: Mapping[str, tuple[rule.Effect, ...]]
    outcomes: tuple[str, ...]
    pooled: Mapping[str, Interval]
    guesses: Mapping[str, tuple[str, ...]]
    failed: float
    quick: bool

    @property
    def rests_on_guesses(self) -> bool:
        """Whether some guess, varied over its range, changes what the first market says."""
        return any(self.guesses.values())

    def sentence(self) -> str:
        """The verdict in a sentence, with all that it must not be read without."""
        counts = self.verdict.counts
        if self.verdict.word == rule.UNTESTABLE:
            return f"Cannot be tested: {self.claim.untestable}"
        total = sum(counts.values())
        said = f"{self.verdict.word.capitalize()}: {counts[rule.FOR]} of {total} conditions are for it, {counts[rule.AGAINST]} against"
        said += f", {counts[rule.NONE]} show no effect, {counts[rule.OPEN]} are open."
        if self.verdict.word == rule.CONDITIONAL:
            split = self.verdict.condition
            said += f" What tells them apart best: {split}." if split else " No single split tells them apart."
        changed = [f"{key} ({', '.join(levels)})" for key, levels in self.guesses.items() if levels]
        if changed:
            said += f" It rests on values that nobody has measured: another answer comes with {'; '.join(changed)}."
        elif self.guesses:
            said += f" It stays the same over the ranges tried of what nobody has measured ({', '.join(self.guesses)})."
        if self.failed:
            said += f" {self.failed:.1%} of the runs gave no number."
        return said + (" (Quick mode: few replications.)" if self.quick else "")


def finding(
    claim: Claim,
    conditions: Sequence[Condition],
    known: Sequence[Mapping[str, Any]],
    values: Mapping[str, Mapping[Condition, Mapping[str, np.ndarray]]],
    quick: bool,
) -> Finding:
    """Judge a claim.

    Args:
        claim: the claim.
        conditions: its conditions.
        known: what is known of each, see :func:`cxsim.claims.conditions.known_of`.
        values: for each test, condition and arm the measure, a number a replication.
        quick: whether it was run with few replications.
    """
    if claim.untestable:
        return Finding(claim, rule.Verdict(rule.UNTESTABLE, {}), (), {}, (), {}, {}, 0.0, quick)
    effects = {name: tuple(rule.effect(test, values[name][condition]) for condition in conditions) for name, test in claim.tests.items()}
    outcomes = tuple(rule.of_condition([effects[name][place].says for name in claim.tests]) for place in range(len(conditions)))
    plain = [place for place, condition in enumerate(conditions) if not condition.guess]
    told = rule.verdict([outcomes[place] for place in plain], [known[place] for place in plain])
    pooled = {
        name: mean_interval(np.mean([_total(test.contrast, values[name][conditions[place]]) for place in plain], axis=0))
        for name, test in claim.tests.items()
    }
    every = np.concatenate([arm for found in values.values() for arms in found.values() for arm in arms.values()])
    guesses, failed = _guesses(claim, conditions, outcomes), float(np.isnan(every).mean())
    return Finding(claim, told, tuple(conditions), effects, outcomes, pooled, guesses, failed, quick)


def _total(contrast: Mapping[str, float], arms: Mapping[str, np.ndarray]) -> np.ndarray:
    return np.sum([weight * arms[arm] for arm, weight in contrast.items()], axis=0)


def _guesses(claim: Claim, conditions: Sequence[Condition], outcomes: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Levels of each guess at which the answer is decided and another than where nothing is varied."""
    if not conditions:
        return {}
    base = outcomes[0]
    found: dict[str, tuple[str, ...]] = {factor.key: () for factor in claim.factors if factor.guess}
    for condition, says in zip(conditions, outcomes, strict=True):
        if condition.guess and says not in (base, rule.OPEN) and base != rule.OPEN:
            found[condition.key] += (f"{condition.level}: {says}",)
    return found
