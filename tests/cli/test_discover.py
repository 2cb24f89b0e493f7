import pytest

BASE = ["discover", "market=generic", "regulator=fca", "--vary", "market.attention,customers.harm_weight"]
TINY = ["market.n_customers=30", "months=2", "burn_in=0", "--executor", "serial", "--cases", "60"]


def test_a_dry_run_counts_both_regimes(cxsim, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, _ = cxsim(*BASE, "--versus", "regulator=none", "--dry-run")
    assert code == 0
    assert "For 300 cases: 600 runs" in out
    assert list(tmp_path.iterdir()) == []


def test_it_answers_and_says_where(cxsim, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, _ = cxsim(*BASE, *TINY, "--fails", "experience<60", "name=mine")
    assert code == 0
    assert "of 60 cases" in out
    assert "Results: results/mine" in out
    assert (tmp_path / "results" / "mine" / "answer.json").is_file()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "say when the regime fails"),
        (["--fails", "joy<1"], "--fails"),
        (["--fails", "experience<60", "--cases", "5"], "--cases"),
        (["--fails", "experience<60", "--method", "forest"], "prim, cart"),
    ],
)
def test_bad_input_is_one_line_and_leaves_nothing(refused, tmp_path, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    assert said in refused(*BASE, *words)
