"""A comparison on the screen and in a notebook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from cxsim.comparison.measures import HARMS, PARTIES, RATIOS, heading
from cxsim.comparison.numbers import amount, digits, interval

if TYPE_CHECKING:
    from cxsim.comparison.comparison import Comparison

DIFFERENCES = (
    "Metric", "Baseline", "Difference", "95 % interval", "Corrected interval", "Told apart", "Variance saved", "Effective replications",
)  # fmt: skip
TABLES = ("accounts", "per_pound", "segments", "gap", "firms", "harm")
_NAMES = {**{column.name: heading(column.name) for column in PARTIES}, "customers": "Customers' gain", "treasury": "Public purse",
          "funding": "Public money", "enforcement": "Regulator spends", "fine": "Fines to the treasury",
          "fine_retained": "Fines retained", "redress": "Redress", "all": "All of these"}  # fmt: skip
_PER = {"per_public_pound": "Gain per public £", "per_net_public_pound": "Gain per net public £", "per_pound_spent": "Gain per £ spent"}


def render(comparison: Comparison) -> None:
    """Print tables and words."""
    from cxsim.cli.tables import print_table

    for regime in comparison.others:
        rows = _of(comparison, "metrics", regime.name)
        title = f"{regime.title} instead of {comparison.regimes[comparison.baseline].title}"
        print_table(title, DIFFERENCES, [_cells(row) for row in rows])
    titles = [regime.name for regime in comparison.others]
    for name in TABLES:
        if name not in comparison.tables:
            continue
        header, body = _wide(comparison, name)
        if body:
            print_table(comparison.tables[name].title, [*header, *titles], body)
    print("* can be told apart; in brackets, here and below, intervals that hold all together within their table.\n")
    for paragraph in comparison.findings:
        print(f"{paragraph}\n")


def as_html(comparison: Comparison) -> str:
    """The findings and the differences as HTML."""
    from html import escape

    parts = [f"<p>{escape(paragraph)}</p>" for paragraph in comparison.findings]
    for regime in comparison.others:
        head = "".join(f"<th>{escape(name)}</th>" for name in DIFFERENCES)
        cells = [_cells(row) for row in _of(comparison, "metrics", regime.name)]
        rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in cells)
        parts.append(f"<table><caption>{escape(regime.title)}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>")
    return f"<div>{''.join(parts)}</div>"


def _of(comparison: Comparison, table: str, regime: str) -> list[Any]:
    frame = comparison.table(table)
    return list(frame[frame["regime"] == regime].itertuples(index=False))


def _cells(row: Any) -> list[str]:
    sure = np.isfinite(row.low)
    return [
        heading(row.metric),
        amount(row.baseline, row.unit),
        "0" if row.told == "same" else amount(row.difference, row.unit, signed=True),
        interval(row.low, row.high, row.unit) if sure and row.told != "same" else "",
        interval(row.low_all, row.high_all, row.unit) if sure and row.told != "same" else "",
        {"not told": "no", "same": "the same in all", "unknown": "?"}.get(row.told, row.told),
        _saved(row.variance_ratio),
        digits(row.effective_replications) if not np.isnan(row.effective_replications) else "",
    ]


def _saved(ratio: float) -> str:
    """The share of the variance of a difference that pairing took away."""
    if np.isnan(ratio):
        return ""
    share = 1 - 1 / ratio if ratio else -np.inf
    return "all" if np.isinf(ratio) else f"{share:.1%}" if share > 0.9 else f"{share:.0%}" if share > -10 else "none, much added"


def _wide(comparison: Comparison, name: str) -> tuple[list[str], list[list[str]]]:
    """A table with a column for each regime."""
    frames = [_of(comparison, name, regime.name) for regime in comparison.others]
    if name == "per_pound":
        known = [column.name for column in RATIOS]
        return ["Customers' gain"], [[_PER[ratio], *(_ratio(rows[place]) for rows in frames)] for place, ratio in enumerate(known)]
    said: dict[str, tuple[list[str], Any]] = {
        "accounts": (["£ a year"], lambda row: [_NAMES.get(row.metric, row.metric)]),
        "segments": (["Consumer surplus a head"], lambda row: [row.segment] if row.metric == "consumer_surplus" else None),
        "gap": (["Consumer surplus a head"], lambda row: [row.segment]),
        "firms": (["Profit"], lambda row: [row.firm] if row.metric == "profit" else None),
        "harm": (["Customers lose to"], lambda row: [HARMS.get(row.conduct, _NAMES["all"])]),
    }
    header, key = said[name]
    body = []
    for rows in zip(*frames, strict=True):
        first = key(rows[0])
        if first is not None and not all(row.told == "same" for row in rows):
            body.append([*first, amount(rows[0].baseline, rows[0].unit), *(_change(row) for row in rows)])
    return [*header, "Baseline"], body


def _change(row: Any) -> str:
    if row.told == "same":
        return "same"
    star = "*" if row.told in ("higher", "lower") else ""
    brackets = f" ({interval(row.low_all, row.high_all, row.unit)})" if np.isfinite(row.low_all) else ""
    return f"{amount(row.difference, row.unit, signed=True).replace(' a year', '').replace(' a month', '')}{star}{brackets}"


def _ratio(row: Any) -> str:
    if row.kind_all != "bounded":
        return {"undefined": "none: the cost is the same", "unbounded": "no finite interval", "unknown": "?"}[row.kind_all]
    star = "*" if row.low_all > 0 or row.high_all < 0 else ""
    return f"{amount(row.value, '£')}{star} ({interval(row.low_all, row.high_all, '£')})"


def listing(rows: Iterable[Sequence[str]]) -> str:
    """Lines of a dry run, in columns."""
    made = [list(row) for row in rows]
    widths = [max(len(row[place]) for row in made) for place in range(len(made[0]))] if made else []
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in made)
