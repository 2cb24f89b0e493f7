import numpy as np
import pytest

from cxsim import load
from cxsim.analysis.conditions import metric
from cxsim.config.errors import CxsimError
from cxsim.results.run import run_config
from cxsim.sensitivity.luck import seeds
from cxsim.sensitivity.outcomes import evaluated, points, regimes
from cxsim.sensitivity.ranges import select

from .conftest import QUIET, TINY


def test_points_carry_their_values_and_a_seed_each():
    factors = select([load("market=generic")], "market.attention=0.1:0.3,market.n_firms=1:4").factors
    made = points(factors, np.array([[0.0, 0.0], [1.0, 0.99]]), np.array([0.2, 0.2]), 1, {"kind": "here"})
    assert made[0] == {"market.attention": 0.1, "market.n_firms": 1, "seed": int(seeds([0.2], 1)[0])}
    assert (made[1]["market.attention"], made[1]["market.n_firms"]) == (pytest.approx(0.3), 4)
    assert made[0]["seed"] == made[1]["seed"]


def test_a_difference_is_that_of_two_runs_with_the_same_luck(tmp_path):
    both = regimes([*TINY, "months=2"], "regulator=fca", "regulator=none", replications=2)
    factors = select(both.configs, "market.attention=0.1:0.3").factors
    design = points(factors, np.array([[0.5]]), np.array([0.7]), 1, {})
    found = evaluated(both, design, [metric("experience")], tmp_path / "runs", QUIET)["experience"]
    seed = int(seeds([0.7], 1)[0])
    runs = [
        run_config(load(*TINY, "months=2", one, seed=seed, replications=2, **{"market.attention": 0.2}), progress=False).monthly
        for one in ("regulator=fca", "regulator=none")
    ]
    means = [run[run["month"] == 1].groupby("replication")["experience"].mean().to_numpy() for run in runs]
    np.testing.assert_array_equal(found[0], means[0] - means[1])


def test_regimes_are_told_by_what_was_given():
    both = regimes(TINY, "regulator=fca market.n_firms=3", "regulator=none")
    assert both.configs[0].market.n_firms == 3
    assert both.words(metric("hidden_fees")) == "the difference in hidden fees (regulator=fca market.n_firms=3 less regulator=none)"
    assert regimes(TINY).words(metric("hidden_fees")) == "hidden fees"
    assert regimes([*TINY, "regulator=fca"], "", "regulator=none").names == ("the market as given", "regulator=none")


@pytest.mark.parametrize(
    ("regime", "versus", "words"),
    [
        ("regulator=fca", "regulator=fca", "the same as the regime"),
        ("", "", "the same as the regime"),
        ("regulator=fac", None, "Did you mean fca"),
        ("regulator='fca", None, "cannot be taken apart"),
        ("regulator=none,fca", None, "one value|Allowed"),
    ],
)
def test_regimes_that_cannot_be_are_refused(regime, versus, words):
    with pytest.raises(CxsimError, match=words):
        regimes(TINY, regime, versus)
