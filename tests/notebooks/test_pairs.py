"""Each lesson is a script and a notebook that say the same, without outputs, and has what a lesson must have."""

import re

import nbformat
import pytest

from . import LESSONS, ROOT, module, text

NAMES = [script.stem for script in LESSONS]
KEY = ROOT / "docs" / "lessons"


def test_there_are_ten_lessons_in_a_row():
    assert [name[:2] for name in NAMES] == [f"{number:02d}" for number in range(1, 11)]
    assert {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")} == set(NAMES)


@pytest.mark.parametrize("script", LESSONS, ids=NAMES)
def test_the_notebook_is_in_step_with_the_script_and_holds_no_outputs(script):
    path = script.with_suffix(".ipynb")
    assert path.read_text(encoding="utf-8") == module("notebooks/pair.py").made(script), "run python notebooks/pair.py"
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code
    assert all(not cell.outputs and cell.execution_count is None for cell in code)


@pytest.mark.parametrize("script", LESSONS, ids=NAMES)
def test_a_lesson_states_aims_asks_for_a_prediction_before_it_runs_and_puts_questions(script):
    said = text(script)
    assert said.startswith(f"# {int(script.stem[:2])}. ")
    assert "**Aims.**" in said
    assert "**Time.**" in said
    assert said.index("## Your prediction") < said.index("## Questions")
    questions = re.findall(r"^\d\. ", said.partition("## Questions")[2], re.MULTILINE)
    assert 3 <= len(questions) <= 5


@pytest.mark.parametrize("script", LESSONS, ids=NAMES)
def test_a_lesson_has_its_key_with_an_answer_to_every_question(script):
    key = (KEY / f"{script.stem}.md").read_text(encoding="utf-8")
    for heading in ("## What is seen", "## Why", "## Answers", "## Common wrong answers", "## Variations", "## Time"):
        assert f"\n{heading}\n" in key, heading
    questions = len(re.findall(r"^\d\. ", text(script).partition("## Questions")[2], re.MULTILINE))
    answers = key.partition("## Answers")[2].partition("\n## ")[0]
    assert len(re.findall(r"^\d\. ", answers, re.MULTILINE)) == questions
    assert re.search(r"\b(19|20)\d\d\b", key.partition("## Why")[2]), "a reference with its year"
    assert f"lessons/{script.stem}.md" in (ROOT / "docs" / "teachers.md").read_text(encoding="utf-8")
