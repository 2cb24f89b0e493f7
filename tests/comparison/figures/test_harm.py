import pytest

from cxsim.comparison.figures import harm


def test_bars_of_the_harm_ledger_have_the_length_of_what_is_lost(small):
    figure = harm.draw(small)
    bars = figure.axes[0].patches
    lengths = sum(bar.get_width() for bar in bars)
    expected = sum(small.data.flow(*harm.HARMS).mean(axis=0))
    scale = {"£ million a year": 1e6, "£ thousand a year": 1e3, "£ billion a year": 1e9}[figure.axes[0].get_xlabel()]
    assert lengths * scale == pytest.approx(expected, rel=0.01)
