"""The figures of a run: drawn in one house style, saved as SVG and PNG.

Matplotlib is imported here and nowhere else, so that whoever draws nothing does not wait for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from cxsim.results.figures import experience, harm, prices, regulator, shares, style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from cxsim.results.run import Run

FIGURES = {
    "experience": experience.draw,
    "prices": prices.draw,
    "shares": shares.draw,
    "harm": harm.draw,
    "regulator": regulator.draw,
}


def draw(run: Run, name: str) -> Figure:
    """One figure of a run.

    Args:
        run: the run.
        name: experience, prices, shares, harm or regulator.

    Raises:
        KeyError: if there is no figure of that name.
    """
    with style.house():
        return FIGURES[name](run)


def save(run: Run, folder: Path, names: Iterable[str] | None = None) -> list[Path]:
    """Draw figures into ``folder``, as SVG and as PNG, and give back the files.

    Args:
        run: the run.
        folder: where to; made if it is not there.
        names: which figures; all of them by default.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with style.house():
        for name in FIGURES if names is None else names:
            written += style.save(FIGURES[name](run), folder / name)
    return written
