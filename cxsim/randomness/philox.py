"""Philox4x32-7, the counter-based generator behind every draw (Salmon, Moraes, Dror and Shaw 2011).

A counter of four 32-bit words and a key of two give four random words; there is no state to share, to advance or to get out of step.
Seven rounds are the fewest that the authors found to pass every test of BigCrush.
Words are held in 64-bit integers, as the products need the room and LLVM then vectorises the whole.
"""

from __future__ import annotations

import numpy as np

from cxsim.compiled import compiled

ROUNDS = 7

_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_WORD = np.uint64(32)
_NINE = np.uint64(9)
_HALF = np.float32(0.5)
_GRID = np.float32(2.0**-23)


@compiled(inline="always")
def philox(c0, c1, c2, c3, k0, k1):
    """Four random 32-bit words (in uint64) for one counter and key (all uint64 below 2**32)."""
    for _ in range(ROUNDS):
        product_0 = _MULTIPLIER_0 * c0
        product_1 = _MULTIPLIER_1 * c2
        c0 = (product_1 >> _WORD) ^ c1 ^ k0
        c1 = product_1 & _LOW
        c2 = (product_0 >> _WORD) ^ c3 ^ k1
        c3 = product_0 & _LOW
        k0 = (k0 + _WEYL_0) & _LOW
        k1 = (k1 + _WEYL_1) & _LOW
    return c0, c1, c2, c3


@compiled(inline="always")
def unit(word):
    """A random word as a float32 strictly between zero and one: the middles of a grid of 2**-23, which float32 holds exactly."""
    return (np.float32(np.int32(word >> _NINE)) + _HALF) * _GRID
