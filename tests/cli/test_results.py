import os
from pathlib import Path

import pandas as pd
import pytest

import cxsim as package

TINY = ("market=generic", "market.n_customers=30", "months=2", "burn_in=0")


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    base = tmp_path_factory.mktemp("results")
    grid = {"market.n_firms": [1, 4, 5], "market.franchise_months": [None, 12]}
    package.sweep(grid, *TINY, folder=base / "results" / "study", monthly=True, progress=False, executor="serial")
    package.simulate(*TINY, "figures=false", progress=False).save(base / "results" / "one")
    return base


@pytest.fixture
def results(cxsim, study, monkeypatch):
    monkeypatch.chdir(study)
    return lambda *words: cxsim("results", *words)


def test_a_folder_lists_sweeps_and_runs(results):
    code, out, err = results()
    assert (code, err) == (0, "")
    assert "study" in out
    assert "4 of 6, 2 failed" in out
    assert "one" in out


def test_a_sweep_says_what_it_is_and_shows_rows(results):
    code, out, _ = results("results/study")
    assert code == 0
    assert "3 points" not in out
    assert "6 points x 1 replications, seed 1" in out
    assert "4 of 6 runs done, 2 failed" in out


def test_the_example_of_the_overview_works(results, study):
    from cxsim.cli.main import COMMANDS

    example = next(command.example for command in COMMANDS if command.name == "results")
    assert results(*example.split()[2:]) == (0, "2 rows: study.csv\n", "")
    assert pd.read_csv(study / "study.csv")["market.n_firms"].tolist() == [4, 5]
    (study / "study.csv").unlink()


def test_filters_columns_failures_months_and_schema(results):
    filtered = results("results/study", "--where", "market.n_firms>1", "--where", "market.n_firms<5", "--columns", "hhi")
    assert filtered[1].split()[:3] == ["runs:", "1", "rows"]
    assert "ContradictionError" in results("results/study", "--failures")[1]
    assert "monthly: 8 rows" in results("results/study", "--monthly")[1]
    assert "£/month" in results("results/study", "--schema")[1]


@pytest.mark.parametrize("words", [
    ["nowhere"], ["results/study", "--where", "x>1"], ["results/study", "--columns", "x"], ["results/study", "--columns", ","],
    ["results/study", "--export", "x.doc"], ["results", "--export", "x.csv"], ["results", "--schema"], ["results/study", "--nothing"],
    ["results/study", "--failures", "--monthly"], ["results/study/runs"], ["results/study", "--where", "market.n_firms>four"],
])  # fmt: skip
def test_what_cannot_be_is_one_line(results, words):
    code, out, err = results(*words)
    assert (code, out, err.count("\n")) == (2, "", 1)


def test_a_damaged_sweep_does_not_hide_the_others(results, study):
    broken = study / "results" / "broken"
    broken.mkdir()
    (broken / "sweep.json").write_text("{")
    try:
        code, out, _ = results()
        assert code == 0
        assert "cannot be read" in out
        assert "4 of 6, 2 failed" in out
    finally:
        (broken / "sweep.json").unlink()
        os.rmdir(broken)


def test_nothing_yet_says_how_to_make_some(cxsim, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("results").mkdir()
    code, _, err = cxsim("results")
    assert (code, err) == (2, "cxsim: results: it holds no results; cxsim run writes some.\n")
