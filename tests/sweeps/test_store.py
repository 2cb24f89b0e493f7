import json

import numpy as np
import pyarrow.parquet as pq
import pytest

from cxsim.config.errors import ResultsError
from cxsim.sweeps import manifest, parts, store
from cxsim.sweeps.api import execute
from cxsim.sweeps.design import factorial
from cxsim.sweeps.executors.local import Serial
from cxsim.sweeps.reading import frame, read
from cxsim.sweeps.runner import run
from cxsim.sweeps.scenarios import Composed

from .conftest import RUNS, TINY


@pytest.fixture
def worked(scenarios, tmp_path):
    """Works on the small sweep until so many tasks are stored; returns the folder."""

    def work(tasks=None, monthly=False, finish=True):
        made = scenarios()
        folder = tmp_path / "sweep"
        with store.opened(folder, manifest.describe(made, 2, monthly), made) as opened:
            if tasks is None:
                run(made, opened, Serial(), progress=False)
            else:
                _some(made, opened, tasks)
                if finish:
                    opened.finish()
        return folder

    return work


def _some(made, opened, tasks):
    from cxsim.sweeps.runner import Pace, _tasks

    pace = Pace(1, 4)  # chunks of one run
    for _, outcome in zip(range(tasks), Serial().run(_tasks(made, opened, pace)), strict=False):
        opened.add(outcome)


def _done_again(monkeypatch):
    """The numbers of the runs that are simulated from now on."""
    from cxsim.sweeps import worker

    again = []
    real = worker._played
    monkeypatch.setattr(worker, "_played", lambda config, replication: again.append(replication) or real(config, replication))
    return again


@pytest.mark.parametrize("finish", [True, False])
def test_what_is_done_is_not_done_again(worked, same, monkeypatch, finish):
    folder = worked(5, finish=finish)
    assert bool(list(folder.glob("journal-*.bin"))) is not finish
    again = _done_again(monkeypatch)
    same(worked())
    assert len(again) == RUNS - 5
    again.clear()
    same(worked())
    assert again == []
    assert not list(folder.glob("journal-*.bin"))


def test_a_full_journal_becomes_parts(worked, same, monkeypatch):
    monkeypatch.setattr(store, "ROLL_AT", 1)
    folder = worked()
    assert len(parts.names(folder / "runs")) > 1
    same(folder)


def test_an_outcome_that_comes_twice_is_kept_once(scenarios, tmp_path, same):
    from cxsim.sweeps.runner import Pace, _tasks

    made = scenarios()
    folder = tmp_path / "sweep"
    with store.opened(folder, manifest.describe(made, 2, False), made) as opened:
        for outcome in list(Serial().run(_tasks(made, opened, Pace(1, RUNS)))):
            opened.add(outcome)
            opened.add(outcome)
        opened.finish()
    same(folder)


def test_a_torn_part_is_set_aside_and_its_runs_done_again(worked, same, monkeypatch):
    folder = worked(5)
    worked()
    path = max(parts.names(folder / "runs"), key=lambda part: pq.ParquetFile(part).metadata.num_rows)
    lost = pq.ParquetFile(path).metadata.num_rows
    path.write_bytes(path.read_bytes()[:-20])
    again = _done_again(monkeypatch)
    same(worked())
    assert len(again) == lost == 7
    assert len(list((folder / store.TORN).iterdir())) == 1


def test_a_torn_journal_costs_its_last_entry(worked, same, monkeypatch):
    folder = worked(5, finish=False)
    (journal,) = folder.glob("journal-*.bin")
    journal.write_bytes(journal.read_bytes()[:-3])
    again = _done_again(monkeypatch)
    same(worked())
    assert len(again) == RUNS - 4


def test_a_journal_whose_parts_were_written_already_doubles_nothing(worked, same):
    folder = worked(5, finish=False)
    (journal,) = folder.glob("journal-*.bin")
    content = journal.read_bytes()
    worked()
    journal.write_bytes(content)
    same(worked())


