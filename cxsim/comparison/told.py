"""What a comparison and a study of robustness have in common once they are made: regimes, what the runs were made with, tables, words."""

from __future__ import annotations

import abc
import dataclasses
import functools
import os
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cxsim.analysis.answer import Answer, Picture, Table
from cxsim.comparison.regimes import Regime
from cxsim.results.drawing import Draw, here
from cxsim.results.provenance import now

if TYPE_CHECKING:
    import pandas as pd

Drawn = Iterable[tuple[str, str, str, Callable[..., Any]]]
"""Figures: name, title, caption and what draws it."""


@dataclasses.dataclass(frozen=True)
class Told(abc.ABC):
    """Regimes that were run, and what can be told of them.

    Attributes:
        regimes: what was compared or tried.
        baseline: position of the regime that the others are set against.
        made_of: what the runs were made with: design, code and luck, ready for JSON.
        command, code: what makes it again; ``None`` if not known.
        started: when it was begun, UTC.
        duration: seconds it took; ``None`` if not measured.
    """

    regimes: tuple[Regime, ...]
    baseline: int
    _: dataclasses.KW_ONLY
    made_of: dict[str, Any] = dataclasses.field(default_factory=dict)
    command: str | None = None
    code: str | None = None
    started: datetime = dataclasses.field(default_factory=now)
    duration: float | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the regimes."""
        return tuple(regime.name for regime in self.regimes)

    @property
    @abc.abstractmethod
    def tables(self) -> dict[str, Table]:
        """All tables by name."""

    @property
    @abc.abstractmethod
    def findings(self) -> tuple[str, ...]:
        """What was found in plain words."""

    @abc.abstractmethod
    def answer(self) -> Answer:
        """All of it as an answer, ready to be written or made into a page."""

    @abc.abstractmethod
    def described(self) -> dict[str, Any]:
        """All settings and what the numbers depend on, ready for JSON."""

    def table(self, name: str) -> pd.DataFrame:
        """The numbers of one table, by its name in `tables`.

        Raises:
            KeyError: there is no such table.
        """
        return self.tables[name].frame

    @property
    def text(self) -> str:
        """The findings as one text."""
        return "\n\n".join(self.findings)

    def save(self, folder: str | os.PathLike[str], draw: Draw = here) -> Path:
        """Write tables, figures and words into a new folder; nothing is ever overwritten.

        Args:
            folder: where to.
            draw: what draws the figures; see :mod:`cxsim.results.drawing`.

        Returns:
            The folder written, with ``-2``, ``-3``, ... after its name where that is taken.

        Raises:
            ResultsError: if it cannot be written.
        """
        return self.answer().save(folder, draw)

    def _answer(
        self, kind: str, title: str, question: str, drawn: Callable[[Any], Drawn], method: Sequence[str], limits: Sequence[str]
    ) -> Answer:
        wanted = drawn(self) if self.regimes[self.baseline].config.figures else ()
        return Answer(
            kind=kind,
            title=title,
            question=question,
            findings=self.findings,
            tables=self.tables,
            figures={name: Picture(heading, caption, functools.partial(draw, self)) for name, heading, caption, draw in wanted},
            configs={regime.name: regime.config for regime in self.regimes},
            method=method,
            limits=limits,
            settings=self.described(),
            command=self.command,
            code=self.code,
            started=self.started,
            duration=self.duration,
        )
