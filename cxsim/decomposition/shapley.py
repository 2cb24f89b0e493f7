"""Shapley's value: what each of several causes contributes to a difference, whatever the order in which they are brought in.

The value of a cause is what it adds, averaged over all orders in which the causes could be brought in one after the other. It is the only
rule under which contributions sum to the whole (efficiency), causes that add the same everywhere get the same (symmetry), a cause that
adds nothing anywhere gets nothing (null player) and values of sums are sums of values (additivity).

Sources: Shapley, L. S. (1953), A value for n-person games, Contributions to the Theory of Games II. For decompositions of differences:
Shorrocks, A. F. (2013), Decomposition procedures for distributional analysis, Journal of Economic Inequality 11(1).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any


def subsets(players: Sequence[str]) -> Iterator[frozenset[str]]:
    """All subsets of the players, the empty one first and all of them last."""
    for size in range(len(players) + 1):
        for chosen in itertools.combinations(players, size):
            yield frozenset(chosen)


def shapley(players: Sequence[str], values: Mapping[frozenset[str], Any]) -> dict[str, Any]:
    """The Shapley value of each player.

    Args:
        players: their names.
        values: what each subset of them achieves; numbers, or arrays of one shape.

    Returns:
        By player its value, in the form of ``values``. The values sum to that of all players less that of none, up to rounding.

    Raises:
        KeyError: a subset has no value.
    """
    count = len(players)
    weights = [math.factorial(size) * math.factorial(count - size - 1) / math.factorial(count) for size in range(count)]
    found = {}
    for player in players:
        others = [other for other in players if other != player]
        found[player] = sum(weights[len(before)] * (values[before | {player}] - values[before]) for before in subsets(others))
    return found
