"""How well a job gets done by an offer: outcomes put together, with as much give and take between them as the job allows.

Three assumptions, from the most to the least forgiving:

- outcomes add up in proportion to their weights, so that one makes up for another (the weighted sum of multi-attribute utility);
- they make up for one another only in part: a mean of exponent r below 1 (constant elasticity of substitution 1 / (1 - r), Arrow, Chenery,
  Minhas and Solow 1961), down to the weakest link;
- basics first: while the outcomes that are taken for granted fall short of a threshold, the others count only in proportion
  (must-be and attractive qualities, Kano et al. 1984).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cxsim.compiled import compiled
from cxsim.config.run import Config

if TYPE_CHECKING:
    from cxsim.customers.population import Profiles

_WORTHLESS = 1e-9
_TINY = 1e-9
_GEOMETRIC = 1e-6
"""Exponents this close to zero are taken as zero, where the mean is the geometric one."""

_STEP = 0.02
"""Change of quality by which the worth of a small change is found: wide enough for a firm that changes quality in steps."""


def give_and_take(config: Config) -> tuple[float, np.ndarray | None, float]:
    """How far outcomes make up for one another in a configuration: the last three arguments of `job_done`."""
    market = config.market
    basics = np.array([name in market.basics for name in market.outcomes]) if market.basics else None
    return market.job_exponent, basics, market.basics_threshold


class JobTerms(NamedTuple):
    """What decides how well an offer does each profile's job."""

    weights: np.ndarray  # profiles x outcomes
    place: np.ndarray  # of each profile's job on the circle, empty where there is none
    exponent: float
    basics: np.ndarray  # booleans by outcome
    threshold: float
    per_distance: float  # loss of quality per distance on the circle


def job_terms(config: Config, profiles: Profiles) -> JobTerms:
    """The terms of a configuration."""
    circle, place = config.market.job_circle, profiles.position
    worth = max(config.market.willingness_to_pay, _WORTHLESS)
    where = np.zeros(0) if circle is None or place is None else place
    return JobTerms(profiles.weights, where, *_terms(len(config.market.outcomes), *give_and_take(config)), (circle or 0.0) / worth)


def _terms(outcomes: int, exponent: float, basics: np.ndarray | None, threshold: float) -> tuple[float, np.ndarray, float]:
    first = basics is not None and threshold > 0.0 and bool(basics.any())
    taken = np.ascontiguousarray(basics, np.bool_) if first else np.zeros(outcomes, np.bool_)
    return float(exponent), taken, float(threshold) if first else 0.0


def job_done(
    quality: np.ndarray, weights: np.ndarray, exponent: float = 1.0, basics: np.ndarray | None = None, threshold: float = 0.0
) -> np.ndarray:
    """How well the job of each profile gets done by each offer.

    Args:
        quality: offers x outcomes, 0 to 1.
        weights: profiles x outcomes, each row sums to 1.
        exponent: r, at most 1; 1 adds up, 0 is the geometric mean, far below that the weakest link decides.
        basics: booleans by outcome, which are taken for granted; ``None`` for none.
        threshold: level of the basics below which the other outcomes count only in proportion.

    Returns:
        profiles x offers, 0 to 1 for quality in that range.
    """
    quality, weights = np.ascontiguousarray(quality, np.float64), np.ascontiguousarray(weights, np.float64)
    done = np.empty((len(weights), len(quality)))
    do_jobs(quality, weights, *_terms(quality.shape[1], exponent, basics, threshold), done)
    return done


@compiled()
def do_jobs(quality, weights, exponent, basics, threshold, done):
    """:func:`job_done` with terms as in :class:`JobTerms`, written into ``done`` (profiles x offers)."""
    for profile in range(weights.shape[0]):
        for offer in range(quality.shape[0]):
            done[profile, offer] = do_job(quality[offer], weights[profile], exponent, basics, threshold)


@compiled()
def rise_in_worth(quality, weights, exponent, basics, threshold, worth):
    """What a small change of each outcome adds to the job done, relative to the outcome's weight: one where outcomes add up.

    Written into ``worth`` (profiles x outcomes). Found by differences around the present quality, which is put back.
    """
    plain = exponent == 1.0 and threshold <= 0.0
    for profile in range(weights.shape[0]):
        for outcome in range(weights.shape[1]):
            weight = weights[profile, outcome]
            if plain or weight <= 0.0:
                worth[profile, outcome] = 1.0 if plain else 0.0
                continue
            present = quality[outcome]
            high, low = min(present + _STEP, 1.0), max(present - _STEP, 0.0)
            quality[outcome] = high
            better = do_job(quality, weights[profile], exponent, basics, threshold)
            quality[outcome] = low
            worse = do_job(quality, weights[profile], exponent, basics, threshold)
            quality[outcome] = present
            worth[profile, outcome] = (better - worse) / (high - low) / weight


@compiled()
def do_job(quality, weights, exponent, basics, threshold):
    """How well one job gets done by one offer."""
    counts = share_that_counts(quality, weights, basics, threshold) if threshold > 0.0 else 1.0
    if exponent == 1.0:
        total = 0.0
        for outcome in range(quality.shape[0]):
            total += weights[outcome] * quality[outcome] * (1.0 if basics[outcome] else counts)
        return total
    least = np.inf
    for outcome in range(quality.shape[0]):
        if weights[outcome] > 0.0:
            least = min(least, max(quality[outcome] * (1.0 if basics[outcome] else counts), _TINY))
    total = 0.0
    for outcome in range(quality.shape[0]):
        if weights[outcome] > 0.0:  # relative to the least, so that nothing overflows
            relative = np.log(max(quality[outcome] * (1.0 if basics[outcome] else counts), _TINY) / least)
            total += weights[outcome] * (relative if abs(exponent) < _GEOMETRIC else np.exp(exponent * relative))
    return least * (np.exp(total) if abs(exponent) < _GEOMETRIC else np.exp(np.log(total) / exponent))


@compiled()
def share_that_counts(quality, weights, basics, threshold):
    """How much of the other outcomes counts, from the level of the basics; all where the profile wants no basics."""
    wanted = level = 0.0
    for outcome in range(quality.shape[0]):
        if basics[outcome]:
            wanted += weights[outcome]
            level += weights[outcome] * quality[outcome]
    return min(1.0, level / wanted / threshold) if wanted > _TINY else 1.0
