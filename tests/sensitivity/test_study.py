import dataclasses
import json

import numpy as np
import pytest

from cxsim.analysis.answer import Answer
from cxsim.analysis.runs import Execution, runs_folder
from cxsim.sensitivity import analyse
from cxsim.sensitivity.question import question
from cxsim.sensitivity.study import folder, study, wilson

from .conftest import QUIET, TINY, VARIED

pytest.importorskip("SALib")


def test_the_answer_has_all_that_was_asked(answer):
    assert list(answer.tables) == ["indices", "screening", "convergence", "varied"]
    assert set(answer.figures) == {"indices_experience", "indices_price_paid", "screening_experience", "screening_price_paid"}
    assert list(answer.configs) == ["regime", "versus"]
    json.dumps(answer.settings)
    assert any("Over all parameters and luck drawn, experience is higher with regulator=fca" in one for one in answer.findings)


def test_it_can_be_written_and_read_back(answer, asked):
    saved = answer.save(folder(asked))
    assert Answer.load(saved).findings == answer.findings
    assert len(list((saved / "figures").glob("*.png"))) == 4


def test_what_differs_between_the_regimes_is_not_varied_and_a_parameter_that_does_nothing_shows_it(answer):
    screening = answer.tables["screening"].frame
    unused = screening[(screening["parameter"] == "firms.disclosure_cost") & (screening["metric"] == "experience")]
    assert unused["mu_star"].item() == 0.0  # no firm may disclose, so its cost plays no part
    assert unused["verdict"].item() == "nothing"
    assert (screening["parameter"] == "luck").sum() == 2


def test_indices_are_of_those_that_move_most_and_of_luck(answer):
    indices = answer.tables["indices"].frame
    for _, part in indices.groupby("metric"):
        assert len(part) == 3
        assert part["parameter"].iloc[-1] == "luck"
    assert "firms.disclosure_cost" not in set(indices["parameter"])
    assert (indices["total_low"] <= indices["total"] + 1e-9).all()


def test_asking_for_more_goes_on_from_what_is_there(asked, answer):
    runs = runs_folder(folder(asked))
    before = set(runs.rglob("sweep.json"))
    more = study(dataclasses.replace(asked, trajectories=10), Execution("serial", progress=False))
    after = set(runs.rglob("sweep.json"))
    assert before < after
    added = {path.parents[1].name for path in after - before if "screening" in path.parts}
    assert added == {"8-10"}
    frames = [one.tables["screening"].frame for one in (answer, more)]
    assert not frames[0]["mu_star"].equals(frames[1]["mu_star"])


def test_asking_again_runs_nothing_again(asked, answer):
    def not_called(done, total):
        raise AssertionError("a run was made")

    assert study(asked, Execution("serial", progress=not_called)).findings == answer.findings


def test_one_regime_and_one_method(tmp_path):
    found = analyse(
        *TINY, f"results_dir={tmp_path}", vary="market.attention=0.02:0.4,customers.harm_weight", method="sobol", n=8, resamples=100,
        executor="serial", progress=False, months=2, metrics="worst_off",
        measures={"worst_off": {"table": "segments", "column": "experience", "across": "min"}},
    )  # fmt: skip
    assert set(found.tables["indices"].frame["metric"]) == {"worst_off"}
    assert list(found.tables) == ["indices", "convergence", "varied"]
    assert not any("higher with" in one for one in found.findings)
    assert any("not converged" in one and "--n 16" in one for one in found.findings)


def test_a_metric_that_never_moves_is_told_as_one(tmp_path):
    what = question(
        [*TINY, f"results_dir={tmp_path}", "months=2"], vary="customers.harm_weight", metrics="cartel_members", trajectories=2, rows=8,
        resamples=100,
    )  # fmt: skip
    found = study(what, QUIET)
    assert "none of 1 parameters moves cartel members" in found.findings[-1]
    found.save(tmp_path / "saved")


def test_wilson_s_interval_by_hand():
    # Newcombe (1998), table I: 81 of 263 and 0 of 20.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)


def test_luck_differs_between_trajectories_and_not_within(asked):
    from cxsim.sensitivity.morris import plan
    from cxsim.sensitivity.outcomes import points

    made = plan(len(asked.selection.factors), 3, 1)
    design = points(asked.selection.factors, made.unit.reshape(-1, 4), made.luck.ravel(), 1, {})
    seeds = np.array([design[place]["seed"] for place in range(len(design))]).reshape(3, -1)
    assert (seeds[:, :-1] == seeds[:, :1]).all()
    assert len(np.unique(seeds)) == 6
    assert VARIED.count(",") == 3


def test_the_python_told_asks_the_same_again(answer):
    names: dict[str, object] = {}
    exec(answer.code, names)
    assert names["answer"].findings == answer.findings
