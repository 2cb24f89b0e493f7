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
        ranges: for each guess varied by number, the lowest and highest value tried between which the first market says what it does as
            given, and the lowest and highest tried at all.
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
    ranges: Mapping[str, tuple[float, float, float, float]]
    failed: float
    quick: bool

    @property
    def parts(self) -> dict[str, str]:
        """The verdict over each test alone, by the same rule."""
        plain = [place for place, condition in enumerate(self.conditions) if not condition.guess]
        nothing: list[dict[str, Any]] = [{} for _ in plain]
        return {name: rule.verdict([found[place].says for place in plain], nothing).word for name, found in self.effects.items()}

    @property
    def rests_on_guesses(self) -> bool:
        """Whether some guess, varied over its range, changes what the first market says."""
        return any(self.guesses.values())

    @property
    def sure(self) -> str:
        """How sure the verdict is: ``firm``, ``fair`` or ``weak``; empty for a claim that cannot be tested.

        Weak: undecided, or a guess changes what the first market says, or that is open as given while guesses are varied. Firm: one verdict
        for all conditions, at most a tenth of which are open, those that vary guesses included. Fair: anything else.
        """
        word, counts = self.verdict.word, self.verdict.counts
        if word == rule.UNTESTABLE:
            return ""
        if word == rule.UNDECIDED or self.rests_on_guesses or (self.guesses and self.outcomes[0] == rule.OPEN):
            return "weak"
        whole = word in (rule.SUPPORTED, rule.IN_PART, rule.REFUTED, rule.NO_EFFECT)
        few = counts[rule.OPEN] <= rule.FEW * sum(counts.values()) and self.outcomes.count(rule.OPEN) <= rule.FEW * len(self.outcomes)
        return "firm" if whole and few else "fair"

    def sentence(self) -> str:
        """The verdict in a sentence, with all that it must not be read without."""
        counts = self.verdict.counts
        if self.verdict.word == rule.UNTESTABLE:
            return f"Cannot be tested: {self.claim.untestable}"
        total = sum(counts.values())
        said = f"{self.verdict.word.capitalize()}: {counts[rule.FOR]} of {total} conditions are for it, {counts[rule.AGAINST]} against"
        said += f", {counts[rule.PART]} for it in part" if counts[rule.PART] else ""
        said += f", {counts[rule.NONE]} show no effect, {counts[rule.OPEN]} are open."
        if len(self.parts) > 1 and set(self.parts.values()) != {self.verdict.word}:
            said += f" Test by test: {'; '.join(f'{self.claim.tests[name].title}: {word}' for name, word in self.parts.items())}."
        if self.verdict.word == rule.CONDITIONAL:
            split = self.verdict.condition
            said += f" What tells them apart best: {split}." if split else " No single split tells them apart."
        said += self._exceptions() + self._of_guesses()
        if self.failed:
            said += f" {self.failed:.1%} of the runs gave no number."
        return said + (" (Quick mode: few replications and conditions.)" if self.quick else "")

    def _exceptions(self) -> str:
        """Conditions decided otherwise than a verdict that is one for all, in words; there are few, or it would not be one for all."""
        usual = {
            rule.SUPPORTED: (rule.FOR,),
            rule.IN_PART: (rule.FOR, rule.PART),
            rule.REFUTED: (rule.AGAINST,),
            rule.NO_EFFECT: (rule.NONE,),
        }
        if self.verdict.word not in usual:
            return ""
        listed = [
            f"{condition.label} ({'in part' if says == rule.PART else 'no effect' if says == rule.NONE else says})"
            for condition, says in zip(self.conditions, self.outcomes, strict=True)
            if not condition.guess and says not in (*usual[self.verdict.word], rule.OPEN)
        ]
        return f" Otherwise in {'; '.join(listed)}." if listed else ""

    def _of_guesses(self) -> str:
        changed = {key: levels for key, levels in self.guesses.items() if levels}
        if changed:
            listed = "; ".join(f"{key}: {self._range(key)}{', '.join(levels)} beyond" for key, levels in changed.items())
            return f" It rests on what nobody has measured: {listed}."
        if not self.guesses:
            return ""
        if self.outcomes[0] == rule.OPEN:
            return f" Whether it rests on what nobody has measured ({', '.join(self.guesses)}) stays open with {self.conditions[0].market}."
        tried = ", ".join(map(self._tried, self.guesses))
        varied = [says for condition, says in zip(self.conditions, self.outcomes, strict=True) if condition.guess]
        if rule.OPEN in varied:
            left = f"{varied.count(rule.OPEN)} of {len(varied)} conditions"
            return f" Over the ranges tried of what nobody has measured ({tried}) it is nowhere decided otherwise, and open in {left}."
        return f" It stays the same over the ranges tried of what nobody has measured ({tried})."

    def _range(self, key: str) -> str:
        if key not in self.ranges:
            return ""
        low, high, _, _ = self.ranges[key]
        return f"it holds at {low:g} alone, " if low == high else f"it holds from {low:g} to {high:g}, "

    def _tried(self, key: str) -> str:
        return f"{key} {self.ranges[key][2]:g} to {self.ranges[key][3]:g}" if key in self.ranges else key


