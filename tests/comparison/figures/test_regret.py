import dataclasses

import numpy as np
import pytest

from cxsim.comparison.figures import regret

from .looks import inside, texts


def test_a_study_is_drawn_from_its_tables(study):
    for name, title, caption, draw in regret.drawn(study):
        figure = draw(study)
        assert title in texts(figure)
        assert caption.endswith(".")
        assert inside(figure), name
    image = regret.draw_map(study).axes[0].images[0].get_array()
    scaled = study.regrets.by_future.T
    assert sorted(np.ravel(image)) == pytest.approx(sorted(np.ravel(scaled)))
    marks = [line for line in regret.draw_map(study).axes[0].lines if line.get_marker() == "o"]
    assert len(marks) == np.count_nonzero(scaled == 0)


def test_the_never_worse_mark_is_on_the_figures(study):
    standings = study.table("regimes")["never_worse"]
    written = "\n".join(texts(regret.draw_regret(study)))
    for standing in standings:
        assert regret.MARKS[standing] in written


def test_a_study_without_any_regret_can_be_drawn(study):
    same = dataclasses.replace(study, values=np.repeat(study.values[..., :1], 3, axis=2))
    for name, _, _, draw in regret.drawn(same):
        assert inside(draw(same)), name
