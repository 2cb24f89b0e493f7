"""The customers' month, compiled: choose, then live, block by block.

A chunk of customers is worked through in blocks small enough for the first-level cache; every stage is one short loop over few arrays, so
that it vectorises. Sums are kept per piece of a chunk and added in their order: the same bits for one thread or many.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np

from cxsim.compiled import compiled
from cxsim.customers import choose, live
from cxsim.customers.tables import BLOCK, LANES, Block, Choosers, Luck
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


@compiled(disjoint=True)
def draw(first, count, month, key0, key1, luck):
    """The month's luck of each customer: six uniforms, one bell-shaped draw (triangular, unit variance) and a random word."""
    for i in range(count):
        row = np.uint64(first + i)
        a, b, c, d = philox(row, month, _A, _NO_COUNTER, key0, key1)
        luck.looks[i] = unit(a)
        luck.arrives[i] = unit(b)
        luck.resolves[i] = unit(c)
        luck.discovers[i] = unit(d)
    for i in range(count):
        row = np.uint64(first + i)
        a, b, c, d = philox(row, month, _B, _NO_COUNTER, key0, key1)
        luck.forgets[i] = unit(a)
        luck.speaks[i] = unit(b)
        halves = _F(np.int32(c & _LOW16)) + _F(np.int32(c >> _SIXTEEN)) + _F(1.0)
        luck.bell[i] = (halves * _HALF_STEP - _F(1.0)) * _TRIANGLE
        luck.word[i] = np.uint32(d)


@compiled(disjoint=True)
def meet_a_friend(first, count, key0, key1, rules, n_customers, luck):
    """Whom each customer talks to this month: one of eight near on a ring, or one of four far (Watts and Strogatz 1998).

    Acquaintances last and need no storage: near ones are fixed steps along a ring, far ones a hash of (customer, which).
    """
    n = np.uint64(n_customers)
    key = (key0 ^ (key1 << _THIRTY_TWO)) * _SPREAD
    for i in range(count):
        row = np.uint64(first + i)
        word = np.uint64(luck.word[i])
        which = word & _SEVEN
        near = row + np.uint64(rules.near[which])
        near = near - n if near >= n else near
        mixed = (row * _FOUR + (which & _THREE) + key) * _SPREAD  # the first half of splitmix64's finish: enough for a network
        mixed = (mixed ^ (mixed >> _THIRTY)) * _FINISH
        far = ((mixed >> _THIRTY_TWO) * n) >> _THIRTY_TWO
        luck.friend[i] = np.uint32(far if unit(word) < rules.long_links else near)


class Bench(NamedTuple):
    """Where a block of customers is worked on: rows for its luck, for what it carries along, and for those who reconsider."""

    luck: np.ndarray  # float32[7, BLOCK]
    words: np.ndarray  # uint32[2, BLOCK]
    block: np.ndarray  # float32[16, BLOCK]
    marks: np.ndarray  # bool[2, BLOCK]
    choosers: np.ndarray  # float32[13, BLOCK]
    slots: np.ndarray  # uint16[4, BLOCK]
    position: np.ndarray  # uint16[BLOCK + LANES]


@compiled(inline="always", makes_arrays=True)
def empty_bench():
    """A bench with nothing on it."""
    return Bench(
        np.empty((7, BLOCK), np.float32), np.empty((2, BLOCK), np.uint32),
        np.empty((16, BLOCK), np.float32), np.empty((2, BLOCK), np.bool_),
        np.empty((13, BLOCK), np.float32), np.empty((4, BLOCK), np.uint16), np.empty(BLOCK + LANES, np.uint16),
    )  # fmt: skip


@compiled(inline="always")
def luck_on(bench):
    """A block's luck on a bench."""
    rows, words = bench.luck, bench.words
    return Luck(rows[0], rows[1], rows[2], rows[3], rows[4], rows[5], rows[6], words[0], words[1])


@compiled(inline="always")
def block_on(bench):
    """What a block of customers carries along, on a bench."""
    rows, marks = bench.block, bench.marks
    return Block(
        rows[0], rows[1], rows[2], rows[3], rows[4], rows[5], marks[0], rows[6], rows[7], rows[8], rows[9], marks[1], rows[10],
        rows[11], rows[12], rows[13], rows[14], rows[15],
    )  # fmt: skip


@compiled(inline="always")
def choosers_on(bench):
    """Those of a block who reconsider, on a bench."""
    rows, slots = bench.choosers, bench.slots
    return Choosers(
        bench.position, slots[0], slots[1], rows[0], rows[1], rows[2], rows[3], slots[2], rows[4], rows[5], rows[6], rows[7], rows[8],
        rows[9], rows[10], rows[11], slots[3], rows[12],
    )  # fmt: skip


