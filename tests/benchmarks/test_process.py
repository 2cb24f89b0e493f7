"""Whole processes: what is run, and what is read from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from benchmarks import process

MIB = 2**20


def silent(text: str) -> None:
    pass


def test_memory_is_the_rise_of_the_peak_per_customer(monkeypatch: pytest.MonkeyPatch) -> None:
    def peak(script: str, customers: int, months: int) -> tuple[int, float]:
        each = 2000 if "plain_mesa" in script else 120
        return (51 if "state_bytes" in script else 0), 200 * MIB + each * (customers - 1000)

    monkeypatch.setattr(process, "_peak", peak)
    rows = {row.what: row for row in process.memory(1_000_000, 50_000, huge=False, say=silent)}
    assert rows[process.STATE].value == 51
    assert rows[process.ENGINE_MEMORY].value == pytest.approx(120, rel=0.01)
    assert rows[process.MESA_MEMORY].value == pytest.approx(2000, rel=0.05)
    assert process.HUGE not in rows


def test_ten_million_customers_are_not_tried_without_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_peak", lambda script, customers, months: (51, 1.0 * customers))
    monkeypatch.setattr(process, "_free_memory", lambda: 1e9)
    assert process.HUGE not in {row.what for row in process.memory(10, 10, huge=True, say=silent)}
    monkeypatch.setattr(process, "_free_memory", lambda: 1e11)
    assert process.HUGE in {row.what for row in process.memory(10, 10, huge=True, say=silent)}


def test_a_fresh_cache_is_given_to_every_first_run_and_to_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, Any]] = []

    def run(command: Sequence[str], folder: str, more: Any = None) -> str:
        seen.append((command[-1], more))
        return ""

    monkeypatch.setattr(process, "_run", run)
    rows = {row.what for row in process.start_up(2, 3, silent)}
    assert {process.HELP, process.RUN_WARM, process.RUN_COLD, process.IMPORT} <= rows
    folders = [more["CXSIM_CACHE_DIR"] for _, more in seen if more]
    assert len(folders) == len(set(folders)) == 3


def test_a_process_that_fails_is_said_in_one_line(tmp_path: Any) -> None:
    import sys

    with pytest.raises(process.ProcessError, match=r"ended with code 1: ZeroDivisionError") as caught:
        process._run([sys.executable, "-c", "1 / 0"], str(tmp_path))
    assert "\n" not in str(caught.value)


@pytest.mark.slow
def test_real_processes_answer() -> None:
    rows = {row.what: row.value for row in process.memory(20_000, 2000, huge=False, say=silent)}
    assert rows[process.STATE] <= 64
    assert rows[process.MESA_MEMORY] > rows[process.ENGINE_MEMORY] >= 0
    assert process.RUN_WARM in {row.what for row in process.start_up(1, 0, silent)}
