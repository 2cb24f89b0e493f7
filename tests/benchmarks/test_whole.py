"""Rows of whole runs and of the planner, on small markets."""

from __future__ import annotations

import pytest

from benchmarks import timing, whole
from benchmarks.rows import find


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing, "LEAST", 0.0)
    monkeypatch.setattr(whole, "RUN_SIZES", (200,))
    monkeypatch.setattr(whole, "MONTHS", 6)
    monkeypatch.setattr(whole, "PLANNER_CUSTOMERS", 400)


def test_a_run_is_made_of_its_parts() -> None:
    rows = list(whole.runs(1, lambda text: None))
    run = find(rows, whole.RUNS, "a run: made, 6 months, tables", 200)
    parts = [row for row in rows if row.what.startswith("of that")]
    assert run is not None
    assert len(parts) == 3
    assert run.value == pytest.approx(sum(row.value for row in parts))


def test_the_planner_is_counted_in_customers_months() -> None:
    rows = {row.what: row for row in whole.planner(1, lambda text: None)}
    assert rows[whole.IN_MONTHS].value == pytest.approx(rows[whole.REVIEWS].value / rows[whole.A_MONTH].value)
    assert {row.customers for row in rows.values()} == {400}
