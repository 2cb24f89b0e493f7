import pytest

BASE = ["sensitivity", "market=generic", "regulator=fca"]
TINY = ["market.n_customers=30", "months=2", "burn_in=0", "--executor", "serial", "--vary", "market.attention,customers.harm_weight"]


def test_a_dry_run_lists_ranges_and_runs_and_writes_nothing(cxsim, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, _ = cxsim(*BASE, "--vary", "customers.*", "--dry-run")
    assert code == 0
    assert "customers.vigilance: 0.025 to 0.075" in out
    assert "For the indices of 6 parameters and luck: 576 runs" in out
    assert list(tmp_path.iterdir()) == []


def test_it_answers_and_says_where(cxsim, tmp_path, monkeypatch):
    pytest.importorskip("SALib")
    monkeypatch.chdir(tmp_path)
    code, out, _ = cxsim(*BASE, *TINY, "--trajectories", "2", "--n", "8", "--resamples", "100", "name=mine")
    assert code == 0
    assert "Results: results/mine" in out
    assert (tmp_path / "results" / "mine" / "answer.json").is_file()


def test_help_says_what_can_be_varied(cxsim):
    code, out, _ = cxsim("sensitivity", "--help")
    assert code == 0
    assert all(word in out for word in ("preset_guesses", "--versus", "--trajectories", "cxsim sensitivity market=generic"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--vary", "market.attentio"], "Did you mean market.attention"),
        (["--n", "100"], "power of two"),
        (["--versus", "regulator=fac"], "Did you mean fca"),
        (["--method", "moris"], "Did you mean morris"),
    ],
)
def test_bad_input_is_one_line_and_leaves_nothing(refused, tmp_path, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    assert said in refused(*BASE, *TINY, *words)