def finding(
    claim: Claim,
    conditions: Sequence[Condition],
    known: Sequence[Mapping[str, Any]],
    values: Mapping[str, Mapping[Condition, Mapping[str, np.ndarray]]],
    quick: bool,
    guessed: Mapping[str, Sequence[float]] | None = None,
) -> Finding:
    """Judge a claim.

    Args:
        claim: the claim.
        conditions: its conditions.
        known: what is known of each, see :func:`cxsim.claims.conditions.known_of`.
        values: for each test, condition and arm the measure, a number a replication.
        quick: whether it was run with few replications.
        guessed: for each guess that is a number its value in the first market as given and then at each of its levels.
    """
    if claim.untestable:
        return Finding(claim, rule.Verdict(rule.UNTESTABLE, {}), (), {}, (), {}, {}, {}, 0.0, quick)
    effects = {name: tuple(rule.effect(test, values[name][condition]) for condition in conditions) for name, test in claim.tests.items()}
    outcomes = tuple(rule.of_condition([effects[name][place].says for name in claim.tests]) for place in range(len(conditions)))
    plain = [place for place, condition in enumerate(conditions) if not condition.guess]
    told = rule.verdict([outcomes[place] for place in plain], [known[place] for place in plain])
    pooled = {
        name: mean_interval(np.mean([_total(test.contrast, values[name][conditions[place]]) for place in plain], axis=0))
        for name, test in claim.tests.items()
    }
    every = np.concatenate([arms[arm] for name, test in claim.tests.items() for arms in values[name].values() for arm in test.contrast])
    ways = _ways(claim, effects, outcomes)
    guesses, failed = _guesses(claim, conditions, ways), float(np.isnan(every).mean())
    ranges = _ranges(conditions, ways, guessed or {})
    return Finding(claim, told, tuple(conditions), effects, outcomes, pooled, guesses, ranges, failed, quick)


def _total(contrast: Mapping[str, float], arms: Mapping[str, np.ndarray]) -> np.ndarray:
    return np.sum([weight * arms[arm] for arm, weight in contrast.items()], axis=0)


def _ways(claim: Claim, effects: Mapping[str, Sequence[rule.Effect]], outcomes: Sequence[str]) -> list[str]:
    """What each condition says, with a mark where it is against a test that predicts no effect on the other side than the first one is."""
    neither = [found for name, found in effects.items() if claim.tests[name].direction == "none"]
    ways = []
    for place, word in enumerate(outcomes):
        pairs = [(found[0], found[place]) for found in neither]
        turned = any(a.says == b.says == rule.AGAINST and (a.mean > 0) != (b.mean > 0) for a, b in pairs)
        ways.append(f"{word} on the other side" if turned and word == rule.AGAINST else word)
    return ways


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


def _ranges(
    conditions: Sequence[Condition], outcomes: Sequence[str], guessed: Mapping[str, Sequence[float]]
) -> dict[str, tuple[float, float, float, float]]:
    """The range of each guess around its value as given in which the answer is the same, and the range tried."""
    found = {}
    for key, values in guessed.items():
        says = [
            outcomes[0],
            *(word for condition, word in zip(conditions, outcomes, strict=True) if condition.key == key and condition.guess),
        ]
        ordered = sorted(zip(values, says, strict=True))
        place = next(place for place, (value, _) in enumerate(ordered) if value == values[0])
        low = high = place
        while low > 0 and ordered[low - 1][1] == outcomes[0]:
            low -= 1
        while high < len(ordered) - 1 and ordered[high + 1][1] == outcomes[0]:
            high += 1
        found[key] = (ordered[low][0], ordered[high][0], ordered[0][0], ordered[-1][0])
    return found
