import numpy as np
import pytest

from cxsim.frontier.figures import path as path_figure
from cxsim.frontier.path import SERIES, Path

from .texts import texts


@pytest.mark.parametrize("months", [30, 7])
def test_paths_have_a_row_a_market_and_a_name_a_line(grid, months):
    draw = np.random.default_rng(1)
    paths = [
        Path(panel, share, {name: draw.uniform(0, 1, (4, months)) * (1e6 if name in SERIES[:3] else 1) for name in SERIES})
        for panel in (0, 1) for share in (0.0, 1.0)
    ]  # fmt: skip
    figure = path_figure.draw(paths, grid, "Title", ["Line"])
    assert len(figure.axes) == 10
    assert all({"keeps none", "keeps all"} <= set(texts(axes)) for axes in figure.axes)
    figure.canvas.draw()
