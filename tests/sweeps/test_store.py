import json

import pyarrow.parquet as pq
import pytest

from cxsim.config.errors import ResultsError
from cxsim.sweeps import manifest, parts, store
from cxsim.sweeps.executors.local import Serial
from cxsim.sweeps.reading import frame, read
from cxsim.sweeps.runner import run

from .conftest import RUNS


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
    with pytest.raises(ResultsError, match="cannot be written"), store.opened(
        tmp_path / "file" / "sweep", manifest.describe(made, 2, False), made
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
