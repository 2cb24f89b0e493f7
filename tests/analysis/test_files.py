import json
import shutil

import pandas as pd
import pyarrow.parquet as pq
import pytest

from cxsim.analysis.answer import Answer, Picture
from cxsim.analysis.files import ANSWER, WORDS, is_answer
from cxsim.config.errors import BadValueError, ResultsError

from . import made


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return made.answer().save(tmp_path_factory.mktemp("answers") / "one")


@pytest.fixture
def copy(written, tmp_path):
    return shutil.copytree(written, tmp_path / "copy")


def test_what_is_read_is_what_was_written(written):
    wrote, read = made.answer(), Answer.load(written)
    for name in set(WORDS) - {"record"}:
        assert getattr(read, name) == getattr(wrote, name), name
    assert read.configs == wrote.configs
    assert read.folder == written
    table = read.tables["metrics"]
    assert (table.title, table.columns, table.note, table.main) == (
        made.table().title, made.table().columns, made.table().note, made.table().main,
    )  # fmt: skip
    pd.testing.assert_frame_equal(table.frame, made.table().frame)
    assert [file.suffix for file in read.figures["experience"].files] == [".svg", ".png"]


def test_tables_can_be_opened_by_anything(written):
    assert list(pd.read_csv(written / "tables" / "metrics.csv")) == ["regime", "experience"]
    stored = pq.read_schema(written / "tables" / "metrics.parquet").field("experience").metadata
    assert stored[b"unit"] == b"index"


def test_nothing_is_overwritten(written):
    again = made.answer().save(written)
    assert again.name == "one-2"
    assert Answer.load(written).title == "Two regimes"


def test_a_figure_that_cannot_be_drawn_leaves_nothing_behind(tmp_path):
    def broken():
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        made.answer(figures={"a": Picture("A", "B", broken)}).save(tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["../out", "a/b", "", ".hidden", "a b"])
def test_a_name_that_would_not_do_for_a_file_is_refused(name, tmp_path):
    with pytest.raises(BadValueError):
        made.answer(tables={name: made.table()}).save(tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_its_description_is_no_answer(copy):
    (copy / ANSWER).unlink()
    assert not is_answer(copy)
    with pytest.raises(ResultsError, match="no finished answer"):
        Answer.load(copy)


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(ResultsError, match="no such folder"):
        Answer.load(tmp_path / "nowhere")


def test_a_changed_table_is_noticed(copy):
    path = copy / "tables" / "metrics.parquet"
    pq.write_table(pq.read_table(path).slice(0, 1), path)
    with pytest.raises(ResultsError, match="changed"):
        Answer.load(copy)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"format": 99}', '{"format": 1}'])
def test_a_description_that_cannot_be_used(copy, text):
    (copy / ANSWER).write_text(text)
    with pytest.raises(ResultsError):
        Answer.load(copy)


@pytest.mark.parametrize("file", ["../one/answer.json", "/etc/hostname", "figures/none.svg"])
def test_a_description_cannot_point_at_files_elsewhere(copy, file):
    about = json.loads((copy / ANSWER).read_text())
    about["figures"]["experience"]["files"] = [file]
    (copy / ANSWER).write_text(json.dumps(about))
    with pytest.raises(ResultsError):
        Answer.load(copy)
