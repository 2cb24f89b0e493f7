"""The month in mesa-frames, where it is installed."""

from __future__ import annotations

import importlib.util
import sys

import pytest

from benchmarks import agreement

INSTALLED = importlib.util.find_spec("mesa_frames") is not None


@pytest.mark.skipif(not INSTALLED, reason="mesa-frames is not installed")
def test_data_frames_give_the_same_outcomes() -> None:
    from benchmarks.frames import FramesMonth

    seeds = agreement.SEEDS[:12]
    ours = [agreement.by_engine(seed) for seed in seeds]
    made = [agreement.by_engine(seed, lambda market, seed=seed: FramesMonth(market, 500 + seed)) for seed in seeds]
    verdict = agreement.compare(ours, made)
    assert verdict.agree, verdict.furthest


def test_without_it_the_version_is_left_out_and_the_reason_given(monkeypatch: pytest.MonkeyPatch) -> None:
    from benchmarks.versions import FRAMES, available

    monkeypatch.setitem(sys.modules, "mesa_frames", None)
    monkeypatch.delitem(sys.modules, "benchmarks.frames", raising=False)
    versions, missing = available()
    assert FRAMES not in [version.name for version in versions]
    assert "mesa_frames" in missing[FRAMES]
