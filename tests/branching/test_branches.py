"""The answer of a branching, in a folder of its own."""

from __future__ import annotations

import os

import pandas as pd
import pytest

from cxsim.analysis.answer import Answer
from cxsim.config.errors import ResultsError

from . import made


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return made.branches().save(tmp_path_factory.mktemp("answer") / "mine", "A title")


def test_an_answer_holds_all_that_was_found(folder):
    branches, answer = made.branches(), Answer.load(folder)
    assert (answer.kind, answer.title) == ("branches", "A title")
    assert "uncapped (regulator.fine_cap=null) or ban" in answer.question
    assert list(answer.tables) == ["effects", "pounds", "by_month"]
    pd.testing.assert_frame_equal(answer.tables["effects"].frame, branches.effects, check_dtype=False)
    pd.testing.assert_frame_equal(answer.tables["pounds"].frame, branches.pounds, check_dtype=False)
    assert not answer.tables["by_month"].main
    assert list(answer.figures) == ["differences", "levels", "pounds"]
    assert all(len(picture.files) == 2 for picture in answer.figures.values())
    assert {name: config.regulator.fine_cap for name, config in answer.configs.items()} == {
        "base": 50000.0, "uncapped": None, "ban": 50000.0, "nothing": 50000.0
    }  # fmt: skip
    assert answer.settings["futures"]["ban"] == made.FUTURES["ban"]
    assert answer.settings["month"] == 8
    assert len(answer.findings) == 4
    assert answer.method
    assert answer.limits


def test_every_number_of_the_findings_is_in_a_table(folder):
    answer = Answer.load(folder)
    effects = answer.tables["effects"].frame
    row = effects.query("future == 'ban' and segment == '' and period == 'last' and metric == 'hidden_fees'").iloc[0]
    assert f"hidden fees down by £{abs(row['difference']):.2f} a month" in answer.text


def test_nothing_is_overwritten(folder):
    again = made.branches().save(folder)
    assert again.name == "mine-2"
    assert sorted(os.listdir(again)) == sorted(os.listdir(folder))


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ResultsError, match="cannot be written"):
        made.branches().save(tmp_path / "file" / "x")


def test_it_says_what_it_is():
    assert repr(made.branches()).startswith("<Branches of 'run' from month 8: uncapped, ban, nothing; took ")
