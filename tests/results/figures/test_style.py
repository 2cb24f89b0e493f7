import matplotlib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from cxsim.results import figures
from cxsim.results.figures import style

from .. import synthetic

numbers = st.floats(-1e6, 1e6, allow_nan=False)


def test_a_users_own_style_is_neither_changed_nor_used(tmp_path, monkeypatch):
    monkeypatch.setattr(figures, "FIGURES", {"experience": figures.FIGURES["experience"]})
    run = synthetic.run(synthetic.config(months=3))
    plain = figures.save(run, tmp_path / "plain")
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "black", "lines.linewidth": 9}):
        before = dict(matplotlib.rcParams)
        styled = figures.save(run, tmp_path / "styled")
        assert dict(matplotlib.rcParams) == before
    for one, other in zip(plain, styled, strict=True):
        assert one.read_bytes() == other.read_bytes()


@given(values=st.lists(numbers, max_size=5), least=st.floats(1e-3, 1e3))
def test_limits_hold_the_values_and_are_wide_enough(values, least):
    axes = Figure().subplots()
    style.span(axes, [*values, np.nan], least)
    bottom, top = axes.get_ylim()
    assert top - bottom >= least * (1 - 1e-9)
    assert all(bottom <= value <= top for value in values)


@given(values=st.lists(st.floats(0, 1), min_size=1, max_size=5), least=st.floats(0.01, 1))
def test_limits_stay_within_what_is_possible(values, least):
    axes = Figure().subplots()
    style.span(axes, values, least, 0, 1)
    bottom, top = axes.get_ylim()
    # A hair of room at a bound keeps the line off the frame.
    assert bottom >= -0.03
    assert top <= 1.03
    assert bottom <= min(values) <= max(values) <= top
    assert top - bottom >= least * (1 - 1e-9)


@pytest.mark.parametrize(("largest", "words"), [
    (3e9, "£ billion"), (1.9e9, "£ million"), (2e5, "£ million"), (5e4, "£ thousand"), (50, "£"), (0, "£ million"),
])  # fmt: skip
def test_money_is_given_in_a_unit_that_reads_well(largest, words):
    divisor, found = style.pounds(largest)
    assert found == words
    assert largest / divisor < 10_000


@given(st.integers(1, 12_000))
def test_ticks_are_few_and_within_the_run(months):
    ticks = style._months(months)
    assert 1 <= len(ticks) <= 7
    assert ticks[0] == 0
    assert ticks[-1] <= max(months - 1, 0)


@pytest.mark.parametrize("colour", [
    style.BLACK, style.ORANGE, style.SKY, style.GREEN, style.YELLOW, style.BLUE, style.VERMILION, style.PURPLE,
    style.QUIET,
])  # fmt: skip
def test_letters_can_be_read_on_white(colour):
    contrast = 1.05 / (style.luminance(np.array(to_rgb(style.written(colour)))) + 0.05)
    # Rounding to hexadecimal digits may cost a little.
    assert contrast >= 4.45


def test_luminance_of_known_colours():
    assert style.luminance(np.ones(3)) == pytest.approx(1.0)
    assert style.luminance(np.zeros(3)) == 0.0
    # #767676 is the lightest grey of contrast 4.5 on white.
    assert 1.05 / (style.luminance(np.array(to_rgb("#767676"))) + 0.05) == pytest.approx(4.54, abs=0.01)


def test_long_titles_are_cut_to_fit():
    assert style.shortened("abcdef", 6) == "abcdef"
    assert style.shortened("abcdefg", 6) == "abcde…"


def test_dollars_and_line_breaks_in_a_name_are_only_letters():
    assert style.plain("a $x$\nb") == r"a \$x\$ b"
