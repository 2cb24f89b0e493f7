"""The page: answers laid out as one HTML file that needs nothing else."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from markupsafe import Markup, escape

import cxsim
from cxsim.analysis.answer import Answer, Picture, Table
from cxsim.report.numbers import shown, step_of
from cxsim.report.origins import differences, origins
from cxsim.results.provenance import now

LONGEST = 200
"""Rows of a table that a page shows; the folder of the answer has them all."""

_TYPES = {".svg": "image/svg+xml", ".png": "image/png"}


def html(answers: Sequence[Answer], title: str | None = None, unfolded: bool = False) -> str:
    """A page of one answer or several.

    Args:
        answers: answers as read from their folders, with figures as files.
        title: the page's title; that of the first answer if not given.
        unfolded: whether parts that a reader opens are open from the start, as for print.

    Returns:
        HTML, complete: styles and figures are in it, scripts there are none.
    """
    import jinja2

    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.globals["grid"] = _grid
    template = environment.from_string(resources.files("cxsim.report").joinpath("page.html").read_text(encoding="utf-8"))
    parts = [_part(answer) for answer in answers]
    return template.render(
        title=title or answers[0].title, parts=parts, open=unfolded, version=cxsim.__version__, made=f"{now():%d %B %Y}".lstrip("0")
    )


def _part(answer: Answer) -> dict[str, Any]:
    configs = dict(answer.configs)
    return {
        **{name: getattr(answer, name) for name in ("title", "question", "findings", "method", "limits", "command", "code")},
        "tables": list(answer.tables.values()),
        "figures": [_figure(picture) for picture in answer.figures.values()],
        "names": list(configs),
        "differences": differences(configs) if len(configs) > 1 else [],
        "origins": origins(next(iter(configs.values()))) if configs else [],
        "facts": _facts(answer),
    }


def _facts(answer: Answer) -> str:
    record: Mapping[str, Any] = answer.record
    git = record.get("git")
    libraries = ", ".join(f"{name} {number}" for name, number in (record.get("libraries") or {}).items() if number)
    took = f", in {answer.duration:,.0f} s" if answer.duration is not None else ""
    commit = f" (commit {git['commit'][:12]}{', with changes' if git['changed'] else ''})" if git else ""
    return (
        f"Computed on {answer.started:%Y-%m-%d %H:%M} UTC{took}, with cxsim {record.get('cxsim')}{commit}, Python {record.get('python')}, "
        f"{libraries}, on {record.get('platform')}."
    )


def _figure(picture: Picture) -> dict[str, str]:
    """A figure as text: the drawing itself rather than its pixels, so that it stays sharp on paper."""
    file = next((file for file in picture.files if file.suffix == ".svg"), picture.files[0])
    data = base64.b64encode(Path(file).read_bytes()).decode()
    return {"title": picture.title, "caption": picture.caption, "data": f"data:{_TYPES[file.suffix]};base64,{data}"}


def _grid(table: Table) -> Markup:
    """A table as HTML: numbers to the right, units below the heads, meanings as tool tips."""
    frame = table.frame.head(LONGEST)
    heads, numeric, steps = [], [], []
    for column in table.columns:
        values = frame[column.name]
        is_number = values.dtype.kind in "iuf" and values.dtype != np.bool_
        numeric.append(is_number)
        steps.append(step_of(values.tolist()) if values.dtype.kind == "f" and not _mixed(table, column.name) else None)
        unit = f"<small>{escape(column.unit)}</small>" if column.unit else ""
        kind = ' class="number"' if is_number else ""
        heads.append(f'<th scope="col"{kind} title="{escape(column.meaning)}">{escape(column.name.replace("_", " "))}{unit}</th>')
    rows = []
    for row in frame.itertuples(index=False):
        cells = []
        for place, (value, column) in enumerate(zip(row, table.columns, strict=True)):
            text = escape(shown(value, column.unit, steps[place]))
            cells.append(f'<td class="number">{text}</td>' if numeric[place] else f"<td>{text}</td>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    more = f"<p class='note'>The first {LONGEST:,} of {len(table.frame):,} rows.</p>" if len(table.frame) > LONGEST else ""
    note = f"<p class='note'>{escape(table.note)}</p>" if table.note else ""
    return Markup(
        f"<div class='wide'><table><caption>{escape(table.title)}</caption><thead><tr>{''.join(heads)}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table></div>{note}{more}"
    )


def _mixed(table: Table, name: str) -> bool:
    """Whether the rows of a column are in units of their own, so that no one step suits them all."""
    return "unit" in table.frame.columns and name != "unit"