def test_runs_whose_monthly_rows_are_gone_are_done_again(worked, same, monkeypatch):
    folder = worked(monthly=True)
    before = read(folder, "monthly")
    for path in parts.names(folder / "monthly"):
        path.unlink()
    again = _done_again(monkeypatch)
    worked(monthly=True)
    assert len(again) == RUNS
    assert read(folder, "monthly").equals(before)
    same(folder)


def test_what_a_dead_process_left_half_written_is_removed(worked, same):
    folder = worked(3)
    leftover = folder / "runs" / ".part-x.parquet.abc.partial"
    leftover.write_bytes(b"half")
    same(worked())
    assert not leftover.exists()


def test_what_two_processes_have_both_done_is_kept_once(worked, same, monkeypatch, tmp_path):
    # As on a file system without locks: each process wrote parts of its own, and some runs are in both.
    folder = worked(5, monthly=True)
    (mine,) = parts.names(folder / "runs")
    table = pq.read_table(mine, partitioning=None)
    parts.write(folder / "runs", table.slice(2))
    before = _done_again(monkeypatch)
    same(worked(monthly=True))
    assert len(before) == RUNS - 5
    assert sum(pq.ParquetFile(path).metadata.num_rows for path in parts.names(folder / "runs")) == RUNS


def test_a_part_of_another_sweep_is_set_aside(worked, same, scenarios):
    folder = worked(5)
    (mine,) = parts.names(folder / "runs")
    table = pq.read_table(mine, partitioning=None)
    foreign = table.set_column(table.column_names.index("point"), "point", [[1_000] * len(table)])
    parts.write(folder / "runs", foreign.replace_schema_metadata({}))
    same(worked())
    assert len(list((folder / store.TORN).iterdir())) == 1


def test_a_folder_with_something_else_is_left_alone(worked, tmp_path):
    (tmp_path / "sweep").mkdir()
    (tmp_path / "sweep" / "thesis.txt").write_text("dear")
    with pytest.raises(ResultsError, match="no sweep"):
        worked()
    assert [path.name for path in (tmp_path / "sweep").iterdir()] == ["thesis.txt"]


def test_a_sweep_of_other_code_is_refused_and_left_as_it_is(worked, tmp_path):
    folder = worked(5)
    record = json.loads((folder / manifest.NAME).read_text())
    (folder / manifest.NAME).write_text(json.dumps({**record, "code": "0.0.1+old"}))
    before = {path: path.read_bytes() for path in folder.rglob("*.parquet")}
    with pytest.raises(ResultsError, match="code version"):
        worked()
    assert before == {path: path.read_bytes() for path in folder.rglob("*.parquet")}


def test_an_unwritable_place_is_a_clear_error(scenarios, tmp_path):
    (tmp_path / "file").write_text("")
    made = scenarios()
    with (
        pytest.raises(ResultsError, match="cannot be written"),
        store.opened(tmp_path / "file" / "sweep", manifest.describe(made, 2, False), made),
    ):
        pass


def test_a_full_disk_loses_nothing(worked, same, monkeypatch):
    import os

    real, room = os.write, [6]

    def fills_up(handle, data):
        if len(data) > 500 and (room.__setitem__(0, room[0] - 1) or room[0] < 0):
            raise OSError(28, "No space left on device")
        return real(handle, data)

    monkeypatch.setattr(os, "write", fills_up)
    with pytest.raises(ResultsError, match=r"No space left on device.* of 12 runs are kept; make room and give the same command"):
        worked()
    monkeypatch.setattr(os, "write", real)
    again = _done_again(monkeypatch)
    folder = worked()
    same(folder)
    assert 0 < len(again) < RUNS


def test_part_files_carry_units_and_provenance(worked):
    folder = worked()
    found = pq.read_schema(parts.names(folder / "runs")[0])
    about = json.loads(found.metadata[b"cxsim"])
    assert found.field("price_paid").metadata[b"unit"] == "£/month".encode()
    assert about["code"] == json.loads((folder / manifest.NAME).read_text())["code"]
    assert len(frame(folder)) == RUNS


