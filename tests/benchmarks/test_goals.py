"""Goals beside what was measured."""

from __future__ import annotations

import dataclasses

import pytest
from made import some_rows

from benchmarks.goals import MET, MISSED, OPEN, goals, growth
from benchmarks.rows import Row
from benchmarks.scaling import MONTH
from benchmarks.versions import ENGINE


def verdicts(rows: list[Row]) -> dict[str, str]:
    return {goal.text: goal.verdict for goal in goals(rows)}


def test_goals_are_met_missed_or_open() -> None:
    found = verdicts(some_rows())
    assert found["Plain Mesa at 1,000 customers takes, times cxsim"] == MET  # 200 against 150
    assert found["Plain Mesa at 10,000 customers takes, times cxsim"] == MISSED  # 200 against 250
    assert found["Plain Mesa at 100,000 customers takes, times cxsim on four threads"] == MET  # 800 against 600
    assert found["State of a customer"] == MET
    assert found["The default `cxsim run`, compiled before"] == OPEN
    assert set(verdicts([]).values()) == {OPEN}


def test_a_goal_is_judged_by_the_median_on_the_right_side() -> None:
    for value, verdict in ((0.49, MET), (0.5, MET), (0.51, MISSED)):
        rows = [dataclasses.replace(row, value=value) for row in some_rows() if row.part == "start"]
        assert verdicts(rows)["`cxsim --help`"] == verdict


@pytest.mark.parametrize("power", [1.0, 1.3])
def test_growth_is_the_power_of_the_whole_month(power: float) -> None:
    rows = [Row(MONTH, ENGINE, *[n ** (power - 1)] * 3, "ns", n, 5, 1) for n in (1000, 10_000, 100_000, 1_000_000)]
    found = growth(rows)
    assert found is not None
    assert found.value == pytest.approx(power)
    assert growth(rows[:2]) is None
