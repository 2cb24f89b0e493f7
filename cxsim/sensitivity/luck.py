"""Luck as one more input: a number from 0 to 1 that stands for a seed.

A run's result depends on its parameters and on its luck. Taking the seed for an input of its own makes a stochastic model a
deterministic one with one more argument, to which every method of sensitivity analysis applies as it is, and whose share of the
variance says what luck does (Marrel, Iooss, Da Veiga and Ribatet 2012; Hart, Alexanderian and Gremaud 2017).
"""

from __future__ import annotations

import hashlib
import struct

import numpy as np

LUCK = "luck"
"""The name of the input in tables and figures."""


def seeds(unit: np.ndarray, seed: int) -> np.ndarray:
    """A seed for each number; equal numbers give equal seeds, others unrelated ones.

    Args:
        unit: numbers, shape (points,).
        seed: the study's own.

    Returns:
        Whole numbers from 0 to 2^63 - 1.
    """
    known: dict[float, int] = {}
    for number in np.unique(np.asarray(unit, float)).tolist():
        raw = hashlib.sha256(struct.pack("<dq", number, seed)).digest()
        known[number] = int.from_bytes(raw[:8], "little") >> 1
    return np.array([known[number] for number in np.asarray(unit, float).tolist()], np.int64)
