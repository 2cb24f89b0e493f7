import numpy as np
import pytest

from cxsim.analysis.conditions import metric
from cxsim.config.errors import CxsimError
from cxsim.frontier.cheapest import Target, by_luck, cheapest, efficient, target

AT_MOST_FIVE = Target(metric("hidden_fees"), "<=", 5.0)


def grids(means, costs, replications=6, noise=0.0, seed=0):
    draw = np.random.default_rng(seed)
    shape = (*np.shape(means), replications)
    return np.asarray(means, float)[..., None] + draw.normal(0, noise, shape), np.broadcast_to(np.asarray(costs, float)[..., None], shape)


def test_it_is_what_looking_at_every_combination_finds():
    draw = np.random.default_rng(1)
    for trial in range(50):
        means, costs = draw.uniform(0, 10, (3, 4)), draw.uniform(0, 1, (3, 4))
        values, spent = grids(means, costs, noise=0.5, seed=trial)
        found = cheapest(values, spent, AT_MOST_FIVE, 100)
        reached = [(spent[y, x].mean(), (y, x)) for y in range(3) for x in range(4) if values[y, x].mean() <= 5.0]
        assert found.place == (min(reached)[1] if reached else None)
        assert found.reaching == len(reached)


def test_without_noise_it_is_sure():
    found = cheapest(*grids([[9, 4], [9, 3]], [[1, 3], [1, 2]]), AT_MOST_FIVE)
    assert (found.place, found.chosen_again, found.met_again, found.any_again) == ((1, 1), 1.0, 1.0, 1.0)
    assert found.cost.mean == 2.0


def test_of_equally_cheap_ones_the_one_that_goes_further():
    assert cheapest(*grids([[4, 3, 4.5]], [[2, 2, 2]]), AT_MOST_FIVE).place == (0, 1)


def test_where_nothing_reaches_it_the_nearest_is_told():
    found = cheapest(*grids([[9, 7]], [[1, 2]]), AT_MOST_FIVE)
    assert (found.place, found.nearest, found.reaching, found.any_again) == (None, (0, 1), 0, 0.0)


def test_a_coin_toss_is_told_as_one():
    # The cheaper cell sits on the target: it reaches it in about half of the resamples, else the dearer one is taken.
    values, costs = grids([[5.0, 1.0]], [[1, 2]], replications=40, noise=1.0, seed=3)
    values[0, 0] += 5.0 - values[0, 0].mean()
    found = cheapest(values, costs, AT_MOST_FIVE, 4000)
    assert found.shares[0, 0] == pytest.approx(0.5, abs=0.06)
    assert found.shares.sum() == pytest.approx(1.0)


def test_luck_that_all_share_moves_a_fixed_target_and_not_a_share_of_the_way():
    values, costs = grids([[6.0, 4.0]], [[1, 2]])
    values = values + np.random.default_rng(4).normal(0, 4, 6)
    values += 5.0 - values.mean()
    fixed = cheapest(values, costs, AT_MOST_FIVE)
    relative = cheapest(values, costs, Target(metric("hidden_fees"), "<="))
    assert fixed.met_again < 1.0
    assert (relative.place, relative.chosen_again, relative.met_again) == ((0, 1), 1.0, 1.0)


def test_a_share_of_the_way_lies_nine_tenths_from_worst_to_best():
    falling, rising = Target(metric("hidden_fees"), "<="), Target(metric("experience"), ">=")
    assert falling.bounds(np.array([[0.0, 10.0]])) == pytest.approx([1.0])
    assert rising.bounds(np.array([[0.0, 10.0], [20.0, 30.0]])) == pytest.approx([9.0, 29.0])


def test_targets_as_typed():
    assert target("violations<=0.1") == Target(metric("violations"), "<=", 0.1)
    assert target("experience") == Target(metric("experience"), ">=")
    for wrong in ("profit", "nothing", "experience==3", "experience=3", "experience>=x", ""):
        with pytest.raises(CxsimError, match="--target"):
            target(wrong)


def test_the_same_resamples_each_time():
    values = grids([[5.1, 4.9]], [[1, 2]], noise=1.0)
    assert cheapest(*values, AT_MOST_FIVE).chosen_again == cheapest(*values, AT_MOST_FIVE).chosen_again


def test_the_efficient_ones_are_those_that_nothing_cheaper_betters():
    cost, value = np.array([1.0, 2.0, 2.0, 3.0, 4.0]), np.array([5.0, 7.0, 6.0, 6.5, 9.0])
    assert efficient(cost, value, upward=True).tolist() == [0, 1, 4]
    assert efficient(cost, -value, upward=False).tolist() == [0, 1, 4]


@pytest.mark.parametrize("alike", [1, 6])
def test_luck_is_blamed_for_what_luck_does(alike):
    """Where combinations do not differ, a chance of 5 % or less comes up in about 5 % of cases at most, also with shared luck."""
    draw = np.random.default_rng(9)
    chances = []
    for seed in range(300):
        own = np.repeat(draw.normal(0, 1, (12 // alike, 6)), alike, axis=0)
        chances.append(by_luck(own + draw.normal(0, 5, 6), 200, seed))
    assert np.mean(np.array(chances) <= 0.05) <= 0.09  # 300 cases


def test_a_difference_that_is_there_is_not_blamed_on_luck():
    draw = np.random.default_rng(10)
    moved = draw.normal(0, 1, (9, 6)) + draw.normal(0, 5, 6) + np.array([6.0] + [0.0] * 8)[:, None]
    assert by_luck(moved, 500) < 0.02
