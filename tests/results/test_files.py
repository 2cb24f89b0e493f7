import json
import os
import threading
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from cxsim.config.errors import ResultsError
from cxsim.config.load import from_mapping, to_yaml
from cxsim.results import figures, files
from cxsim.results.columns import TABLES
from cxsim.results.files import check_writable, read_run, write_run

from . import synthetic


@pytest.fixture(scope="module")
def run():
    return synthetic.run(synthetic.config(months=8, replications=2, figures=False))


def names(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_everything_is_written(tmp_path):
    run = synthetic.run(synthetic.config(months=3))
    folder = write_run(run, tmp_path / "new" / "a")
    pictures = [f"figures/{name}.{kind}" for name in figures.FIGURES for kind in ("png", "svg")]
    assert names(folder) == sorted([*(f"{name}.parquet" for name in TABLES), "config.yaml", "provenance.json", *pictures])
    assert list((tmp_path / "new").iterdir()) == [folder]


def test_figures_are_left_out_where_they_are_not_wanted(run, tmp_path):
    assert not (write_run(run, tmp_path / "a") / "figures").exists()


def test_what_is_read_is_what_was_written(run, tmp_path):
    config, tables, record = read_run(write_run(run, tmp_path / "a"))
    assert config == run.config
    assert record == json.loads(json.dumps(run.provenance))
    for name, table in tables.items():
        pd.testing.assert_frame_equal(table, run.tables[name])


def test_columns_carry_unit_and_meaning_and_files_their_origin(run, tmp_path):
    folder = write_run(run, tmp_path / "a")
    for name, columns in TABLES.items():
        schema = pq.read_schema(folder / f"{name}.parquet")
        for column in columns:
            stored = {key.decode(): value.decode() for key, value in schema.field(column.name).metadata.items()}
            assert stored["meaning"] == column.meaning
            assert stored.get("unit", "") == column.unit
        origin = json.loads(schema.metadata[b"cxsim"])
        assert origin["config_hash"] == run.provenance["config_hash"]
        assert origin["table"] == name


def test_tables_are_packed_with_zstd(run, tmp_path):
    metadata = pq.read_metadata(write_run(run, tmp_path / "a") / "ledger.parquet")
    assert metadata.row_group(0).column(0).compression == "ZSTD"


def test_equal_runs_give_equal_bytes(tmp_path, monkeypatch):
    monkeypatch.setattr(figures, "FIGURES", {"shares": figures.FIGURES["shares"]})
    first, second = (write_run(synthetic.run(synthetic.config(months=3)), tmp_path / name) for name in "ab")
    for name in names(first):
        if name != "provenance.json":
            assert (first / name).read_bytes() == (second / name).read_bytes(), name


def test_the_configuration_is_written_in_full(run, tmp_path):
    import yaml

    text = (write_run(run, tmp_path / "a") / "config.yaml").read_text(encoding="utf-8")
    assert text == to_yaml(run.config)
    assert from_mapping(yaml.safe_load(text)) == run.config


def test_a_folder_that_is_taken_is_left_alone(run, tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "mine.txt").write_text("mine")
    (tmp_path / "a-2").write_text("a file")
    assert write_run(run, tmp_path / "a") == tmp_path / "a-3"
    assert write_run(run, tmp_path / "a") == tmp_path / "a-4"
    assert names(tmp_path / "a") == ["mine.txt"]
    assert (tmp_path / "a-2").read_text() == "a file"


def test_an_empty_folder_is_free(run, tmp_path):
    (tmp_path / "a").mkdir()
    assert write_run(run, tmp_path / "a") == tmp_path / "a"


def test_a_dangling_link_is_taken(run, tmp_path):
    (tmp_path / "a").symlink_to(tmp_path / "nowhere")
    assert write_run(run, tmp_path / "a") == tmp_path / "a-2"


def test_runs_that_end_at_once_get_folders_of_their_own(run, tmp_path):
    run.provenance  # noqa: B018 - made once, before the threads
    written = []
    threads = [threading.Thread(target=lambda: written.append(write_run(run, tmp_path / "a"))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(written)) == 6
    for folder in written:
        read_run(folder)


@pytest.mark.parametrize("step", ["_write_table", "_move"])
@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "No space left on device"), RuntimeError("bug")])
def test_an_interrupted_write_leaves_nothing(run, tmp_path, monkeypatch, step, error):
    def fail(*_):
        raise error

    monkeypatch.setattr(files, step, fail)
    with pytest.raises(ResultsError if isinstance(error, OSError) else type(error)):
        write_run(run, tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("written", range(6))
def test_a_folder_cut_off_anywhere_does_not_read_as_complete(run, tmp_path, written):
    folder = write_run(run, tmp_path / "a")
    order = [*(f"{name}.parquet" for name in TABLES), "config.yaml", "provenance.json"]
    for name in order[written:]:
        (folder / name).unlink()
    with pytest.raises(ResultsError, match="provenance"):
        read_run(folder)


def test_nothing_is_written_under_the_final_name_before_the_end(run, tmp_path, monkeypatch):
    seen = []
    write = files._write_table
    monkeypatch.setattr(files, "_write_table", lambda *given: (seen.append((tmp_path / "a").exists()), write(*given)))
    write_run(run, tmp_path / "a")
    assert seen == [False] * len(TABLES)


def test_a_folder_that_cannot_be_is_said_before_anything_is_simulated(tmp_path):
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file" / "a", tmp_path / "file" / "deep" / "a"):
        with pytest.raises(ResultsError, match="cannot be written") as caught:
            check_writable(folder)
        assert str(folder) in str(caught.value)
        assert "results_dir=" in str(caught.value)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="this user may write anywhere")
