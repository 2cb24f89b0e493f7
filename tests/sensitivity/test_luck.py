import numpy as np

from cxsim.sensitivity.luck import seeds


def test_equal_luck_has_equal_seeds_and_other_luck_others():
    unit = np.random.default_rng(1).random(1000)
    found = seeds(np.concatenate([unit, unit[::-1]]), 1)
    np.testing.assert_array_equal(found[:1000], found[:999:-1])
    assert len(set(found.tolist())) == 1000
    assert found.min() >= 0


def test_neighbouring_numbers_have_unrelated_seeds():
    found = seeds(np.linspace(0.5, 0.5 + 1e-12, 500), 1).astype(float) / 2**63
    assert abs(np.corrcoef(found[:-1], found[1:])[0, 1]) < 0.15
    assert 0.4 < found.mean() < 0.6


def test_another_study_has_other_luck():
    assert seeds(np.array([0.3]), 1)[0] != seeds(np.array([0.3]), 2)[0]
