import json

import numpy as np
import pytest

from cxsim.analysis.answer import Answer
from cxsim.analysis.runs import Execution, runs_folder
from cxsim.config.errors import CxsimError
from cxsim.sensitivity import failing
from cxsim.sensitivity.discovery_study import cases, folder, question, study

from .conftest import QUIET, TINY


def test_the_rule_is_the_one_that_must_be(failing_answer):
    boxes = failing_answer.tables["boxes"].frame
    assert boxes["parameter"].iloc[0] == "market.initial_quality"
    assert boxes["side"].iloc[0] == "below"
    assert boxes["holds"].iloc[0]
    assert "fails when market.initial_quality is below" in failing_answer.findings[0]
    assert list(failing_answer.tables) == ["boxes", "cases", "varied", "trajectory"]
    json.dumps(failing_answer.settings)


def test_it_can_be_written_and_read_back(failing_answer, failing_asked):
    saved = failing_answer.save(folder(failing_asked))
    assert Answer.load(saved).findings == failing_answer.findings
    assert len(list((saved / "figures").glob("*.png"))) == 2


def test_cases_are_the_runs_behind_them(failing_answer, failing_asked):
    import pandas as pd

    runs = pd.read_parquet(runs_folder(folder(failing_asked)) / "cases" / "runs").sort_values("point")
    table = failing_answer.tables["cases"].frame
    np.testing.assert_allclose(table["result"], runs["quality"])
    np.testing.assert_array_equal(table["fails"], runs["quality"] < 0.5)
    assert runs["seed"].nunique() == 90  # luck of its own for every case
    assert table["held_out"].sum() == pytest.approx(30, abs=1)


def test_another_condition_asks_the_same_runs(failing_asked, failing_answer):
    import dataclasses

    from cxsim.analysis.conditions import condition

    def not_called(done, total):
        raise AssertionError("a run was made")

    other = dataclasses.replace(failing_asked, fails=condition("quality<0.4"))
    assert study(other, Execution("serial", progress=not_called)).findings != failing_answer.findings


def test_worse_than_another_regime(tmp_path):
    found = failing(
        *TINY, f"results_dir={tmp_path}", "months=2", regime="regulator=fca market.ban_price_walking=true", versus="regulator=none",
        fails="price_paid", vary="market.attention=0.02:0.4,customers.harm_weight", cases=60, executor="serial", progress=False,
        replications=2,
    )  # fmt: skip
    assert found.question == (
        "When is price paid higher with regulator=fca market.ban_price_walking=true than with regulator=none?"
    )  # fmt: skip
    assert list(found.configs) == ["regime", "versus"]
    found.save(tmp_path / "saved")


def test_too_few_failures_are_told_and_no_rule_is_made_up(tmp_path):
    found = study(question([*TINY, f"results_dir={tmp_path}", "months=2"], fails="worst<1", vary="market.attention", cases=60,
                           measures=["worst={table: segments, column: experience, across: min}"]), QUIET)  # fmt: skip
    assert "There are too few failures to say when" in found.findings[0]
    assert "boxes" not in found.tables
    found.save(tmp_path / "saved")


def test_every_slice_of_every_range_is_hit_once():
    unit, luck = cases(4, 50, seed=1)
    for column in unit.T:
        assert sorted(np.floor(column * 50).astype(int)) == list(range(50))
    assert len(set(luck.tolist())) == 50
    assert abs(np.corrcoef(unit[:, 0], unit[:, 1])[0, 1]) < 0.4


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "say when the regime fails"),
        ({"fails": "profit", "versus": "regulator=none"}, "--fails"),
        ({"fails": "experience=60"}, "--fails"),
        ({"fails": "expereince<60"}, "Did you mean experience"),
        ({"fails": "experience<60", "method": "trees"}, "prim, cart"),
        ({"fails": "experience<60", "cases": 10}, "--cases"),
        ({"fails": "experience<60", "boxes": 0}, "--boxes"),
        ({"fails": "experience<60", "vary": "nothing"}, "--vary"),
        ({"fails": "experience", "versus": "regulator=fca"}, "the same as the regime"),
    ],
)
def test_what_cannot_be_asked_is_refused(options, words):
    with pytest.raises(CxsimError, match=words):
        question(["market=generic", "regulator=fca"], **options)


def test_the_python_told_asks_the_same_again(failing_answer):
    names: dict[str, object] = {}
    exec(failing_answer.code, names)
    assert names["answer"].findings == failing_answer.findings
