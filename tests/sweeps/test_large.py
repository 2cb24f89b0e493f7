"""What holds however large a sweep is: memory that does not grow, and a dataset that opens everywhere by one line."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cxsim.sweeps import manifest, parts, store
from cxsim.sweeps.design import factorial
from cxsim.sweeps.reading import count
from cxsim.sweeps.runner import run
from cxsim.sweeps.scenarios import Composed

from .conftest import TINY
from .madeup import MadeUp

ROOT = Path(__file__).resolve().parents[2]


def stored(folder: Path, points: int) -> Path:
    """A finished sweep with so many made-up runs."""
    made = Composed(factorial({"firms.insight": np.linspace(0, 1, points)}), TINY)
    with store.opened(folder, manifest.describe(made, 1, False), made) as opened:
        run(made, opened, MadeUp(), progress=False)
    return folder


PEAK = """
import pathlib, sys, tempfile
from tests.sweeps.test_large import stored
with tempfile.TemporaryDirectory() as folder:
    stored(pathlib.Path(folder, "sweep"), int(sys.argv[1]))
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not say how much memory a process had at most")
def test_the_parents_memory_is_flat_in_the_number_of_runs():
    peaks = {}
    for points in (5_000, 60_000):
        done = subprocess.run([sys.executable, "-c", PEAK, str(points)], cwd=ROOT, capture_output=True, text=True, check=True)
        peaks[points] = int(done.stdout) / 1024
    # The 55,000 further rows are 20 MB as plain numbers, and more on their way through a journal into a part.
    assert peaks[60_000] - peaks[5_000] < 10


def _lines() -> list[str]:
    """The lines with which the page on sweeps opens a dataset elsewhere."""
    text = (ROOT / "docs" / "sweeps.md").read_text(encoding="utf-8")
    return re.findall(r"^(?:pandas|polars|duckdb)\..*study/runs.*$", text, re.MULTILINE)


@pytest.mark.parametrize("points", [2_000, pytest.param(1_000_000, marks=pytest.mark.slow)])
def test_a_dataset_opens_elsewhere_by_one_line_each(tmp_path, monkeypatch, points):
    pytest.importorskip("polars")
    duckdb = pytest.importorskip("duckdb")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(store, "ROLL_AT", 1 << 18 if points < 10_000 else store.ROLL_AT)
    folder = stored(Path("results/study"), points)
    assert len(parts.names(folder / "runs")) > 1
    assert count(folder, "runs") == points
    lines = _lines()
    assert [line.partition(".")[0] for line in lines] == ["pandas", "polars", "duckdb"]
    expected = pd.read_parquet("results/study/runs", columns=["experience"])["experience"].sum()
    import polars

    for line in lines:
        names = {"pandas": pd, "polars": polars, "duckdb": duckdb}
        found = eval(line, names)  # the lines are the page's own
        whole = found.df() if line.startswith("duckdb") else found
        assert len(whole) == points
        assert float(whole["experience"].sum()) == pytest.approx(float(expected), rel=1e-9)
