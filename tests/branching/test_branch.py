"""Branching: futures share the past and the luck, and differ by the change alone."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cxsim
from cxsim import Run
from cxsim.branching.branch import branch, branch_from
from cxsim.config.errors import BadValueError, CheckpointError, CxsimError
from cxsim.config.load import with_values
from cxsim.config.start import taking_over
from cxsim.firms.strategy import Strategy
from cxsim.market.model import Market
from cxsim.market.snapshot import resume, take
from cxsim.results.run import run_config

from . import made


class Forgetful(Strategy):
    """Has something in mind that no file can hold."""

    def __init__(self):
        self.helper = object()

    def review(self, firm, market):
        return {}


def assert_same(one, other):
    for name, table in one.tables.items():
        pd.testing.assert_frame_equal(table, other.tables[name], check_exact=True)


# --- the futures -------------------------------------------------------------------------------------------------------


def test_the_future_without_a_change_is_the_unbranched_run_bit_for_bit():
    branches = made.branches()
    unbranched = run_config(with_values(made.config(), {"replications": 3}), progress=False)
    assert_same(branches.base, unbranched)
    assert_same(branches.runs["nothing"], unbranched)


@pytest.mark.parametrize("name", ["uncapped", "ban"])
def test_futures_share_every_month_before_the_day(name):
    branches = made.branches()
    for table in ("monthly", "firms", "segments"):
        before = [run.tables[table].query("month < 8").reset_index(drop=True) for run in (branches.base, branches.runs[name])]
        pd.testing.assert_frame_equal(*before, check_exact=True)
    assert not branches.base.monthly.query("month >= 8").equals(branches.runs[name].monthly.query("month >= 8"))


def test_a_future_is_the_market_that_goes_on_under_the_new_rules():
    config = made.config()
    market = Market(config, replication=1)
    for _ in range(config.burn_in + 8):
        market.step()
    changed = resume(take(market), taking_over(config, {"regulator.fine_cap": None}))
    while changed.running:
        changed.step()
    found = made.branches().runs["uncapped"].monthly.query("replication == 1").drop(columns="replication").reset_index(drop=True)
    pd.testing.assert_frame_equal(found, changed.frames()["monthly"], check_exact=True, check_dtype=False)


def test_branching_in_the_first_month_is_a_run_under_the_new_rules():
    config = made.config("burn_in=0", "months=6")
    changed = branch(config, 0, "regulator.fine_cap=null", "regulator.annual_funding=3e6", progress=False).runs["reform"]
    fresh = run_config(with_values(config, {"regulator.fine_cap": None, "regulator.annual_funding": 3e6}), progress=False)
    assert_same(changed, fresh)


def test_neither_cores_nor_the_company_of_other_futures_matter(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0}, raising=False)
    alone = branch(made.config(), 8, {"ban": made.FUTURES["ban"]}, replications=3, progress=False)
    assert_same(alone.runs["ban"], made.branches().runs["ban"])


def test_further_replications_are_added_to_those_there():
    fewer = made.branches(replications=2)
    for name, run in fewer.runs.items():
        more = made.branches().runs[name].monthly.query("replication < 2").reset_index(drop=True)
        pd.testing.assert_frame_equal(more, run.monthly, check_exact=True)


def test_a_run_can_be_branched_and_a_branch_cannot():
    run = cxsim.simulate(*made.SMALL, progress=False)
    branches = run.branch(8, "regulator.fine_cap=null", progress=False)
    assert_same(branches.base, run)
    with pytest.raises(BadValueError, match=r"run-reform.*branch the one it came from"):
        branches.runs["reform"].branch(9, "regulator.fine_cap=1")


def test_a_future_on_disk_says_where_it_left_the_others(tmp_path):
    run = branch(made.config("figures=false"), 8, {"ban": made.FUTURES["ban"]}, progress=False).runs["ban"]
    folder = run.save(tmp_path / "ban")
    again = Run.load(folder)
    assert again.branched == {"month": 8, "overrides": ["market.ban_price_walking=true", "regulator.ban_hidden_fees=true"]}
    assert again.provenance["branched"] == again.branched
    assert again.config == run.config
    assert run.config.name == "run-ban"
    assert Run.load(cxsim.simulate(*made.SMALL, "figures=false", months=2, progress=False).save(tmp_path / "plain")).branched is None


def test_months_are_counted_once_for_the_past_and_once_for_each_future():
    seen = []
    branch(made.config(), 8, {"a": "regulator=gdpr", "b": "regulator=none"}, progress=lambda done, total: seen.append((done, total)))
    total = 2 + 8 + 3 * 10
    assert seen == [(month, total) for month in range(1, total + 1)]


@pytest.mark.parametrize("month", [-1, 18, 1.5, True, "8", None])
def test_the_day_is_a_month_of_the_report(month):
    with pytest.raises(BadValueError, match=r"month: given .*a whole number from 0 to 17"):
        branch(made.config(), month, "regulator=gdpr", progress=False)


def test_replications_are_checked():
    with pytest.raises(BadValueError, match="replications"):
        branch(made.config(), 3, "regulator=gdpr", replications=0, progress=False)


# --- from checkpoints --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kept") / "day"
    return folder, branch(made.config(), 8, made.FUTURES, replications=3, keep=folder, progress=False)


def test_keeping_checkpoints_changes_nothing(kept):
    folder, branches = kept
    assert sorted(os.listdir(folder)) == [f"replication-{number}.cxsim" for number in range(3)]
    for name, run in made.branches().runs.items():
        assert_same(run, branches.runs[name])


def test_futures_from_checkpoints_are_those_from_the_start(kept):
    folder, branches = kept
    again = branch_from(folder, made.FUTURES, progress=False)
    for name, run in branches.runs.items():
        assert_same(run, again.runs[name])
    assert (again.month, again.config.replications) == (8, 3)


def test_some_of_the_checkpoints_will_do_and_they_may_go_on_for_longer(kept):
    folder, branches = kept
    some = [folder / f"replication-{number}.cxsim" for number in (2, 0)]
    two = branch_from(some, "regulator.fine_cap=null", months=20, progress=False)
    assert two.base.config.months == 20
    longer = two.base.monthly.query("month < 18")["experience"].to_numpy().reshape(2, 18)
    whole = branches.base.monthly["experience"].to_numpy().reshape(3, 18)
    assert np.array_equal(longer, whole[[0, 2]])


def test_the_seed_is_that_of_the_market(tmp_path):
    config = made.config("months=5")
    market = Market(config, rng=77)
    for _ in range(4):
        market.step()
    branches = branch_from(market.save(tmp_path / "day"), "regulator=gdpr", progress=False)
    assert branches.config.seed == 77
    assert_same(branches.base, run_config(with_values(config, {"seed": 77}), progress=False))


def test_checkpoints_that_do_not_belong_together_are_refused(kept, tmp_path):
    folder, _ = kept
    market = Market(made.config("months=19"), rng=4)
    market.save(tmp_path / "other.cxsim")
    first = folder / "replication-0.cxsim"
    cases = [
        ([first, tmp_path / "other.cxsim"], "differ in month and seed and configuration"),
        ([first, first], "two are of the same replication"),
        (tmp_path / "nowhere", "cannot be read"),
        ([], "there is none"),
        (tmp_path, "month: given -2"),
    ]
    for checkpoints, told in cases:
        with pytest.raises(CxsimError, match=told):
            branch_from(checkpoints, "regulator=gdpr", progress=False)
    (tmp_path / "empty").mkdir()
    with pytest.raises(CheckpointError, match=r"there is none; .*end in \.cxsim"):
        branch_from(tmp_path / "empty", "regulator=gdpr", progress=False)


def test_users_code_in_a_checkpoint_needs_to_be_allowed(tmp_path):
    values = {"firms.strategy": f"{__name__}:Plain", "allow_user_code": True, "burn_in": 0}
    path = Market(with_values(made.config("months=4"), values)).save(tmp_path / "day")
    with pytest.raises(CheckpointError, match="allow_user_code=True"):
        branch_from(path, "regulator=gdpr", progress=False)
    assert branch_from(path, "regulator=gdpr", allow_user_code=True, progress=False).base.config.months == 4


class Plain(Strategy):
    """Does nothing."""

    def review(self, firm, market):
        return {}


@pytest.mark.parametrize("fault", ["strategy", "interrupt", "disk"])
def test_what_does_not_come_to_its_end_leaves_nothing(tmp_path, monkeypatch, fault):
    config = made.config("months=6")
    if fault == "strategy":
        config = with_values(config, {"firms.strategy": f"{__name__}:Forgetful", "allow_user_code": True})
        expected = pytest.raises(CheckpointError, match=r"Forgetful of .*Write state")
    elif fault == "interrupt":
        monkeypatch.setattr("cxsim.results.progress.Counter.tick", interrupted)
        expected = pytest.raises(KeyboardInterrupt)
    else:
        monkeypatch.setattr(Path, "write_bytes", full)
        expected = pytest.raises(CxsimError, match="No space left")
    with expected:
        branch(config, 3, "regulator=gdpr", keep=tmp_path / "day", progress=False)
    assert os.listdir(tmp_path) == []


def interrupted(counter):
    counter._done += 1
    if counter._done > 6:
        raise KeyboardInterrupt


def full(*_):
    raise OSError(28, "No space left on device")
