"""The compiled month against the same month in plain NumPy (``reference.py``), and the same bits for any number of threads."""

from __future__ import annotations

import numpy as np
import pytest

from cxsim.customers.tables import CHUNK, SUM

from . import reference
from .made import GONE, ONE_SEGMENT, SLOTS, a_population, scramble, some_offers

CASES = {
    "as it comes": {},
    "few rivals seen": {"seen": 0.4},
    "nobody can do without": {"can_do_without": False},
    "everybody looks": {"dissatisfaction": 5.0},
    "no transparency": {"transparency": 0.0, "friend_weight": 1.0},
    "some foresee fees": {"foresight": 0.4},
    "an extra is sold": {"foresight": 0.2, "extra_price": 0.1, "extra_offers": 0.4},
    "complaints are put right": {"recovery": 0.4, "complaint": 0.9},
    "small taste shocks": {"noise_scale": 0.02, "dissatisfaction": 2.0},
}


@pytest.fixture(params=CASES)
def both(request):
    """A month from a random state, compiled and by the reference."""
    changes = dict(CASES[request.param])
    luck = np.random.default_rng(list(CASES).index(request.param))
    values = {"market.renewal_months": 12, "market.renewal_attention": 0.4, "market.price_attention": 0.5}
    values["market.choice_noise"] = changes.pop("noise_scale", 4.0)
    values["customers.foresight"] = changes.pop("foresight", 0.0)
    values["market.extra_price"] = changes.pop("extra_price", 0.0)
    population = a_population(**values)
    changes = {name: type(getattr(population.rules, name))(value) for name, value in changes.items()}
    population.rules = population.rules._replace(**({"seen": np.float32(1.0)} | changes))
    scramble(population, luck)
    offers = some_offers(population, luck)
    before = population.state._replace(
        supplier_before=population.state.supplier.copy(), satisfaction_before=population.state.satisfaction.copy()
    )
    args = (offers, population.rules, population.columns["segment"], population.chunks[-1], 17, population._streams.key)
    expected, sums, surplus = reference.month(population.traits, before, *args)
    found = population.live_month(17, offers)
    return population, expected, sums, found, surplus


def test_everybody_ends_with_the_supplier_that_the_reference_gives_her(both):
    population, expected, *_ = both
    differ = population.columns["supplier"] != expected.supplier
    assert differ.sum() <= 2  # a taste shock or a chance within single precision of the threshold
    assert len(np.unique(expected.supplier)) == (SLOTS - 1 if population.rules.can_do_without else len(np.unique(expected.supplier)))


@pytest.mark.parametrize("name", ["tenure", "satisfaction", "expectation", "trust", "experience", "aware", "problem", "extra"])
def test_every_part_of_her_state_is_what_the_reference_gives(both, name):
    population, expected, *_ = both
    same = population.columns["supplier"] == expected.supplier
    far = np.abs(population.columns[name] - getattr(expected, name))[same] > 2e-5
    assert far.sum() <= 2


@pytest.mark.parametrize("name", list(SUM))
def test_every_sum_is_what_the_reference_gives(both, name):
    population, expected, sums, found, _ = both
    off = np.abs(population.columns["supplier"] - expected.supplier) > 0
    allowed = 2e-4 * np.abs(sums[:, :, SUM[name]]).max() + (2 + off.sum()) * {"surplus": 120, "switching_cost": 200}.get(name, 1.0) * 1.01
    if name in ("personal", "barrier_cost"):
        allowed += 40 * off.sum()
    assert np.abs(found[:, :, SUM[name]] - sums[:, :, SUM[name]]).max() <= allowed


def test_whoever_chooses_gains_at_least_nothing_over_what_she_chose(both):
    """The log-sum of options is never below the worth of one of them (Small and Rosen 1981), so no mean surplus falls short of it."""
    _, _, sums, found, _ = both
    everyone = sums[:, :, SUM["customers"]].sum()
    difference = found[:, :, SUM["surplus"]].sum() - sums[:, :, SUM["surplus"]].sum()
    assert abs(difference) / everyone < 0.05


def test_customers_are_conserved(both):
    population, _, _, found, _ = both
    counts = found[:, :, SUM["customers"]]
    assert counts.sum() == population.n
    assert np.array_equal(counts.sum(axis=1), np.bincount(population.columns["segment"], minlength=3))
    assert np.array_equal(counts.sum(axis=0), np.bincount(population.columns["supplier"], minlength=SLOTS))
    assert counts[:, GONE].sum() == 0
    assert found[:, :, SUM["joiners"]].sum() == found[:, :, SUM["leavers"]].sum()


@pytest.mark.parametrize("threads", [2, 4])
def test_threads_do_not_change_a_bit(threads):
    n = 5 * CHUNK + 17
    serial, parallel = a_population(n), a_population(n, threads=threads)
    sums = []
    for population in (serial, parallel):
        luck = np.random.default_rng(3)
        scramble(population, luck)
        offers = some_offers(population, luck)
        sums.append([population.live_month(month, offers) for month in range(3)])
    assert np.array_equal(np.array(sums[0]), np.array(sums[1]))
    for name, column in serial.columns.items():
        assert np.array_equal(column, parallel.columns[name]), name


def test_a_customers_month_does_not_depend_on_who_else_is_there_but_by_her_friends():
    """Without word of mouth, the first customers of a large and a small population live the same month."""
    values = {"customers.segments": [ONE_SEGMENT], "customers.word_of_mouth": 0.0, "customers.friend_weight": 0.0}
    small, large = a_population(700, **values), a_population(2100, **values)
    for population in (small, large):
        scramble(population, np.random.default_rng(8))
    for name, column in small.columns.items():
        large.columns[name][:700] = column
    offers = some_offers(small, np.random.default_rng(9))
    small.live_month(4, offers)
    large.live_month(4, offers)
    for name, column in small.columns.items():
        assert np.array_equal(column, large.columns[name][:700]), name
