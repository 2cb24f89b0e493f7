import io
import sys

from cxsim.sweeps.progress import reporter


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_shows_runs_rate_and_time_left_and_a_file_nothing(monkeypatch):
    for stream, shown in ((Terminal(), True), (io.StringIO(), False)):
        monkeypatch.setattr(sys, "stderr", stream)
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setenv("COLUMNS", "120")
        with reporter(None, "my sweep", 2, 10) as report:
            report(5, 10)
        assert bool(stream.getvalue()) is shown
        if shown:
            for word in ("my sweep", "10", "runs"):
                assert word in stream.getvalue()


def test_silence_and_callbacks(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    with reporter(False, "x", 0, 1) as report:
        report(1, 1)
    assert sys.stderr.getvalue() == ""
    told = []
    with reporter(lambda done, total: told.append((done, total)), "x", 0, 1) as report:
        report(1, 1)
    assert told == [(1, 1)]
