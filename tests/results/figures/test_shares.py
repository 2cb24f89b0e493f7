from itertools import pairwise

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.text import Text

from cxsim.results import figures
from cxsim.results.figures.shares import FILLS, MOST, stacks

from .. import synthetic


@pytest.mark.parametrize("n_firms", [1, 5, 12, 13, 30])
def test_all_firms_are_in_the_stack_and_few_have_names(n_firms):
    run = synthetic.run(synthetic.config(months=6, replications=2), n_firms=n_firms)
    names, values = stacks(run)
    assert len(names) == len(values) == min(n_firms, MOST)
    np.testing.assert_allclose(values.sum(axis=0), 1.0)
    if n_firms > MOST:
        assert names[-1] == f"{n_firms - MOST + 1} others"


def test_named_firms_are_the_largest_and_keep_their_shares():
    run = synthetic.run(synthetic.config(months=6, replications=2), n_firms=20)
    names, values = stacks(run)
    mean = run.firms.groupby("firm", observed=True)["share"].mean().sort_values(ascending=False)
    assert names[:-1] == list(mean.index[: MOST - 1])
    np.testing.assert_allclose(values[:-1].mean(axis=1), mean.iloc[: MOST - 1])


def test_a_firm_that_is_in_some_replications_only_counts_as_absent_in_the_others():
    run = synthetic.run(synthetic.config(months=6, replications=2), n_firms=2)
    gone = (run.firms["firm"] == "Firm A") & (run.firms["replication"] == 1)
    whole = run.firms[(run.firms["firm"] == "Firm A") & (run.firms["replication"] == 0)]["share"].to_numpy()
    run.tables["firms"] = run.firms[~gone]
    names, values = stacks(run)
    np.testing.assert_allclose(values[names.index("Firm A")], whole / 2)


def test_every_firm_is_named_once_with_those_that_left_inside():
    run = synthetic.run(synthetic.config(months=30), n_firms=4, entrant=True)
    axes = figures.draw(run, "shares").axes[0]
    labels = [text.get_text() for text in axes.texts]
    for name in ("Firm A", "Firm B", "Firm C", "Firm D"):
        assert sum(label.startswith(name) for label in labels) == 1
    assert "Firm A" in labels
    assert any(label.startswith("Firm D  ") and label.endswith("%") for label in labels)


def test_firms_that_left_early_and_small_are_named_at_the_end():
    run = synthetic.run(synthetic.config(months=30), n_firms=6)
    small = run.firms["firm"].isin(["Firm E", "Firm F"])
    run.firms.loc[small, "share"] = np.where(run.firms["month"][small] < 2, 0.02, 0.0)
    figure = figures.draw(run, "shares")
    labels = [text.get_text() for text in figure.axes[0].texts]
    assert "Firm E  0 %" in labels
    assert "Firm F  0 %" in labels
    figure.draw_without_rendering()
    boxes = sorted((Text.get_window_extent(text) for text in figure.axes[0].texts[1:]), key=lambda box: box.y0)
    assert all(below.y1 <= above.y0 for below, above in pairwise(boxes))


def test_a_dozen_names_do_not_overlap():
    figure = figures.draw(synthetic.run(synthetic.config(months=6), n_firms=30), "shares")
    figure.draw_without_rendering()
    boxes = sorted((Text.get_window_extent(text) for text in figure.axes[0].texts[1:]), key=lambda box: box.y0)
    assert len(boxes) == MOST
    assert all(below.y1 <= above.y0 for below, above in pairwise(boxes))


def test_neighbours_differ_in_grey():
    greys = [np.dot(to_rgb(fill), (0.2126, 0.7152, 0.0722)) for fill in FILLS]
    for one, other in zip(greys, greys[1:] + greys[:1], strict=True):
        assert abs(one - other) > 0.1
