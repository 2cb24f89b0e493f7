import pytest

from cxsim.cli.main import main

STILL = "from cxsim import Strategy\n\n\nclass Own(Strategy):\n    def review(self, firm, market):\n        return {}\n"
SMALL = ["market=generic", "regulator=none", "market.n_customers=60", "months=3", "burn_in=1", "replications=2", "--house", "low_price",
         "--formats", "duel", "--executor", "serial"]  # fmt: skip


@pytest.fixture
def entries(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "entries").mkdir()
    (tmp_path / "entries" / "still.py").write_text(STILL)
    return "entries"


def test_a_tournament_is_played_and_a_page_made_of_it(entries, capsys, tmp_path):
    assert main(["tournament", entries, *SMALL, "name=t"]) == 0
    said = capsys.readouterr().out
    assert "earned most" in said
    assert main(["report", "results/t"]) == 0
    page = (tmp_path / "results" / "t" / "report.html").read_text(encoding="utf-8")
    assert "still" in page
    assert "Who earned most" in page


def test_a_dry_run_runs_nobody_s_code_and_writes_nothing(entries, capsys, tmp_path):
    (tmp_path / "entries" / "touch.py").write_text("from pathlib import Path\nPath('was_run').touch()\n")
    assert main(["tournament", entries, *SMALL, "--dry-run"]) == 0
    assert "12 runs" in capsys.readouterr().out  # three entries, each pair in both seats, twice
    assert {path.name for path in tmp_path.iterdir()} == {"entries"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "no such folder"),
        ([], "required: FOLDER;"),
        (["entries", "--house", "low_prise"], "low_price"),
        (["entries", "--formats", "duell"], "duel"),
        (["entries", "market=enrgy"], "energy"),
    ],
)
def test_what_cannot_be_used_is_one_line(entries, capsys, tmp_path, arguments, said):
    assert main(["tournament", *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize("code", ["def broken(:\n", "x = 1\n", "1 / 0\n"])
def test_entries_that_cannot_play_leave_nothing_behind(entries, capsys, tmp_path, code):
    (tmp_path / entries / "still.py").write_text(code)
    assert main(["tournament", entries, *SMALL, "name=t"]) == 2
    assert "still: " in capsys.readouterr().err
    assert not list((tmp_path / "results").glob("*"))
