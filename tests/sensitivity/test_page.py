"""The page on sensitivity and discovery does what it says."""

import warnings
from pathlib import Path

import pytest

from tests.docs.blocks import ROOT, run_page


@pytest.mark.usefixtures("capfd")
def test_the_page_runs_from_top_to_bottom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("SALib")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pytest.importorskip("ema_workbench")
        monkeypatch.chdir(tmp_path)
        assert run_page(ROOT / "docs" / "sensitivity.md", tmp_path) == 5
    assert (tmp_path / "results" / "failing" / "answer.json").is_file()
