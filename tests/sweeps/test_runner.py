import os
import signal
import tracemalloc

import numpy as np
import pytest

from cxsim.sweeps import manifest, store
from cxsim.sweeps.api import execute
from cxsim.sweeps.design import factorial
from cxsim.sweeps.runner import LARGEST_CHUNK, InterruptedSweepError, Pace, run
from cxsim.sweeps.scenarios import Composed
from cxsim.sweeps.worker import Outcome

from .conftest import RUNS, TINY


@pytest.fixture
def heard():
    """Lets interrupts through, which a shell that starts the tests in the background has ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heard")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("executor", ["serial", "threads", "processes"])
def test_an_interrupt_keeps_what_is_done_and_says_how_to_go_on(scenarios, tmp_path, same, number, executor):
    def interrupt(done, total):
        if done >= 4:
            os.kill(os.getpid(), number)

    handler = signal.getsignal(number)
    with pytest.raises(InterruptedSweepError, match=f"of {RUNS} runs are kept .*The same command again goes on") as caught:
        execute(scenarios(), tmp_path / "sweep", executor=executor, workers=2, progress=interrupt)
    assert caught.value.exit_code == 130
    assert signal.getsignal(number) is handler
    assert not list((tmp_path / "sweep").glob("journal-*"))
    report = execute(scenarios(), tmp_path / "sweep", executor="serial", progress=False)
    assert 4 <= report.before < RUNS
    same(tmp_path / "sweep")


def test_progress_counts_every_run_once(scenarios, tmp_path):
    told = []
    execute(scenarios(), tmp_path / "sweep", executor="serial", progress=lambda done, total: told.append((done, total)))
    assert told == sorted(set(told))
    assert told[-1] == (RUNS, RUNS)


def test_failures_are_kept_and_tried_again_only_on_demand(tmp_path):
    design = factorial({"market.franchise_months": [None, 12], "market.n_firms": [3]})
    made = Composed(design, TINY)

    def again(**given):
        return execute(made, tmp_path / "sweep", executor="serial", progress=False, **given)

    first, second, third = again(), again(), again(retry_failed=True)
    assert (first.done, first.failed, second.before, second.failed) == (2, 1, 2, 1)
    assert (third.before, third.done, third.failed) == (1, 2, 1)


def test_chunks_grow_with_speed_and_shrink_towards_the_end():
    pace = Pace(4, 100_000)
    assert pace.size() == 1
    pace.learn(1, 0.01)
    assert pace.size() == 100
    for _ in range(50):
        pace.learn(100, 0.001)
    sizes = [pace.size() for _ in range(400)]
    assert max(sizes) == LARGEST_CHUNK
    assert sizes[-1] == 1
    assert sizes[-300:] == sorted(sizes[-300:], reverse=True)


class Instant:
    """An executor that simulates nothing, so that what the sweep itself takes can be seen."""

    name = "instant"

    def workers(self):
        return 4

    def run(self, tasks):
        return (Outcome(task.indices, {}, 0, 0.001) for task in tasks)


def test_memory_does_not_grow_with_the_number_of_runs(tmp_path, monkeypatch):
    monkeypatch.setattr("cxsim.sweeps.runner.LARGEST_CHUNK", 100)
    peaks = []
    for size in (4_096, 40_960):
        made = Composed(factorial({"firms.insight": np.linspace(0, 1, size)}), [*TINY, "replications=1"])
        with store.opened(tmp_path / str(size), manifest.describe(made, 1, False), made) as opened:
            tracemalloc.start()
            run(made, opened, Instant(), progress=False)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]
