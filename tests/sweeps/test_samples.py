import math

import numpy as np
import pytest

from cxsim.config.errors import CxsimError
from cxsim.config.keys import coerce
from cxsim.sweeps.samples import latin_hypercube, salib, sobol

RANGES = {"market.attention": (0.1, 0.6), "market.n_firms": (2, 5), "customers.vigilance": (0.0, 0.9), "firms.insight": (0, 1)}


@pytest.mark.parametrize("draw", [latin_hypercube, sobol])
def test_points_lie_in_their_ranges_and_suit_their_parameters(draw):
    design = draw(RANGES, n=64, seed=3)
    assert (len(design), design.columns) == (64, tuple(RANGES))
    for point in design:
        for key, value in point.items():
            assert RANGES[key][0] <= value <= RANGES[key][1]
            assert coerce(key, value) == value
    firms = [point["market.n_firms"] for point in design]
    assert {firms.count(number) for number in (2, 3, 4, 5)} == {16}  # both ends as often as what lies between


def test_a_latin_hypercube_hits_every_part_of_every_range_once():
    n = 50
    design = latin_hypercube(RANGES, n=n, seed=1)
    for key in ("market.attention", "customers.vigilance", "firms.insight"):
        low, high = RANGES[key]
        parts = [math.floor((point[key] - low) / (high - low) * n) for point in design]
        assert sorted(parts) == list(range(n))


def test_sobol_points_are_more_even_than_a_latin_hypercube():
    from scipy.stats import qmc

    two = {"market.attention": (0, 1), "firms.insight": (0, 1)}
    spread = {}
    for draw in (sobol, latin_hypercube):
        each = [qmc.discrepancy(np.array([list(point.values()) for point in draw(two, n=256, seed=seed)])) for seed in range(5)]
        spread[draw] = np.mean(each)
    assert spread[sobol] < spread[latin_hypercube]


@pytest.mark.parametrize("draw", [latin_hypercube, sobol])
def test_seeds_decide_and_words_are_drawn_evenly(draw):
    ranges = {**RANGES, "regulator": ["none", "cma"]}
    assert draw(ranges, n=8, seed=1).digest == draw(ranges, n=8, seed=1).digest
    assert draw(ranges, n=8, seed=1).digest != draw(ranges, n=8, seed=2).digest
    words = [point["regulator"] for point in draw(ranges, n=8)]
    assert words.count("none") == words.count("cma") == 4


@pytest.mark.parametrize("draw", [latin_hypercube, sobol])
@pytest.mark.parametrize(("ranges", "n", "seed"), [
    ({}, 4, 0), ({"market.n_frims": (1, 2)}, 4, 0), ({"firms.insight": (1, 0)}, 4, 0), ({"firms.insight": (0, math.nan)}, 4, 0),
    ({"firms.insight": (0, 3)}, 4, 0), ({"firms.insight": 3}, 4, 0), ({"firms.insight": (0,)}, 4, 0), ({"firms.insight": "ab"}, 4, 0),
    ({"market.n_firms": (2.2, 2.8)}, 4, 0), ({"market.n_firms": (0, 5)}, 4, 0), ({"firms.insight": (0, 1)}, 0, 0),
    ({"firms.insight": (0, 1)}, 2.5, 0), ({"firms.insight": (0, 1)}, 4, -1), ({"firms.insight": (0, 1)}, 4, "x"), ([1], 4, 0),
    ({"name": ["a", "b"]}, 4, 0), ({"market.entry": ["none", "fee"]}, 4, 0), ({"firms.insight": (True, False)}, 4, 0),
])  # fmt: skip
def test_ranges_that_are_none_are_clear_errors(draw, ranges, n, seed):
    with pytest.raises(CxsimError):
        draw(ranges, n=n, seed=seed)


def test_salib_gets_its_own_points_in_its_own_order():
    pytest.importorskip("SALib")
    from SALib.analyze import sobol as analysis
    from SALib.sample import sobol as sampling

    problem = {"num_vars": 2, "names": ["market.attention", "customers.vigilance"], "bounds": [[0.1, 0.9], [0.0, 1.0]]}
    design = salib(problem, n=256, seed=5)
    points = np.array([list(point.values()) for point in design])
    assert np.array_equal(points, sampling.sample(problem, 256, seed=5))
    # Saltelli et al. (2010): of y = a + 0 b all variance is a's.
    found = analysis.analyze(problem, points[:, 0], seed=1)
    assert found["S1"] == pytest.approx([1.0, 0.0], abs=0.02)


def test_salib_rounds_whole_numbers_and_refuses_what_is_no_problem():
    pytest.importorskip("SALib")
    problem = {"names": ["market.n_firms"], "bounds": [[1.0, 9.0]]}
    assert all(type(point["market.n_firms"]) is int for point in salib(problem, n=8, sampler="latin", seed=1))
    for bad in ({}, 3, {"names": ["x"], "bounds": [[0, 1]]}, {**problem, "bounds": [[2.0, 1.0]]}, {**problem, "bounds": [[0.0, 900.0]]}):
        with pytest.raises(CxsimError):
            salib(bad, n=8, sampler="latin")
    with pytest.raises(CxsimError, match="Did you mean sobol"):
        salib(problem, n=8, sampler="sobl")
