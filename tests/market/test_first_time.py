"""Compiling by several processes: when it is done, and that nothing is left behind however it ends."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import cxsim
from cxsim import compiled
from cxsim.market import first_time
from tests.checkout import surroundings

PACKAGE = Path(cxsim.__file__).resolve().parent.parent


class Helpers:
    """Stands in for ``subprocess.Popen`` and remembers what was started."""

    def __init__(self, statement):
        self.statement, self.started, self.environments = statement, [], []

    def __call__(self, command, env, **options):
        self.environments.append(env)
        self.started.append(subprocess.Popen([command[0], "-c", self.statement], env=env, **options))
        return self.started[-1]


@pytest.fixture
def fresh(monkeypatch, tmp_path):
    """A process that has not asked yet, with an empty cache and two cores; gives the helpers it starts and what it plays."""
    helpers, played = Helpers("import time; time.sleep(60)"), []
    monkeypatch.setattr(first_time, "_begun", False)
    monkeypatch.delenv(first_time.HELPER, raising=False)
    monkeypatch.setenv("CXSIM_CACHE_DIR", str(tmp_path))
    compiled.cache_folder().mkdir(parents=True)
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 1}, raising=False)
    monkeypatch.setattr(first_time, "is_ready", lambda: False)
    monkeypatch.setattr(first_time, "play_without_reviews", lambda: played.append(1))
    monkeypatch.setattr(first_time, "PATIENCE", 0.3)
    monkeypatch.setattr(first_time, "subprocess", _Subprocess(helpers))
    return helpers, played


class _Subprocess:
    def __init__(self, popen):
        self.Popen, self.PIPE, self.DEVNULL = popen, subprocess.PIPE, subprocess.DEVNULL


def ended(helpers):
    return all(process.poll() is not None for process in helpers.started)


def test_what_is_kept_is_not_compiled_again(monkeypatch, fresh):
    helpers, played = fresh
    monkeypatch.setattr(first_time, "is_ready", lambda: True)
    first_time.prepare()
    assert (helpers.started, played) == ([], [])


def test_one_core_compiles_what_is_called_when_it_is_called(monkeypatch, fresh):
    helpers, played = fresh
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0})
    first_time.prepare()
    assert (helpers.started, played) == ([], [])


def test_a_helper_has_no_helper(monkeypatch, fresh):
    helpers, played = fresh
    monkeypatch.setenv(first_time.HELPER, "1")
    first_time.prepare()
    assert (helpers.started, played) == ([], [])


def test_a_frozen_program_does_not_start_itself(monkeypatch, fresh):
    helpers, played = fresh
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    first_time.prepare()
    assert (helpers.started, played) == ([], [])


def test_one_helper_that_knows_what_it_is_and_is_gone_afterwards(fresh):
    helpers, played = fresh
    first_time.prepare()
    first_time.prepare()
    assert (len(helpers.started), len(played)) == (1, 1)
    assert helpers.environments[0][first_time.HELPER] == "1"
    assert ended(helpers)


@pytest.mark.parametrize(("cores", "helpers_wanted"), [(2, 1), (3, 2), (64, 2)])
def test_where_there_are_cores_tables_have_a_helper_of_their_own(monkeypatch, fresh, cores, helpers_wanted):
    helpers, played = fresh
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(cores)))
    first_time.prepare()
    assert (len(helpers.started), played) == (helpers_wanted, [1])
    assert ended(helpers)
    shares = first_time._shares(cores)
    assert sorted(task for tasks in shares for task in tasks) == ["reviews", "tables"]


def test_it_waits_for_its_helper(monkeypatch, fresh, tmp_path):
    helpers, _ = fresh
    mark = tmp_path / "done"
    helpers.statement = f"import pathlib; pathlib.Path({str(mark)!r}).touch()"
    monkeypatch.setattr(first_time, "PATIENCE", 60.0)
    first_time.prepare()
    assert mark.exists()


def test_an_interrupt_ends_the_helper_too(monkeypatch, fresh):
    helpers, _ = fresh

    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr(first_time, "play_without_reviews", interrupted)
    with pytest.raises(KeyboardInterrupt):
        first_time.prepare()
    assert len(helpers.started) == 1
    assert ended(helpers)


def test_what_goes_wrong_is_left_to_the_run(monkeypatch, fresh):
    helpers, _ = fresh

    def fail():
        raise RuntimeError

    monkeypatch.setattr(first_time, "play_without_reviews", fail)
    first_time.prepare()
    assert ended(helpers)


def test_without_processes_to_be_had_it_goes_on_alone(monkeypatch, fresh):
    _, played = fresh

    def refuse(*command, **options):
        raise OSError

    monkeypatch.setattr(first_time.subprocess, "Popen", refuse)
    first_time.prepare()
    assert played == [1]


def test_the_markets_made_for_it_do_not_start_it_again(monkeypatch, fresh):
    helpers, _ = fresh
    monkeypatch.setattr(first_time, "play_without_reviews", first_time.prepare)
    first_time.prepare()
    assert len(helpers.started) == 1


def test_other_threads_wait_until_it_is_done(monkeypatch, fresh):
    order = []

    def play():
        time.sleep(0.2)
        order.append("compiled")

    monkeypatch.setattr(first_time, "play_without_reviews", play)

    def ask():
        first_time.prepare()
        order.append("went on")

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert order == ["compiled"] + 3 * ["went on"]


HOLDER = """
import sys, time
from cxsim.market import first_time
with first_time._one_at_a_time():
    print("held", flush=True)
    time.sleep(float(sys.argv[1]))
