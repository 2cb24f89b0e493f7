import pytest

from cxsim.cli.main import main


@pytest.mark.parametrize("given", ["0", "-1", "two", "1.5", "10001", ""])
@pytest.mark.parametrize("command", [["frontier"], ["sensitivity"], ["discover"], ["tournament", "."], ["claims"]])
def test_a_number_of_workers_that_is_none_is_told_even_where_nothing_would_run(command, given, capsys):
    dry = [] if command == ["claims"] else ["--dry-run"]
    assert main([*command, f"--workers={given}", *dry]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"cxsim: --workers: given '{given}'; allowed: a whole number, 1 to 10,000")
    assert len(said.err.splitlines()) == 1
