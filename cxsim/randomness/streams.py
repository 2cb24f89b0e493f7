"""Streams of draws by purpose, for everything that is not the customers' compiled month.

The counter of a draw is (id, month, purpose, second id); its key comes from the seed and the replication.
"""

from __future__ import annotations

import enum
import functools
import math
from collections.abc import Iterable

import numpy as np
from scipy.special import ndtri, pdtrik

from cxsim.compiled import Standing, compiled
from cxsim.randomness.philox import philox

_MASK = 0xFFFFFFFF


class Purpose(enum.IntEnum):
    """What a draw is for. Numbers are part of the results' identity: never reuse or reorder them."""

    MONTH_A = 1
    MONTH_B = 2
    CHOICE = 3
    MONTH_C = 5
    NETWORK = 4
    TRAITS_A = 10
    TRAITS_B = 11
    START = 12
    PROFILES = 13
    SWITCHING = 14
    FIRM_START = 20
    FIRM_KNOWLEDGE = 21
    LOAD = 24
    PANEL = 22
    REVIEW = 23
    CASES = 30
    TARGET = 31
    FINDING = 32
    CONFESSION = 33
    ENTRY = 40
    TENDER = 41
    FAILING = 42
    PROJECT = 43
    ATTRIBUTION = 44
    USER = 99


@compiled(inline="always")
def _draw(first, month, purpose, second, k0, k1):
    a, b, c, d = philox(np.uint64(first), np.uint64(month), np.uint64(purpose), np.uint64(second), np.uint64(k0), np.uint64(k1))
    return (a + 0.5) * 2.0**-32, (b + 0.5) * 2.0**-32, (c + 0.5) * 2.0**-32, (d + 0.5) * 2.0**-32


@compiled()
def _fill(first, month, purpose, second, k0, k1, out):
    for i in range(out.shape[1]):
        out[0, i], out[1, i], out[2, i], out[3, i] = _draw(first + i, month, purpose, second, k0, k1)


@compiled()
def _fill_by_second(first, month, purpose, seconds, k0, k1, out):
    for row in range(out.shape[0]):
        _fill(first, month, purpose, seconds[row], k0, k1, out[row])


@compiled()
def _fill_by_key(keys, month, purpose, k0, k1, out):
    for m in range(out.shape[0]):
        for i in range(out.shape[1]):
            out[m, i, 0], out[m, i, 1], out[m, i, 2], out[m, i, 3] = _draw(keys[i], (month + m) & _MASK, purpose, 0, k0, k1)


_filled, _filled_by_second, _filled_by_key = Standing(_fill), Standing(_fill_by_second), Standing(_fill_by_key)


def key_words(seed: int, replication: int = 0) -> tuple[int, int]:
    """Two 32-bit key words from a seed (up to 63 bits) and a replication number, mixed by splitmix64 (Steele et al. 2014)."""
    mixed = (seed * 0x9E3779B97F4A7C15 + replication * 0xD1B54A32D192ED03 + 0x632BE59BD9B4E019) & 0xFFFFFFFFFFFFFFFF
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
    mixed ^= mixed >> 31
    return mixed & _MASK, mixed >> 32


