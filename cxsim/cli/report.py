"""``cxsim report``: one page of an answer or a run, to be handed on."""

from __future__ import annotations

from pathlib import Path

from cxsim.cli.parser import Parser


def main(arguments: list[str]) -> int:
    """Make a page.

    Returns:
        0.

    Raises:
        CxsimError: a folder that holds nothing to report, or a page that cannot be written.
    """
    parser = Parser(
        prog="cxsim report",
        description="One self-contained HTML page (works offline, prints, opens on a phone) of a comparison, a frontier, a sensitivity "
        "study, futures, a claim or a run, or of a folder that holds several of them.",
    )
    parser.add_argument("folder", help="a folder that such a command wrote, or one that holds several")
    parser.add_argument("--out", metavar="FILE", help="the page (default report.html in the folder)")
    parser.add_argument("--title", help="its title (default that of the answer)")
    parser.add_argument("--pdf", action="store_true", help="print it to a PDF beside it, where a browser is there to do so")
    given = parser.parse_args(arguments)
    from cxsim.report.write import write_report

    for path in write_report(Path(given.folder), Path(given.out) if given.out else None, given.title, given.pdf):
        print(f"Report: {path}")
    return 0
