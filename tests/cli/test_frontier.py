import pytest

BASE = ["frontier", "market=generic", "regulator=stylised_continental"]
TINY = ["market.n_customers=30", "months=3", "burn_in=0", "replications=2", "--executor", "serial", "--panels", "none",
        "--x", "regulator.annual_funding=1e5,1e6", "--y", "regulator.fine_cap=1e6,null"]  # fmt: skip


def test_help_names_the_options_and_examples(cxsim):
    code, out, _ = cxsim("frontier", "--help")
    assert code == 0
    assert all(word in out for word in ("--x", "--target", "--self-funded", "--dry-run", "cxsim frontier market=generic"))


def test_a_dry_run_says_what_it_takes_and_writes_nothing(cxsim, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, _ = cxsim(*BASE, "--dry-run")
    assert code == 0
    assert "648 runs of 1,000 customers over 144 months" in out
    assert list(tmp_path.iterdir()) == []


def test_it_answers_and_says_where(cxsim, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, _ = cxsim(*BASE, *TINY, "--self-funded", "none", "--metrics", "experience", "name=mine")
    assert code == 0
    assert "Results: results/mine" in out
    assert (tmp_path / "results" / "mine" / "answer.json").is_file()
    assert (tmp_path / "results" / "mine-runs" / "maps").is_dir()
    again, out, _ = cxsim(*BASE, *TINY, "--self-funded", "none", "--metrics", "experience", "name=mine")
    assert again == 0
    assert "Results: results/mine-2" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--x", "market.nothing=1:2"], "there is no such parameter"),
        (["--target", "experience!"], "--target"),
        (["--workers", "0"], "workers"),
        (["--executor", "magic"], "--executor"),
        (["--margin", "much"], "--margin"),
        (["regulator=fac"], "Did you mean fca"),
    ],
)
def test_bad_input_is_one_line_and_leaves_nothing(refused, tmp_path, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    assert said in refused(*BASE, *TINY, *words)
