"""Sobol' indices: which share of a result's variance each parameter explains, alone and with all that it interacts in.

Sampling and estimators are SALib's (Saltelli et al. 2010; Sobol' 1993 and 2001). Luck is one more input (see
`cxsim.sensitivity.luck`): the two points of a row that stand for its independent draws have luck of their own, and the points
between them change one input each, luck included. Resampling rows therefore resamples parameters and luck together, so that the
intervals hold replication noise; and luck has indices like any other input.
"""

from __future__ import annotations

import dataclasses
import warnings
from typing import Any

import numpy as np

from cxsim.config.errors import BadValueError, CxsimError

RESAMPLES = 1000


@dataclasses.dataclass(frozen=True)
class Indices:
    """Indices of each input, luck last.

    Attributes:
        first, total: shape (factors + 1,).
        first_all, total_all: their bootstrap resamples, shape (resamples, factors + 1).
        rows: base samples used.
        variance: of the result, over the independent points.
    """

    first: np.ndarray
    total: np.ndarray
    first_all: np.ndarray
    total_all: np.ndarray
    rows: int
    variance: float

    def interval(self, which: str = "total") -> tuple[np.ndarray, np.ndarray]:
        """Ends of the 95 % percentile interval of ``first`` or ``total``."""
        low, high = np.quantile(self.first_all if which == "first" else self.total_all, [0.025, 0.975], axis=0)
        return low, high


def sample(factors: int, rows: int, seed: int) -> np.ndarray:
    """Points from 0 to 1 with luck as the last column, in blocks of ``factors + 3`` a row.

    Args:
        factors: number of parameters.
        rows: number of rows, a power of two (the balance of Sobol' sequences needs it).
        seed: of the scrambling.

    Returns:
        Shape (rows, factors + 3, factors + 1). The first rows are the same for every number of rows.

    Raises:
        CxsimError: SALib is not installed, or no power of two.
    """
    if rows < 8 or rows & (rows - 1):
        raise BadValueError("--n", rows, "a power of two, 8 or more")
    try:
        from SALib.sample.sobol import sample as draw
    except ImportError as error:
        raise CxsimError("SALib is not installed; pip install 'cxsim[salib]' brings it.") from error
    drawn = np.asarray(draw(_problem(factors), rows, calc_second_order=False, seed=seed), float)
    return drawn.reshape(rows, factors + 3, factors + 1)


def indices(values: np.ndarray, resamples: int = RESAMPLES, seed: int = 1) -> Indices:
    """First-order and total indices with their bootstrap resamples.

    Args:
        values: result of each point, shape (rows, factors + 3).
        resamples: bootstrap resamples of the rows.
        seed: of the resampling, 1 or more.
    """
    rows, width = values.shape
    inputs = width - 2
    ends = values[:, [0, -1]]
    variance = float(ends.var())
    # Results that do not vary leave nothing to share out.
    if variance <= 1e-20 * max(1.0, float(np.abs(values).max()) ** 2):
        zero, none = np.zeros(inputs), np.zeros((resamples, inputs))
        return Indices(zero, zero, none, none, rows, 0.0)
    from SALib.analyze.sobol import analyze

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found: Any = analyze(
            _problem(inputs - 1), values.ravel(), calc_second_order=False, num_resamples=resamples, keep_resamples=True, seed=max(1, seed)
        )
    return Indices(
        np.asarray(found["S1"], float), np.asarray(found["ST"], float), np.asarray(found["S1_conf_all"], float),
        np.asarray(found["ST_conf_all"], float), rows, variance,
    )  # fmt: skip


def _problem(factors: int) -> dict[str, Any]:
    names = [*(f"x{place}" for place in range(factors)), "luck"]
    return {"num_vars": factors + 1, "names": names, "bounds": [[0.0, 1.0]] * (factors + 1)}
