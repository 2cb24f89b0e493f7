"""Words that figures and sentences share."""

from __future__ import annotations


def kept_words(share: float) -> str:
    """How much of the fines a regulator keeps, in words."""
    return "keeps none" if share == 0 else "keeps all" if share == 1 else f"keeps {100 * share:.3g} %"
