"""From a folder to a page on disk."""

from __future__ import annotations

import tempfile
from pathlib import Path

from cxsim.config.errors import ResultsError
from cxsim.report.page import html
from cxsim.report.pdf import browser, write_pdf
from cxsim.report.sources import answers
from cxsim.sweeps.parts import write_atomically

NAME = "report.html"


def write_report(folder: Path, out: Path | None = None, title: str | None = None, pdf: bool = False) -> list[Path]:
    """Write the page of a folder, over an earlier page of the same name.

    Args:
        folder: of an answer or a run, or one that holds several.
        out: the page; by default ``report.html`` in the folder.
        title: its title; by default that of the first answer.
        pdf: whether it is to be printed to a PDF beside it too.

    Returns:
        What was written: the page, and the PDF if there is one.

    Raises:
        ResultsError: nothing to report there, the page cannot be written or would replace what is no page, or there is no browser to
            print with (told before anything is written).
    """
    page = folder / NAME if out is None else out
    if page.is_dir():
        raise ResultsError(f"--out {page}: it is a folder; give the name of the page, such as {page / NAME}.")
    if page.suffix.lower() == ".pdf":
        raise ResultsError(f"--out {page}: the page is HTML; give {page.with_suffix('.html')}, and --pdf to have a PDF beside it.")
    _check_replaceable(page, b"<!doctype html")
    if pdf:
        _check_replaceable(page.with_suffix(".pdf"), b"%pdf-")
    if pdf and browser() is None:
        write_pdf(page, page)  # says what is missing
    with answers(folder) as found:
        text = html(found, title)
        try:
            page.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(page, text.encode())
        except OSError as error:
            raise ResultsError(f"{page}: it cannot be written ({error.strerror or error}); give another with --out.") from None
        if not pdf:
            return [page]
        with tempfile.TemporaryDirectory(prefix="cxsim-print-") as scratch:
            unfolded = Path(scratch, "page.html")
            unfolded.write_text(html(found, title, unfolded=True), encoding="utf-8")
            return [page, write_pdf(unfolded, page.with_suffix(".pdf"))]


def _check_replaceable(path: Path, begins: bytes) -> None:
    """Only an earlier page is written over: a slip of the hand may have ``--out`` name a table or a configuration."""
    try:
        with open(path, "rb") as file:
            start = file.read(len(begins))
    except FileNotFoundError:
        return
    except OSError as error:
        raise ResultsError(f"{path}: it cannot be written ({error.strerror or error}); give another with --out.") from None
    if start and start.lower() != begins:
        raise ResultsError(f"--out: {path} is there already, and is no earlier page; give another name.")
