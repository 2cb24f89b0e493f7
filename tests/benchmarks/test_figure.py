"""The scaling figure is drawn from whatever rows there are."""

from __future__ import annotations

from pathlib import Path

import pytest
from made import some_rows

from benchmarks import figure, scaling
from benchmarks.versions import ENGINE, PLAIN


@pytest.mark.parametrize("names", [None, (ENGINE,), (ENGINE, PLAIN)])
def test_it_is_drawn_with_all_versions_or_a_few(tmp_path: Path, names: tuple[str, ...] | None) -> None:
    rows = [row for row in some_rows() if row.part != scaling.MONTH or names is None or row.what in names]
    files = figure.draw(rows, tmp_path / "speed")
    assert [file.suffix for file in files] == [".svg", ".png"]
    assert all(file.stat().st_size > 5000 for file in files)


def test_where_nothing_was_measured_nothing_is_drawn(tmp_path: Path) -> None:
    assert figure.draw([row for row in some_rows() if row.part == "planner"], tmp_path / "speed") == []
    assert list(tmp_path.iterdir()) == []


def test_versions_differ_in_more_than_colour() -> None:
    assert len({(str(dash), marker) for _, dash, marker in figure.LOOKS.values()}) == len(figure.LOOKS)
