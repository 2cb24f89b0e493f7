import os
import subprocess
import sys
import threading

import pytest

from cxsim.config.errors import ResultsError
from cxsim.sweeps import lock
from tests.checkout import surroundings

HOLD = """
import pathlib, sys, time
from cxsim.sweeps import lock
with lock.held(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def other(tmp_path):
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True, env=surroundings())
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_one_process_at_a_time_and_a_dead_one_lets_go(tmp_path, other):
    told = []

    def waiting(holder):
        told.append(holder)
        threading.Timer(0.5, other.kill).start()

    with lock.held(tmp_path, waiting):
        assert other.wait(10) != 0
        assert (tmp_path / lock.NAME).read_text().startswith(f"process {os.getpid()} on ")
    (holder,) = told
    assert holder.startswith(f"process {other.pid} on ")
    with lock.held(tmp_path, told.append):
        assert len(told) == 1


def test_a_process_does_not_wait_for_itself(tmp_path):
    with lock.held(tmp_path), pytest.raises(ResultsError, match="this process is at work"), lock.held(tmp_path):
        pass
    with lock.held(tmp_path):
        pass
