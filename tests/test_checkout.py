from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import cxsim
from tests.checkout import surroundings


def test_a_python_that_a_test_starts_imports_the_cxsim_that_is_tested_wherever_it_runs(tmp_path, monkeypatch):
    for given in ("", str(tmp_path)):
        monkeypatch.setenv("PYTHONPATH", given)
        code = "import sys, os, cxsim; print(cxsim.__file__); print(os.environ['KEY']); print(*sys.path, sep='\\n')"
        words = [sys.executable, "-c", code]
        done = subprocess.run(words, cwd=tmp_path, env=surroundings(KEY="value"), capture_output=True, text=True, check=True)
        file, key, *paths = done.stdout.splitlines()
        assert (Path(file), key) == (Path(cxsim.__file__), "value")
        assert not given or given in paths
    assert "KEY" not in os.environ
