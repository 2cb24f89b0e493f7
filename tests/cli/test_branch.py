"""``cxsim branch``, from words to a folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cxsim.analysis.answer import Answer
from cxsim.market import checkpoint

SMALL = ["market=generic", "regulator=minimal_capped", "market.n_customers=80", "months=10", "burn_in=1", "figures=false"]
MONEY = "futures.money=[regulator.annual_funding=2e6,regulator.case_months=2]"
WORDS = ["branch", *SMALL, "at=4", "futures.uncapped=regulator.fine_cap=null", MONEY]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_a_branching_writes_an_answer_and_says_what_it_found(cxsim):
    code, out, err = cxsim(*WORDS, "replications=2", "figures=true")
    assert (code, err) == (0, "")
    assert os.listdir() == ["results"]
    answer = Answer.load("results/branches")
    assert list(answer.figures) == ["differences", "levels", "pounds"]
    assert answer.settings["futures"] == {
        "base": [], "uncapped": ["regulator.fine_cap=null"], "money": ["regulator.annual_funding=2e6", "regulator.case_months=2"],
    }  # fmt: skip
    assert answer.command.startswith("cxsim branch market=generic ")
    assert "What differs in months 7 to 9, mean" in out
    assert "95 % interval" in out
    for paragraph in answer.findings:
        assert paragraph in out
    assert out.rstrip().endswith(f"Results: {Path('results/branches')}")


def test_names_and_folders_are_ones_own(cxsim):
    assert cxsim(*WORDS, "name=mine", "results_dir=there")[0] == 0
    assert cxsim(*WORDS, "--out", "else/where")[0] == 0
    assert Answer.load("there/mine").kind == Answer.load("else/where").kind == "branches"


def test_a_day_is_kept_and_asked_again(cxsim):
    assert cxsim(*WORDS, "replications=2", "--keep", "day")[0] == 0
    code, out, err = cxsim("branch", "--from", "day", "futures.gdpr=regulator=gdpr", "months=12")
    assert (code, err) == (0, "")
    assert "Gdpr (regulator=gdpr), from month 4 on" in out
    first, second = Answer.load("results/branches"), Answer.load("results/branches-2")
    rows = [answer.tables["by_month"].frame.query("metric == 'experience' and month < 10 and segment == ''") for answer in (first, second)]
    base = [frame[frame["future"] == frame["future"].iloc[0]]["base"].to_numpy() for frame in rows]
    assert base[0].tolist() == base[1].tolist()


def test_a_plan_in_a_file_with_words_after_it(cxsim):
    Path("mine.yml").write_text(f"title: My question\nat: 2\noverrides: {list(SMALL)}\nfutures: {{a: regulator=gdpr}}\n".replace("'", ""))
    assert cxsim("branch", "futures=mine.yml", "at=5", "futures.b=regulator=none")[0] == 0
    answer = Answer.load("results/branches")
    assert (answer.title, answer.settings["month"], list(answer.settings["futures"])) == ("My question", 5, ["base", "a", "b"])


def test_plans_are_listed(cxsim):
    code, out, _ = cxsim("branch", "--list")
    assert code == 0
    assert "money_and_cap" in out


def test_other_code_is_a_note_and_not_a_warning_of_pythons(cxsim, monkeypatch):
    assert cxsim(*WORDS, "--keep", "day")[0] == 0
    monkeypatch.setattr(checkpoint, "engine", lambda: "0" * 16)
    code, _, err = cxsim("branch", "--from", "day", "futures.a=regulator=gdpr")
    assert code == 0
    assert err.startswith("cxsim: checkpoint ")
    assert err.count("\n") == 1


@pytest.mark.parametrize(("words", "told"), [
    (["branch"], "futures: say what may happen"),
    (["branch", *SMALL, "at=4"], "futures: say what may happen"),
    (["branch", *SMALL, "futures.a=regulator=gdpr"], "at: given null; allowed: the first month"),
    (["branch", *SMALL, "at=10", "futures.a=regulator=gdpr"], "at: given 10; allowed: 0 to 9, a month of the report"),
    (["branch", *SMALL, "at=x", "futures.a=regulator=gdpr"], "at: given 'x'"),
    (["branch", *SMALL, "at=4", "futures.a=market.n_customers=9"], "future a: market.n_customers"),
    (["branch", *SMALL, "at=4", "futures.a=[regulator=gdpr"], "futures.a: given '[regulator=gdpr'"),
    (["branch", *SMALL, "at=4", "futures.a="], "futures.a: given null; allowed: at least one override"),
    (["branch", *SMALL, "at=4", "futures=nowhere.yml"], "futures: given 'nowhere.yml'"),
    (["branch", *SMALL, "at=4", "futures.a=regulator=gdpr", "--allow-user-code"], "--allow-user-code: it goes with --from"),
    (["branch", *SMALL, "at=4", "futures.a=regulator=gdpr", "--out", "file/x"],
     "results folder file/x: it cannot be written (Not a directory). Give another with --out FOLDER."),
    (["branch", *SMALL, "at=-1", "futures.a=regulator=gdpr"], "at: given '-1'; allowed: a month of the report, a whole number from 0"),
    (["branch", *SMALL, "at=4", "futures.a=regulator=gdpr", "--keep", "file/x"], "results folder file/x: it cannot be written"),
    (["branch", "--from", "nowhere", "futures.a=regulator=gdpr"], "checkpoint nowhere: it cannot be read"),
    (["branch", "--from", "file", "futures.a=regulator=gdpr"], "checkpoint file: it is no checkpoint of cxsim's"),
    (["branch", "--from", "file", "at=4", "futures.a=regulator=gdpr"], "at: the day is that of the checkpoints"),
    (["branch", "--from", "file", "seed=4", "futures.a=regulator=gdpr"], "seed: the market is that of the checkpoints"),
    (["branch", "--from", "file", "--keep", "x", "futures.a=regulator=gdpr"], "--keep: the checkpoints are there already"),
    (["branch", "--nothing"], "see cxsim branch --help"),
])  # fmt: skip
def test_what_cannot_be_used_is_one_line_and_nothing_is_written(refused, words, told):
    Path("file").write_text("")
    assert told in refused(*words)


def test_help_has_examples(cxsim):
    code, out, _ = cxsim("branch", "--help")
    assert code == 0
    assert "cxsim branch futures=money_and_cap" in out