@pytest.mark.parametrize("torn", ["segments", "ledger", "runs"])
def test_a_run_of_which_a_table_is_lost_is_done_again(scenarios, tmp_path, monkeypatch, same, torn):
    folder, made = tmp_path / "s", scenarios()
    kept = {"tables": ("segments", "ledger"), "executor": "serial", "progress": False}
    execute(made, folder, **kept)
    whole = {kind: read(folder, kind) for kind in ("segments", "ledger")}
    parts.names(folder / torn)[0].write_bytes(b"")
    again = _done_again(monkeypatch)
    execute(made, folder, **kept)
    assert len(again) == RUNS
    same(folder)
    assert {kind: read(folder, kind) for kind in whole} == whole


def test_more_replications_are_added_to_those_there(scenarios, tmp_path, monkeypatch):
    folder, grown = tmp_path / "small", tmp_path / "whole"
    execute(scenarios(), folder, executor="serial", progress=False)
    again = _done_again(monkeypatch)
    report = execute(scenarios(), folder, executor="serial", progress=False, replications=5, grow=True)
    assert sorted(again) == sorted([2, 3, 4] * 6)
    assert (report.before, report.done, report.total) == (RUNS, 30, 30)
    assert manifest.read(folder)["runs"] == 30
    execute(scenarios(replications=5), grown, executor="serial", progress=False)
    assert frame(folder).equals(frame(grown))


def test_fewer_replications_leave_those_there_alone(scenarios, tmp_path, monkeypatch):
    folder, made = tmp_path / "s", scenarios(replications=3)
    with store.opened(folder, manifest.describe(made, 3, False), made) as opened:
        _some(made, opened, 4)
    again = _done_again(monkeypatch)
    report = execute(made, folder, executor="serial", progress=False, replications=1, grow=True)
    # Runs 0 to 3 are the first point and the start of the second; one replication of each of the other four points is wanted.
    assert again == [0] * 4
    assert (report.before, report.done, report.total) == (2, 6, 6)
    assert manifest.read(folder)["replications"] == 3
    execute(made, folder, executor="serial", progress=False)
    assert len(frame(folder)) == 18
    assert frame(folder)["id"].is_unique


def test_fewer_replications_of_many_points_are_all_wanted(tmp_path):
    made = Composed(factorial({"firms.insight": np.linspace(0, 1, 3_000)}), TINY)
    record = manifest.describe(made, 4, False)
    assert list(store.Store(tmp_path, record, made, 1).pending()) == list(range(0, 12_000, 4))
    assert list(store.Store(tmp_path, record, made).pending()) == list(range(12_000))


def test_another_sweep_does_not_grow_into_this_one(scenarios, tmp_path):
    execute(scenarios(), tmp_path / "s", executor="serial", progress=False)
    with pytest.raises(ResultsError, match="the seed"):
        execute(scenarios(seed=3), tmp_path / "s", executor="serial", progress=False, replications=5, grow=True)
    with pytest.raises(ResultsError, match="tables kept"):
        execute(scenarios(), tmp_path / "s", executor="serial", progress=False, tables=("firms",))
    with pytest.raises(ResultsError, match="replications there 2, here 5"):
        execute(scenarios(), tmp_path / "s", executor="serial", progress=False, replications=5)


def test_a_record_that_cannot_be_written_anew_stays(scenarios, tmp_path, monkeypatch):
    execute(scenarios(), tmp_path / "s", executor="serial", progress=False)
    before = (tmp_path / "s" / manifest.NAME).read_text()

    def full(path, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(manifest, "write_atomically", full)
    with pytest.raises(ResultsError, match="No space left"):
        execute(scenarios(), tmp_path / "s", executor="serial", progress=False, replications=5, grow=True)
    assert (tmp_path / "s" / manifest.NAME).read_text() == before
