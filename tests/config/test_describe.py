import subprocess
import sys

import pytest

from cxsim.config import describe
from cxsim.config.errors import CxsimError
from cxsim.config.keys import index
from cxsim.config.presets import GROUPS, presets
from cxsim.results.columns import CONDUCTS, TABLES
from tests.checkout import surroundings


def cells(page):
    """The rows of every table of a page, header lines left out."""
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in row.replace("\\|", "/").strip("|").split(" | ")] for row in rows]


def test_every_parameter_is_on_its_page_once_and_in_full():
    rows = cells(describe.parameters_markdown())
    assert [row[0].strip("` ") for row in rows if row] != []
    found = {row[0].strip("| `"): row for row in rows}
    assert sorted(found) == sorted(index())
    assert len(rows) == len(index())
    for key, row in found.items():
        assert len(row) == len(describe.PARAMETER_HEADER)
        assert row[4] == index()[key].spec.meaning.replace("*", "\\*").replace("<", "&lt;")


def test_every_column_and_conduct_is_on_its_page():
    page = describe.columns_markdown()
    for table, columns in TABLES.items():
        section = page.split(f"## {table}\n")[1].split("\n## ")[0]
        assert all(f"| `{column.name}` | {column.unit} |" in section for column in columns)
    assert all(f"| `{name}` | {meaning} |" in page for name, meaning in CONDUCTS.items())


def test_every_preset_is_on_its_page():
    page = describe.presets_markdown()
    assert all(f"| `{preset.name}` |" in page for preset in presets())
    assert all(f"\n## {group}\n" in page for group in GROUPS)


@pytest.mark.parametrize(("value", "text"), [(None, "null"), (True, "true"), (0.05, "0.05"), (5000, "5000"), (1_000_000, "1_000_000"),
                                             ([], "[]"), (["a", "b"], "[a, b]"), ([{"name": "a", "x": 1}], "[a]"), ({}, "{}"),
                                             ("word", "word")])  # fmt: skip
def test_defaults_are_shown_as_they_would_be_typed(value, text):
    assert describe.default(value) == text


def test_cells_cannot_break_a_table():
    table = describe.markdown_table(("A", "B"), [("a", "x|y\nz"), ("b", "<b> *")])
    assert table.splitlines()[2:] == ["| `a` | x\\|y z |", "| `b` | &lt;b> \\* |"]


@pytest.mark.parametrize("page", describe.PAGES)
def test_a_page_just_written_is_up_to_date_and_a_changed_one_is_not(tmp_path, page):
    path = tmp_path / page
    with pytest.raises(CxsimError, match="cannot be read"):
        describe.check(path)
    describe.write(path)
    describe.check(path)
    path.write_text(path.read_text() + "\n")
    with pytest.raises(CxsimError, match="out of date; run python -m"):
        describe.check(path)


def test_only_known_pages_can_be_written(tmp_path):
    with pytest.raises(CxsimError, match=r"Allowed: parameters\.md"):
        describe.write(tmp_path / "other.md")
    with pytest.raises(CxsimError, match="cannot be written"):
        describe.write(tmp_path / "nowhere" / "columns.md")


def test_the_module_is_a_command(tmp_path, capsys):
    pages = [str(tmp_path / name) for name in describe.PAGES]
    assert describe.main(["--check", *pages]) == 2
    assert capsys.readouterr().err.startswith("cxsim: ")
    assert describe.main(["--write", *pages]) == 0
    command = [sys.executable, "-m", "cxsim.config.describe", "--check", *pages]
    assert subprocess.run(command, check=False, capture_output=True, env=surroundings()).returncode == 0
