"""The command line of the benchmarks."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import __main__ as command
from benchmarks import timing


def test_help_names_every_part(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--help"]) == 0
    text = capsys.readouterr().out
    assert all(part in text for part in (*command.PARTS, *command.OTHERS))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["mnth"], "mnth: there is no such part. Did you mean month?"),
        (["--rounds", "0"], "allowed: a whole number from 1 to 1,000"),
        (["month", "--sizes", "1000,many"], "given 'many'"),
        (["month", "--sizes", "10"], "allowed: a whole number from 100 to 10,000,000"),
        (["--fast"], "--fast"),
    ],
)
def test_input_that_cannot_be_used_gets_one_line(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(arguments) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.err.count("\n") == 1
    assert captured.out == ""


def test_a_folder_that_cannot_be_written_is_refused_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    assert command.main(["month", "--out", str(tmp_path / "file")]) == 2
    assert "--out" in capsys.readouterr().err


def test_one_part_prints_its_rows_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(timing, "LEAST", 0.0)
    assert command.main(["month", "--sizes", "100", "--rounds", "1"]) == 0
    captured = capsys.readouterr()
    assert "plain Mesa" in captured.out
    assert "bit for bit" in captured.out
    assert captured.err == ""  # quiet: no terminal
    assert not list(tmp_path.iterdir())


def test_all_parts_end_in_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from made import some_rows

    rows = {row.part: row for row in some_rows()}
    monkeypatch.setattr(command, "PARTS", {"month": ""})
    monkeypatch.setattr(command, "_rows", lambda *given: iter(some_rows()))
    assert command.main(["--quick", "--out", str(tmp_path)]) == 0
    assert capsys.readouterr().out.endswith(f"Written: {tmp_path / 'speed.md'}\n")
    text = (tmp_path / "speed.md").read_text(encoding="utf-8")
    assert "a quick look" in text
    assert rows["planner"].measured in text


def test_an_interrupt_leaves_no_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*given: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "_rows", interrupted)
    assert command.main(["--quick", "--out", str(tmp_path)]) == 130
    assert "no page was written" in capsys.readouterr().err
    assert not (tmp_path / "speed.md").exists()


def test_sweeps_have_options_of_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["sweeps", "--help"]) == 0
    assert "--executors" in capsys.readouterr().out
