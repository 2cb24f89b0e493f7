"""Dealing customers out by luck: to profiles by their shares, and to firms by what each is drawn to."""

from __future__ import annotations

import numpy as np

from cxsim.compiled import Standing, compiled


def places(edges: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """How many of the rising edges (float64, fewer than 65,536) each draw (float64) has reached; uint16."""
    reached = np.empty(len(draws), np.uint16)
    _placed(edges, draws, reached)
    return reached


def draw_over(taste: np.ndarray, slot: int, best: np.ndarray, supplier: np.ndarray) -> None:
    """Give those to a slot who have more taste for it than for the best so far.

    Args:
        taste: for the slot, by customer, float64.
        slot: its number.
        best: taste for the best slot so far, float64, overwritten.
        supplier: that slot, int16, overwritten.
    """
    _drawn_over(taste, slot, best, supplier)


@compiled(disjoint=True)
def _place_all(edges, draws, reached):
    reached[:] = 0
    size = edges.shape[0]
    while size > 0:  # all draws take each step of the search together: one after another, a processor would guess at every turn
        half = (size + 1) // 2
        for i in range(draws.shape[0]):
            if edges[np.int64(reached[i]) + half - 1] <= draws[i]:
                reached[i] += np.uint16(half)
        size -= half


@compiled(disjoint=True)
def _draw_all_over(taste, slot, best, supplier):
    for i in range(taste.shape[0]):
        if taste[i] > best[i]:
            best[i] = taste[i]
            supplier[i] = slot


_placed, _drawn_over = Standing(_place_all), Standing(_draw_all_over)
