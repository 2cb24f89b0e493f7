import numpy as np
import pytest
from scipy.stats import binomtest

from cxsim.sensitivity.boxes import Box, fit, quasi_p, simplified


@pytest.fixture(scope="module")
def cases():
    draw = np.random.default_rng(1)
    points = draw.random((400, 4))
    return points, draw.random(400) < np.where((points[:, 0] > 0.5) & (points[:, 1] < 0.4), 0.9, 0.1)


def box(**limits):
    made = Box.everything(4)
    for name, value in limits.items():
        (made.high if name[0] == "h" else made.low)[int(name[1])] = value
    return made


def test_coverage_and_density_are_counts(cases):
    points, fails = cases
    one = fit(box(l0=0.5, h1=0.4), points, fails)
    inside = (points[:, 0] >= 0.5) & (points[:, 1] <= 0.4)
    assert (one.inside, one.failing, one.failures, one.cases) == (inside.sum(), fails[inside].sum(), fails.sum(), 400)
    assert one.coverage == pytest.approx(fails[inside].sum() / fails.sum())
    assert one.density == pytest.approx(fails[inside].mean())
    assert one.score == pytest.approx(2 / (1 / one.coverage + 1 / one.density))


def test_the_box_without_limits_holds_everything(cases):
    one = fit(Box.everything(4), *cases)
    assert (one.coverage, one.mass) == (1.0, 1.0)
    assert one.density == pytest.approx(cases[1].mean())
    empty = fit(box(l0=2.0), *cases)
    assert np.isnan(empty.density)
    assert empty.score == 0.0


def test_quasi_p_is_the_one_sided_binomial_test(cases):
    points, fails = cases
    one = box(l0=0.5, h1=0.4, h2=0.9)
    found = quasi_p(one, points, fails)
    assert set(found) == {(0, False), (1, True), (2, True)}
    mine = fit(one, points, fails)
    for limit, chance in found.items():
        wider = fit(one.without(limit), points, fails)
        assert chance == pytest.approx(binomtest(mine.failing, mine.inside, wider.density, alternative="greater").pvalue, rel=1e-9)
    assert found[0, False] < 1e-6
    assert found[2, True] > 0.05


def test_limits_that_luck_explains_are_taken_off(cases):
    simple = simplified(box(l0=0.5, h1=0.4, h2=0.9, l3=0.05), *cases)
    assert simple.restricted() == [0, 1]
    assert simplified(box(h2=0.9), *cases).limits() == []
