"""A run in one table: where each metric started, where it ended, how far it moved and how sure that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cxsim.results.columns import MONTHLY, SEGMENTS, Column
from cxsim.results.intervals import mean_interval
from cxsim.results.window import window

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from cxsim.results.run import Run

KEYS = ("replication", "month", "segment")
HEADLINES = ("experience", "satisfaction", "trust", "harm", "price_paid", "churn", "hhi", "consumer_surplus", "profit")


def summarise(run: Run) -> pd.DataFrame:
    """Start, end and change of every metric, for the whole market and for each segment.

    Returns:
        One row per segment and metric, in the order of :mod:`cxsim.results.columns`, with columns

        - ``segment``: the segment's name, empty for the whole market;
        - ``metric``, ``unit``: the column's name and unit;
        - ``start``, ``end``: mean over the first and the last months reported (a year each, or half of a run shorter
          than two years), then over replications;
        - ``change``: end less start, averaged over replications; NaN for a run of one month;
        - ``low``, ``high``: 95 % t interval of the change over replications; NaN with fewer than two.
    """
    rows = _rows("", MONTHLY, run.monthly, run)
    for segment in run.segments["segment"].cat.categories:
        rows += _rows(segment, SEGMENTS, run.segments[run.segments["segment"] == segment], run)
    return pd.DataFrame(rows, columns=["segment", "metric", "unit", "start", "end", "change", "low", "high"])


def _rows(segment: str, columns: tuple[Column, ...], frame: pd.DataFrame, run: Run) -> list[tuple[Any, ...]]:
    width, months = window(run.config.months), run.config.months
    metrics = [column for column in columns if column.name not in KEYS]
    names = [column.name for column in metrics]
    start = frame[frame["month"] < width].groupby("replication")[names].mean()
    end = frame[frame["month"] >= months - width].groupby("replication")[names].mean()
    moved = mean_interval((end - start if months > 1 else end * np.nan).to_numpy())
    ends = (mean_interval(part.to_numpy()).mean for part in (start, end))
    return [(segment, column.name, column.unit, *map(float, values)) for column, *values in zip(metrics, *ends, *moved, strict=True)]


def render_summary(run: Run, console: Console | None = None) -> None:
    """Print the summary: the whole market first, then each metric by segment.

    Fits 80 columns; without colours, lines and control codes where the output is no terminal. Metrics that are zero
    throughout are named in one line below.

    Args:
        run: the run.
        console: where to; standard output by default.
    """
    from rich.console import Console

    console = console or Console()
    table = run.summary()
    market, segments = table[table["segment"] == ""], table[table["segment"] != ""]
    silent = [name for name in market["metric"] if _is_zero(run.monthly[name])]
    console.print(_heading(run), markup=False, highlight=False)
    console.print()
    console.print(_market_table(market[~market["metric"].isin(silent)], run, console.is_terminal))
    if len(segments):
        unsaid = ["customers", *(name for name in segments["metric"].unique() if _is_zero(run.segments[name]))]
        console.print()
        console.print(_segment_table(segments[~segments["metric"].isin(unsaid)], run, console.is_terminal))
    console.print()
    if silent:
        console.print(f"Zero throughout: {', '.join(silent)}.", markup=False, highlight=False)
    console.print(_footnote(run), markup=False, highlight=False)


def as_html(run: Run) -> str:
    """The headlines of the summary as an HTML table."""
    table = run.summary()
    table = table[(table["segment"] == "") & table["metric"].isin(HEADLINES)]
    texts = pd.DataFrame({"metric": table["metric"], "unit": table["unit"]})
    for name in ("start", "end", "change"):
        texts[name] = [number(value, signed=name == "change") for value in table[name]]
    if run.config.replications > 1:
        texts["95 % interval of change"] = [_interval(row) for row in table.itertuples()]
    return texts.to_html(index=False, border=0)


def _is_zero(values: pd.Series) -> bool:
    # A metric without a value is not zero, and its row says so.
    return bool((values == 0).all())


def _heading(run: Run) -> str:
    config = run.config
    months = "month" if config.months == 1 else "months"
    replications = f", {config.replications:,} replications" if config.replications > 1 else ""
    return (
        f"{config.name}: {config.market.title}; {config.firms.title}; {config.regulator.title}; "
        f"{config.months:,} {months}{replications}, seed {config.seed}"
    )


def _footnote(run: Run) -> str:
    width = window(run.config.months)
    ends = "month" if width == 1 else f"{width} months"
    note = f"Start and end: means of the first and the last {ends}."
    return f"{note} Brackets: 95 % t interval of the change over replications." if run.config.replications > 1 else note


def _market_table(rows: pd.DataFrame, run: Run, terminal: bool) -> Table:
    table = _table("Whole market", ("Metric", "Unit"), run, terminal)
    for row in rows.itertuples():
        table.add_row(row.metric, row.unit, *_cells(row, run))
    return table


def _segment_table(rows: pd.DataFrame, run: Run, terminal: bool) -> Table:
    table = _table("By segment", ("Metric", "Segment"), run, terminal)
    from rich.markup import escape

    for metric, part in rows.groupby("metric", sort=False):
        for place, row in enumerate(part.itertuples()):
            table.add_row(metric if place == 0 else "", escape(row.segment), *_cells(row, run))
        table.add_section()
    return table


def _table(title: str, keys: tuple[str, str], run: Run, terminal: bool) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=Text(title), title_justify="left", title_style="bold", box=box.SIMPLE_HEAD if terminal else None,
        pad_edge=False, padding=(0, 1),
    )  # fmt: skip
    table.add_column(keys[0], style="bold", overflow="fold")
    table.add_column(keys[1], overflow="fold")
    for name in ("Start", "End", "Change"):
        table.add_column(name, justify="right", no_wrap=True)
    if run.config.replications > 1:
        table.add_column("95 % interval", justify="right", no_wrap=True)
    return table


def _cells(row: Any, run: Run) -> list[str]:
    cells = [number(row.start), number(row.end), number(row.change, signed=True)]
    return [*cells, _interval(row)] if run.config.replications > 1 else cells


def _interval(row: Any) -> str:
    return "" if np.isnan(row.low) else f"[{number(row.low, signed=True)}, {number(row.high, signed=True)}]"


def number(value: float, signed: bool = False) -> str:
    """A number to about three digits: ``0.612``, ``52.3``, ``2,045``, ``12.3m``; ``-`` where there is none."""
    if np.isnan(value):
        return "-"
    if value == 0:
        return "0"
    size = abs(value)
    for least, divisor, suffix in ((1e9, 1e9, "bn"), (1e6, 1e6, "m"), (1e5, 1e3, "k")):
        # Compared after rounding, so that 999,999 is 1.00m and not 1000k.
        if float(f"{size:.3g}") >= least:
            return f"{_digits(value / divisor, signed)}{suffix}"
    if float(f"{size:.3g}") >= 1000:
        return f"{value:+,.0f}" if signed else f"{value:,.0f}"
    return _digits(value, signed)


def _digits(value: float, signed: bool) -> str:
    size = float(f"{abs(value):.3g}")
    places = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 1 else 3
    text = f"{value:+.{places}f}" if signed else f"{value:.{places}f}"
    # A number too small to show is shown as none, not as a signed zero.
    return text if float(text) else f"{0:.{places}f}"
