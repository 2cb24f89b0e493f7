import numpy as np
import pytest

from cxsim import load
from cxsim.sensitivity import discovery as module
from cxsim.sensitivity.discovery import discover
from cxsim.sensitivity.figures import boxes, pairs
from cxsim.sensitivity.ranges import select


@pytest.fixture(scope="module")
def factors():
    return select([load("market=generic")], "market.attention=0.01:0.2,market.n_firms=1:8,customers.harm_weight").factors


@pytest.fixture(scope="module")
def found(factors):
    before, module.RESAMPLES = module.RESAMPLES, 2
    draw = np.random.default_rng(1)
    unit = draw.random((300, 3))
    tried = np.column_stack([factor.scaled(unit[:, place]) for place, factor in enumerate(factors)]).astype(float)
    fails = (unit[:, 0] > 0.5) & (unit[:, 2] < 0.6) ^ (draw.random(300) < 0.05)
    yield tried, fails, discover(tried, fails)
    module.RESAMPLES = before


def test_a_row_for_each_limited_parameter_and_a_mark_for_each_rule(factors, found):
    figure = boxes.draw(factors, found[2], "Title", ["Line"])
    bars, worth = figure.axes
    names = [label.get_text() for label in bars.get_yticklabels()]
    assert len(names) == sum(len(one.box.restricted()) for one in found[2].found)
    assert "market.attention" in names[0] and "resamples" in names[0]  # noqa: PT018
    assert any("rule 1, held out" in text.get_text() for text in worth.texts)
    figure.canvas.draw()


def test_pairs_show_every_case_and_the_rule(factors, found):
    tried, fails, discovery = found
    figure = pairs.draw(factors, tried, fails, discovery, "Title", ["Line"])
    limited = len(discovery.found[0].box.restricted())
    assert len(figure.axes) == limited * (limited - 1) // 2
    for axes in figure.axes:
        assert sum(len(collection.get_offsets()) for collection in axes.collections) == 300
        assert len(axes.patches) == 1
    figure.canvas.draw()


def test_a_rule_of_one_parameter_is_drawn_too(factors, found):
    tried, _, _ = found
    fails = tried[:, 1] <= 3
    discovery = discover(tried, fails, boxes=1)
    assert discovery.found[0].box.restricted() == [1]
    pairs.draw(factors, tried, fails, discovery, "Title" * 40, ["Line" * 60]).canvas.draw()
    boxes.draw(factors, discovery, "Title", []).canvas.draw()
