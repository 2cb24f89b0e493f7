"""The atlas: the headline experiment and every claim with its verdict, effects, condition and figure, on one page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cxsim
from cxsim.claims.claim import FILE
from cxsim.claims.finding import Finding
from cxsim.claims.headline import pictures as headline_pictures
from cxsim.claims.headline.experiment import Map
from cxsim.claims.headline.record import line as headline_line
from cxsim.claims.page import FIGURES, HEADLINE, brief, refreshed, text
from cxsim.claims.pictures import forest, overview
from cxsim.claims.record import VERDICTS, line, shipped, shipped_headline
from cxsim.claims.untested import Untested
from cxsim.config.errors import ResultsError
from cxsim.results.figures.style import DPI, house
from cxsim.results.provenance import now
from cxsim.sweeps.parts import write_atomically

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PAGE = "claims.md"
FRONT = "README.md"
SMALL = 100
"""Dots per inch of the many figures of single claims."""


def write(
    folder: Path,
    findings: Sequence[Finding],
    command: str,
    duration: float,
    *,
    headline: Map | None = None,
    untested: Sequence[Untested] = (),
    verdicts: Path | None = None,
) -> Path:
    """Write the page and its figures below a folder, over those of an earlier run; returns the page.

    Args:
        folder: where ``claims.md`` and ``figures`` go.
        findings: the findings, of which starred ones come first.
        command: the command that made it.
        duration: seconds it took.
        headline: the headline experiment, ``None`` where it was not run.
        untested: claims that there is no experiment for.
        verdicts: a folder of claims that is to keep the list of verdicts; ``None`` for none. With it, and with the headline experiment, a
            ``README.md`` beside ``folder`` that has marks for it gets the headline and the verdicts in brief.

    Raises:
        ResultsError: it cannot be written.
    """
    try:
        pictures = folder / FIGURES
        pictures.mkdir(parents=True, exist_ok=True)
        with house():
            if findings:
                _draw(overview(findings), pictures / "overview.png")
            for finding in findings:
                if finding.claim.tests:
                    _draw(forest(finding), pictures / f"{finding.claim.name}.png", SMALL)
            if headline is not None:
                _draw(headline_pictures.glance(headline), folder / HEADLINE)
                _draw(headline_pictures.markets(headline), pictures / "headline_markets.png")
                _draw(headline_pictures.numbers(headline), pictures / "headline_map.png")
                _draw(headline_pictures.effects(headline), pictures / "headline_effects.png")
        write_atomically(folder / PAGE, text(findings, headline, untested, command, duration).encode())
        if verdicts is not None:
            if headline is not None:
                _refresh(folder, findings, headline)
            _keep(verdicts, findings, headline)
        return folder / PAGE
    except OSError as error:
        raise ResultsError(
            f"{folder}: the page cannot be written ({error.strerror or error}); give another folder with --atlas."
        ) from error


def _keep(verdicts: Path, findings: Sequence[Finding], headline: Map | None) -> None:
    """Write the list of verdicts; of claims that were not run now, and of the headline, what it said stays."""
    kept = {name: said for name, said in shipped(verdicts).items() if (verdicts / name / FILE).is_file()}
    known = {**kept, **{finding.claim.name: line(finding) for finding in findings}}
    listed: dict[str, Any] = {"cxsim": cxsim.__version__, "made": f"{now():%Y-%m-%d}"}
    listed["headline"] = headline_line(headline) if headline is not None else shipped_headline(verdicts)
    listed["claims"] = [known[name] for name in sorted(known)]
    write_atomically(verdicts / VERDICTS, f"{json.dumps(listed, indent=1, ensure_ascii=False)}\n".encode())


def _refresh(folder: Path, findings: Sequence[Finding], headline: Map) -> None:
    front = folder.parent / FRONT
    if front.is_file():
        made = refreshed(front.read_text(encoding="utf-8"), brief(findings, headline, folder.name, PAGE))
        if made is not None:
            write_atomically(front, made.encode())


def _draw(figure: Figure, path: Path, dpi: int = DPI) -> None:
    figure.savefig(path, dpi=dpi, metadata={"Software": "cxsim"})
