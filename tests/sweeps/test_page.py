"""The page on sweeps does what it says."""

from pathlib import Path

import pytest

from tests.docs.blocks import ROOT, run_page


@pytest.mark.usefixtures("capfd")
def test_the_page_runs_from_top_to_bottom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run_page(ROOT / "docs" / "sweeps.md", tmp_path) == 5
    assert (tmp_path / "study.dta").is_file()
