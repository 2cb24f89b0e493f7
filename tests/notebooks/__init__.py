"""Lessons as a reader meets them."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.py"))


def module(path: str) -> ModuleType:
    """A script of the checkout as a module."""
    spec = importlib.util.spec_from_file_location(f"cxsim_checkout_{Path(path).stem}", ROOT / path)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def text(script: Path) -> str:
    """The prose of a lesson."""
    cells = module("notebooks/cells.py").cells(script)
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
