"""Whether indices have converged: their values, their order, and which inputs can be left out (Sarrazin, Pianosi and Wagener 2016).

Three criteria, each from bootstrap resamples of the indices:

- *indices*: the widest 95 % interval of any index is at most 0.05;
- *screening*: the widest 95 % interval among inputs of little influence (index below 0.05) is at most 0.05;
- *ranking*: the order does not change between resamples: the 95 % quantile of the adjusted rank distance, in which inputs of
  larger index weigh more, is below one.
"""

from __future__ import annotations

import dataclasses

import numpy as np

WIDTH = 0.05
"""Largest width of an interval that counts as converged."""
LITTLE = 0.05
"""Indices below this are of little influence."""
PAIRS = 500


@dataclasses.dataclass(frozen=True)
class Convergence:
    """How far indices have converged.

    Attributes:
        indices, screening, ranking: the three statistics; screening is 0 where no input is of little influence.
        widest: position of the input with the widest interval.
    """

    indices: float
    screening: float
    ranking: float
    widest: int

    @property
    def met(self) -> dict[str, bool]:
        """Whether each criterion is met."""
        return {"indices": self.indices <= WIDTH, "screening": self.screening <= WIDTH, "ranking": self.ranking < 1.0}


def convergence(index: np.ndarray, resampled: np.ndarray, seed: int = 0) -> Convergence:
    """Judge indices by their resamples.

    Args:
        index: shape (inputs,), on a scale from 0 to 1.
        resampled: shape (resamples, inputs).
        seed: of the choice of pairs of resamples whose orders are compared.
    """
    low, high = np.quantile(resampled, [0.025, 0.975], axis=0)
    width = high - low
    little = index < LITTLE
    draw = np.random.default_rng(seed)
    pairs = draw.integers(len(resampled), size=(min(PAIRS, len(resampled) ** 2), 2))
    first, second = resampled[pairs[:, 0]], resampled[pairs[:, 1]]
    weight = np.maximum(first, second) ** 2
    total = weight.sum(axis=1)
    apart = np.abs(_ranks(first) - _ranks(second)) * weight
    distance = np.divide(apart.sum(axis=1), total, out=np.zeros(len(pairs)), where=total > 0)
    return Convergence(
        indices=float(width.max()),
        screening=float(width[little].max()) if little.any() else 0.0,
        ranking=float(np.quantile(distance, 0.95)),
        widest=int(width.argmax()),
    )


def _ranks(values: np.ndarray) -> np.ndarray:
    return (-values).argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
