import numpy as np
from matplotlib.figure import Figure

from cxsim.validation.cases.joint_price import CASE
from cxsim.validation.figures import by_month, ladder


def test_a_rung_per_finding_and_what_is_far_off_stays_in_sight():
    figure = Figure()
    rows = [CASE.finding("near", 1.0, [1.0, 1.001], 0.01), CASE.finding("far", 1.0, [50.0, 51.0], 0.01)]
    ladder(figure, rows)
    axes = figure.axes[0]
    low, high = axes.get_xlim()
    points = [line.get_xdata()[0] for line in axes.lines if len(line.get_xdata()) == 1]
    assert len(points) == 2
    assert all(low < point < high for point in points)


def test_theory_has_a_line_per_level():
    figure = Figure()
    axes = figure.subplots()
    by_month(axes, [np.ones((5, 2))], [1.0, 2.0, 2.0], "t", "u")
    assert sorted(line.get_ydata()[0] for line in axes.lines if line.get_linestyle() == "--") == [1.0, 2.0]
