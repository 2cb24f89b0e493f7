from cxsim.analysis.conditions import metric
from cxsim.frontier.figures import steps

from .texts import texts

FEES = metric("hidden_fees")


def test_steps_draw_both_levers_with_intervals(maps):
    figure = steps.draw(maps, FEES, "Title", ["Line"], 0.2)
    assert len(figure.axes) == 4
    for axes in figure.axes:
        assert len(axes.lines) == 3
        assert len(texts(axes)) >= 3
    figure.canvas.draw()
