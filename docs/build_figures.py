"""Redraw docs/figures from a default run: ``python docs/build_figures.py``."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import cxsim

WANTED = ("experience",)
"""Figures that the documentation shows."""

FOLDER = Path(__file__).resolve().parent / "figures"


def main() -> None:
    """Simulate what ``cxsim`` alone simulates, draw it, and keep the figures that the documentation shows."""
    with tempfile.TemporaryDirectory() as folder:
        drawn = cxsim.simulate().save(Path(folder, "run")) / "figures"
        FOLDER.mkdir(exist_ok=True)
        for name in WANTED:
            shutil.copyfile(drawn / f"{name}.png", FOLDER / f"{name}.png")


if __name__ == "__main__":
    main()
