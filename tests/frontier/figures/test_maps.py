import numpy as np
import pytest

from cxsim import load
from cxsim.analysis.conditions import metric
from cxsim.frontier.figures import maps as map_figure
from cxsim.frontier.maps import theory

from .texts import texts

FEES = metric("hidden_fees")


def test_a_map_has_a_number_and_an_interval_in_each_cell_and_the_line(maps):
    base = load("market=generic", "regulator=stylised_continental")
    figure = map_figure.draw(maps, FEES, "Title", ["Line"], theory(base, maps.grid), {0: (2, 1)})
    panels = [axes for axes in figure.axes if axes.get_title(loc="left")]
    assert [axes.get_title(loc="left") for axes in panels] == ["2 firms", "5 firms"]
    shown = texts(panels[0])
    assert len([text for text in shown if text.startswith("±")]) == 8  # the first cell is what the others are compared with
    assert len([text for text in shown if not text.startswith("±")]) == 9
    assert len(panels[0].collections) > 1  # cells, and the line in its casing
    assert len(panels[0].patches) == 1
    assert not panels[1].patches
    figure.canvas.draw()


def test_large_maps_carry_no_numbers(maps):
    from cxsim.frontier.axes import axis
    from cxsim.frontier.maps import Grid, Maps

    wide = Grid(axis("regulator.annual_funding=1e5:1e6:30", "--x"), maps.grid.y)
    values = {"hidden_fees": np.random.default_rng(1).normal(5, 1, (1, 3, 30, 2))}
    figure = map_figure.draw(Maps(wide, values), FEES, "Title", [], None)
    assert texts(figure.axes[0]) == []
    figure.canvas.draw()


def test_noise_does_not_fill_the_colour_scale(maps):
    scale = map_figure._scale(np.array([78.0, 78.1]), metric("experience"))
    assert scale.vmax - scale.vmin == pytest.approx(0.05 * 78.1)
    share = map_figure._scale(np.array([0.99, 1.0]), metric("violations"))
    assert share.vmax == 1.0
    assert share.vmin == pytest.approx(0.95)
