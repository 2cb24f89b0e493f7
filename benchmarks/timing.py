"""Timing side by side: every version takes its turn in every round, so that what disturbs the machine disturbs all alike."""

from __future__ import annotations

import dataclasses
import gc
import time
from collections.abc import Callable, Mapping

import numpy as np

LEAST = 0.02
"""Seconds that a turn takes at least; quick work is repeated within its turn."""

RESAMPLES = 2000
LEVEL = 0.95


@dataclasses.dataclass(frozen=True)
class Estimate:
    """A median over rounds with a 95 % interval (percentile bootstrap over rounds: Efron 1979)."""

    value: float
    low: float
    high: float


def interleaved(work: Mapping[str, Callable[[], object]], rounds: int, tick: Callable[[], None] = lambda: None) -> dict[str, np.ndarray]:
    """Seconds per call of each piece of work, by round.

    The first call of each is thrown away (caches, compiling); the next sets how often it is repeated in a turn. The order rotates
    from round to round. Garbage is collected between turns and not within them, as ``timeit`` does.

    Args:
        work: what to time, by name.
        rounds: turns that each gets.
        tick: called after every turn.
    """
    repeats = {}
    for name, call in work.items():
        _seconds(call, 1)
        repeats[name] = max(1, min(1000, round(LEAST / max(_seconds(call, 1), 1e-7))))
    taken: dict[str, list[float]] = {name: [] for name in work}
    names = list(work)
    for number in range(rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            taken[name].append(_seconds(work[name], repeats[name]))
            tick()
    return {name: np.array(seconds) for name, seconds in taken.items()}


def _seconds(call: Callable[[], object], repeats: int) -> float:
    gc.collect()
    was_on = gc.isenabled()
    gc.disable()
    try:
        began = time.perf_counter()
        for _ in range(repeats):
            call()
        return (time.perf_counter() - began) / repeats
    finally:
        if was_on:
            gc.enable()


def estimate(values: np.ndarray) -> Estimate:
    """The median of a number that was measured in several rounds, with its interval; the range where rounds are few."""
    values = np.asarray(values, float)
    if len(values) < 5:
        return Estimate(float(np.median(values)), float(values.min()), float(values.max()))
    luck = np.random.default_rng(1)
    medians = np.median(luck.choice(values, (RESAMPLES, len(values))), axis=1)
    low, high = np.quantile(medians, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(float(np.median(values)), float(low), float(high))


def ratio(slow: np.ndarray, fast: np.ndarray) -> Estimate:
    """How many times longer one took than the other, round by round."""
    return estimate(slow / fast)
