"""Scenario discovery: the conditions under which a regime fails, found on some cases and checked on others.

A rule is found on two thirds of the cases (PRIM, or the leaves of a tree) and held against the last third, which had no part in it:
only what holds there is told. Resampling the first two thirds and searching again says how often each parameter comes up.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from cxsim.config.errors import BadValueError, nearest
from cxsim.sensitivity import cart, prim
from cxsim.sensitivity.boxes import Box, Fit, fit, quasi_p
from cxsim.sensitivity.study import wilson

METHODS = ("prim", "cart")
HELD_OUT = 1 / 3
ENOUGH = 10
"""Failures, and cases that do not fail, that a search needs at least."""
RESAMPLES = 30


@dataclasses.dataclass(frozen=True)
class Found:
    """A box and what it is worth.

    Attributes:
        box: the box.
        learnt: how it fits the cases it was found on.
        checked: how it fits the cases held out.
        density, coverage: 95 % intervals (Wilson 1927) of its density and coverage on the cases held out.
        base: share of failures among the cases held out.
        quasi_p: for each limit, on the cases it was found on.
        steady: for each parameter limited the share of resamples in which a search limits it too.
    """

    box: Box
    learnt: Fit
    checked: Fit
    density: tuple[float, float]
    coverage: tuple[float, float]
    base: float
    quasi_p: dict[tuple[int, bool], float]
    steady: dict[int, float]

    @property
    def holds(self) -> bool:
        """Whether failures are beyond doubt more frequent in it, on the cases held out, than among all of them."""
        return self.checked.inside > 0 and self.density[0] > self.base


@dataclasses.dataclass(frozen=True)
class Discovery:
    """What a search found.

    Attributes:
        held: which cases were held out.
        steps: PRIM's first peeling trajectory; empty for a tree.
        found: the boxes, the first covering most; those that did not hold up included.
    """

    held: np.ndarray
    steps: list[prim.Step]
    found: list[Found]


def discover(
    points: np.ndarray, fails: np.ndarray, method: str = "prim", boxes: int = 2, least: float = prim.LEAST, seed: int = 0
) -> Discovery:
    """Find boxes on two thirds of the cases and check them on the rest.

    Each further box is searched for among the cases that the boxes before it do not hold.

    Args:
        points: shape (cases, parameters).
        fails: whether each case fails.
        method: ``prim`` or ``cart``.
        boxes: at most so many.
        least: least share of the cases in a box.
        seed: of the split and the resamples.

    Raises:
        CxsimError: another method, or scikit-learn is not installed for ``cart``.
    """
    if method not in METHODS:
        raise BadValueError("--method", method, ", ".join(METHODS), nearest(str(method), METHODS))
    points, fails = np.asarray(points, float), np.asarray(fails, bool)
    held = _held(fails, seed)
    learn = ~held
    open_learn, open_held = learn.copy(), held.copy()
    found: list[Found] = []
    first: list[prim.Step] = []
    while len(found) < boxes and enough(fails[open_learn]):
        box, steps = _search(points[open_learn], fails[open_learn], method, least * learn.sum() / open_learn.sum(), seed)
        first = first or steps
        if box is None:
            break
        found.append(_judged(box, points, fails, open_learn, open_held, method, least, seed))
        if not found[-1].holds:
            break
        inside = box.holds(points)
        open_learn &= ~inside
        open_held &= ~inside
    return Discovery(held, first, found)


def enough(fails: np.ndarray) -> bool:
    """Whether there are failures and cases without one enough to learn from."""
    return bool(min(fails.sum(), (~fails).sum()) >= ENOUGH)


def _held(fails: np.ndarray, seed: int) -> np.ndarray:
    """A third of the failures and a third of the others, by lot."""
    draw = np.random.default_rng(seed)
    held = np.zeros(len(fails), bool)
    for group in (np.flatnonzero(fails), np.flatnonzero(~fails)):
        held[draw.permutation(group)[: round(HELD_OUT * len(group))]] = True
    return held


def _search(points: np.ndarray, fails: np.ndarray, method: str, least: float, seed: int) -> tuple[Box | None, list[prim.Step]]:
    if method == "cart":
        boxes = cart.leaves(points, fails, least, seed)
        return (boxes[0] if boxes else None), []
    return prim.search(points, fails, least)


def _judged(
    box: Box, points: np.ndarray, fails: np.ndarray, learn: np.ndarray, held: np.ndarray, method: str, least: float, seed: int
) -> Found:
    learnt, checked = fit(box, points[learn], fails[learn]), fit(box, points[held], fails[held])
    return Found(
        box,
        learnt,
        checked,
        wilson(checked.failing, checked.inside) if checked.inside else (0.0, 1.0),
        wilson(checked.failing, checked.failures) if checked.failures else (0.0, 1.0),
        checked.failures / checked.cases if checked.cases else float("nan"),
        quasi_p(box, points[learn], fails[learn]),
        _steady(box, points[learn], fails[learn], method, least, seed),
    )


def _steady(box: Box, points: np.ndarray, fails: np.ndarray, method: str, least: float, seed: int) -> dict[int, float]:
    """How often a search on resampled cases limits each parameter that the box limits."""
    draw = np.random.default_rng([seed, 1])
    count = dict.fromkeys(box.restricted(), 0)
    for _ in range(RESAMPLES):
        some = draw.integers(len(points), size=len(points))
        again, _ = _search(points[some], fails[some], method, least, seed) if enough(fails[some]) else (None, [])
        for place in again.restricted() if again is not None else ():
            if place in count:
                count[place] += 1
    return {place: times / RESAMPLES for place, times in count.items()}
