"""The house style: colours that everyone can tell apart, small multiples, words on the lines instead of legends.

Colours are those of Okabe and Ito (2008). No figure relies on colour alone: lines also differ in dash and carry their
names, so that a grey print says the same. Settings apply inside :func:`house` only; the user's own stay as they are.
"""

from __future__ import annotations

import contextlib
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import MaxNLocator

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxsim.results.run import Run

BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, VERMILION, PURPLE = (
    "#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7",
)  # fmt: skip
INK, QUIET, FAINT = "#222222", "#666666", "#DDDDDD"
DPI = 160

SETTINGS: dict[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "text.color": INK,
    "axes.labelsize": 9.5,
    "axes.labelcolor": QUIET,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    # A fixed height spares Matplotlib the search for one that clears the ticks.
    "axes.titley": 1.0,
    "axes.edgecolor": "#999999",
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.formatter.useoffset": False,
    "grid.color": FAINT,
    "grid.linewidth": 0.7,
    "xtick.color": "#999999",
    "ytick.color": "#999999",
    "xtick.labelcolor": QUIET,
    "ytick.labelcolor": QUIET,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "lines.linewidth": 1.8,
    "lines.solid_capstyle": "round",
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    # Outlines instead of letters: the same look where the font is not installed.
    "svg.fonttype": "path",
    # Equal runs give equal files.
    "svg.hashsalt": "cxsim",
}


@contextlib.contextmanager
def house() -> Iterator[None]:
    """Draw and save inside this in the house style, whatever style the user has set, and leave the user's untouched."""
    with matplotlib.rc_context():
        # Matplotlib's own defaults first: a user's large fonts or dark background would spoil the layout.
        settings: Any = matplotlib.rcParams
        settings.update({key: value for key, value in matplotlib.rcParamsDefault.items() if key != "backend"})
        settings.update(SETTINGS)
        yield


def sheet(run: Run, title: str, size: tuple[float, float], note: str | None = None) -> Figure:
    """An empty figure with the title, and below it what was simulated and what the bands are, or a note instead of that."""
    lines = [setting(run, int(13 * size[0]))]
    if note is not None:
        lines.append(note)
    elif run.config.replications > 1:
        lines.append(f"Mean of {run.config.replications:,} replications; the band is its 95 % interval")
    return headed(title, lines, size)


def headed(title: str, lines: Sequence[str], size: tuple[float, float]) -> Figure:
    """An empty figure with the title, and below it lines of what a reader must know, folded to its width.

    Args:
        title: what the figure shows; cut where it does not fit.
        lines: plain text.
        size: width and height in inches.
    """
    lines = [part for line in lines for part in textwrap.wrap(line, int(13 * size[0]))]
    title = shortened(title, int(8.8 * size[0]))
    inch, left = 1 / size[1], 0.12 / size[0]
    header = 0.6 + 0.19 * len(lines)
    body = (0, 0, 1, 1 - header * inch)
    layout = ConstrainedLayoutEngine(rect=body, w_pad=0.12, h_pad=0.1, wspace=0.03, hspace=0.03)
    figure = Figure(figsize=size, layout=layout)
    figure.text(left, 1 - 0.12 * inch, title, ha="left", va="top", fontsize=15, fontweight="bold")
    figure.text(left, 1 - 0.46 * inch, "\n".join(lines), va="top", fontsize=9.5, color=QUIET, linespacing=1.4)
    return figure


