"""Lessons as a reader meets them."""

from __future__ import annotations

from pathlib import Path

from tests.checkout import ROOT, module

__all__ = ["LESSONS", "ROOT", "module", "text"]

LESSONS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.py"))


def text(script: Path) -> str:
    """The prose of a lesson."""
    cells = module("notebooks/cells.py").cells(script)
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
