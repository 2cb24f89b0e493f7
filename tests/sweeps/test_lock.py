import subprocess
import sys

import pytest

from cxsim.config.errors import ResultsError
from cxsim.sweeps import lock

HOLD = """
import pathlib, sys, time
from cxsim.sweeps import lock
with lock.held(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_one_process_at_a_time_and_a_dead_one_lets_go(tmp_path):
    other = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    try:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(ResultsError, match=f"process {other.pid} on .* is at work"), lock.held(tmp_path):
            pass
    finally:
        other.kill()
        other.wait()
        other.stdout.close()
    for _ in range(2):
        with lock.held(tmp_path):
            pass
