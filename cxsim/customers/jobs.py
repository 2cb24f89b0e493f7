"""How well a job gets done by an offer: outcomes put together, with as much give and take between them as the job allows.

Three assumptions, from the most to the least forgiving:

- outcomes add up in proportion to their weights, so that one makes up for another (the weighted sum of multi-attribute utility);
- they make up for one another only in part: a mean of exponent r below 1 (constant elasticity of substitution 1 / (1 - r), Arrow, Chenery,
  Minhas and Solow 1961), down to the weakest link;
- basics first: while the outcomes that are taken for granted fall short of a threshold, the others count only in proportion
  (must-be and attractive qualities, Kano et al. 1984).
"""

from __future__ import annotations

import numpy as np

from cxsim.config.run import Config

_TINY = 1e-9
_GEOMETRIC = 1e-6
"""Exponents this close to zero are taken as zero, where the mean is the geometric one."""


def give_and_take(config: Config) -> tuple[float, np.ndarray | None, float]:
    """How far outcomes make up for one another in a configuration: the last three arguments of `job_done`."""
    market = config.market
    basics = np.array([name in market.basics for name in market.outcomes]) if market.basics else None
    return market.job_exponent, basics, market.basics_threshold


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
    plain = exponent == 1.0
    if basics is None or threshold <= 0.0 or not basics.any():
        return weights @ quality.T if plain else _mean(quality[None], weights[:, None, :], exponent)
    counted = quality[None] * np.where(basics, 1.0, _share(quality, weights, basics, threshold)[..., None])
    return (weights[:, None, :] * counted).sum(axis=2) if plain else _mean(counted, weights[:, None, :], exponent)


def marginal_worth(
    quality: np.ndarray, weights: np.ndarray, exponent: float = 1.0, basics: np.ndarray | None = None, threshold: float = 0.0
) -> np.ndarray:
    """What a small rise of each outcome's quality adds to the job done, at one offer.

    Args:
        quality: one offer's quality, by outcome.
        weights, exponent, basics, threshold: as for `job_done`.

    Returns:
        profiles x outcomes; the weights themselves where outcomes simply add up. Found by differences of `job_done` around the present
        quality, wide enough for a firm that changes quality in steps.
    """
    if exponent == 1.0 and (basics is None or threshold <= 0.0 or not basics.any()):
        return weights
    outcomes = len(quality)
    up = np.minimum(quality[None] + _STEP * np.eye(outcomes), 1.0)
    down = np.maximum(quality[None] - _STEP * np.eye(outcomes), 0.0)
    width = np.diagonal(up) - np.diagonal(down)
    settings = (exponent, basics, threshold)
    return (job_done(up, weights, *settings) - job_done(down, weights, *settings)) / width


_STEP = 0.02


def _share(quality: np.ndarray, weights: np.ndarray, basics: np.ndarray, threshold: float) -> np.ndarray:
    """How much of the other outcomes counts, from the level of the basics: profiles x offers; all where a profile wants no basics."""
    wanted = weights * basics
    total = wanted.sum(axis=1, keepdims=True)
    level = (wanted @ quality.T) / np.maximum(total, _TINY)
    return np.where(total > _TINY, np.minimum(1.0, level / threshold), 1.0)


def _mean(values: np.ndarray, weights: np.ndarray, exponent: float) -> np.ndarray:
    """The weighted mean of an exponent, worked out relative to the least value so that nothing overflows; 0 where that is 0 and r <= 0."""
    wanted = weights > 0.0
    safe = np.maximum(values, _TINY)
    if abs(exponent) < _GEOMETRIC:
        return np.exp((weights * np.log(safe)).sum(axis=-1))
    least = np.where(wanted, safe, np.inf).min(axis=-1, keepdims=True)
    relative = np.where(wanted, (safe / least) ** exponent, 0.0)
    return (least[..., 0]) * ((weights * relative).sum(axis=-1)) ** (1.0 / exponent)
