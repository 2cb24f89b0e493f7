"""What is written in a figure, and whether it lies on the sheet."""

from __future__ import annotations

import re
import warnings

import matplotlib.text
from matplotlib.figure import Figure


def texts(figure: Figure) -> list[str]:
    """Everything that is written in a figure."""
    return [text.get_text() for text in figure.findobj(matplotlib.text.Text) if text.get_text()]


def inside(figure: Figure) -> bool:
    """Whether all that is written lies on the sheet. (Numbers beyond the limits of an axis are there and not drawn.)"""
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # about a layout that found no room
        figure.draw_without_rendering()
    written = [*figure.texts, *(text for legend in figure.legends for text in legend.get_texts())]
    for axes in figure.axes:
        written += [*axes.texts, axes.title, axes._left_title]
        written += [text for text in axes.get_yticklabels() if re.search("[a-z]", text.get_text())]
        written += axes.get_legend().get_texts() if axes.get_legend() else []
    sheet = figure.bbox
    boxes = [text.get_window_extent() for text in written if text.get_text().strip()]
    return all(box.x0 >= -2 and box.y0 >= -2 and box.x1 <= sheet.x1 + 2 and box.y1 <= sheet.y1 + 2 for box in boxes)
