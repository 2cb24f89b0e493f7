"""The figures of a comparison, in the house style."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from cxsim.comparison.figures import forest, harm, money, months, winners

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from cxsim.comparison.comparison import Comparison


def drawn(comparison: Comparison) -> Iterator[tuple[str, str, str, Callable[[Comparison], Figure]]]:
    """Name, title, caption and drawing of each figure, in the order in which they are to be shown."""
    yield "differences", forest.title(comparison), forest.CAPTION, forest.draw
    yield "money", money.title(comparison), money.CAPTION, money.draw
    yield "winners", winners.title(comparison), winners.CAPTION, winners.draw
    yield "harm", harm.title(comparison), harm.CAPTION, harm.draw
    yield "months", months.title(comparison), months.CAPTION, months.draw
    yield "months_difference", months.title_of_differences(comparison), months.CAPTION_OF_DIFFERENCES, months.draw_differences
