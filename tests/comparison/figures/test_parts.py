import pytest

from cxsim.comparison.figures import forest, money, parts, winners
from cxsim.comparison.settings import Settings

from .looks import texts


def test_points_are_hollow_where_nothing_can_be_told(made_up):
    def faces(effect):
        axes = forest.draw(made_up(effect, settings=Settings(metrics=("trust",)))).axes[0]
        return [line.get_markerfacecolor() for line in axes.lines if line.get_marker() == "o"]

    assert faces(3.0) == [parts.COLOURS[0]]
    assert faces(0.0) == ["white"]


def test_a_point_lies_at_its_difference_with_both_intervals(made_up):
    found = made_up(1.0, settings=Settings(metrics=("trust",)))
    row = found.table("metrics").iloc[0]
    axes = forest.draw(found).axes[0]
    points = [line for line in axes.lines if line.get_marker() == "o"]
    assert points[0].get_xdata()[0] == pytest.approx(row["difference"])
    ends = sorted(tuple(part.vertices[:, 0]) for lines in axes.collections for part in lines.get_paths())
    assert ends == [pytest.approx((row["low_all"], row["high_all"])), pytest.approx((row["low"], row["high"]))]


def test_a_panel_in_which_nothing_differs_says_so(made_up):
    found = made_up(0.0, spread=0.0)
    assert "the same in\nevery replication" in texts(forest.draw(found))


def test_panels_of_one_figure_share_their_scale(small):
    for figure in (money.draw(small), winners.draw(small)):
        columns: dict[float, set[tuple[float, float]]] = {}
        for axes in figure.axes:
            if len(axes.get_xticks()):
                columns.setdefault(0.0 if figure is None else round(axes.get_subplotspec().colspan.start), set()).add(axes.get_xlim())
        assert all(len(limits) == 1 for limits in columns.values())
