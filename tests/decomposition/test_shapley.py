"""Shapley's value: his axioms, a definition by brute force, and a game with a published value."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxsim.decomposition.shapley import shapley, subsets

PLAYERS = ("a", "b", "c", "d")
NUMBERS = st.integers(-1000, 1000).map(lambda number: number / 8)
GAMES = st.lists(NUMBERS, min_size=16, max_size=16).map(lambda worth: dict(zip(subsets(PLAYERS), worth, strict=True)))
EVERYBODY, NOBODY = frozenset(PLAYERS), frozenset()


@given(GAMES)
def test_values_are_means_over_all_orders(game):
    """The definition: what a player adds to those before it, averaged over the 4! orders."""
    found = shapley(PLAYERS, game)
    for player in PLAYERS:
        added = []
        for order in itertools.permutations(PLAYERS):
            before = frozenset(order[: order.index(player)])
            added.append(game[before | {player}] - game[before])
        assert found[player] == pytest.approx(math.fsum(added) / 24)


@given(GAMES)
def test_values_sum_to_the_whole(game):
    assert sum(shapley(PLAYERS, game).values()) == pytest.approx(game[EVERYBODY] - game[NOBODY])


@given(GAMES, st.permutations(PLAYERS))
def test_neither_names_nor_their_order_matter(game, names):
    other = dict(zip(PLAYERS, names, strict=True))
    renamed = {frozenset(other[player] for player in members): worth for members, worth in game.items()}
    found, again = shapley(PLAYERS, game), shapley(names, renamed)
    for player in PLAYERS:
        assert again[other[player]] == pytest.approx(found[player])


@given(GAMES)
def test_players_that_add_the_same_everywhere_get_the_same(game):
    swapped = {"a": "b", "b": "a"}
    both = {members: game[members] + game[frozenset(swapped.get(player, player) for player in members)] for members in game}
    found = shapley(PLAYERS, both)
    assert found["a"] == pytest.approx(found["b"])


@given(GAMES)
def test_a_player_that_adds_nothing_gets_nothing_and_changes_nothing(game):
    idle = {members: game[members - {"d"}] for members in game}
    found = shapley(PLAYERS, idle)
    assert found["d"] == pytest.approx(0)
    without = shapley(PLAYERS[:3], {members: worth for members, worth in idle.items() if "d" not in members})
    assert [found[player] for player in PLAYERS[:3]] == pytest.approx([without[player] for player in PLAYERS[:3]])


@given(GAMES, GAMES, NUMBERS)
def test_values_of_sums_are_sums_of_values(one, other, factor):
    joint = shapley(PLAYERS, {members: one[members] + factor * other[members] for members in one})
    first, second = shapley(PLAYERS, one), shapley(PLAYERS, other)
    for player in PLAYERS:
        assert joint[player] == pytest.approx(first[player] + factor * second[player], abs=1e-9)


def test_the_glove_game():
    """Shapley and Shubik (1969): one left glove and two right ones, worth 1 a pair; the left one's owner gets 2/3."""
    worth = {members: float("left" in members and len(members) > 1) for members in subsets(("left", "right 1", "right 2"))}
    assert shapley(("left", "right 1", "right 2"), worth) == pytest.approx({"left": 2 / 3, "right 1": 1 / 6, "right 2": 1 / 6})


def test_arrays_are_valued_each_number_by_itself():
    luck = np.random.default_rng(1)
    games = {members: luck.normal(size=(2, 3)) for members in subsets(PLAYERS)}
    found = shapley(PLAYERS, games)
    one = shapley(PLAYERS, {members: float(worth[1, 2]) for members, worth in games.items()})
    assert {player: value[1, 2] for player, value in found.items()} == pytest.approx(one)


def test_no_player_and_one_player():
    assert shapley((), {NOBODY: 3.0}) == {}
    assert shapley(("a",), {NOBODY: 3.0, frozenset("a"): 5.0}) == {"a": 2.0}


def test_a_subset_without_a_value_is_noticed():
    with pytest.raises(KeyError):
        shapley(("a",), {NOBODY: 3.0})
