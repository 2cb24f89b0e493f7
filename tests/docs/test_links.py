"""What pages point at is there: files, headings, parameters."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cxsim.cli.main import COMMANDS
from cxsim.config.keys import group_types, index
from cxsim.results.columns import TABLES
from tests.docs.blocks import ROOT

PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


def anchors(text: str) -> set[str]:
    """Anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = page.parent / name if name else page
        assert file.exists(), f"{page.name} points at {target}"
        assert not anchor or anchor in anchors(file.read_text(encoding="utf-8")), f"{page.name} points at {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_parameters_that_a_page_names_exist(page: Path) -> None:
    groups = "|".join(group_types())
    named = set(re.findall(rf"`((?:{groups})\.[a-z_]+)(?:=[^`]*)?`", page.read_text(encoding="utf-8")))
    tables = {f"{name}.parquet" for name in TABLES}
    assert named - set(index()) - tables == set()


@pytest.mark.parametrize("command", [command.name for command in COMMANDS])
def test_every_command_is_shown_on_a_page(command: str) -> None:
    shown = [page for page in PAGES if page.name != "CHANGELOG.md" and re.search(rf"\bcxsim {command}\b", page.read_text(encoding="utf-8"))]
    assert shown


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_says_that_something_is_still_to_come(page: Path) -> None:
    assert not re.search(r"\b(not there yet|coming soon|roadmap)\b", page.read_text(encoding="utf-8"), re.IGNORECASE)
