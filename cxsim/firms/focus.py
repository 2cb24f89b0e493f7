"""Rules of thumb that spend the same on quality and differ only in where: on the whole job or one step of it, on the basics or beyond."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from cxsim.firms.archetypes import RuleOfThumb

if TYPE_CHECKING:
    from cxsim.config.market import MarketConfig
    from cxsim.firms.firm import Firm
    from cxsim.market.model import Market

EVEN, LEFT = 0.6, 0.5
"""Quality of every outcome if the money were spread evenly, and of the outcomes that are not chosen."""


class Focus(RuleOfThumb):
    """Spreads what quality of 0.6 throughout would cost over the outcomes it has chosen; the others get 0.5.

    Cost rises with the square of quality, so n of J outcomes can be brought to the root of (J 0.6^2 - (J - n) 0.5^2) / n, at most 1.
    """

    service, markup = 1.0, 0.10

    def chosen(self, settings: MarketConfig) -> np.ndarray:
        """Which outcomes the firm spends on, of shape (outcomes,); all where none would be left."""
        return np.ones(len(settings.outcomes), dtype=bool)

    def review(self, firm: Firm, market: Market) -> Mapping[str, Any]:
        """See :meth:`cxsim.firms.strategy.Strategy.review`."""
        step = market.limits.quality_step
        aim = qualities(self.chosen(market.config.market))
        return {**super().review(firm, market), "quality": np.clip(aim, firm.quality - step, firm.quality + step)}


class WholeJob(Focus):
    """Sound in everything that customers want done."""


class OneStep(Focus):
    """Perfect in the one thing that matters most to customers on average, and plain in the rest."""

    def chosen(self, settings: MarketConfig) -> np.ndarray:
        """The outcome with the greatest weight over all jobs."""
        weights = [
            sum(float(job["share"]) * float(job["weights"].get(outcome, 0.0)) for job in settings.jobs) for outcome in settings.outcomes
        ]
        return np.asarray(np.arange(len(weights)) == int(np.argmax(weights)))


class BasicsFirst(Focus):
    """Spends on what is taken for granted (`market.basics`) before anything else."""

    def chosen(self, settings: MarketConfig) -> np.ndarray:
        """The basics."""
        return _some(np.isin(settings.outcomes, settings.basics))


class EmotionFirst(Focus):
    """Spends on what delights and leaves what is taken for granted (`market.basics`) plain."""

    def chosen(self, settings: MarketConfig) -> np.ndarray:
        """All but the basics."""
        return _some(~np.isin(settings.outcomes, settings.basics))


def qualities(chosen: np.ndarray) -> np.ndarray:
    """Quality of each outcome for the money that `EVEN` throughout would cost.

    Args:
        chosen: which outcomes are spent on, shape (outcomes,), at least one.
    """
    count, some = len(chosen), int(chosen.sum())
    high = np.sqrt((count * EVEN**2 - (count - some) * LEFT**2) / some)
    return np.where(chosen, min(1.0, float(high)), LEFT)


def _some(chosen: np.ndarray) -> np.ndarray:
    return chosen if chosen.any() else np.ones_like(chosen)
