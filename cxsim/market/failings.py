"""Failings: what goes wrong at a firm without customers knowing, and how they come to know.

From time to time a firm fails its customers in a way that they do not see: data lost, a product that was never right for them. It tells
them itself, with the chance that its disclosure lever says, or hides it. What is hidden comes out with a chance that grows with how much
people talk and how many know: the truth will out where word travels. Told by the firm itself, the failing costs part of the trust; found
out, it costs the whole of it, and more for the hiding (stealing thunder, Arpan and Roskos-Ewoldsen 2005).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Failings(NamedTuple):
    """Settings: `market.failing_rate`, `market.truth_hazard`, `customers.failing_heard`, `customers.cover_up_penalty`."""

    rate: float
    hazard: float
    heard: float
    penalty: float


class News(NamedTuple):
    """What comes out in a month, arrays by slot.

    Attributes:
        happened: whether a failing happened.
        disclosed: whether a failing was told by the firm itself.
        discovered: whether hidden failings came out.
        hidden: hidden failings after the month.
        heard: share of the firm's customers who hear.
        kept: share of their trust that those who hear keep.
    """

    happened: np.ndarray
    disclosed: np.ndarray
    discovered: np.ndarray
    hidden: np.ndarray
    heard: np.ndarray
    kept: np.ndarray


def news(
    active: np.ndarray, hidden: np.ndarray, disclosure: np.ndarray, luck: np.ndarray, settings: Failings, trust_loss: float, relief: float
) -> News:
    """What happens and what comes out in a month.

    Args:
        active: which slots hold a firm.
        hidden: failings that each firm hides so far.
        disclosure: chance that a firm tells, by slot.
        luck: uniform draws, slots x 3: whether something happens, whether the firm tells, whether what is hidden comes out.
        trust_loss: share of trust lost on discovering a failing.
        relief: share of that loss avoided where the firm tells itself.
    """
    happened = active & (luck[:, 0] < settings.rate)
    disclosed = happened & (luck[:, 1] < disclosure)
    kept_secret = hidden + (happened & ~disclosed)
    # Each secret may come out by itself, and one that does brings out the others.
    out = active & (luck[:, 2] < 1.0 - (1.0 - settings.hazard) ** kept_secret)
    lost = np.where(out, np.minimum(1.0, trust_loss * settings.penalty), np.where(disclosed, trust_loss * (1.0 - relief), 0.0))
    return News(happened, disclosed, out, np.where(out, 0.0, kept_secret), np.where(out | disclosed, settings.heard, 0.0), 1.0 - lost)


def reputation_after(reputation: np.ndarray, found: News) -> np.ndarray:
    """Reputation after the news: the public hears of it as customers do, and thinks less of the firm in the same proportion."""
    return reputation * (1.0 - found.heard * (1.0 - found.kept))
