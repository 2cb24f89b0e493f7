import io
import subprocess
import sys

import pytest

from cxsim.cli import encoding
from tests.checkout import surroundings


@pytest.mark.parametrize("name", ["ascii", "cp1252", "latin-1", "cp437"])
def test_every_character_comes_out_as_something(monkeypatch, name):
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding=name))
    encoding.show_all()
    print("£5 – naïve 中 \udcc3 ≥", flush=True)
    said = written.getvalue().decode(name)
    assert said == "£5 – naïve 中 \udcc3 ≥\n".translate(
        {ord(each): made for each, made in (("£", "GBP "), ("–", "-"), ("ï", "i"), ("中", "?"), ("\udcc3", "?"), ("≥", ">="))
         if not _can(each, name)}
    )  # fmt: skip


def _can(character, name):
    try:
        character.encode(name)
    except UnicodeEncodeError:
        return False
    return True


def test_a_terminal_that_shows_everything_is_left_alone(monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    monkeypatch.setattr(sys, "stdout", stream)
    encoding.show_all()
    assert stream.errors == "strict"


@pytest.mark.parametrize(
    "words",
    [["columns", "monthly"], ["validate", "--list"], ["run", "--help"],
     ["compare", "market=generic", "regulator=none,fca", "replications=2", "months=2", "market.n_customers=20", "figures=false"]],
)  # fmt: skip
def test_commands_answer_in_plain_letters_where_there_are_no_others(words, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "cxsim", *words], env=surroundings(PYTHONIOENCODING="ascii"),
        cwd=tmp_path, capture_output=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.isascii()
    assert len(done.stdout) > 500
