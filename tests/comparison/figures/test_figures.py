"""Figures of comparisons and studies: what they show is in the tables, any numbers can be drawn, and nothing runs off the sheet."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cxsim.comparison import figures
from cxsim.comparison.figures import forest, parts
from cxsim.comparison.settings import Settings
from cxsim.results.figures.style import save

from .looks import inside, texts


def test_every_figure_has_a_title_and_a_caption_and_is_saved_twice(small, tmp_path):
    seen = set()
    for name, title, caption, draw in figures.drawn(small):
        figure = draw(small)
        assert title in texts(figure)
        assert caption.endswith(".")
        assert inside(figure), name
        assert [path.suffix for path in save(figure, tmp_path / name)] == [".svg", ".png"]
        seen.add(name)
    assert seen == {"differences", "money", "winners", "harm", "months", "months_difference"}


@pytest.mark.parametrize("regimes", [2, 4, 9])
def test_any_number_of_regimes_can_be_drawn(made_up, regimes):
    found = made_up(np.linspace(-1, 1, regimes - 1), regimes=regimes)
    for name, _, _, draw in figures.drawn(found):
        figure = draw(found)
        assert inside(figure), name
    if regimes > parts.MOST + 1:
        assert any(f"{regimes - 1 - parts.MOST} more regimes in the tables" in text for text in texts(forest.draw(found)))


@pytest.mark.parametrize("effect", [0.0, 1e-9, 1e9])
def test_small_and_large_numbers_can_be_drawn(made_up, effect):
    pounds = Settings(metrics=("profit", "consumer_surplus", "fines"))
    found = made_up(effect, spread=0.0 if not effect else effect / 10, settings=pounds)
    for name, _, _, draw in figures.drawn(found):
        assert inside(draw(found)), name


def test_one_month_and_two_replications_can_be_drawn(tmp_path):
    from cxsim.comparison.api import compare

    from ..conftest import QUIET, TINY

    words = [word for word in TINY if not word.startswith("months")]
    found = compare({"market.ban_price_walking": [False, True]}, *words, "months=1", replications=2, **QUIET)
    for name, _, _, draw in figures.drawn(found):
        assert inside(draw(found)), name


def test_titles_of_a_users_own_are_drawn_as_they_are(made_up):
    found = made_up(1.0)
    title = "Costs $5 & $6 <b>, a very long title that goes on and on and on until it has no end at all"
    odd = dataclasses.replace(found.regimes[1], title=title)
    found = dataclasses.replace(found, regimes=(found.regimes[0], odd))
    for name, _, _, draw in figures.drawn(found):
        assert inside(draw(found)), name
