"""Which rows the comparison gives, on markets so small that it takes a moment."""

from __future__ import annotations

import pytest

from benchmarks import scaling, timing
from benchmarks.versions import COLUMNS, ENGINE, PLAIN, TUNED, available, share_looking


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing, "LEAST", 0.0)


def silent(text: str) -> None:
    pass


def test_every_version_has_a_cost_and_a_ratio() -> None:
    versions, _ = available()
    rows = list(scaling.by_size(versions, [100], 1, silent))
    costs = {(row.what, row.threads) for row in rows if row.part == scaling.MONTH}
    assert costs >= {(version.name, 1) for version in versions} | {(ENGINE, threads) for threads in scaling.usable_threads()}
    ratios = {row.what for row in rows if row.part == scaling.RATIO}
    assert ratios >= {PLAIN, TUNED, COLUMNS}
    assert all(0 < row.low <= row.value <= row.high for row in rows)


def test_a_ratio_is_that_of_the_costs() -> None:
    versions = [version for version in available()[0] if version.name == PLAIN]
    rows = list(scaling.by_size(versions, [100], 1, silent))
    cost = {(row.what, row.threads): row.value for row in rows if row.part == scaling.MONTH}
    for row in (row for row in rows if row.part == scaling.RATIO):
        assert row.value == pytest.approx(cost[PLAIN, 1] / cost[ENGINE, row.threads])


def test_a_version_sits_out_sizes_that_are_too_large_for_it() -> None:
    small = [version for version in available()[0] if version.name == PLAIN]
    assert small[0].largest < 1_000_000
    rows = list(scaling.by_size([type(small[0])(PLAIN, 50, small[0].month, small[0].outcomes)], [100], 1, silent))
    assert {row.what for row in rows} == {ENGINE}


def test_costs_against_firms_with_and_without_looking() -> None:
    rows = list(scaling.by_firms(100, 1, silent))
    assert {(row.what, row.firms) for row in rows if row.firms} == {
        (name, firms) for name in (scaling.AS_IS, scaling.NOBODY_LOOKS) for firms in scaling.FIRM_COUNTS
    }


def test_threads_give_the_same_bits() -> None:
    same, counts = scaling.same_bits(13_000, months=1)  # several chunks
    assert same
    assert counts[0] == 1


def test_whole_months_are_measured_for_both() -> None:
    rows = list(scaling.whole_months([100, 1_000_000], 1, silent))
    assert {row.what for row in rows} == {ENGINE, PLAIN, f"{PLAIN}, {scaling.RATIO}"}
    assert {row.customers for row in rows} == {100}


def test_some_customers_look_around_and_most_do_not() -> None:
    assert 0.01 < share_looking(2000, 6) < 0.2
