import numpy as np

from cxsim.sensitivity.figures.screening import MOST, draw
from cxsim.sensitivity.morris import Screening


def screening(parameters, seed=1):
    effects = np.random.default_rng(seed).normal(0, 1, (6, parameters)) * np.arange(parameters)
    sizes = np.abs(effects).mean(axis=0)
    return Screening(effects, np.ones(6), effects.mean(axis=0), sizes, effects.std(axis=0), 0.8 * sizes, 1.2 * sizes, (2.0, 1.0, 3.0))


def test_the_largest_are_shown_with_luck_beside_them():
    keys = [f"market.p{place}" for place in range(30)]
    figure = draw(keys, screening(30), "£/month", "Title", ["Line"])
    bars, plane = figure.axes
    shown = [label.get_text() for label in bars.get_yticklabels()]
    assert len(shown) == MOST
    sizes = screening(30).mu_star
    assert shown[0] == keys[int(sizes.argmax())]
    assert "luck" in [text.get_text() for text in bars.texts]
    assert plane.get_xlim()[1] > sizes.max()
    figure.canvas.draw()


def test_parameters_that_do_nothing_can_be_drawn():
    none = Screening(np.zeros((4, 2)), np.zeros(4), *(np.zeros(2) for _ in range(5)), (0.0, 0.0, 0.0))
    draw(["market.a", "market.b"], none, "", "Title", []).canvas.draw()


def test_names_that_would_overlap_are_left_to_the_list():
    effects = np.ones((4, 6)) + 1e-3 * np.arange(6)
    near = Screening(effects, np.zeros(4), *(effects.mean(axis=0) for _ in range(5)), (0.1, 0.1, 0.1))
    figure = draw([f"market.p{place}" for place in range(6)], near, "", "Title", [])
    assert sum(text.get_text().startswith("p") for text in figure.axes[1].texts) == 1
