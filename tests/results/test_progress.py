import io
import sys
import threading

import pytest

from cxsim.market import first_time
from cxsim.results import progress
from cxsim.results.progress import Counter, StoppedError, reporter


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_counts_every_month_once_over_threads():
    seen = []
    counter = Counter(400, lambda done, total: seen.append((done, total)))
    threads = [threading.Thread(target=lambda: [counter.tick() for _ in range(100)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [(done, 400) for done in range(1, 401)]


def test_after_a_stop_nobody_goes_on():
    counter = Counter(10, None)
    counter.tick()
    counter.stop()
    with pytest.raises(StoppedError):
        counter.tick()


def test_a_callback_is_handed_through():
    def callback(done, total):
        pass

    with reporter(callback, "run") as report:
        assert report is callback


@pytest.mark.parametrize("wanted", [None, False])
def test_silent_where_errors_do_not_go_to_a_terminal(monkeypatch, wanted):
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    with reporter(wanted, "run") as report:
        assert report is None
    assert stream.getvalue() == ""


def test_silent_on_a_terminal_when_asked(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    with reporter(False, "run") as report:
        assert report is None


def test_silent_without_a_standard_error(monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)
    with reporter(None, "run") as report:
        assert report is None


def test_a_long_run_shows_a_bar_on_standard_error_only(monkeypatch, capsys):
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    with reporter(None, "my [run]") as report:
        for done in range(1, 11):
            report(done, 10)
    assert "my [run]" in stream.getvalue()
    assert "10/10" in stream.getvalue()
    assert capsys.readouterr().out == ""


def test_a_short_run_shows_none(monkeypatch):
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(progress, "PATIENCE", 3600.0)
    with reporter(None, "run") as report:
        report(1, 1)
    assert stream.getvalue() == ""


@pytest.mark.parametrize(("ready", "wanted", "stream", "said"), [
    (False, None, Terminal(), True), (True, None, Terminal(), False), (False, False, Terminal(), False),
    (False, print, Terminal(), False), (False, None, io.StringIO(), False),
])  # fmt: skip
def test_compiling_is_announced_once_on_a_terminal(monkeypatch, ready, wanted, stream, said):
    monkeypatch.setattr(first_time, "is_ready", lambda: ready)
    monkeypatch.setattr(sys, "stderr", stream)
    progress.announce_compiling(wanted)
    assert ("ompiling" in stream.getvalue()) is said
    assert stream.getvalue().count("\n") == said
