import pytest

from cxsim.cli import validate
from cxsim.cli.main import main
from cxsim.validation.registry import NAMES


def test_one_case_prints_its_table_and_ends_well(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code = validate.main(["joint_price", "n=2", "months=25", "customers=100", "seeds=1"])
    out = capsys.readouterr().out
    assert code == 0
    assert "cartel price, 2 firms" in out
    assert list(tmp_path.iterdir()) == []


def test_a_case_that_fails_ends_with_one(capsys):
    too_soon = ["logit_bertrand", "mu=2", "months=5", "customers=100", "seeds=2", "horizons=[1]"]
    assert validate.main(too_soon) == 1
    assert "Not in agreement with theory: logit_bertrand." in capsys.readouterr().out


def test_the_page_goes_where_it_is_told(capsys, tmp_path):
    validate.main(["joint_price", "n=2", "months=15", "customers=100", "seeds=1", "--out", str(tmp_path)])
    assert (tmp_path / "validation.md").is_file()
    assert (tmp_path / "figures" / "validation" / "joint_price.png").is_file()


def test_cases_and_options_are_listed(capsys):
    assert validate.main(["--list"]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in NAMES)
    assert validate.main(["--list", "circle"]) == 0
    assert "entry" in capsys.readouterr().out


@pytest.mark.parametrize("given", [["circel"], ["circle", "t=-1"], ["n=3"], ["--jobs", "0"], ["joint_price", "--out", "/dev/null/x"]])
def test_bad_input_is_one_line_and_code_two(given, capsys):
    assert main(["validate", *given]) == 2
    err = capsys.readouterr().err
    assert err.startswith("cxsim: ")
    assert err.count("\n") == 1
