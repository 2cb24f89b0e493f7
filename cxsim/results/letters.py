"""Columns of words written out letter by letter, as Arrow keeps them: all letters in a row, and where each word begins."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from cxsim.compiled import compiled

STRIDE = 16
"""Letters that are copied at a time. What is too many is overwritten by the next word's."""


def written_out(codes: np.ndarray, words: tuple[str, ...]) -> pa.LargeStringArray:
    """A column of words.

    Args:
        codes: whole numbers, one a row.
        words: the word that each code stands for.

    Raises:
        IndexError: a code that stands for no word.
    """
    starts, letters = spell(codes, *alphabet(words))
    return pa.LargeStringArray.from_buffers(len(codes), pa.py_buffer(starts), pa.py_buffer(letters))


@functools.lru_cache(128)
def alphabet(words: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """How many letters each word has, and the letters, shape (words, a multiple of :data:`STRIDE`); a letter is a byte of UTF-8."""
    coded = [word.encode() for word in words]
    width = STRIDE * max(1, -(-max(map(len, coded), default=0) // STRIDE))
    letters = np.array(coded, f"S{width}").view(np.uint8).reshape(len(coded), width)
    return np.array([len(word) for word in coded], np.uint64), letters


@compiled(makes_arrays=True)
def spell(codes, lengths, letters):
    """Write words one after another.

    Args:
        codes: which word, by row.
        lengths, letters: as :func:`alphabet` gives them.

    Returns:
        Where each word starts and the last one ends, and all letters, with room for a stride after them.
    """
    starts = np.empty(len(codes) + 1, np.uint64)
    at = np.uint64(0)
    for row in range(len(codes)):
        code = np.uint64(codes[row])
        if code >= np.uint64(len(lengths)):
            raise IndexError("a code stands for no word")
        starts[row] = at
        at += lengths[code]
    starts[len(codes)] = at
    text = np.empty(at + np.uint64(STRIDE), np.uint8)
    _copy(codes, lengths, letters, starts, text)
    return starts, text


@compiled(disjoint=True)
def _copy(codes, lengths, letters, starts, text):
    # Unsigned throughout: a number that may be negative would have each letter's place looked at, and letters copied one by one.
    stride = np.uint64(STRIDE)
    for row in range(len(codes)):
        code, start = np.uint64(codes[row]), starts[row]
        done = np.uint64(0)
        while done < lengths[code]:
            for letter in range(np.uint64(0), stride):
                text[start + done + letter] = letters[code, done + letter]
            done += stride
