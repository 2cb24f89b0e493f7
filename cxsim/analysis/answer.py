"""An answer: a question, what was found, and all that it rests on.

Every analysis (a comparison of regimes, a frontier, a sensitivity study, ...) ends in one of these. It is written into a folder of
its own and read back by whatever makes a page of it, which then needs to know nothing about the analysis.
"""

from __future__ import annotations

import dataclasses
import functools
import io
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cxsim.config.errors import BadValueError
from cxsim.results.columns import Column
from cxsim.results.drawing import Draw, here
from cxsim.results.provenance import now, surroundings

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from cxsim.config.run import Config


@dataclasses.dataclass(frozen=True)
class Table:
    """A table of an answer.

    Attributes:
        title: what it shows, as a heading.
        frame: the numbers; its columns are those of ``columns``, in that order, and its index means nothing.
        columns: name, unit and meaning of each column.
        note: what to know when reading it; may be empty.
        main: whether it belongs on a page's front; others go to its appendix.
    """

    title: str
    frame: pd.DataFrame
    columns: tuple[Column, ...]
    note: str = ""
    main: bool = True

    def __post_init__(self) -> None:
        given, described = list(self.frame.columns), [column.name for column in self.columns]
        if given != described:
            raise BadValueError(f"table {self.title!r}", given, f"the columns described: {', '.join(described)}")


@dataclasses.dataclass(frozen=True)
class Picture:
    """A figure of an answer.

    Attributes:
        title: what it shows, in one sentence; also what a screen reader says.
        caption: how to read it: what is drawn, what the intervals are, from how many runs.
        draw: makes the figure in the house style; called once, when the answer is written. ``None`` for an answer read from a folder.
        files: the files it was written to (SVG first), for an answer read from a folder.
    """

    title: str
    caption: str
    draw: Callable[[], Figure] | None = None
    files: tuple[Path, ...] = ()

    def _repr_png_(self) -> bytes | None:
        """The picture itself, where a notebook asks for it."""
        if self.draw is None:
            return next((file.read_bytes() for file in self.files if file.suffix == ".png"), None)
        from cxsim.results.figures.style import house

        made = io.BytesIO()
        with house():
            self.draw().savefig(made, format="png", dpi=100)
        return made.getvalue()


@dataclasses.dataclass(frozen=True)
class Answer:
    """What an analysis found.

    Attributes:
        kind: what sort of analysis: ``comparison``, ``frontier``, ``sensitivity``, ``discovery``, ``robustness``, ``branches``,
            ``decomposition``, ``claim``, ``tournament``.
        title: a heading.
        question: what was asked, as a question.
        findings: the answer in plain words, a paragraph each, the answer itself first; nothing that the tables do not hold.
        tables: tables by name (a name is also a file name: letters, digits, ``_``).
        figures: figures by name, in the order in which they are to be shown.
        configs: the configurations compared or varied, by the name that the tables use.
        method: how it was done, a sentence or a paragraph each.
        limits: what the answer does not say, a sentence or a paragraph each.
        settings: all settings of the analysis itself, ready for JSON.
        command: the command that makes it again; ``None`` if it was not made by a command.
        code: the Python that makes it again; ``None`` where there is none.
        started: when it was begun, UTC.
        duration: seconds it took; ``None`` if not measured.
        record: versions, commit and machine: see :func:`~cxsim.results.provenance.surroundings`.
        folder: where it was written to or read from.
    """

    kind: str
    title: str
    question: str
    findings: Sequence[str]
    tables: Mapping[str, Table]
    figures: Mapping[str, Picture] = dataclasses.field(default_factory=dict)
    configs: Mapping[str, Config] = dataclasses.field(default_factory=dict)
    method: Sequence[str] = ()
    limits: Sequence[str] = ()
    settings: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    command: str | None = None
    code: str | None = None
    started: datetime = dataclasses.field(default_factory=now)
    duration: float | None = None
    record: Mapping[str, Any] = dataclasses.field(default_factory=surroundings)
    folder: Path | None = None

    def save(self, folder: str | os.PathLike[str], draw: Draw = here) -> Path:
        """Write everything into a new folder; nothing is ever overwritten.

        Args:
            folder: where to.
            draw: what draws the figures; see :mod:`cxsim.results.drawing`.

        Returns:
            The folder written: the one wanted, or with ``-2``, ``-3``, ... after it where that one is taken.

        Raises:
            ResultsError: if it cannot be written.
        """
        from cxsim.analysis.files import write_answer

        return write_answer(self, folder, draw)

    @classmethod
    def load(cls, folder: str | os.PathLike[str]) -> Answer:
        """Read an answer back from its folder; figures come as files.

        Raises:
            ResultsError: if the folder holds no finished answer, or was changed after it was written.
        """
        from cxsim.analysis.files import read_answer

        return read_answer(folder)

    @functools.cached_property
    def text(self) -> str:
        """The findings as one text."""
        return "\n\n".join(self.findings)
