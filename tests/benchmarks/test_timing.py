"""Timing in turns and what is made of it; no test looks at how long anything takes."""

from __future__ import annotations

import gc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import timing


def test_everybody_gets_a_turn_in_every_round_and_the_order_rotates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing, "LEAST", 0.0)
    called: list[str] = []
    ticks: list[int] = []
    seconds = timing.interleaved({name: lambda name=name: called.append(name) for name in "abc"}, 3, lambda: ticks.append(1))
    assert called == [*"aabbcc", *"abc", *"bca", *"cab"]  # the first two of each warm up and set the repeats
    assert len(ticks) == 9
    assert all(len(values) == 3 and (values >= 0).all() for values in seconds.values())


def test_quick_work_is_repeated_within_its_turn() -> None:
    calls: list[int] = []
    timing.interleaved({"quick": lambda: calls.append(1)}, 2)
    assert len(calls) > 20


def test_no_garbage_is_collected_within_a_turn_and_the_setting_is_restored() -> None:
    seen: list[bool] = []
    timing.interleaved({"work": lambda: seen.append(gc.isenabled())}, 1)
    assert not any(seen)
    assert gc.isenabled()


@given(st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=30))
def test_the_interval_holds_the_median_and_stays_within_the_range(values: list[float]) -> None:
    found = timing.estimate(np.array(values))
    assert found.value == pytest.approx(np.median(values))
    assert min(values) - 1e-12 <= found.low <= found.value * (1 + 1e-12)
    assert found.value * (1 - 1e-12) <= found.high <= max(values) + 1e-12


def test_the_interval_covers_the_median_about_as_often_as_it_says() -> None:
    luck = np.random.default_rng(2)
    draws = luck.lognormal(size=(300, 15))
    covered = [found.low <= 1.0 <= found.high for found in map(timing.estimate, draws)]
    assert 0.88 <= np.mean(covered) <= 1.0


def test_a_ratio_is_taken_round_by_round() -> None:
    fast = np.array([1.0, 5.0, 2.0, 9.0, 4.0, 3.0])  # a disturbance of a round hits both
    found = timing.ratio(3.0 * fast, fast)
    assert found.value == found.low == found.high == pytest.approx(3.0)
