import subprocess
import sys

import pytest

import cxsim as package
from cxsim.cli import main as module
from cxsim.cli.main import COMMANDS, Command, main
from cxsim.config.errors import CxsimError
from tests.checkout import surroundings

HEAVY = ("hydra", "omegaconf", "pandas", "numpy", "mesa", "numba", "matplotlib", "pyarrow", "rich", "scipy", "yaml")


@pytest.mark.parametrize("word", ["--help", "-h", "help"])
def test_help_names_every_command_with_an_example(cxsim, word):
    code, out, err = cxsim(word)
    assert (code, err) == (0, "")
    for command in COMMANDS:
        assert command.name in out
        assert command.help in out
        assert command.example in out


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["presets", "--help"], ["rnu"]])
def test_nothing_heavy_is_imported_for_help(words):
    code = (
        "import sys; from cxsim.cli.main import main; main(sys.argv[1:]); "
        f"sys.exit(', '.join(sorted(set({HEAVY!r}) & set(sys.modules))) or 0)"
    )
    found = subprocess.run([sys.executable, "-c", code, *words], check=False, capture_output=True, text=True, env=surroundings())
    assert found.returncode == 0, found.stderr


def test_the_version(cxsim):
    assert cxsim("--version") == (0, f"cxsim {package.__version__}\n", "")


@pytest.mark.parametrize(("word", "meant"), [("rnu", "run"), ("preset", "presets"), ("paramters", "parameters")])
def test_an_unknown_command_brings_the_nearest(cxsim, word, meant):
    code, out, err = cxsim(word)
    assert (code, out) == (2, "")
    assert err.startswith(f"cxsim: {word}: there is no such command. Did you mean {meant}?")
    assert err.count("\n") == 1


def test_every_command_can_be_imported_and_takes_a_list_of_words():
    for command in COMMANDS:
        assert callable(module._module(command))


NEEDS_MORE = {"run", "results", "compare", "robustness", "report", "tournament", "app"}
"""Commands whose examples take long, serve until stopped, or need results or entries that are there."""

SELF_CONTAINED = [command for command in COMMANDS if command.name not in NEEDS_MORE]


@pytest.mark.parametrize("command", SELF_CONTAINED, ids=lambda command: command.name)
def test_every_other_example_works(cxsim, command):
    code, out, err = cxsim(*command.example.split()[1:])
    assert (code, err) == (0, "")
    assert out.strip()


@pytest.mark.parametrize(("words", "passed"), [
    ([], []),
    (["seed=3"], ["seed=3"]),
    (["-m", "seed=1,2"], ["-m", "seed=1,2"]),
    (["+seed=3"], ["+seed=3"]),
    (["--cfg", "job"], ["--cfg", "job"]),
    (["run", "seed=3"], ["seed=3"]),
])  # fmt: skip
def test_run_is_meant_where_no_command_is_named(monkeypatch, words, passed):
    seen = []
    monkeypatch.setattr("cxsim.cli.run.main", lambda arguments: seen.append(arguments) or 0)
    assert main(words) == 0
    assert seen == [passed]


@pytest.mark.parametrize(("error", "code", "start"), [
    (CxsimError("What is wrong."), 2, "cxsim: What is wrong.\n"),
    (KeyboardInterrupt(), 130, "cxsim: interrupted"),
    (SystemExit(3), 3, ""),
    (SystemExit(), 0, ""),
])  # fmt: skip
def test_errors_become_one_line_and_an_exit_code(cxsim, monkeypatch, error, code, start):
    def fail(arguments):
        raise error

    monkeypatch.setattr("cxsim.cli.presets.main", fail)
    found, out, err = cxsim("presets")
    assert (found, out) == (code, "")
    assert err.startswith(start)
    assert err.count("\n") == (1 if start else 0)


def test_a_command_is_added_by_a_line_in_the_table(cxsim, monkeypatch):
    command = Command("columns2", "list columns again", "cxsim columns2 ledger", "cxsim.cli.columns")
    monkeypatch.setattr(module, "COMMANDS", (*COMMANDS, command))
    assert cxsim("columns2", "ledger") == cxsim("columns", "ledger")
    assert command.example in cxsim("--help")[1]


def test_python_m_is_the_same_command():
    found = subprocess.run([sys.executable, "-m", "cxsim", "rnu"], check=False, capture_output=True, text=True, env=surroundings())
    assert found.returncode == 2
    assert found.stderr.startswith("cxsim: rnu: there is no such command. Did you mean run?")
    assert "Traceback" not in found.stderr


def test_a_reader_that_leaves_early_is_no_error():
    command = f"{sys.executable} -m cxsim parameters --markdown | head -n 1"
    found = subprocess.run(["sh", "-c", command], check=False, capture_output=True, text=True, env=surroundings())
    assert found.stdout == "# Parameters\n"
    assert found.stderr == ""
