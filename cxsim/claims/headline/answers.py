"""What the map answers: what each of rivals and enforcement does alone, what both do, and what each adds to the other.

Corners of the map, seed by seed: fewest and most firms, weakest and strongest enforcement. With *smallest* the least difference worth
calling one, an effect is *there* if its 95 % interval lies above zero and its mean is at least *smallest*, and *absent* if the interval
lies within plus and minus *smallest* (as in the decision rule of all claims):

- *Competition is enough* if rivals alone have an effect and enforcement, added to them, has none; it is not if enforcement has one.
- *Enforcement is enough* if it alone has an effect and rivals, added to it, have none; it is not if rivals have one.
- *They need each other* if both together do more than the sum of what each does alone (the contrast of contrasts has an effect); each does
  less where the other is if that is negative; they add up if it is absent.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np

from cxsim.claims import verdict as rule
from cxsim.claims.headline.design import Headline, Outcome
from cxsim.results.intervals import Interval, mean_interval

CONTRASTS: dict[str, tuple[str, tuple[int, int, int, int]]] = {
    "rivals": ("Rivals alone", (-1, 0, 1, 0)),
    "enforcement": ("Enforcement alone", (-1, 1, 0, 0)),
    "both": ("Both together", (-1, 0, 0, 1)),
    "added_by_enforcement": ("Enforcement, where there are rivals", (0, 0, -1, 1)),
    "added_by_rivals": ("Rivals, where there is enforcement", (0, -1, 0, 1)),
    "interaction": ("Both together, beyond the sum of each alone", (1, -1, -1, 1)),
}
"""Weights of four corners: few firms unregulated, few firms held, many firms unregulated, many firms held."""

TERMS = ("level", "rivals", "enforcement", "rivals x enforcement")
EVERYWHERE = "all four markets"
YES, NO, WORSE, OPEN = "yes", "no", "it makes things worse", "undecided"
NEED, LESS, ADD = "each does more where the other is", "each does less where the other is", "they add up"


@dataclasses.dataclass(frozen=True)
class Answer:
    """What the map says of one outcome in one market, or over all of them.

    Attributes:
        market: its name, or `EVERYWHERE`.
        outcome: name of the outcome.
        effects: each of `CONTRASTS` with its interval, in the unit of the outcome.
        surface: the plane with a twist fitted to the whole map, each of `TERMS` with its interval; rivals are the logarithm of the number
            of firms and enforcement its rank, both from 0 to 1, so that a slope is what going from one end to the other does.
        competition_enough, enforcement_enough: yes, no, it makes things worse, or undecided.
        together: whether they need each other, see the module.
    """

    market: str
    outcome: str
    effects: Mapping[str, Interval]
    surface: Mapping[str, Interval]
    competition_enough: str
    enforcement_enough: str
    together: str


def answers(headline: Headline, values: Mapping[str, np.ndarray]) -> list[Answer]:
    """The answers for each outcome over all markets, and then market by market.

    Args:
        headline: the experiment.
        values: for each outcome an array of shape (price rules, sights, numbers of firms, levels of enforcement, replications).
    """
    found = []
    for name, outcome in headline.outcomes.items():
        found.append(_answer(headline, outcome, name, EVERYWHERE, values[name].mean(axis=(0, 1))))
        for price, sight, market in headline.markets:
            found.append(_answer(headline, outcome, name, market, values[name][price, sight]))
    return found


def surface(grid: np.ndarray, rivals: np.ndarray) -> np.ndarray:
    """Least-squares coefficients of level, rivals, enforcement and their product, replication by replication.

    Args:
        grid: shape (numbers of firms, levels of enforcement, replications).
        rivals: the numbers of firms.

    Returns:
        Shape (4, replications); where a replication has a place without a value, not a number.
    """
    across = np.log(rivals / rivals[0]) / np.log(rivals[-1] / rivals[0])
    x, z = np.meshgrid(across, np.linspace(0, 1, grid.shape[1]), indexing="ij")
    terms = np.stack([np.ones_like(x), x, z, x * z], axis=-1).reshape(-1, len(TERMS))
    return np.asarray(np.linalg.pinv(terms) @ grid.reshape(len(terms), -1))


def _answer(headline: Headline, outcome: Outcome, name: str, market: str, grid: np.ndarray) -> Answer:
    corners = (grid[0, 0], grid[0, -1], grid[-1, 0], grid[-1, -1])
    effects = {
        key: mean_interval(np.sum([weight * corner for weight, corner in zip(weights, corners, strict=True)], axis=0))
        for key, (_, weights) in CONTRASTS.items()
    }
    fitted = dict(zip(TERMS, map(mean_interval, surface(grid, np.array(headline.rivals, float))), strict=True))
    says = {key: rule.says(*effect, "up", outcome.smallest) for key, effect in effects.items()}
    together = {rule.FOR: NEED, rule.AGAINST: LESS, rule.NONE: ADD, rule.OPEN: OPEN}[says["interaction"]]
    return Answer(
        market, name, effects, fitted,
        _enough(says["rivals"], says["added_by_enforcement"]), _enough(says["enforcement"], says["added_by_rivals"]), together,
    )  # fmt: skip


def _enough(alone: str, added: str) -> str:
    """Whether one is enough, from what it does alone and what the other adds to it."""
    if alone == rule.AGAINST:
        return WORSE
    if added == rule.FOR or alone == rule.NONE:
        return NO
    return YES if alone == rule.FOR and added in (rule.NONE, rule.AGAINST) else OPEN
