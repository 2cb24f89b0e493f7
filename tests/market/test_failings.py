import numpy as np
import pytest

from cxsim.market.failings import Failings, news, reputation_after

SETTINGS = Failings(rate=0.1, hazard=0.05, heard=0.6, penalty=1.5)
FIRMS = 20_000


def month(hidden=0.0, disclosure=0.0, settings=SETTINGS, seed=1):
    luck = np.random.default_rng(seed).random((FIRMS, 3))
    return news(np.ones(FIRMS, bool), np.full(FIRMS, float(hidden)), np.full(FIRMS, float(disclosure)), luck, settings, 0.35, 0.5)


def test_rates_are_those_asked_for():
    found = month()
    assert found.happened.mean() == pytest.approx(0.1, abs=0.01)
    assert not found.disclosed.any()
    assert found.discovered.mean() == pytest.approx(0.1 * 0.05, abs=0.002)
    assert month(disclosure=1.0).disclosed.sum() == month(disclosure=1.0).happened.sum()


def test_what_is_told_is_never_found_out():
    found = month(disclosure=1.0)
    assert not found.discovered.any()
    assert (found.hidden == 0).all()


def test_secrets_pile_up_and_come_out_together():
    found = month(hidden=10)
    assert found.discovered.mean() == pytest.approx(1 - 0.95**10.1, abs=0.015)
    assert (found.hidden[found.discovered] == 0).all()
    assert (found.hidden[~found.discovered] >= 10).all()


def test_telling_costs_part_of_the_trust_and_being_found_out_more_than_the_whole_of_it():
    told, out = month(disclosure=1.0), month(hidden=3)
    assert told.kept[told.disclosed] == pytest.approx(1 - 0.35 * 0.5)
    assert out.kept[out.discovered] == pytest.approx(1 - 0.35 * 1.5)
    quiet = ~(told.disclosed | told.discovered)
    assert (told.kept[quiet] == 1).all()
    assert (told.heard[quiet] == 0).all()


def test_reputation_falls_with_those_who_hear():
    out = month(hidden=3)
    after = reputation_after(np.full(FIRMS, 0.8), out)
    assert after[out.discovered] == pytest.approx(0.8 * (1 - 0.6 * 0.35 * 1.5))
    assert (after[~(out.discovered | out.disclosed)] == 0.8).all()


def test_without_failings_there_is_no_news():
    found = month(settings=SETTINGS._replace(rate=0.0))
    assert not found.happened.any()
    assert (found.kept == 1).all()
