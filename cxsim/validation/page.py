"""The page: the whole table, and for each case its derivation, its rows and its figure."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cxsim
from cxsim.config.errors import ResultsError
from cxsim.results.provenance import commit_of, now
from cxsim.validation.case import Case, Report
from cxsim.validation.figures import picture
from cxsim.validation.options import described
from cxsim.validation.registry import case
from cxsim.validation.table import cells, summary

PAGE = "validation.md"
FIGURES = Path("figures", "validation")

_HEAD = """# Validation: the engine against theory

Every simulated number on this page comes from the ordinary engine (`cxsim.market.model.Market` with a configuration);
every theory number from a solver that works it out from the same parameters without looking at the engine. A row *agrees*
when the whole 95 % interval over seeds lies within the tolerance around theory, so that noise never helps. A row that
*differs* is shown, and not judged, where engine and theory rest on different assumptions; the case says which. Facts are
*hit* when the simulated mean lies in the range observed, and misses stay in the table.
"""


def write(folder: Path, reports: Mapping[str, Report], options: Mapping[str, Mapping[str, Any]], command: str) -> Path:
    """Write the page and its figures below a folder, over those of an earlier run; returns the page.

    Raises:
        ResultsError: it cannot be written.
    """
    try:
        pictures = folder / FIGURES
        pictures.mkdir(parents=True, exist_ok=True)
        for name, report in reports.items():
            picture(case(name), report, pictures / name)
        return _replace(folder / PAGE, text(reports, options, command))
    except OSError as error:
        raise ResultsError(f"{folder}: the page cannot be written ({error.strerror or error}); give another folder with --out.") from error


def check_writable(folder: Path) -> None:
    """Find out before a long run whether the page can be written after it.

    Raises:
        ResultsError: it cannot.
    """
    try:
        (folder / FIGURES).mkdir(parents=True, exist_ok=True)
        for place in (folder, folder / FIGURES):
            tempfile.TemporaryFile(dir=place).close()
    except OSError as error:
        raise ResultsError(
            f"{folder}: the page could not be written there ({error.strerror or error}); give another folder with --out."
        ) from error


def text(reports: Mapping[str, Report], options: Mapping[str, Mapping[str, Any]], command: str) -> str:
    """The page as Markdown."""
    origin = commit_of(Path(cxsim.__file__).parent)
    commit = (
        "an installed package" if origin is None else f"commit {origin['commit'][:12]}" + (" with changes" if origin["changed"] else "")
    )
    minutes = sum(report.seconds for report in reports.values()) / 60.0
    parts = [
        _HEAD,
        f"Made by `{command}` on {now():%Y-%m-%d} with cxsim {cxsim.__version__}, {commit}; {minutes:.0f} minutes of computing in all.\n",
        f"{summary(reports)}\n",
        "## All rows\n",
        _table(("case", "quantity", "theory", "simulated [95 % interval]", "tolerance", "verdict"),
               [cells(row) for report in reports.values() for row in report.findings]),
    ]  # fmt: skip
    parts += [_section(case(name), report, options[name]) for name, report in reports.items()]
    return "\n".join(parts)


def _section(about: Case, report: Report, options: Mapping[str, Any]) -> str:
    first, _, rest = about.about.strip().partition("\n")
    notes = [(row.quantity, row.note) for row in report.findings if row.note]
    lines = [
        f"## {about.title}\n",
        f"`cxsim validate {about.name}`: {_sentence(first)}\n",
        rest.strip() + "\n",
        f"Parameters: {described(about, options)}.\n",
        _table(
            ("quantity", "theory", "simulated [95 % interval]", "tolerance", "verdict"),
            [cells(row)[1:] for row in report.findings],
        ),
    ]
    if notes:
        lines.append("\n".join(f"- {quantity}: {note}." for quantity, note in notes) + "\n")
    lines.append(f"![{about.title}]({(FIGURES / about.name).as_posix()}.png)\n")
    return "\n".join(lines)


def _sentence(line: str) -> str:
    return line[:1].lower() + line[1:]


def _table(header: tuple[str, ...], body: list[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in body]
    return "\n".join(lines) + "\n"


def _replace(path: Path, content: str) -> Path:
    """Write beside the old file and then put in its place, so that no half-written page is ever seen."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(content)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return path
