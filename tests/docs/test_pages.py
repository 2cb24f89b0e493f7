"""Every code block of the README and of the pages for an audience runs, in the order of the page."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.docs.blocks import ROOT, blocks, commands, run_page

PAGES = ("README.md", "docs/researchers.md", "docs/analysts.md", "docs/teachers.md", "docs/compare.md")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.usefixtures("capfd")
def test_a_page_runs_from_top_to_bottom(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    before = set(sys.modules)
    try:
        done = run_page(ROOT / page, tmp_path)
    finally:
        for name in set(sys.modules) - before:
            if str(getattr(sys.modules[name], "__file__", "")).startswith(str(tmp_path)):
                del sys.modules[name]
    wanted = [block for block in blocks((ROOT / page).read_text(encoding="utf-8")) if block.kind in ("bash", "python")]
    assert done >= len(wanted) - 2 > 0


def test_a_block_that_breaks_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for text in ("```bash\ncxsim run months=0\n```\n", "```python\n1 / 0\n```\n", "```bash\nls\n```\n", "```\nwhat is this\n```\n"):
        page = tmp_path / "page.md"
        page.write_text(text, encoding="utf-8")
        with pytest.raises((AssertionError, ZeroDivisionError)):
            run_page(page, tmp_path)


def test_marks_and_kinds_are_read() -> None:
    first, second = blocks("<!-- not run -->\n```bash\na\n```\ntext\n\n```python\nb\n```\n")
    assert (first.mark, first.kind, first.body, first.line) == ("not run", "bash", "a\n", 3)
    assert (second.mark, second.kind, second.body, second.line) == ("", "python", "b\n", 8)


def test_commands_are_split_as_a_shell_would() -> None:
    assert commands('cxsim run "a=[b,c]" # why\n\ncxsim \\\n  --help\n') == [["cxsim", "run", "a=[b,c]"], ["cxsim", "--help"]]


def test_the_readme_has_one_line_to_install_and_one_to_test() -> None:
    marked = {block.mark: block for block in blocks((ROOT / "README.md").read_text(encoding="utf-8")) if block.mark in ("install", "test")}
    assert set(marked) == {"install", "test"}
    assert all(len(block.body.splitlines()) == 1 for block in marked.values())
