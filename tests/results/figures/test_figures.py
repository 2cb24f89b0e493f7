import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from cxsim.results import figures
from tests.checkout import surroundings

from .. import synthetic

CASES = {
    "several replications": ({"replications": 3}, {}),
    "one firm": ({}, {"n_firms": 1}),
    "thirty firms": ({"replications": 2}, {"n_firms": 30}),
    "one month": ({"months": 1, "replications": 2}, {}),
    "two months": ({"months": 2}, {}),
    "no regulator": ({"regulator": False}, {}),
    "entry and exit": ({"months": 30}, {"n_firms": 4, "entrant": True}),
}


@pytest.mark.parametrize("name", list(figures.FIGURES))
@pytest.mark.parametrize("case", list(CASES))
def test_nothing_is_cut_off_and_all_axes_say_what_they_show(name, case):
    settings, shape = CASES[case]
    figure = figures.draw(synthetic.run(synthetic.config(**{"months": 12, **settings}), **shape), name)
    with figures.style.house():
        figure.draw_without_rendering()
    page = figure.bbox
    for axes in figure.axes:
        assert axes.get_title(loc="left")
        unit = axes.texts[0].get_text()
        assert unit
        assert axes.get_legend() is None
        boxes = [text.get_window_extent() for text in (*axes.texts, axes.title, axes._left_title)]
        assert all(page.x0 <= box.x0 and box.x1 <= page.x1 for box in boxes if box.width > 1)
        assert all(page.y0 <= box.y0 and box.y1 <= page.y1 for box in boxes if box.width > 1)
    heads = [text.get_window_extent() for text in figure.texts]
    assert all(page.x0 <= box.x0 and box.x1 <= page.x1 for box in heads)
    top = max(axes.get_tightbbox().y1 for axes in figure.axes)
    assert top <= min(box.y0 for box in heads)


def test_long_and_odd_titles_fit(tmp_path):
    run = synthetic.run(synthetic.config(months=3, replications=2))
    for group in (run.config.market, run.config.firms, run.config.regulator):
        object.__setattr__(group, "title", "A $title$ that _goes on^ and on, far beyond what a page is wide " * 3)
    figure = figures.draw(run, "experience")
    figure.draw_without_rendering()
    for text in figure.texts:
        assert text.get_window_extent().x1 <= figure.bbox.x1


def test_months_without_any_value_are_no_obstacle(tmp_path):
    run = synthetic.run(synthetic.config(months=6, replications=2))
    for column in ("experience", "price", "price_paid", "churn", "violations", "fines"):
        run.monthly[column] = np.nan
    assert len(figures.save(run, tmp_path)) == 2 * len(figures.FIGURES)


def test_every_figure_is_saved_both_ways(tmp_path):
    written = figures.save(synthetic.run(synthetic.config(months=4)), tmp_path / "figures")
    assert sorted(written) == sorted((tmp_path / "figures").iterdir())
    for file in written:
        if file.suffix == ".png":
            with Image.open(file) as picture:
                assert picture.width > 1000
                assert np.ptp(np.asarray(picture.convert("L"))) > 200
        else:
            assert file.read_text(encoding="utf-8").startswith("<?xml")


def test_tables_do_not_wait_for_matplotlib():
    code = "import sys; from cxsim.results import files, run, summary; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=surroundings())
    assert done.stdout.strip() == "False"


def test_an_unknown_figure_is_refused():
    with pytest.raises(KeyError):
        figures.draw(synthetic.run(synthetic.config(months=2)), "nothing")
