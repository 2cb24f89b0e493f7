import pytest

from cxsim.results.window import WINDOW, window


@pytest.mark.parametrize(("months", "width"), [(1, 1), (2, 1), (3, 1), (7, 3), (23, 11), (24, 12), (120, 12)])
def test_the_ends_of_a_short_run_do_not_overlap(months, width):
    assert window(months) == width
    assert 2 * window(months) <= months or months == 1
    assert window(months) <= WINDOW
