import os
from pathlib import Path

import pytest

from cxsim.analysis.answer import Answer
from cxsim.sweeps import worker

TINY = ["market=generic", "market.n_customers=60", "months=12", "burn_in=0", "figures=false", "executor=serial"]
BAN = "market.ban_price_walking=false,true"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "futures.yaml").write_text("ranges:\n  market.attention: [0.05, 0.5]\n  customers.vigilance: [0.02, 0.3]\nn: 3\n")
    return tmp_path


def test_a_study_prints_a_table_and_words_and_writes_an_answer(cxsim, monkeypatch):
    words = ["robustness", *TINY, BAN, "futures=futures.yaml", "replications=2", "name=mine"]
    code, out, err = cxsim(*words)
    assert (code, err) == (0, "")
    for said in ("consumer_surplus in 3 futures", "Largest regret", "Never worse", "Against “no ban price walking”", "From 3 futures"):
        assert said in out
    assert out.rstrip().endswith(f"Answer: {Path('results', 'mine', 'answer')}")
    answer = Answer.load(Path("results", "mine", "answer"))
    assert answer.kind == "robustness"
    assert answer.command == f"cxsim {' '.join(words)}"
    monkeypatch.setattr(worker, "_played", None)
    assert cxsim(*words) == (0, out, "")
    code, out, _ = cxsim(*words, "metric=price_paid")
    assert code == 0
    assert out.rstrip().endswith("answer-2")


def test_guesses_are_the_futures_unless_others_are_given(cxsim):
    code, out, _ = cxsim("robustness", *TINY, BAN, "n_futures=5", "replications=2", "--dry-run")
    assert code == 0
    assert "5 futures (a Latin hypercube over " in out
    assert "customers.trust_loss" in out
    assert "2 replications of 2 regimes in 5 futures, 20 runs; 60 customers x 12 months each." in out
    assert sorted(os.listdir(".")) == ["futures.yaml"]


def test_other_futures_go_to_another_folder(cxsim, here):
    plans = [cxsim("robustness", *TINY, BAN, *more, "--dry-run")[1].splitlines()[-1] for more in (["n_futures=5"], ["n_futures=6"], [])]
    assert len({line.partition("Would go to: ")[2] for line in plans}) == 3


@pytest.mark.parametrize(("words", "message"), [
    (["regulator=none"], "regimes: given none"), ([BAN, "futures=gone.yaml"], "gone.yaml: it cannot be read"),
    ([BAN, "n_futures=x"], "n_futures: given 'x'"), ([BAN, "metric=churn"], "aim: given null"),
    ([BAN, "metrc=trust"], "Did you mean metric?"),
    ([BAN, "aim=up"], "aim: given 'up'"), (["customers.vigilance=0.1,0.2", "futures=futures.yaml"], "regimes set it, and futures too"),
    ([BAN, "precision=1"], "precision"),
])  # fmt: skip
def test_what_cannot_be_used_is_one_line_and_nothing_is_written(refused, words, message):
    assert message in refused("robustness", *TINY, *words)


def test_help_names_every_setting(cxsim):
    from cxsim.comparison.robustness import OWN

    code, out, _ = cxsim("robustness", "--help")
    assert code == 0
    for name in OWN:
        assert f"{name}=" in out