"""


def held(seconds):
    """Another process that holds the lock for some seconds."""
    environment = surroundings()
    other = subprocess.Popen([sys.executable, "-c", HOLDER, str(seconds)], env=environment, stdout=subprocess.PIPE, text=True)
    assert other.stdout.readline() == "held\n"
    return other


def test_one_of_several_processes_compiles_and_the_others_take_what_it_made(monkeypatch, fresh):
    pytest.importorskip("fcntl")
    helpers, played = fresh
    asked = []
    monkeypatch.setattr(first_time, "PATIENCE", 60.0)
    monkeypatch.setattr(first_time, "is_ready", lambda: asked.append(1) or len(asked) > 1)
    other = held(0.5)
    first_time.prepare()
    assert other.poll() is not None or other.wait(5) == 0
    assert (helpers.started, played) == ([], [])


def test_patience_with_another_process_ends(fresh):
    pytest.importorskip("fcntl")
    _, played = fresh
    other = held(60)
    try:
        first_time.prepare()
        assert played == [1]
        assert other.poll() is None
    finally:
        other.kill()
        other.communicate()


def test_a_helper_with_other_sources_does_nothing(monkeypatch):
    monkeypatch.setattr(first_time, "_tiny_market", pytest.fail)
    first_time.help_with(("reviews", "tables"), "other sources")


def test_a_helper_ends_with_the_process_that_started_it():
    statement = "import time; from cxsim.market import first_time; first_time.end_with_the_first(); print('up', flush=True); time.sleep(60)"
    environment = surroundings()
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", statement], env=environment, stdin=pipe, stdout=pipe, text=True) as helper:
        assert helper.stdout.readline() == "up\n"
        assert helper.poll() is None
        helper.stdin.close()  # as the system does when its owner is no more
        assert helper.wait(20) == 1


SCRIPT = """
from cxsim.market.model import Market

market = Market(**{"market.n_customers": 60, "market.review_months": 1, "months": 3, "burn_in": 0, "regulator.annual_funding": 1e6})
while market.running:
    market.step()
print(market.recorder.frames()["firms"].to_numpy().tolist())
"""


@pytest.mark.slow
def test_scripts_without_a_guard_may_start_together_on_an_empty_cache(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    environment = surroundings(CXSIM_CACHE_DIR=str(tmp_path / "cache"))
    environment.pop(first_time.HELPER, None)

    def start():
        return subprocess.Popen([sys.executable, str(script)], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    told = [process.communicate() for process in [start(), start()]]
    assert [errors for _, errors in told] == ["", ""]
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "cache").rglob("*.nb?")}
    assert any("review" in path.name for path in kept)
    assert any("month" in path.name for path in kept)
    told.append(start().communicate())
    assert len({figures for figures, _ in told}) == 1
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "cache").rglob("*.nb?")} == kept
    assert not list((tmp_path / "cache").rglob("*.tmp.*"))
