"""The decision rule, the same for every claim and fixed before any of them is run.

In each condition every test has an effect: the contrast of the arms, replication by replication, which share their luck; its mean and its
95 % interval (Student's t). With *smallest* the least effect worth calling one, a test says in that condition

- ``for``: the interval lies wholly on the side predicted, and the mean is at least *smallest*;
- ``against``: the same on the other side;
- ``none``: the interval lies wholly within -*smallest* and +*smallest* (two one-sided tests, Schuirmann 1987);
- ``open``: none of these; more replications would tell.

Where the prediction is that there is no effect, ``none`` counts as ``for``, and an effect on either side as ``against``. Where it is that
there is none on one side (*not up*, *not down*), a test is ``for`` if the interval lies wholly below +*smallest* (above -*smallest*) and
``against`` if there is an effect on that side. A condition is *against* the claim if one test is; else *open* if one is; else *for* it if
all tests are, *in part* for it if some are and the others show no effect, and it shows *no effect* if none is.

The claim is, over all conditions that do not vary a guess,

- *undecided* if half of the conditions or more are open;
- *supported* if at least four fifths of those decided are for it and at most one tenth against it;
- *supported in part* if that is so with those counted that are for it in part: some of what has to be so is, and some is not;
- *refuted* if at least four fifths of those decided are against it, or none is for it, even in part, and at least half are against;
- *no effect* if at least four fifths of those decided show none, or none is for it, even in part, and fewer than half are against;
- *conditional* otherwise; the condition is the one split (of the markets in two groups, or of one parameter at one value) that tells
  conditions that are for the claim from the others best (largest fall of Gini's impurity, Breiman et al. 1984).
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cxsim.claims.claim import DIRECTIONS, Test
from cxsim.results.intervals import mean_interval

FOR, PART, AGAINST, NONE, OPEN = "for", "part", "against", "none", "open"
SUPPORTED, IN_PART, REFUTED, NO_EFFECT, CONDITIONAL, UNDECIDED, UNTESTABLE = (
    "supported", "supported in part", "refuted", "no effect", "conditional", "undecided", "cannot be tested",
)  # fmt: skip
MOST, FEW, HALF = 0.8, 0.1, 0.5


@dataclasses.dataclass(frozen=True)
class Effect:
    """What a test found in one condition: mean, bounds of the 95 % interval, replications with a value, and what that says."""

    mean: float
    low: float
    high: float
    count: int
    says: str


def effect(test: Test, values: Mapping[str, np.ndarray]) -> Effect:
    """The effect of a test in one condition.

    Args:
        test: the test.
        values: the measure of each arm, a number a replication, in the same order for all arms; NaN where a run gave none.
    """
    total = np.sum([weight * np.asarray(values[arm], dtype=float) for arm, weight in test.contrast.items()], axis=0)
    mean, low, high = mean_interval(total)
    return Effect(mean, low, high, int(np.isfinite(total).sum()), says(mean, low, high, test.direction, test.smallest))


def says(mean: float, low: float, high: float, direction: str, smallest: float) -> str:
    """What an effect says for a prediction, see the rule above."""
    if not np.isfinite([mean, low, high]).all():
        return OPEN
    inside = -smallest < low and high < smallest
    side = 1 if low > 0 and mean >= smallest else -1 if high < 0 and mean <= -smallest else 0
    wanted = DIRECTIONS[direction]
    if direction.startswith("not "):
        return AGAINST if side == wanted else FOR if (high if wanted > 0 else -low) < smallest else OPEN
    if wanted == 0:
        return FOR if inside else AGAINST if side else OPEN
    if inside:
        return NONE
    return FOR if side == wanted else AGAINST if side else OPEN


def of_condition(words: Sequence[str]) -> str:
    """What a condition says, from what each test says there."""
    for word in (AGAINST, OPEN):
        if word in words:
            return word
    if NONE not in words:
        return FOR
    return PART if FOR in words else NONE


@dataclasses.dataclass(frozen=True)
class Verdict:
    """A verdict.

    Attributes:
        word: one of the words above.
        counts: conditions by what they say.
        condition: for a conditional verdict the split that was found, in words; empty where there is none.
    """

    word: str
    counts: Mapping[str, int]
    condition: str = ""


def verdict(outcomes: Sequence[str], attributes: Sequence[Mapping[str, Any]]) -> Verdict:
    """The verdict over conditions.

    Args:
        outcomes: what each condition says.
        attributes: for each condition what is known of it: ``market`` and values of the parameters varied.
    """
    counts = {word: outcomes.count(word) for word in (FOR, PART, AGAINST, NONE, OPEN)}
    decided = len(outcomes) - counts[OPEN]
    if counts[OPEN] >= HALF * len(outcomes):
        return Verdict(UNDECIDED, counts)
    if counts[FOR] >= MOST * decided and counts[AGAINST] <= FEW * decided:
        return Verdict(SUPPORTED, counts)
    if counts[FOR] + counts[PART] >= MOST * decided and counts[AGAINST] <= FEW * decided:
        return Verdict(IN_PART, counts)
    never = counts[FOR] + counts[PART] == 0
    if counts[AGAINST] >= (HALF if never else MOST) * decided:
        return Verdict(REFUTED, counts)
    if never or counts[NONE] >= MOST * decided:
        return Verdict(NO_EFFECT, counts)
    return Verdict(CONDITIONAL, counts, split(outcomes, attributes))


def split(outcomes: Sequence[str], attributes: Sequence[Mapping[str, Any]]) -> str:
    """The one split that tells conditions for the claim from the others best, in words; empty where none tells anything."""
    good = {FOR} if FOR in outcomes else {FOR, PART}
    rows = [(word in good, known) for word, known in zip(outcomes, attributes, strict=True) if word != OPEN]
    hits = np.array([hit for hit, _ in rows])
    if not len(hits) or hits.all() or not hits.any():
        return ""
    best, words = 1e-9, ""
    for name, inside in _splits([known for _, known in rows]):
        gain = _impurity(hits) - (inside.mean() * _impurity(hits[inside]) + (~inside).mean() * _impurity(hits[~inside]))
        if gain > best:
            side = inside if hits[inside].mean() > hits[~inside].mean() else ~inside
            label = name[0] if side is inside else name[1]
            best = gain
            there, elsewhere = f"{hits[side].sum()} of {side.sum()}", f"{hits[~side].sum()} of {(~side).sum()}"
            words = f"{label}: {there} conditions are for it, {elsewhere} elsewhere"
    return words


def _splits(known: Sequence[Mapping[str, Any]]) -> list[tuple[tuple[str, str], np.ndarray]]:
    """Every way to part the conditions in two: names of both sides, and which conditions lie on the first."""
    found: list[tuple[tuple[str, str], np.ndarray]] = []
    keys = dict.fromkeys(itertools.chain.from_iterable(known))
    for key in keys:
        values: list[Any] = [row.get(key) for row in known]
        if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
            steps = sorted(set(values))
            for low, high in itertools.pairwise(steps):
                inside = np.array([value <= low for value in values])
                found.append(((f"{key} of {low:g} or less", f"{key} of {high:g} or more"), inside))
            continue
        words = list(dict.fromkeys(map(str, values)))
        for size in range(1, len(words) // 2 + 1):
            for group in itertools.combinations(words, size):
                rest = [word for word in words if word not in group]
                inside = np.array([str(value) in group for value in values])
                found.append(((f"{key} {' or '.join(group)}", f"{key} {' or '.join(rest)}"), inside))
    return [(name, inside) for name, inside in found if inside.any() and not inside.all()]


def _impurity(hits: np.ndarray) -> float:
    share = hits.mean() if len(hits) else 0.0
    return float(2 * share * (1 - share))
