import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxsim.comparison.paired import paired
from cxsim.comparison.ratio import fieller


def _pair(seed, replications=12, top=(3.0, 1.0), bottom=(2.0, 0.3), shared=0.5):
    rng = np.random.default_rng(seed)
    luck, *own = rng.standard_normal((3, replications))
    noise = [np.sqrt(shared) * luck + np.sqrt(1 - shared) * one for one in own]
    return top[0] + top[1] * noise[0], bottom[0] + bottom[1] * noise[1]


@given(st.integers(0, 10**6), st.floats(-4, 4), st.floats(0.2, 5), st.floats(0.01, 2))
def test_the_interval_is_every_ratio_that_a_t_test_does_not_refuse(seed, top, bottom, spread):
    x, y = _pair(seed, top=(top, 1.0), bottom=(bottom, spread))
    found = fieller(x, y)
    ratios = np.linspace(-12, 12, 97)
    test = paired(x[:, None], y[:, None] * ratios)
    inside = (test.low <= 0) & (test.high >= 0)
    clear = np.minimum(np.abs(test.low), np.abs(test.high)) > 1e-6
    if found.kind == "bounded":
        assert np.array_equal(inside[clear], ((found.low <= ratios) & (ratios <= found.high))[clear])
    cost = paired(y, 0.0)
    assert (found.kind == "bounded") == bool(cost.low > 0 or cost.high < 0)


def test_it_covers_the_true_ratio_as_often_as_it_says():
    studies = 3_000
    covered = sum(found.low <= 1.5 <= found.high for found in (fieller(*_pair(seed)) for seed in range(studies)))
    assert covered / studies == pytest.approx(0.95, abs=4 * np.sqrt(0.95 * 0.05 / studies))


def test_a_cost_that_is_the_same_every_time_divides_the_interval():
    x, _ = _pair(1)
    plain, found = paired(x, 0.0), fieller(x, np.full(12, 4.0))
    assert found[:3] == pytest.approx((plain.difference / 4, plain.low / 4, plain.high / 4))
    found = fieller(x, np.full(12, -4.0))
    assert found[:3] == pytest.approx((-plain.difference / 4, -plain.high / 4, -plain.low / 4))


def test_pounds_and_billions_go_together():
    x, y = _pair(2)
    plain, found = fieller(x, y), fieller(x * 1e9, y * 1e-3)
    assert found[:3] == pytest.approx(tuple(part * 1e12 for part in plain[:3]), rel=1e-9)


@pytest.mark.parametrize(("x", "y", "kind"), [
    ([1.0, 2.0], [0.0, 0.0], "undefined"), ([1.0], [1.0], "unknown"), ([], [], "unknown"), ([1.0, 2.0, 1.5], [1.0, -1.0, 0.1], "unbounded"),
    ([1.0, np.nan], [1.0, 2.0], "unknown"), ([1.0, 2.0, 3.0], [1.0, -1.0, 0.0], "unbounded"), ([0.0, 0.0], [1.0, 1.0], "bounded"),
])  # fmt: skip
def test_what_has_no_interval_says_why(x, y, kind):
    found = fieller(x, y)
    assert found.kind == kind
    assert np.isnan(found.low) == (kind != "bounded")


def test_a_pilot_never_makes_the_interval_narrower():
    for seed in range(50):
        x, y = _pair(seed, 40)
        plain, piloted = fieller(x, y), fieller(x, y, pilot=8)
        if piloted.kind == "bounded":
            assert piloted.low <= plain.low
            assert piloted.high >= plain.high
        assert piloted.value == plain.value


def test_a_cost_that_only_later_replications_have_is_no_trouble():
    x, y = _pair(3, 20)
    y[:5] = 0.0
    assert fieller(x, y, pilot=5).kind in ("bounded", "unbounded")
