"""``cxsim claims`` where there is nothing to list or to run; what it does with claims is tested with them."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(("words", "told"), [
    (["claims", "--folder", "nowhere"], "claims folder nowhere: there is no such folder"),
    (["claims", "--folder", "empty"], "claims folder empty: it holds no claims"),
    (["claims", "show", "--folder", "empty"], "claims folder empty: it holds no claims"),
    (["claims", "run", "all", "--folder", "empty"], "claims folder empty: it holds no claims"),
    (["claims", "headline", "--folder", "empty"], "cannot be read (No such file or directory)"),
    (["claims", "run"], "say which, or all"),
    (["claims", "run", "obliquit"], "obliquit: there is no such claim. Did you mean obliquity"),
    (["claims", "run", "obliquity", "--out", "file"], "Give another with --out FOLDER"),
])  # fmt: skip
def test_what_cannot_be_used_is_one_line_and_nothing_is_written(refused, words, told):
    Path("empty").mkdir()
    Path("file").write_text("")
    assert told in refused(*words)
    assert {path.name for path in Path().iterdir()} == {"empty", "file"}
