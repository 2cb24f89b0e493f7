import numpy as np
import pytest
from matplotlib.figure import Figure

from cxsim.validation.case import Report
from cxsim.validation.cases.circle import CASE
from tests.validation.cases.quick import assert_agrees, quick


def test_the_engine_agrees_with_theory():
    assert_agrees(quick(CASE))


def test_the_figure_s_theory_of_entry_is_the_whole_number_that_the_table_has():
    figure, fees = Figure(), {0.03: [5, 5], 0.1: [3, 3]}
    CASE.draw(figure, Report([], {"prices": {2: [1.5, 1.5]}, "t": 1.0, "mu": 0.02, "cost": 1.0, "firms": fees}))
    steps = next(line for line in figure.axes[1].lines if "whole firms" in str(line.get_label()))
    at, firms = np.asarray(steps.get_xdata()), np.asarray(steps.get_ydata())
    for fee, whole in ((0.03, 5), (0.1, 3)):  # sqrt(1 / 0.03) = 5.8, sqrt(1 / 0.1) = 3.2
        assert firms[np.argmin(np.abs(at - fee))] == pytest.approx(whole)
