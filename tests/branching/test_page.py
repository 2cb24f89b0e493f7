"""The page on branching does what it says."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from cxsim.config.start import settled_at_start
from tests.docs.blocks import ROOT, run_page

PAGE = ROOT / "docs" / "branching.md"


@pytest.mark.usefixtures("capfd")
def test_the_page_runs_from_top_to_bottom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    try:
        assert run_page(PAGE, tmp_path) == 9
    finally:
        sys.modules.pop("my_learner", None)
    assert {path.name for path in (tmp_path / "results").iterdir()} == {"reforms", "branches", "branches-2", "branches-3", "channels"}


def test_the_page_lists_what_is_settled_when_a_run_starts() -> None:
    listed = re.search(r"<!-- settled -->\n(.*)", PAGE.read_text(encoding="utf-8"))
    assert listed is not None
    assert set(re.findall(r"`([a-z_.]+)`", listed[1])) == set(settled_at_start())
