"""Shipped claims with the labels of their arms drawn by lot: whatever a claim found must be gone, or it was found by the method."""

import dataclasses
import functools

import numpy as np
import pytest

from cxsim.claims import verdict as rule
from cxsim.claims.claim import find, folder_of_claims
from cxsim.claims.conditions import conditions, configs, guessed_of, known_of
from cxsim.claims.finding import finding
from cxsim.claims.planned import COLUMN, planned, values
from cxsim.claims.runner import by_arm

NAMES = ("handling_time", "overpromising_backfires", "loyal_customers_pay_more")
RUNS = 12


@functools.cache
def measured(name, place):
    """A claim in its first market as it is, in a small market and a short time, and what its runs gave."""
    claim = find(folder_of_claims(), [name])[0]
    market = next(iter(claim.markets.items()))
    base = tuple(word for word in claim.base if not word.startswith("market.n_customers"))
    small = dataclasses.replace(
        claim, base=(*base, "market.n_customers=300", "months=24"), markets=dict([market]), factors=(), replications=RUNS
    )
    made = list(configs(small))
    measures = {f"{COLUMN}{key}": test.measure for key, test in small.tests.items()}
    planned([config for _, _, config in made], {"claim": name}, place / name, measures, executor="serial", progress=False)
    return small, made, by_arm(values(place / name, list(small.tests), len(made), RUNS), [(c, arm) for c, arm, _ in made])


def judged(small, made, found):
    first = next(iter(small.arms))
    known = [known_of(small, condition, config) for condition, arm, config in made if arm == first]
    return finding(small, conditions(small), known, found, False, guessed_of(small, made))


def shuffled(found, seed):
    """The same numbers with the arms of each replication dealt anew, half of them each way, in the same way for every test."""
    lots = np.random.default_rng(seed)
    swap = lots.permutation(np.arange(RUNS) < RUNS // 2)
    dealt = {}
    for test, by_condition in found.items():
        dealt[test] = {}
        for condition, arms in by_condition.items():
            first, second = arms
            dealt[test][condition] = {
                first: np.where(swap, arms[second], arms[first]),
                second: np.where(swap, arms[first], arms[second]),
            }
    return dealt


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("shuffled")


@pytest.mark.parametrize("name", NAMES)
def test_as_they_are_the_arms_differ(name, place):
    small, made, found = measured(name, place)
    effects = judged(small, made, found).effects
    assert rule.FOR in {effects[test][0].says for test in effects}


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", NAMES)
def test_with_arms_drawn_by_lot_there_is_no_effect(name, seed, place):
    small, made, found = measured(name, place)
    dealt = judged(small, made, shuffled(found, seed))
    assert dealt.verdict.word in (rule.UNDECIDED, rule.NO_EFFECT)
    for test in small.tests:
        assert dealt.pooled[test].low < 0 < dealt.pooled[test].high
