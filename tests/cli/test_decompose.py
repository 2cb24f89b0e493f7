"""``cxsim decompose``, from words to a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from cxsim.analysis.answer import Answer

SMALL = ["market=generic", "market.n_customers=80", "months=6", "burn_in=1", "figures=false"]
WORDS = ["decompose", *SMALL, "from=regulator=none", "to=[market.switching_cost=5,market.ban_price_walking=true]"]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_a_decomposition_writes_an_answer_and_says_what_it_found(cxsim):
    code, out, err = cxsim(*WORDS, "replications=2")
    assert (code, err) == (0, "")
    answer = Answer.load("results/decomposition")
    assert answer.command.startswith("cxsim decompose market=generic ")
    assert "Second regime less first in months 3 to 5, by channel" in out
    for paragraph in answer.findings:
        assert paragraph in out
    assert out.rstrip().endswith(f"Results: {Path('results/decomposition')}")
    assert answer.configs["to"].market.ban_price_walking
    assert not answer.configs["from"].market.ban_price_walking


def test_from_a_day_on_with_outcomes_and_a_name_of_ones_own(cxsim):
    code, _, _ = cxsim(*WORDS, "at=3", "name=mine", "--outcomes", "price_paid, churn")
    assert code == 0
    answer = Answer.load("results/mine")
    assert (answer.settings["at"], answer.settings["outcomes"]) == (3, ["price_paid", "churn"])
    assert "from month 3 on" in answer.question
    assert cxsim(*WORDS, "--out", "else/where")[0] == 0
    assert Answer.load("else/where").kind == "decomposition"


@pytest.mark.parametrize(("words", "told"), [
    (["decompose"], "to: say what sets the second regime apart"),
    (["decompose", *SMALL, "from=regulator=none"], "to: say what sets the second regime apart"),
    (["decompose", *SMALL, "to="], "to: it changes nothing"),
    (["decompose", *SMALL, "regulator=fca", "to=[regulator=fca,market.n_customers=80]"], "to: it changes nothing"),
    (["decompose", *SMALL, "from=regulator=fca", "to=regulator=fca", "at=2"], "to: it changes nothing"),
    (["decompose", *SMALL, "to=regulator=gdpr", "to=regulator=fca"], "to: it is given twice"),
    (["decompose", *SMALL, "to=regulator=gdpr", "at=2", "at=3"], "at: it is given twice"),
    (["decompose", *SMALL, "to=[regulator=gdpr"], "to: given '[regulator=gdpr'"),
    (["decompose", *SMALL, "to=regulator=gdp"], "regulator=gdp: there is no such preset. Did you mean gdpr"),
    (["decompose", *SMALL, "to=seed=9"], "seed: 1 in one regime and 9 in the other"),
    (["decompose", *SMALL, "to=market.n_customers=9"], "market.n_customers: 80 in one regime and 9 in the other"),
    (["decompose", *SMALL, "to=market.n_firms=3", "at=2"], "market.n_firms: given 3"),
    (["decompose", *SMALL, "to=regulator=gdpr", "at=6"], "at: given 6; allowed: a whole number from 0 to 5"),
    (["decompose", *SMALL, "to=regulator=gdpr", "at=soon"], "at: given 'soon'"),
    (["decompose", *SMALL, "to=regulator=gdpr", "--outcomes", "profit"], "outcomes: given 'profit'"),
    (["decompose", *SMALL, "to=regulator=gdpr", "--out", "file/x"], "(Not a directory). Give another with --out FOLDER."),
    (["decompose", "--nothing"], "see cxsim decompose --help"),
])  # fmt: skip
def test_what_cannot_be_used_is_one_line_and_nothing_is_written(refused, words, told):
    Path("file").write_text("")
    assert told in refused(*words)


def test_help_has_examples(cxsim):
    code, out, _ = cxsim("decompose", "--help")
    assert code == 0
    assert "cxsim decompose market=energy" in out
