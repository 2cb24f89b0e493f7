"""Figures of futures: the day is marked, units are said, intervals are those of paired differences, nothing is cut off."""

from __future__ import annotations

import copy
import functools

import numpy as np
import pytest

from cxsim.branching.branch import branch
from cxsim.branching.figures import LEAD, TOLD, differing
from cxsim.config.errors import BadValueError
from cxsim.results.columns import MONTHLY
from cxsim.results.figures.style import house

from . import made

NAMES = ("differences", "levels", "pounds")


@functools.cache
def many():
    futures = {f"future_number_{number}": f"market.attention={0.01 * number}" for number in range(1, 8)}
    return branch(made.config(), 3, futures, replications=2, progress=False)


CASES = {"three": made.branches, "one replication": lambda: made.branches(replications=1), "first month": lambda: made.branches(2, 0),
         "last month": lambda: made.branches(2, 17), "seven": many}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_cut_off_and_all_axes_say_what_they_show(name, case):
    figure = CASES[case]().figure(name)
    with house():
        figure.draw_without_rendering()
    page = figure.bbox
    for axes in figure.axes:
        assert axes.get_xlabel()
        if name != "pounds":
            assert axes.get_title(loc="left")
            assert axes.texts[0].get_text()
        assert axes.get_legend() is None
        boxes = [text.get_window_extent() for text in (*axes.texts, axes._left_title)]
        assert all(page.x0 <= box.x0 and box.x1 <= page.x1 for box in boxes if box.width > 1)
        assert all(page.y0 <= box.y0 and box.y1 <= page.y1 for box in boxes if box.width > 1)
    heads = [text.get_window_extent() for text in figure.texts]
    assert all(page.x0 <= box.x0 and box.x1 <= page.x1 for box in heads)


def test_lines_are_the_paired_differences_from_a_year_before_the_day():
    branches = made.branches()
    figure = branches.figure("differences", ["experience"])
    (axes,) = figure.axes
    table = branches.differences().query("metric == 'experience'")
    drawn = [np.asarray(line.get_ydata(), float) for line in axes.lines if len(line.get_ydata()) == 18]
    assert "Difference, index" in axes.texts[0].get_text()
    for name in branches.changed:
        expected = table[table["future"] == name]["difference"].to_numpy()
        assert [line for line in drawn if np.allclose(line[8:], expected)], name
    assert not any(line[:8].any() for line in drawn)
    assert axes.get_xlim()[0] == max(0, 8 - LEAD)
    assert any(list(line.get_xdata()) == [8, 8] for line in axes.lines)
    labels = " ".join(text.get_text() for text in axes.texts)
    assert all(name in labels for name in branches.changed)


def test_bands_are_the_intervals_of_the_table():
    branches = made.branches()
    (axes,) = branches.figure("differences", ["hidden_fees"]).axes
    rows = branches.differences().query("metric == 'hidden_fees' and future == 'ban'")
    edges = np.concatenate([band.get_paths()[0].vertices[:, 1] for band in axes.collections])
    for value in (*rows["low"], *rows["high"]):
        assert np.isclose(edges, value).any()


def test_pounds_are_those_of_the_table_in_the_unit_said():
    branches = made.branches()
    (axes,) = branches.figure("pounds").axes
    assert "million" in axes.get_xlabel()
    points = np.concatenate([line.get_xdata() for line in axes.lines if len(line.get_xdata()) == 4])
    expected = branches.pounds.query("period == 'last'")["difference"].to_numpy() / 1e6
    assert sorted(points) == pytest.approx(sorted(expected))


def test_metrics_that_do_not_differ_make_room_for_those_that_do():
    branches = made.branches()
    titles = [axes.get_title(loc="left") for axes in branches.figure().axes]
    assert len(titles) <= 6
    assert "Hidden fees" in titles
    nothing = branch(made.config(), 3, {"x": "market.title=y"}, progress=False)
    assert len(nothing.figure().axes) == 2


def test_what_differs_by_rounding_alone_is_not_drawn():
    branches = made.branches()
    run = branches.runs["nothing"]
    kept = run.tables["monthly"]
    rounded = kept.assign(price_paid=kept["price_paid"] * (1 + 1e-12), hidden_fees=kept["hidden_fees"] + 1)
    other = copy.copy(run)
    other.tables = {**run.tables, "monthly": rounded}
    futures = {"nothing": other}
    assert differing(branches.base, futures) == ["hidden_fees"]


def test_every_metric_of_a_heading_is_a_column():
    assert set(TOLD) <= {column.name for column in MONTHLY}


def test_another_figure_or_metric_is_refused():
    with pytest.raises(BadValueError, match=r"figure: given 'level'; allowed: differences, levels, pounds\. Did you mean levels"):
        made.branches().figure("level")
    with pytest.raises(BadValueError, match=r"metrics: given 'experince'.*Did you mean experience"):
        made.branches().figure("levels", ["experince"])
