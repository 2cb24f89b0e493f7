"""Projects: quality gets only so far by small safe steps; beyond that it takes projects that can fail.

What a firm can do well is bounded by its *frontier*. Small improvements bring quality up to the frontier and never move it. A bold project
costs money whatever comes of it and moves the frontier with a small chance (exploration and exploitation, March 1991; a rugged landscape
on which local search ends at the nearest hill, Levinthal 1997).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Projects(NamedTuple):
    """Settings: `market.easy_quality`, `market.bold_success`, `market.bold_gain`, `market.bold_cost`."""

    easy: float
    success: float
    gain: float
    cost: float


def outcome(frontier: float, boldness: float, luck: np.ndarray, settings: Projects) -> tuple[float, float]:
    """The frontier after a review, and what the project cost as a share of the firm's monthly reference revenue.

    Args:
        frontier: highest quality of an outcome that the firm can bring about, 0 to 1.
        boldness: chance that it takes on a bold project, 0 to 1.
        luck: two uniform draws: whether it dares, whether it succeeds.
    """
    if frontier >= 1.0 or luck[0] >= boldness:
        return frontier, 0.0
    moved = min(1.0, frontier + settings.gain) if luck[1] < settings.success else frontier
    return moved, settings.cost