def test_a_folder_without_permission_is_refused(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(ResultsError, match="cannot be written"):
            check_writable(tmp_path / "a")
    finally:
        tmp_path.chmod(0o700)


def test_looking_whether_a_folder_can_be_written_leaves_no_trace(tmp_path, monkeypatch):
    check_writable(tmp_path / "deep" / "er" / "a")
    assert list(tmp_path.iterdir()) == []
    monkeypatch.chdir(tmp_path)
    check_writable("results/a")
    assert list(tmp_path.iterdir()) == []


def test_writing_where_it_cannot_be_is_one_clear_error(run, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ResultsError, match="cannot be written"):
        write_run(run, tmp_path / "file" / "a")


def test_a_relative_folder_is_written_where_it_says(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert write_run(run, Path("results", "a")).samefile(tmp_path / "results" / "a")


def test_a_folder_that_is_not_there_cannot_be_read(tmp_path):
    with pytest.raises(ResultsError, match="no such folder"):
        read_run(tmp_path / "a")


def test_changed_tables_are_noticed(run, tmp_path):
    folder = write_run(run, tmp_path / "a")
    table = pq.read_table(folder / "segments.parquet").to_pandas()
    table.loc[0, "trust"] += 1e-12
    table.to_parquet(folder / "segments.parquet")
    with pytest.raises(ResultsError, match="changed"):
        read_run(folder)


@pytest.mark.parametrize(("name", "text"), [
    ("provenance.json", "{}"),
    ("provenance.json", "[1, 2"),
    ("provenance.json", '{"format": 99, "tables_hash": "", "started": "", "duration": 1}'),
    ("config.yaml", "seed: [1"),
    ("config.yaml", "sede: 1"),
    ("config.yaml", "!!python/object/apply:os.getcwd []"),
    ("monthly.parquet", "PAR1 no more"),
])  # fmt: skip
def test_files_of_another_make_are_refused_by_name(run, tmp_path, name, text):
    folder = write_run(run, tmp_path / "a")
    (folder / name).write_text(text)
    with pytest.raises(ResultsError, match=name.replace(".", r"\.")):
        read_run(folder)


def test_a_table_without_a_column_is_refused(run, tmp_path):
    folder = write_run(run, tmp_path / "a")
    pq.read_table(folder / "monthly.parquet").drop_columns(["trust"]).to_pandas().to_parquet(folder / "monthly.parquet")
    with pytest.raises(ResultsError, match="trust"):
        read_run(folder)
