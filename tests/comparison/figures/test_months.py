import pytest

from cxsim.comparison.figures import months


def test_lines_over_months_are_means_and_paired_differences(small):
    axes = months.draw(small).axes[0]
    series = small.data.monthly["experience"].mean(axis=0)
    for line, expected in zip([line for line in axes.lines if len(line.get_xdata()) == 12], series, strict=True):
        assert line.get_ydata() == pytest.approx(expected)
    axes = months.draw_differences(small).axes[0]
    drawn = [line.get_ydata() for line in axes.lines if len(line.get_xdata()) == 12]
    assert drawn[0] == pytest.approx(series[1] - series[0])
