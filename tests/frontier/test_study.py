import json

import numpy as np
import pytest

from cxsim.analysis.answer import Answer
from cxsim.analysis.runs import Execution, runs_folder
from cxsim.config.errors import CxsimError
from cxsim.frontier import explore
from cxsim.frontier.question import question
from cxsim.frontier.study import folder, study

from .conftest import LEVERS, TINY


def test_the_answer_has_all_that_was_asked(answer):
    assert list(answer.tables) == ["cheapest", "theory", "paths", "stops", "cells"]
    assert list(answer.figures) == ["map_experience", "map_hidden_fees", "steps", "cost", "paths"]
    assert list(answer.configs) == ["base", "map-1", "map-2"]
    assert answer.configs["map-2"].market.n_firms == 2
    assert len(answer.findings) == 2 * 5
    json.dumps(answer.settings)


def test_it_can_be_written_and_read_back(saved, answer):
    read = Answer.load(saved)
    assert read.findings == answer.findings
    assert len(list((saved / "figures").glob("*.png"))) == 5


def test_cells_are_means_of_the_runs_behind_them(asked, answer):
    import pandas as pd

    runs = pd.read_parquet(runs_folder(folder(asked)) / "maps" / "runs")
    some = runs[(runs["market.n_firms"] == 2) & (runs["regulator.annual_funding"] == 1e6) & runs["regulator.fine_cap"].isna()]
    cells = answer.tables["cells"].frame
    cell = cells[(cells["market.n_firms"] == 2) & (cells["regulator.annual_funding"] == 1e6) & cells["regulator.fine_cap"].isna()]
    for name, factor in (("experience", 1.0), ("spending", 12.0)):
        assert cell[cell["metric"] == name]["mean"].item() == pytest.approx(factor * some[name].mean())
    assert len(cells) == 8 * 3


def test_asking_again_runs_nothing_again(asked, answer):
    def not_called(done, total):
        raise AssertionError("a run was made")

    again = study(asked, Execution("serial", progress=not_called))
    assert again.findings == answer.findings


def test_from_python_with_levers_of_one_s_own(tmp_path):
    found = explore(
        *TINY, f"results_dir={tmp_path}", "months=2", x="market.transparency=0,1", y="market.attention=0.01,0.2", panels="none",
        metrics="satisfaction,vulnerable", target="satisfaction>=0.1", cost="profit", executor="serial", progress=False,
        measures=["vulnerable={table: segments, column: experience, where: {segment: vulnerable}}"],
    )  # fmt: skip
    assert found.tables["cheapest"].frame["reached"].item()
    assert "paths" not in found.tables
    cells = found.tables["cells"].frame
    assert cells[cells["metric"] == "vulnerable"]["mean"].between(1, 100).all()
    assert found.title.startswith("Transparency and attention")
    # No lever is the regulator's, so theory says the same everywhere and no line can be drawn; the maps are drawn all the same.
    found.save(tmp_path / "answer")


def test_runs_that_fail_are_told_and_no_answer_is_made(tmp_path, monkeypatch):
    head = "from cxsim import Strategy\n\n\nclass Broken(Strategy):\n    def review(self, firm, market):\n"
    (tmp_path / "broken_frontier.py").write_text(head + "        raise RuntimeError('no idea')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    own = ("allow_user_code=true", "firms.strategy=broken_frontier:Broken", f"results_dir={tmp_path}", "name=x")
    with pytest.raises(CxsimError, match=r"16 of 16 runs failed.*no idea"):
        study(question([*TINY, *own], **LEVERS, kept=()), Execution("serial", progress=False))
    assert not (tmp_path / "x").exists()


def test_more_replications_are_another_question(tmp_path):
    def place(*more):
        return folder(question(["market=generic", "regulator=fca", *more, f"results_dir={tmp_path}"], **LEVERS))

    assert place() != place("replications=7")
    assert place() == place()
    assert place("name=mine").name == "mine"


def test_intervals_hold_their_means(answer):
    cells = answer.tables["cells"].frame
    assert (cells["low"] <= cells["mean"]).all()
    assert (cells["mean"] <= cells["high"]).all()
    assert np.isfinite(cells["theory"]).all()


def test_the_python_told_asks_the_same_again(answer):
    names: dict[str, object] = {}
    exec(answer.code, names)
    assert names["answer"].findings == answer.findings
