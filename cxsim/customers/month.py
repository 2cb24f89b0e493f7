"""The customers' month, compiled: choose, then live, block by block.

A chunk of customers is worked through in blocks small enough for the first-level cache; every stage is one short loop over few arrays, so
that it vectorises. Sums are kept per chunk and added in chunk order: the same bits for one thread or many.
"""

from __future__ import annotations

import numba
import numpy as np

from cxsim.compiled import compiled
from cxsim.customers import choose, live
from cxsim.customers.tables import BLOCK
from cxsim.randomness.philox import philox, unit
from cxsim.randomness.streams import Purpose

_F = np.float32
_A = np.uint64(int(Purpose.MONTH_A))
_B = np.uint64(int(Purpose.MONTH_B))
_NO_COUNTER = np.uint64(0)
_LOW16 = np.uint64(0xFFFF)
_THREE, _FOUR, _SEVEN, _SIXTEEN, _THIRTY, _THIRTY_TWO = (np.uint64(number) for number in (3, 4, 7, 16, 30, 32))
_SPREAD, _FINISH = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)
_HALF_STEP = _F(2.0**-16)
_TRIANGLE = _F(6.0**0.5)  # a sum of two uniforms has variance 1/6


@compiled()
def draw(first, count, month, key0, key1, luck, words):
    """The month's luck of each customer: six uniforms and one bell-shaped draw (triangular, unit variance); rows of ``luck``.

    ``words`` gets one more random word each, for the choice of a friend.
    """
    for i in range(count):
        row = np.uint64(first + i)
        a, b, c, d = philox(row, month, _A, _NO_COUNTER, key0, key1)
        luck[0, i] = unit(a)
        luck[1, i] = unit(b)
        luck[2, i] = unit(c)
        luck[3, i] = unit(d)
    for i in range(count):
        row = np.uint64(first + i)
        a, b, c, d = philox(row, month, _B, _NO_COUNTER, key0, key1)
        luck[4, i] = unit(a)
        luck[5, i] = unit(b)
        halves = _F(np.int32(c & _LOW16)) + _F(np.int32(c >> _SIXTEEN)) + _F(1.0)
        luck[6, i] = (halves * _HALF_STEP - _F(1.0)) * _TRIANGLE
        words[i] = np.uint32(d)


@compiled()
def meet_a_friend(first, count, key0, key1, rules, n_customers, words, friend):
    """Whom each customer talks to this month: one of eight near on a ring, or one of four far (Watts and Strogatz 1998).

    Acquaintances last and need no storage: near ones are fixed steps along a ring, far ones a hash of (customer, which).
    """
    n = np.uint64(n_customers)
    key = (key0 ^ (key1 << _THIRTY_TWO)) * _SPREAD
    for i in range(count):
        row = np.uint64(first + i)
        word = np.uint64(words[i])
        which = word & _SEVEN
        near = row + np.uint64(rules.near[which])
        near = near - n if near >= n else near
        mixed = (row * _FOUR + (which & _THREE) + key) * _SPREAD  # the first half of splitmix64's finish: enough for a network
        mixed = (mixed ^ (mixed >> _THIRTY)) * _FINISH
        far = ((mixed >> _THIRTY_TWO) * n) >> _THIRTY_TWO
        friend[i] = np.uint32(far if unit(word) < rules.long_links else near)


@compiled()
def chunk_month(start, stop, readiness, month, key0, key1, traits, state, offers, rules, sums):
    """One month for customers ``start`` to ``stop``, all of one segment; adds to ``sums`` (slots x len(SUMS), float64)."""
    n_customers = state.supplier_before.shape[0]
    luck = np.empty((7, BLOCK), np.float32)
    work = np.empty((8, BLOCK), np.float32)
    paid, worth, outcome, harm = work[0], work[1], work[2], work[3]
    personal, surplus, complains, reports = work[4], work[5], work[6], work[7]
    choice_gain, moved, disappointment = (
        np.empty(BLOCK, np.float32),
        np.empty(BLOCK, np.float32),
        np.empty(BLOCK, np.float32),
    )
    going, shaken = np.empty(BLOCK, np.bool_), np.empty(BLOCK, np.bool_)
    friend, words, rows = np.empty(BLOCK, np.uint32), np.empty(BLOCK, np.uint32), np.empty(BLOCK + 1, np.int64)
    best_slot, best_worth = np.empty(BLOCK, np.int16), np.empty(BLOCK, np.float32)
    for first in range(start, stop, BLOCK):
        count = min(BLOCK, stop - first)
        draw(first, count, month, key0, key1, luck, words)
        meet_a_friend(first, count, key0, key1, rules, n_customers, words, friend)

        choose.appraise(first, count, traits, state, offers, rules, paid, worth)
        choose.reconsider(first, count, traits, state, offers, rules, paid, luck[0], going)
        n = choose.gather(count, going, rows)
        choice_gain[:] = _F(0.0)
        moved[:] = _F(0.0)
        choose.compare(
            first, n, rows, month, key0, key1, traits, state, offers, rules, friend, worth, best_slot, best_worth, choice_gain
        )
        choose.settle(first, n, rows, traits, state, offers, rules, best_slot, moved, sums)

        live.meet_problems(first, count, state, offers, luck[1], luck[2])
        live.notice(first, count, traits, state, offers, rules, luck[3], luck[4], shaken)
        live.experience(first, count, traits, state, offers, rules, going, luck[6], outcome, harm)
        live.feel(first, count, state, offers, rules, friend, disappointment)
        live.speak_up(first, count, state, offers, rules, readiness, luck[5], shaken, disappointment, complains, reports)
        live.net_worth(first, count, traits, state, offers, rules, moved, choice_gain, personal, surplus)
        live.tally(first, count, state, rules, work[2:], sums)


@compiled()
def month_serial(starts, stops, segments, readiness, month, key0, key1, traits, state, offers, rules, partial, total):
    """The month for everybody on one thread; ``total`` (segments x slots x sums) is overwritten."""
    partial[:] = 0.0
    for chunk in range(starts.shape[0]):
        chunk_month(
            starts[chunk], stops[chunk], readiness[segments[chunk]], month, key0, key1, traits, state, offers, rules, partial[chunk]
        )
    add_chunks(segments, partial, total)


@compiled(parallel=True)
def month_parallel(starts, stops, segments, readiness, month, key0, key1, traits, state, offers, rules, partial, total):
    """The same month on several threads, chunk by chunk, to the same bits."""
    partial[:] = 0.0
    for chunk in numba.prange(starts.shape[0]):
        chunk_month(
            starts[chunk], stops[chunk], readiness[segments[chunk]], month, key0, key1, traits, state, offers, rules, partial[chunk]
        )
    add_chunks(segments, partial, total)


@compiled()
def add_chunks(segments, partial, total):
    """Add the chunks' sums in their order."""
    total[:] = 0.0
    for chunk in range(partial.shape[0]):
        for slot in range(partial.shape[1]):
            for column in range(partial.shape[2]):
                total[segments[chunk], slot, column] += partial[chunk, slot, column]
