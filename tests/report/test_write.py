import shutil

import pytest
from analysis import made  # the folder of tests beside this one

from cxsim.cli.main import main
from cxsim.report import pdf, write
from cxsim.results.run import simulate


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return made.answer().save(tmp_path_factory.mktemp("answers") / "one")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    place = tmp_path_factory.mktemp("runs") / "run"
    short = {"months": 14, "burn_in": 0, "replications": 2, "figures": False}
    return simulate("market=generic", "market.n_customers=60", progress=False, **short).save(place)


def test_an_answer_becomes_a_page(folder, capsys):
    assert main(["report", str(folder)]) == 0
    assert (folder / "report.html").read_text().startswith("<!DOCTYPE html>")
    assert main(["report", str(folder), "--out", str(folder.parent / "new" / "page.html"), "--title", "Mine"]) == 0
    assert "<title>Mine</title>" in (folder.parent / "new" / "page.html").read_text()


def test_a_run_becomes_a_page_with_figures_though_it_was_saved_without(run):
    assert main(["report", str(run)]) == 0
    page = (run / "report.html").read_text()
    assert page.count("<figure>") == 5
    assert "14 months are reported" in page
    assert "95 % interval" in page


def test_a_folder_of_several_becomes_one_page(folder, run, tmp_path):
    shutil.copytree(folder, tmp_path / "a")
    shutil.copytree(run, tmp_path / "b")
    (tmp_path / "other").mkdir()
    assert main(["report", str(tmp_path)]) == 0
    assert (tmp_path / "report.html").read_text().count("<article") == 2


def test_bad_input_is_one_line_and_leaves_nothing(folder, tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("")
    for words in (
        [str(tmp_path / "nowhere")], [str(tmp_path / "empty")], [str(folder), "--out", str(tmp_path / "file" / "page.html")],
        [str(folder), "--out", str(tmp_path)],
    ):  # fmt: skip
        assert main(["report", *words]) == 2
        assert len(capsys.readouterr().err.splitlines()) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "file"]


@pytest.mark.parametrize("name", ["answer.json", "tables/metrics.csv", "page.pdf"])
def test_a_page_replaces_nothing_but_an_earlier_page(folder, tmp_path, name, capsys):
    there = tmp_path / name
    there.parent.mkdir(exist_ok=True)
    there.write_text("of value")
    assert main(["report", str(folder), "--out", str(there)]) == 2
    assert str(there.name) in capsys.readouterr().err
    assert there.read_text() == "of value"
    page = tmp_path / "page.html"
    assert main(["report", str(folder), "--out", str(page), "--title", "Once"]) == 0
    assert main(["report", str(folder), "--out", str(page), "--title", "Again"]) == 0
    assert "<title>Again</title>" in page.read_text()


def test_without_a_browser_a_pdf_is_refused_before_anything_is_written(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(pdf, "browser", lambda: None)
    monkeypatch.setattr(write, "browser", lambda: None)
    assert main(["report", str(folder), "--pdf", "--out", str(tmp_path / "page.html")]) == 2
    assert "install Chromium" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(pdf.browser() is None, reason="no browser to print with")
def test_a_page_is_printed(folder, tmp_path):
    assert main(["report", str(folder), "--pdf", "--out", str(tmp_path / "page.html")]) == 0
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")
