import os

import numpy as np
import pytest

import cxsim
from cxsim.comparison.api import compare, split
from cxsim.comparison.paired import paired
from cxsim.comparison.settings import REPLICATIONS
from cxsim.config.errors import CxsimError
from cxsim.sweeps import worker
from cxsim.sweeps.manifest import read as read_manifest
from cxsim.sweeps.runner import InterruptedSweepError

from .conftest import EXTRACTORS, QUIET, REGIMES, TINY

BAN = {"market.ban_price_walking": [False, True]}


@pytest.fixture
def played(monkeypatch):
    """Every run that is simulated from now on, as point and replication."""
    seen = []
    real = worker._played

    def play(config, replication):
        seen.append((config.market.ban_price_walking, replication))
        return real(config, replication)

    monkeypatch.setattr(worker, "_played", play)
    return seen


def test_it_is_in_the_package_under_its_name():
    assert cxsim.compare is compare


def test_regimes_that_differ_in_nothing_but_their_names_differ_by_nothing_at_all():
    found = compare({"a": {"title": "One"}, "b": {"title": "Other"}}, *TINY, replications=3, **QUIET)
    for name in ("metrics", "other_metrics", "segments", "firms", "harm", "accounts"):
        frame = found.table(name)
        assert (frame["difference"] == 0).all(), name
        assert (frame[["low", "high", "low_all", "high_all"]] == 0).all(axis=None), name
        assert set(frame["told"]) == {"same"}
    assert found.findings[0].startswith("“Other” and “One” give the same in every replication")


def test_the_same_regime_with_other_luck_is_rarely_told_apart():
    one, other = (compare(BAN, *TINY, seed=seed, replications=6, **QUIET) for seed in (1, 2))
    metrics = ["experience", "satisfaction", "trust", "churn", "price_paid", "consumer_surplus", "profit", "margin", "quality", "hhi"]
    stacked = [np.column_stack([found.values(name)["ban_price_walking-false"] for name in metrics]) for found in (one, other)]
    found = paired(*stacked)
    assert (found.difference != 0).all()
    # One study in twenty would err in one of the ten.
    assert np.count_nonzero(found.told) <= 1


