"""Make each notebook from the plain script of its name, without outputs; with ``--check`` only see whether they are in step.

The scripts are what is edited (Jupytext's percent format); ``python notebooks/pair.py`` writes the notebooks beside them.
"""

from __future__ import annotations

import sys
from pathlib import Path

import jupytext
import nbformat

HERE = Path(__file__).parent
KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}, "language_info": {"name": "python"}}


def scripts() -> list[Path]:
    """The lessons' scripts, in order."""
    return sorted(HERE.glob("[0-9][0-9]_*.py"))


def made(script: Path) -> str:
    """The notebook that belongs to a script, as text; equal scripts give equal notebooks."""
    notebook = jupytext.read(script, fmt="py:percent")
    notebook.metadata = nbformat.from_dict({**KERNEL, "jupytext": {"formats": "ipynb,py:percent"}})
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for number, cell in enumerate(notebook.cells):
        # Jupytext draws ids at random, and every new draw would be a change.
        cell["id"] = f"{script.stem[:2]}-{number:02d}"
        cell["metadata"] = nbformat.from_dict({})
    nbformat.validate(notebook)
    return nbformat.writes(notebook) + "\n"


def main() -> int:
    """Write the notebooks, or check them; returns the exit code."""
    stale = []
    for script in scripts():
        path, text = script.with_suffix(".ipynb"), made(script)
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(path.name)
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
    if stale and "--check" in sys.argv:
        print(f"{', '.join(stale)}: out of step with the scripts; run python notebooks/pair.py.", file=sys.stderr)
        return 1
    print(", ".join(stale) or "in step")
    return 0


if __name__ == "__main__":
    sys.exit(main())