class Streams:
    """Draws for one run.

    Args:
        seed: the run's seed.
        replication: number of the replication; each has luck of its own, the same in every regime.
    """

    def __init__(self, seed: int, replication: int = 0):
        self.seed = int(seed)
        self.replication = int(replication)
        self.key = key_words(self.seed, self.replication)

    def uniforms(self, purpose: Purpose, month: int, count: int, first: int = 0, second: int = 0) -> np.ndarray:
        """Uniform draws for ids ``first .. first + count - 1``; shape (count, 4), each strictly between 0 and 1.

        ``month`` may be negative (burn-in). ``second`` tells apart draws of one id, for example by firm.
        """
        out = np.empty((4, count))  # a word's draws lie side by side: that is how they are filled in and worked with
        _filled(int(first), int(month) & _MASK, int(purpose), int(second) & _MASK, self.key[0], self.key[1], out)
        return out.T

    def uniforms_by_second(self, purpose: Purpose, month: int, count: int, seconds: Iterable[int], first: int = 0) -> np.ndarray:
        """:meth:`uniforms` for several second ids (below 2**32) at once; shape (second ids, count, 4)."""
        words = np.array(seconds, np.uint32)
        out = np.empty((len(words), 4, count))
        _filled_by_second(int(first), int(month) & _MASK, int(purpose), words, self.key[0], self.key[1], out)
        return out.transpose(0, 2, 1)

    def uniform(self, purpose: Purpose, month: int, first: int, second: int = 0, word: int = 0) -> float:
        """One uniform draw; ``word`` (0 to 3) picks one of the four that the counter gives."""
        return float(self.uniforms(purpose, month, 1, first, second)[0, word])

    def normals(self, purpose: Purpose, month: int, count: int, first: int = 0, second: int = 0, words: int = 4) -> np.ndarray:
        """Standard normal draws by Box and Muller (1958), the first ``words`` of each four; shape (count, words)."""
        return _normal(self.uniforms(purpose, month, count, first, second).T, words).T

    def normals_by_second(
        self, purpose: Purpose, month: int, count: int, seconds: Iterable[int], first: int = 0, words: int = 4
    ) -> np.ndarray:
        """:meth:`normals` for several second ids (below 2**32) at once; shape (second ids, count, words)."""
        uniforms = self.uniforms_by_second(purpose, month, count, seconds, first)
        return _normal(uniforms.transpose(0, 2, 1), words).transpose(0, 2, 1)

    def uniforms_by_key(self, purpose: Purpose, month: int, keys: np.ndarray) -> np.ndarray:
        """Uniform draws for ids that are not in a row, such as firms' lasting keys (uint32); shape (ids, 4)."""
        return self.uniforms_by_key_for(purpose, month, 1, keys)[0]

    def uniforms_by_key_for(self, purpose: Purpose, first: int, months: int, keys: np.ndarray) -> np.ndarray:
        """The same for so many months from a first one; shape (months, ids, 4)."""
        out = np.empty((months, len(keys), 4))
        words = np.ascontiguousarray(keys, np.uint32)
        _filled_by_key(words, int(first) & _MASK, int(purpose), self.key[0], self.key[1], out)
        return out

    def gumbels(self, purpose: Purpose, month: int, count: int, first: int = 0, second: int = 0) -> np.ndarray:
        """Standard Gumbel draws; shape (count, 4)."""
        return -np.log(-np.log(self.uniforms(purpose, month, count, first, second)))

    def poisson(self, mean: float, purpose: Purpose, month: int, first: int = 0) -> int:
        """A Poisson draw by inversion, so that a larger mean never gives a smaller number for the same luck."""
        if mean <= 0.0:
            return 0
        u = self.uniform(purpose, month, first)
        if mean > 1e6:  # the normal law with its first correction (Cornish and Fisher 1938), good to less than one count here
            z = float(ndtri(u))
            return max(0, round(mean + math.sqrt(mean) * z + (z * z - 1.0) / 6.0))
        if mean > 500.0:  # adding up chances from zero would underflow
            return max(0, math.ceil(pdtrik(u, mean)))
        count, chance = 0, math.exp(-mean)
        reached = chance
        while u > reached and chance > 0.0:
            count += 1
            chance *= mean / count
            reached += chance
        return count


@functools.lru_cache(maxsize=1024)
def lasting_key(name: str) -> int:
    """A 32-bit key that belongs to a name for good (FNV-1a), so that order and position never matter."""
    word = 0x811C9DC5
    for byte in name.encode():
        word = ((word ^ byte) * 0x01000193) & _MASK
    return word


def _normal(uniforms: np.ndarray, words: int) -> np.ndarray:
    """The first normal draws of each four, by word (last axis but one): every second word turns with the radius of the one before."""
    radius = np.sqrt(-2.0 * np.log(uniforms[..., :words:2, :]))
    turn = 2.0 * np.pi * uniforms[..., 1 : words + 1 : 2, :]
    out, pairs = np.empty((*uniforms.shape[:-2], words, uniforms.shape[-1])), words // 2
    np.multiply(radius, np.cos(turn), out=out[..., ::2, :])
    np.multiply(radius[..., :pairs, :], np.sin(turn[..., :pairs, :]), out=out[..., 1::2, :])
    return out
