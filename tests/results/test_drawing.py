import functools
import io
import os
import subprocess

import pytest

from cxsim.results import drawing, figures
from cxsim.results.drawing import apart, here
from cxsim.results.files import figure_tasks

from . import synthetic


@pytest.fixture(scope="module")
def run():
    return synthetic.run(synthetic.config(months=6))


@pytest.fixture
def started(monkeypatch):
    """Processes that were started, on a machine of two cores."""
    processes = []
    start = drawing._start
    monkeypatch.setattr(drawing, "_cores", lambda: 2)
    monkeypatch.setattr(drawing, "_start", lambda: processes.append(start()) or processes[-1])
    return processes


def order(run, folder):
    return functools.partial(figure_tasks, run, folder)


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_figures_drawn_apart_are_those_drawn_here(run, started, tmp_path, monkeypatch):
    with here(order(run, tmp_path / "here")):
        assert not (tmp_path / "here").exists()
    drawn_here = []
    monkeypatch.setattr(figures, "save", lambda *_: drawn_here.append(_))
    with apart() as draw, draw(order(run, tmp_path / "apart")):
        pass
    assert content(tmp_path / "here") == content(tmp_path / "apart")
    assert len(content(tmp_path / "here")) == 2 * len(figures.FIGURES)
    assert [process.returncode for process in started] == [0]
    assert drawn_here == []


def test_figures_are_drawn_here_where_the_process_is_gone(run, started, tmp_path):
    with apart() as draw:
        started[0].kill()
        with draw(order(run, tmp_path / "a")):
            pass
    assert len(content(tmp_path / "a")) == 2 * len(figures.FIGURES)


def test_a_block_that_fails_ends_the_process_before_the_caller_tidies_up(run, started, tmp_path):
    with apart() as draw:
        with pytest.raises(KeyboardInterrupt), draw(order(run, tmp_path / "a")):
            raise KeyboardInterrupt
        assert started[0].returncode is not None
        with pytest.raises(ProcessLookupError):
            os.killpg(started[0].pid, 0)


def test_a_process_that_was_asked_for_nothing_ends_with_the_block(started):
    with apart():
        assert started[0].poll() is None
    assert started[0].returncode is not None


@pytest.mark.parametrize(("wanted", "cores"), [(False, 8), (True, 1)])
def test_no_process_is_started_for_nothing_or_without_a_core_for_it(started, monkeypatch, wanted, cores):
    monkeypatch.setattr(drawing, "_cores", lambda: cores)
    with apart(wanted) as draw:
        assert draw is here
    assert started == []


def test_where_no_process_can_be_had_figures_are_drawn_here(monkeypatch):
    def refuse(*_, **__):
        raise OSError

    monkeypatch.setattr(drawing, "_cores", lambda: 2)
    monkeypatch.setattr(subprocess, "Popen", refuse)
    with apart() as draw:
        assert draw is here


def test_without_an_order_nothing_is_drawn():
    assert drawing.work(io.BytesIO()) == 1


def test_what_cannot_travel_is_drawn_here(started, tmp_path):
    drawn = []
    with apart() as draw, draw(lambda: [lambda: drawn.append(os.getpid())]):
        assert drawn == []
    assert drawn == [os.getpid()]


def test_a_task_that_fails_there_says_here_what_is_wrong(started):
    with pytest.raises(ValueError, match="invalid literal"), apart() as draw, draw(functools.partial(_failing, "x")):
        pass
    assert started[0].returncode == 1


def _failing(word):
    return [functools.partial(int, word)]