@compiled(disjoint=True, makes_arrays=True)
def chunk_month(chunk, chunks, month, key0, key1, traits, state, offers, rules, partial):
    """One month for the customers of one chunk; adds to ``partial`` (pieces x slots x len(SUMS), float64)."""
    bench = empty_bench()
    luck, block, choosers = luck_on(bench), block_on(bench), choosers_on(bench)
    work_through(chunk, chunks, month, key0, key1, traits, state, offers, rules, luck, block, choosers, partial)


@compiled(disjoint=True)
def work_through(chunk, chunks, month, key0, key1, traits, state, offers, rules, luck, block, choosers, partial):
    """The stages of the month, block by block, in the room given; see :func:`chunk_month`."""
    n_customers = state.supplier_before.shape[0]
    piece, last = chunks.pieces[chunk], chunks.pieces[chunk + 1] - 1
    stop = chunks.stops[last]
    for first in range(chunks.starts[piece], stop, BLOCK):
        count = min(BLOCK, stop - first)
        while chunks.stops[piece] <= first:  # the piece that the block begins with
            piece += 1
        draw(first, count, month, key0, key1, luck)
        meet_a_friend(first, count, key0, key1, rules, n_customers, luck)

        choose.appraise(first, count, traits, state, offers, rules, block)
        choose.reconsider(first, count, traits, state, offers, rules, luck, block)
        block.gain[:] = _F(0.0)
        block.moved[:] = _F(0.0)
        n = choose.gather(count, block.going, choosers.position)
        choose.compare(first, n, month, key0, key1, traits, state, offers, rules, luck.friend, block, choosers)
        choose.settle(first, n, piece, chunks, traits, state, offers, rules, choosers, block, partial)

        live.meet_problems(first, count, state, offers, luck)
        live.notice(first, count, traits, state, offers, rules, luck, block)
        live.experience(first, count, traits, state, offers, rules, luck, block)
        if rules.extra_price > _F(0.0):
            live.deal_with_extras(first, count, month, key0, key1, traits, state, offers, rules, block)
        live.feel(first, count, state, offers, rules, luck.friend, block)
        live.make_ready(first, count, piece, chunks, block)
        live.speak_up(first, count, state, offers, rules, luck, block)
        if rules.recovery > _F(0.0):
            live.recover(first, count, state, offers, rules, luck, block)
        live.net_worth(first, count, traits, state, rules, block)
        if rules.extra_price > _F(0.0):
            live.regret_extras(first, count, traits, state, rules, block)
        live.tally(first, count, piece, chunks, traits, state, offers, rules, block, partial)


@compiled(disjoint=True, makes_arrays=True)
def month_serial(chunks, month, key0, key1, traits, state, offers, rules, partial, total):
    """The month for everybody on one thread; ``total`` (segments x slots x sums) is overwritten."""
    month_on(empty_bench(), chunks, month, key0, key1, traits, state, offers, rules, partial, total)


@compiled(disjoint=True)
def month_on(bench, chunks, month, key0, key1, traits, state, offers, rules, partial, total):
    """The same on a bench that is at hand."""
    luck, block, choosers = luck_on(bench), block_on(bench), choosers_on(bench)
    work_through_all(chunks, np.uint64(month), key0, key1, traits, state, offers, rules, luck, block, choosers, partial)
    add_pieces(chunks.segments, partial, total)


@compiled(disjoint=True)
def work_through_all(chunks, month, key0, key1, traits, state, offers, rules, luck, block, choosers, partial):
    """Every chunk in turn, in the room given."""
    remember(state)
    partial[:] = 0.0
    for chunk in range(chunks.pieces.shape[0] - 1):
        work_through(chunk, chunks, month, key0, key1, traits, state, offers, rules, luck, block, choosers, partial)


@compiled(parallel=True, makes_arrays=True)
def month_parallel(chunks, month, key0, key1, traits, state, offers, rules, partial, total):
    """The same month on several threads, chunk by chunk, to the same bits."""
    remember(state)
    partial[:] = 0.0
    for chunk in numba.prange(chunks.pieces.shape[0] - 1):
        chunk_month(chunk, chunks, np.uint64(month), key0, key1, traits, state, offers, rules, partial)
    add_pieces(chunks.segments, partial, total)


@compiled(disjoint=True)
def remember(state):
    """Keep last month's suppliers and satisfaction, which is what friends talk about."""
    for row in range(state.supplier.shape[0]):
        state.supplier_before[row] = state.supplier[row]
    for row in range(state.supplier.shape[0]):
        state.satisfaction_before[row] = state.satisfaction[row]


@compiled(disjoint=True)
def add_pieces(segments, partial, total):
    """Add the pieces' sums in their order."""
    total[:] = 0.0
    for piece in range(partial.shape[0]):
        for slot in range(partial.shape[1]):
            for column in range(partial.shape[2]):
                total[segments[piece], slot, column] += partial[piece, slot, column]
