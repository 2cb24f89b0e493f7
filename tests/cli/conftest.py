import os
from pathlib import Path

import pytest

from cxsim.cli.main import main


class Simulation:
    """Stands in for simulating and writing, so that what the command line asks of them can be looked at."""

    def __init__(self):
        self.configs = []
        self.given = []
        self.written = []
        self.summaries = 0
        self.fails = None

    def run_config(self, config, **given):
        if self.fails is not None:
            raise self.fails
        self.configs.append(config)
        self.given.append(given)
        return config

    def write_run(self, result, folder, draw):
        Path(folder).mkdir(parents=True)
        self.written.append(Path(folder))
        return Path(folder).absolute()

    def render_summary(self, result):
        self.summaries += 1


@pytest.fixture
def simulation(monkeypatch, tmp_path):
    stand_in = Simulation()
    monkeypatch.setattr("cxsim.results.run.run_config", stand_in.run_config)
    monkeypatch.setattr("cxsim.results.files.write_run", stand_in.write_run)
    monkeypatch.setattr("cxsim.results.summary.render_summary", stand_in.render_summary)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return stand_in


@pytest.fixture
def cxsim(capsys):
    """Run the command line in this process: exit code, standard output, standard error."""

    def run(*words):
        code = main(list(words))
        out, err = capsys.readouterr()
        return code, out, err

    return run


@pytest.fixture
def refused(cxsim):
    """Give the command line what it cannot use: exit code 2, nothing printed but one line of error, nothing written. Returns that line."""

    def check(*words):
        before = sorted(os.listdir())
        code, out, err = cxsim(*words)
        assert (code, out) == (2, "")
        assert err.startswith("cxsim: ")
        assert err.count("\n") == 1
        assert sorted(os.listdir()) == before
        return err

    return check
