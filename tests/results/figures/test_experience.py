import numpy as np

from cxsim.results import figures
from cxsim.results.figures.experience import PANELS

from .. import synthetic


def test_each_panel_shows_the_mean_of_its_metric():
    run = synthetic.run(synthetic.config(months=9, replications=3))
    figure = figures.draw(run, "experience")
    assert len(figure.axes) == len(PANELS) == 6
    for axes, (name, title, *_) in zip(figure.axes, PANELS, strict=True):
        expected = run.monthly.groupby("month")[name].mean().to_numpy()
        np.testing.assert_allclose(axes.lines[0].get_ydata(), expected, rtol=1e-12)
        assert axes.get_title(loc="left") == title
