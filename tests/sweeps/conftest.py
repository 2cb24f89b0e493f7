"""Sweeps whose runs take a few milliseconds, and strategies that go wrong on purpose."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from cxsim.sweeps.api import execute
from cxsim.sweeps.design import as_design
from cxsim.sweeps.reading import frame
from cxsim.sweeps.scenarios import Composed

TINY = ("market=generic", "market.n_customers=30", "months=2", "burn_in=0")
GRID = {"market.n_firms": [1, 2, 3], "regulator": ["none", "minimal_capped"]}
RUNS = 12


@pytest.fixture(scope="session")
def scenarios() -> Callable[..., Composed]:
    def make(design: Any = None, *overrides: str, **values: Any) -> Composed:
        return Composed(as_design(design or GRID), [*TINY, *overrides], None, {"replications": 2, **values})

    return make


@pytest.fixture(scope="session")
def reference(scenarios, tmp_path_factory) -> pd.DataFrame:
    """The table of the small sweep, never interrupted, one run after the other."""
    folder = tmp_path_factory.mktemp("reference") / "sweep"
    execute(scenarios(), folder, executor="serial", progress=False)
    return frame(folder)


@pytest.fixture
def same(reference) -> Callable[[Path], None]:
    """Checks that a sweep's dataset has the bytes of the reference once sorted by id."""

    def check(folder: Path) -> None:
        found = frame(folder)
        assert_same(found, reference)

    return check


def assert_same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    left, right = (table.sort_values(["id", "point"], ignore_index=True) for table in (found, expected))
    pd.testing.assert_frame_equal(left, right, check_exact=True)
    assert left.to_csv(float_format=float.hex) == right.to_csv(float_format=float.hex)


@pytest.fixture
def own_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], str]]:
    """Writes a strategy of one's own whose review begins with the given lines; returns what to name it by."""
    made = []
    monkeypatch.chdir(tmp_path)

    def write(module: str, lines: str) -> str:
        body = textwrap.indent(textwrap.dedent(lines).strip(), " " * 8)
        head = "import os\nimport signal\n\nfrom cxsim import Strategy\n\n\nclass Mine(Strategy):\n    def review(self, firm, market):\n"
        text = f"{head}{body}\n        return {{}}\n"
        (tmp_path / f"{module}.py").write_text(text)
        made.append(module)
        return f"{module}:Mine"

    monkeypatch.syspath_prepend(os.fspath(tmp_path))
    yield write
    import sys

    for module in made:
        sys.modules.pop(module, None)