def test_grids_names_and_files_say_the_same(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("regimes:\n  free: {market.ban_price_walking: false}\n  ban: {market: {ban_price_walking: true}}\nbaseline: ban\n")
    named = {"free": {"market.ban_price_walking": False}, "ban": {"market.ban_price_walking": True}}
    given = ((BAN, "true"), (named, "ban"), (path, None))
    ways = [compare(regimes, *TINY, baseline=baseline, replications=2, **QUIET) for regimes, baseline in given]
    for found in ways:
        assert found.regimes[found.baseline].config.market.ban_price_walking
        assert np.array_equal(found.values("trust").to_numpy(), ways[0].values("trust").to_numpy())


def test_a_value_in_a_grid_that_is_no_list_is_shared():
    found = compare({**BAN, "market.attention": 0.4}, *TINY, replications=2, **QUIET)
    assert [regime.config.market.attention for regime in found.regimes] == [0.4, 0.4]


def test_what_is_done_is_not_done_again_and_more_is_added(tmp_path, played):
    first = compare(BAN, *TINY, replications=2, folder=tmp_path / "c", **QUIET)
    assert sorted(played) == [(False, 0), (False, 1), (True, 0), (True, 1)]
    played.clear()
    again = compare(BAN, *TINY, replications=2, folder=tmp_path / "c", **QUIET)
    assert not played
    assert again.described() == first.described()
    assert again.findings == first.findings
    more = compare(BAN, *TINY, replications=4, folder=tmp_path / "c", **QUIET)
    assert sorted(played) == [(False, 2), (False, 3), (True, 2), (True, 3)]
    assert np.array_equal(more.values("trust").to_numpy()[:2], first.values("trust").to_numpy())
    # Windows and metrics are looked at from outside: they need no runs.
    played.clear()
    compare(BAN, *TINY, replications=4, folder=tmp_path / "c", window=3, metrics="trust", **QUIET)
    assert not played


def test_an_interrupt_keeps_what_was_done(tmp_path, played):
    def stop(done, total):
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(InterruptedSweepError, match="3 of 8 runs are kept"):
        compare(BAN, *TINY, replications=4, folder=tmp_path / "c", executor="serial", progress=stop)
    assert len(played) == 3
    found = compare(BAN, *TINY, replications=4, folder=tmp_path / "c", **QUIET)
    assert len(played) == 8
    assert np.array_equal(found.values("trust").to_numpy(), compare(BAN, *TINY, replications=4, **QUIET).values("trust").to_numpy())


def test_replications_go_on_until_the_interval_is_as_narrow_as_asked_for(tmp_path):
    pilot = compare(BAN, *TINY, replications=5, folder=tmp_path / "c", **{"firms.strategy": EXTRACTORS}, **QUIET)
    row = pilot.table("metrics").set_index("metric").loc["price_paid"]
    wanted = 0.7 * (row["high"] - row["low"]) / 2
    found = compare(
        BAN, *TINY, replications=5, precision=wanted, precision_metric="price_paid", folder=tmp_path / "c",
        **{"firms.strategy": EXTRACTORS}, **QUIET,
    )  # fmt: skip
    assert 5 < len(found.data) < 60
    assert found.reached <= wanted
    assert found.pilot == 5
    row = found.table("metrics").set_index("metric").loc["price_paid"]
    assert (row["high"] - row["low"]) / 2 == pytest.approx(found.reached)
    assert "Stein 1945" in " ".join(found.answer().method)
    assert read_manifest(tmp_path / "c" / "sweep")["replications"] == len(found.data)
    assert "not reached" not in found.text
    # A fixed number of the same replications has the usual interval, which is no wider.
    fixed = compare(BAN, *TINY, replications=len(found.data), folder=tmp_path / "c", **{"firms.strategy": EXTRACTORS}, **QUIET)
    usual = fixed.table("metrics").set_index("metric").loc["price_paid"]
    assert usual["high"] - usual["low"] <= row["high"] - row["low"]


def test_money_can_be_asked_to_be_precise_too(tmp_path):
    found = compare(BAN, *TINY, replications=5, precision=1e12, precision_metric="total", folder=tmp_path / "c", **QUIET)
    assert len(found.data) == 5
    assert found.reached <= 1e12


def test_giving_up_is_said(tmp_path):
    found = compare(
        BAN, *TINY, replications=5, precision=1e-6, precision_metric="price_paid", max_replications=8, folder=tmp_path / "c",
        **{"firms.strategy": EXTRACTORS}, **QUIET,
    )  # fmt: skip
    assert len(found.data) == 8
    assert found.findings[-1].startswith("The precision asked for was not reached: after 8 replications")


def test_replications_come_from_the_settings_the_values_or_the_default():
    assert len(compare(BAN, *TINY, "replications=3", **QUIET).data) == 3
    assert len(compare(BAN, *TINY, replications=2, **QUIET).data) == 2
    assert REPLICATIONS == 20


def test_without_a_folder_nothing_is_left(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    compare(BAN, *TINY, replications=2, **QUIET)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(("regimes", "given", "message"), [
    (BAN, {"replications": 1}, "an interval needs two"), (BAN, {"window": 13}, "window: given 13"),
    (BAN, {"baseline": "maybe"}, "baseline"),
    (BAN, {"metrics": "experiance"}, "Did you mean experience?"), (BAN, {"focus": "vulnerble"}, "Did you mean vulnerable?"),
    ({"market.ban_price_walking": [True]}, {}, "regimes: given one"), ({}, {}, "regimes: given {}"), (3, {}, "regimes: given 3"),
    ({"market.n_frims": [1, 2]}, {}, "market.n_frims: there is no such parameter. Did you mean market.n_firms?"),
    ({"regulator": ["none", "nobody"]}, {}, "regulator=nobody"), ("gone.yaml", {}, "gone.yaml: it cannot be read"),
    (BAN, {"executor": "procs"}, "executor"), (REGIMES, {"market.ban_price_walking": True, "seed": -1}, "seed"),
    ({"market.n_firms": [2, 2]}, {}, "give each value once"), (BAN, {"config_dir": "nowhere"}, "config_dir"),
])  # fmt: skip
def test_what_cannot_be_is_an_error_and_nothing_is_written(regimes, given, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CxsimError) as caught:
        compare(regimes, *TINY, **{"folder": "mine", "progress": False, **given})
    assert message in str(caught.value)
    assert os.listdir(tmp_path) == []


def test_errors_in_a_file_begin_with_its_name(tmp_path):
    path = tmp_path / "mine.yaml"
    for text, message in (
        ("regimes: {a: {market.n_frims: 3}, b: {}}", "regime a: market.n_frims: there is no such parameter. Did you mean market.n_firms?"),
        ("regimes: {a: {}, b: {}}\nbaseline: c", "baseline: given 'c'; allowed: a, b"),
        ("regimes: {a: {regulator: no}, b: {}}", "regime a: regulator: given false"),
        ("regimes: {off: {}, b: {}}", "name of a regime: given false"),
        ("regimes: {a: {}}", "regimes: given one (a)"),
    ):
        path.write_text(text)
        with pytest.raises(CxsimError) as caught:
            compare(path, *TINY, **QUIET)
        assert str(caught.value).startswith(f"{path}: {message}")


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    with pytest.raises(CxsimError, match="it holds something else"):
        compare(BAN, *TINY, folder=tmp_path / "mine", **QUIET)
    with pytest.raises(CxsimError, match="no folder"):
        compare(BAN, *TINY, folder=tmp_path / "mine" / "notes.txt", **QUIET)
    assert os.listdir(tmp_path / "mine") == ["notes.txt"]


def test_settings_are_taken_out_of_overrides():
    own, rest = split(["market=energy", "precision=0.5", "window=run", "replications=7", "baseline=none", "market.n_firms=2", "window.x=1"])
    assert own == {"precision": 0.5, "window": "run", "replications": 7, "baseline": "none"}
    assert rest == ["market=energy", "market.n_firms=2", "window.x=1"]
    with pytest.raises(CxsimError, match="window: it is given twice; give it once"):
        split(["window=run", "window=12"])
