"""Lessons as a reader meets them: cell after cell, the last value of each shown."""

from __future__ import annotations

import ast
import importlib.util
import sys
from pathlib import Path
from typing import Any

import jupytext

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.py"))


def cells(script: Path) -> list[Any]:
    """The cells of a lesson."""
    return jupytext.read(script, fmt="py:percent").cells


def text(script: Path) -> str:
    """The prose of a lesson."""
    return "\n\n".join(cell.source for cell in cells(script) if cell.cell_type == "markdown")


def run(script: Path) -> dict[str, Any]:
    """Run a lesson's cells in this process, draw what they show, and give back their names; figures are listed under ``__shown__``."""
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


def pair() -> Any:
    """The module that makes notebooks of scripts."""
    spec = importlib.util.spec_from_file_location("cxsim_notebooks_pair", ROOT / "notebooks" / "pair.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
