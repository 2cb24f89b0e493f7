"""Words about robustness against the numbers they are made from."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pytest

from cxsim.comparison import robustness_words as words
from cxsim.comparison.futures import Future, Futures
from cxsim.comparison.regimes import Regime
from cxsim.comparison.robustness import Robustness
from cxsim.config.load import load
from cxsim.results.columns import MONTHLY

SURPLUS = next(column for column in MONTHLY if column.name == "consumer_surplus")


@pytest.fixture(scope="module")
def made():
    config = load("market=generic")

    def make(means, spread=0.1, replications=8, seed=1, driver=None):
        means = np.asarray(means, dtype=float)
        rng = np.random.default_rng(seed)
        values = means + rng.standard_normal((replications, 1, 1)) + spread * rng.standard_normal((replications, *means.shape))
        regimes = tuple(Regime(f"r{place}", f"Regime {place}", config, {"market.n_firms": place}) for place in range(means.shape[1]))
        numbers = driver if driver is not None else rng.random(len(means))
        futures = tuple(Future(f"f{place}", f"F{place}", {"market.attention": float(number)}) for place, number in enumerate(numbers))
        return Robustness(regimes, 0, Futures(futures, "some futures", {}), SURPLUS, 1, values, 0, 12, 12)

    return make


def test_a_regime_that_is_always_better_is_shown_never_to_be_worse(made):
    found = made([[0, 3], [0, 4], [0, 5]])
    assert "“Regime 1” is shown never to be worse, and better in 3 of 3 futures" in words.never(found)
    assert "Never worse than any other of the regimes is shown for “Regime 1”." in words.never(found)
    assert words.regret(found).count("smallest under “Regime 1”: £0 a month (£0 to £0)") == 2
    assert found.table("regimes")["never_worse"].tolist() == ["baseline", "shown"]


def test_a_regime_that_is_worse_somewhere_is_said_to_be(made):
    found = made([[0, 3], [0, -4], [0, 5]])
    assert "“Regime 1” is worse in 1 of 3 futures and better in 2" in words.never(found)
    assert found.table("regimes")["never_worse"].tolist() == ["baseline", "no"]


def test_a_regime_of_which_nothing_can_be_told_is_not_shown_to_be_anything(made):
    found = made(np.zeros((3, 2)), spread=2.0, replications=4)
    said = words.never(found)
    assert "not told worse in any, which is not yet shown to be never worse" in said
    assert "is shown" not in said
    assert "cannot be told from it" in words.regret(found)


def test_regimes_that_are_the_same_are_said_to_be(made):
    found = made(np.zeros((3, 2)), spread=0.0)
    assert "is the same in every future" in words.never(found)
    assert words.regret(found) == "All regimes give the same consumer surplus in every future: nothing is regretted."
    assert "Never worse than any" not in words.never(found)


@pytest.mark.parametrize("seed", range(12))
def test_counts_in_the_words_are_those_of_the_table(made, seed):
    rng = np.random.default_rng(seed)
    found = made(rng.choice([-2.0, 0.0, 0.1, 2.0], (5, 3)), seed=seed, replications=6)
    said = words.never(found)
    frame = found.table("regimes").set_index("regime")
    for name, title in (("r1", "Regime 1"), ("r2", "Regime 2")):
        part = re.search(rf"“{title}” is ([^;.]*)", said)[1]
        row = frame.loc[name]
        assert ("worse in" in part and "not told worse" not in part) == (row["told_worse"] > 0)
        if row["told_worse"]:
            assert f"worse in {row['told_worse']} of 5" in part
        if row["told_better"]:
            assert f"better in {row['told_better']}" in part
        assert ("shown never to be worse" in part) == (row["never_worse"] == "shown")


def test_what_the_advantage_depends_on_is_said_where_it_can_be_told(made):
    driver = np.linspace(0.05, 0.5, 16)
    means = np.column_stack([np.zeros(16), 10 * driver])
    found = made(means, driver=driver)
    assert words.depends(found).startswith("What the advantage over the baseline goes with")
    assert "more with higher market.attention (+1.00)" in words.depends(found)
    turned = made(-means, driver=driver)
    assert "less with higher market.attention (-1.00)" in words.depends(turned)
    assert "no single parameter can be told" in words.depends(made(np.random.default_rng(1).random((16, 2)), driver=driver))
    assert words.depends(made(means[:5], driver=driver[:5])) == ""


def test_what_it_rests_on_is_said(made):
    found = dataclasses.replace(made([[0, 1], [0, 2]]), failed=2)
    said = words.findings(found)
    assert said[-2].startswith("From some futures, with 8 replications of each of 2 regimes in each of them")
    assert said[-1].startswith("2 replications were left out")
