"""The page says what was measured, goals met and missed alike."""

from __future__ import annotations

from pathlib import Path

import pytest
from made import some_rows

from benchmarks import page
from cxsim.config.errors import ResultsError

FACTS = {"Date": "2026-01-01", "Machine": "one made up"}


def test_the_page_holds_goals_rows_machine_and_what_was_left_out() -> None:
    text = page.text(some_rows(), FACTS, 0.0407, {"mesa-frames": "not installed."})
    assert "About 4 customers in 100" in text
    assert "- Machine: one made up." in text
    assert "Left out: mesa-frames (not installed)." in text
    assert "| Plain Mesa at 10,000 customers takes, times cxsim | at least 250 x | 200 [180, 240] x | **missed** |" in text
    assert "| Plain Mesa at 1,000 customers takes, times cxsim | at least 150 x | 200 [180, 240] x | met |" in text
    assert "| cxsim, 4 threads | 12.5 [11.2, 15.0] | 12.5 [11.2, 15.0] | 12.5 [11.2, 15.0] |" in text
    assert "| plain Mesa against 4 threads | 800 [720, 960] |" in text
    assert "|  | 2 firms | 5 firms | 10 firms | 20 firms |" in text


def test_every_row_of_a_table_has_its_columns() -> None:
    tables = [block for block in page.text(some_rows(), FACTS, 0.04, {}).split("\n\n") if block.startswith("|")]
    assert len(tables) > 5
    for table in tables:
        assert len({line.count("|") for line in table.strip().splitlines()}) == 1


def test_files_are_put_over_those_of_an_earlier_run_and_nothing_else_is_left(tmp_path: Path) -> None:
    for _ in range(2):
        page.check_writable(tmp_path / "out")
        written = page.write(tmp_path / "out", some_rows(), FACTS, 0.04, {})
    assert written.read_text(encoding="utf-8").startswith("# Speed")
    found = sorted(file.relative_to(tmp_path / "out").as_posix() for file in tmp_path.rglob("*") if file.is_file())
    assert found == ["figures/speed.png", "figures/speed.svg", "speed.csv", "speed.md"]


def test_a_page_without_costs_has_no_figure(tmp_path: Path) -> None:
    page.check_writable(tmp_path)
    written = page.write(tmp_path, [row for row in some_rows() if row.part == "planner"], FACTS, 0.04, {})
    assert "speed.png" not in written.read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_written_is_refused_before_measuring(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(ResultsError, match="give another folder with --out"):
        page.check_writable(tmp_path / "file")


def test_the_surroundings_name_machine_and_versions() -> None:
    facts = page.surroundings([], 15, quick=False)
    assert "numba" in facts["Versions"]
    assert facts["Rounds"] == "15"
    assert "cores" in facts["Machine"]
