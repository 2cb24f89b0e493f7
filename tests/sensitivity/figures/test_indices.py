import numpy as np

from cxsim.sensitivity.figures.indices import draw
from cxsim.sensitivity.sobol import Indices


def test_each_input_has_both_indices_and_luck_comes_last():
    spread = np.random.default_rng(1).normal(0, 0.05, (200, 4))
    first, total = np.array([0.1, 0.5, -0.02, 0.1]), np.array([0.2, 0.6, 0.05, 0.2])
    found = Indices(first, total, first + spread, total + spread, 64, 2.0)
    keys = ["market.a", "market.b", "firms.c"]
    grown = [(16, total, total + 2 * spread), (32, total, total + 1.5 * spread), (64, total, total + spread)]
    figure = draw(keys, found, grown, "Title", ["Line"])
    bars, growth = figure.axes
    names = [label.get_text() for label in bars.get_yticklabels()]
    assert names == ["luck", "firms.c", "market.a", "market.b"]
    assert {"alone", "with interactions"} <= {text.get_text() for text in bars.texts}
    assert len(growth.lines) == 4 + 1
    assert "luck" in {text.get_text() for text in growth.texts}
    figure.canvas.draw()
