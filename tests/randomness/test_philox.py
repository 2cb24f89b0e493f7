"""Oracles: the known-answer vectors that come with Random123 (Salmon, Moraes, Dror and Shaw 2011, kat_vectors, philox4x32 7)."""

from __future__ import annotations

import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxsim.randomness.philox import ROUNDS, philox, unit

WORD = st.integers(0, 2**32 - 1)


@numba.njit
def words(c0, c1, c2, c3, k0, k1):
    return philox(np.uint64(c0), np.uint64(c1), np.uint64(c2), np.uint64(c3), np.uint64(k0), np.uint64(k1))


@numba.njit
def units(given):
    out = np.empty(given.shape[0], np.float32)
    for i in range(given.shape[0]):
        out[i] = unit(given[i])
    return out


def by_the_book(counter, key, rounds=ROUNDS):
    """The published rounds in Python's own whole numbers."""
    c, k = list(counter), list(key)
    for _ in range(rounds):
        high_0, low_0 = divmod(0xD2511F53 * c[0], 2**32)
        high_1, low_1 = divmod(0xCD9E8D57 * c[2], 2**32)
        c = [high_1 ^ c[1] ^ k[0], low_1, high_0 ^ c[3] ^ k[1], low_0]
        k = [(k[0] + 0x9E3779B9) % 2**32, (k[1] + 0xBB67AE85) % 2**32]
    return tuple(c)


@pytest.mark.parametrize(
    ("counter", "key", "expected"),
    [
        ((0, 0, 0, 0), (0, 0), (0x5F6FB709, 0x0D893F64, 0x4F121F81, 0x4F730A48)),
        ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x5207DDC2, 0x45165E59, 0x4D8EE751, 0x8C52F662)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0x4DFCCABA, 0x190A87F0, 0xC47362BA, 0xB6B5242A),
        ),
    ],
)
def test_known_answers(counter, key, expected):
    assert tuple(int(word) for word in words(*counter, *key)) == expected
    assert by_the_book(counter, key) == expected


@given(st.tuples(WORD, WORD, WORD, WORD), st.tuples(WORD, WORD))
def test_every_counter_and_key_gives_what_the_paper_says(counter, key):
    assert tuple(int(word) for word in words(*counter, *key)) == by_the_book(counter, key)


def test_units_lie_strictly_between_zero_and_one():
    ends = np.array([0, 1, 255, 256, 2**31 - 1, 2**31, 2**32 - 512, 2**32 - 256, 2**32 - 1], np.uint64)
    made = units(ends)
    assert made.min() > 0.0
    assert made.max() < 1.0


def test_units_rise_with_the_word_and_stay_near_it():
    given_words = np.sort(np.random.default_rng(1).integers(0, 2**32, 100_000, dtype=np.uint64))
    made = units(given_words)
    assert np.all(np.diff(made) >= 0)
    assert np.abs(made - given_words / 2.0**32).max() <= 2.0**-23


def test_flipping_one_bit_of_the_counter_flips_half_of_the_output():
    """Avalanche: the mean number of changed bits of 128 is 64, within six standard errors of a fair coin."""
    changed = []
    for trial in range(200):
        for bit in (0, 7, 31):
            a, b = words(trial, 5, 7, 9, 1, 2), words(trial ^ (1 << bit), 5, 7, 9, 1, 2)
            changed.append(sum((int(x) ^ int(y)).bit_count() for x, y in zip(a, b, strict=True)))
    assert abs(np.mean(changed) - 64) < 6 * np.sqrt(32 / len(changed))
