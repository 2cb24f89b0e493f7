import pytest

from cxsim.comparison.api import compare
from cxsim.comparison.runs import ANSWER, SWEEP, Execution, Runner, check_place, kept_answer, placed
from cxsim.config.errors import ResultsError
from cxsim.sweeps.reading import read

from .conftest import QUIET, TINY


def test_runs_grow_in_one_sweep(small, tmp_path):
    runner = Runner(small.regimes, tmp_path / SWEEP, Execution(executor="serial", progress=False), "a command", ["months=12"])
    for count in (1, 3, 2):
        runner.run(count)
        assert runner.made == count
    assert len(read(tmp_path / SWEEP)) == 9
    assert {"seed", "code", "fixed", "design"} == set(runner.made_of())


def test_an_equal_answer_is_found_and_another_is_not(tmp_path):
    words = ["figures=false", *(word for word in TINY if "n_firms" not in word)]
    found = compare({"market.n_firms": [2, 3]}, *words, replications=2, **QUIET)
    assert kept_answer(found, tmp_path) is None
    place = found.save(tmp_path / ANSWER)
    assert kept_answer(found, tmp_path) == place
    (tmp_path / f"{ANSWER}-torn").mkdir()
    (tmp_path / f"{ANSWER}-torn" / "answer.json").write_text("{")
    assert kept_answer(found, tmp_path) == place
    other = compare({"market.n_firms": [2, 3]}, *words, replications=2, window=3, **QUIET)
    assert kept_answer(other, tmp_path) is None


def test_a_place_is_new_empty_or_one_of_ours(tmp_path):
    check_place(tmp_path / "new")
    check_place(tmp_path)
    (tmp_path / SWEEP).mkdir()
    check_place(tmp_path)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "file").write_text("")
    for taken in (tmp_path / "other", tmp_path / "other" / "file"):
        with pytest.raises(ResultsError):
            check_place(taken)


def test_a_place_of_nobodys_is_gone_afterwards():
    with placed(None) as place:
        assert place.is_dir()
    assert not place.exists()
