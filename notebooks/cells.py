"""Lessons as a reader meets them: cell after cell, the last value of each shown."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import jupytext


def cells(script: Path) -> list[Any]:
    """The cells of a lesson, prose and code."""
    return list(jupytext.read(script, fmt="py:percent").cells)


def run(script: Path) -> dict[str, Any]:
    """Run a lesson's code in this process, in the working directory, and draw what it shows.

    Returns:
        The names that the lesson made; under ``__shown__`` its figures, as PNG.
    """
    names: dict[str, Any] = {"__name__": "lesson", "__shown__": []}
    for cell in cells(script):
        if cell.cell_type != "code":
            continue
        tree, last = ast.parse(cell.source), None
        if tree.body and isinstance(tree.body[-1], ast.Expr):
            last = ast.Expression(tree.body.pop().value)  # type: ignore[attr-defined]
        exec(compile(tree, script.name, "exec"), names)
        value = None if last is None else eval(compile(last, script.name, "eval"), names)
        picture = getattr(value, "_repr_png_", None)
        if picture is not None:
            names["__shown__"].append(picture())
        elif value is not None:
            repr(value)
    return names