def setting(run: Run, length: int) -> str:
    """What was simulated, in one line of at most ``length`` letters."""
    config = run.config
    titles = [config.market.title, config.firms.title, config.regulator.title]
    joint = "  ·  "
    if len(joint.join(titles)) > length:
        titles = [shortened(title, (length - 2 * len(joint)) // 3) for title in titles]
    return plain(joint.join(titles))


def shortened(text: str, length: int) -> str:
    """A text cut to a length, with an ellipsis where something was cut."""
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


def plain(text: str) -> str:
    """A user's text as it is to be drawn: on one line, and with no dollar signs that would start a formula."""
    return " ".join(text.split()).replace("$", r"\$")


def finish(axes: Axes, title: str, unit: str, months: int, ticks: int = 6) -> None:
    """Title, units and ticks of one panel whose horizontal axis is the month."""
    head(axes, title, unit)
    axes.set_xlabel("Month")
    axes.yaxis.set_major_locator(MaxNLocator(ticks, steps=[1, 2, 5, 10]))
    if months == 1:
        axes.set_xlim(-0.5, 0.5)
        axes.set_xticks([0])
    else:
        axes.set_xlim(0, months - 1)
        axes.set_xticks(_months(months))


def head(axes: Axes, title: str, unit: str) -> None:
    """Title of a panel and below it, level and so easy to read, the unit of its vertical axis."""
    axes.set_title(title, pad=21)
    axes.annotate(unit, (0, 1), xytext=(0, 7), xycoords="axes fraction", textcoords="offset points", fontsize=9,
                  color=QUIET, va="bottom")  # fmt: skip


def _months(months: int) -> np.ndarray:
    """Ticks at whole years, or at whole months in a short run."""
    steps = (1, 2, 3, 6, 12, 24, 36, 60, 120, 240, 600, 1200, 2400)
    step = next((step for step in steps if (months - 1) / step <= 6), steps[-1])
    return np.arange(0, months, step)


def span(axes: Axes, values: Any, least: float, low: float | None = None, high: float | None = None) -> None:
    """Vertical limits around the values, within low and high, and ``least`` apart or more so that noise looks small."""
    values = np.asarray(values, dtype=float)
    values = values[np.isfinite(values)]
    bottom, top = (values.min(), values.max()) if values.size else (0.0, least)
    room = max(least - (top - bottom), 0) / 2 + 0.08 * max(top - bottom, least)
    bottom, top = bottom - room, top + room
    # Pushed back inside the possible range without losing the least span.
    if low is not None and bottom < low:
        bottom, top = low, max(top, low + least)
    if high is not None and top > high:
        bottom, top = min(bottom, high - least), high
        bottom = bottom if low is None else max(bottom, low)
    # The line itself must not be hidden by the frame at a bound.
    edge = 0.02 * (top - bottom)
    if top >= 1000:
        axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.set_ylim(bottom - (edge if bottom == low else 0), top + (edge if top == high else 0))


def pounds(largest: float) -> tuple[float, str]:
    """Divisor and words for amounts up to ``largest`` pounds: £ million, unless that reads badly."""
    for least, divisor, words in ((2e9, 1e9, "£ billion"), (1e5, 1e6, "£ million"), (1e2, 1e3, "£ thousand")):
        if largest >= least:
            return divisor, words
    return (1.0, "£") if largest > 0 else (1e6, "£ million")


def written(colour: str) -> str:
    """A colour of a line made dark enough for letters on white: contrast 4.5, level AA of the W3C's WCAG 2.1 (2018)."""
    parts = np.array(to_rgb(colour))
    while 1.05 / (luminance(parts) + 0.05) < 4.5:
        parts *= 0.97
    return to_hex(tuple(parts))


def luminance(parts: np.ndarray) -> float:
    """Relative luminance of a colour given as red, green and blue from 0 to 1, as WCAG 2.1 defines it."""
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def save(figure: Figure, path: Path) -> list[Path]:
    """Save as ``path.svg`` and ``path.png``."""
    # Laid out once for both files.
    layout = figure.get_layout_engine()
    if layout is not None:
        layout.execute(figure)
    figure.set_layout_engine(None)
    files = [path.with_name(f"{path.name}.svg"), path.with_name(f"{path.name}.png")]
    figure.savefig(files[0], metadata={"Date": None, "Creator": "cxsim"})
    figure.savefig(files[1], dpi=DPI, metadata={"Software": "cxsim"})
    return files
