import os
from pathlib import Path

import pytest

from cxsim.analysis.answer import Answer
from cxsim.analysis.files import is_answer
from cxsim.sweeps import worker

TINY = ["market=generic", "market.n_customers=60", "months=12", "burn_in=0", "figures=false", "executor=serial"]
BAN = "market.ban_price_walking=false,true"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_comparison_prints_tables_and_words_and_writes_an_answer(cxsim):
    code, out, err = cxsim("compare", *TINY, "regulator=none,stylised_continental", "replications=3", "name=mine")
    assert (code, err) == (0, "")
    for words in ("Adequate funding, no cap (stylised) instead of No regulator", "95 % interval", "Variance saved", "The harm ledger",
                  "From 3 pairs of runs with the same luck"):  # fmt: skip
        assert words in out
    assert out.rstrip().endswith(f"Answer: {Path('results', 'mine', 'answer')}")
    answer = Answer.load(Path("results", "mine", "answer"))
    assert answer.command == f"cxsim compare {' '.join(TINY)} regulator=none,stylised_continental replications=3 name=mine"
    assert answer.figures == {}
    names = {}
    exec(f"{answer.code[:-1]}, executor='serial')", names)
    assert list(names["found"].findings) == list(answer.findings)
    assert set(os.listdir("results/mine")) == {"answer", "sweep"}


def test_the_same_command_again_does_nothing_twice(cxsim, monkeypatch):
    words = ["compare", *TINY, BAN, "replications=2"]
    _, first, _ = cxsim(*words)
    monkeypatch.setattr(worker, "_played", None)
    code, again, _ = cxsim(*words)
    assert code == 0
    assert again == first
    (folder,) = os.listdir("results")
    assert folder.startswith("compare-")
    assert set(os.listdir(Path("results", folder))) == {"answer", "sweep"}
    # Another way to look at the same runs is another answer beside the first.
    code, out, _ = cxsim(*words, "window=3", "metrics=trust")
    assert code == 0
    assert out.rstrip().endswith("answer-2")
    assert is_answer(Path("results", folder, "answer-2"))


def test_a_dry_run_says_what_would_be_run_and_writes_nothing(cxsim):
    baseline = "baseline=ban_price_walking-true--n_firms-3"
    code, out, _ = cxsim("compare", *TINY, BAN, "market.n_firms=2,3", "precision=0.5", baseline, "--dry-run")
    assert code == 0
    lines = out.splitlines()
    assert len([line for line in lines if line.startswith("ban_price_walking")]) == 4
    assert lines[3].split()[:2] == ["ban_price_walking-true--n_firms-3", "baseline"]
    assert "20 replications of 4 regimes, 80 runs, then more until experience is known to 0.5 either way, at most 1,000" in out
    assert "60 customers x 12 months" in out
    assert os.listdir(".") == []


def test_named_regimes_come_from_a_file(cxsim, here):
    reform = "title: Both at once, market.ban_price_walking: true, regulator: gdpr"
    (here / "options.yaml").write_text(f"baseline: today\nregimes:\n  reform: {{{reform}}}\n  today: {{}}\n")
    code, out, _ = cxsim("compare", *TINY, "regimes=options.yaml", "replications=2")
    assert code == 0
    assert "Both at once instead of today" in out


def test_an_experiment_with_values_is_a_comparison(cxsim):
    code, out, _ = cxsim("compare", "experiment=price_walk_ban", *TINY[1:], "replications=2", "--dry-run")
    assert code == 0
    assert "compare-price_walk_ban" in out


@pytest.mark.parametrize(("words", "message"), [
    (["regulator=none"], "regimes: given none; allowed: several values for a key"),
    (["regulator=none,nobody"], "regulator=nobody: there is no such preset."),
    (["market.n_frims=2,3"], "market.n_frims: there is no such parameter. Did you mean market.n_firms?"),
    ([BAN, "basline=none"], "basline: there is no such parameter or setting. Did you mean baseline?"),
    ([BAN, "baseline=maybe"], "baseline: given 'maybe'; allowed: ban_price_walking-false, ban_price_walking-true"),
    ([BAN, "replications=1"], "replications: given 1"), ([BAN, "replications=x"], "replications: given 'x'"),
    ([BAN, "precision=-1"], "precision: given -1"), ([BAN, "precision_metric=trust"], "it goes together with precision"),
    ([BAN, "window=13"], "window: given 13"), ([BAN, "metrics=experiance"], "Did you mean experience?"),
    ([BAN, "focus=poor"], "focus: given 'poor'; allowed: a segment of every regime"),
    ([BAN, "executor=proceses"], "Did you mean processes?"),
    (["seed=1,2"], "seed: all regimes share it"), (["regimes=gone.yaml"], "gone.yaml: it cannot be read"),
    ([BAN, "regimes=gone.yaml"], "it has several values, and regimes= gives the regimes"),
    ([BAN, "samples=3"], "samples: a comparison does not go by it"), ([BAN, "design=points.csv"], "design: a comparison does not"),
    ([BAN, "hydra.run.dir=there"], "hydra.run.dir: a comparison does not"), ([BAN, "hydra.launcher.monthly=true"], "monthly: a comparison"),
    ([BAN, "hydra/launcher=basic"], "hydra/launcher"), ([BAN, "replications=2", "replications=3"], "replications: it is given twice"),
    ([BAN, "--nonsense"], "--nonsense"),
])  # fmt: skip
def test_what_cannot_be_used_is_one_line_and_nothing_is_written(refused, words, message):
    # Runs are refused before there is any, so that nobody needs to say how they are done.
    assert message in refused("compare", *TINY[:-1], *words)


def test_a_bad_key_in_a_file_is_said_with_the_files_name_and_the_nearest(cxsim, here):
    (here / "options.yaml").write_text("regimes:\n  a: {}\n  b: {market.ban_price_walkin: true}\n")
    code, _, err = cxsim("compare", *TINY, "regimes=options.yaml")
    assert code == 2
    assert err == (
        "cxsim: options.yaml: regime b: market.ban_price_walkin: there is no such parameter. Did you mean market.ban_price_walking?\n"
    )
    assert os.listdir(".") == ["options.yaml"]


def test_a_folder_with_something_else_is_left_alone(cxsim, here):
    (here / "results" / "mine").mkdir(parents=True)
    (here / "results" / "mine" / "notes.txt").write_text("")
    code, _, err = cxsim("compare", *TINY, BAN, "name=mine")
    assert code == 2
    assert "it holds something else; give another name" in err


def test_help_names_every_setting(cxsim):
    from cxsim.comparison.api import OWN

    code, out, _ = cxsim("compare", "--help")
    assert code == 0
    for name in OWN:
        assert f"{name}=" in out
