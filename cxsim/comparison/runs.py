"""The runs behind a comparison: one sweep in a folder of its own, which grows as replications are asked for."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cxsim.comparison.regimes import Regime, scenarios_of
from cxsim.config.errors import ResultsError

if TYPE_CHECKING:
    from cxsim.comparison.comparison import Comparison
    from cxsim.comparison.robustness import Robustness

SWEEP, ANSWER = "sweep", "answer"


@dataclasses.dataclass(frozen=True)
class Execution:
    """How runs are done: as for `cxsim.sweep`."""

    executor: str = "auto"
    workers: int | None = None
    address: Any = None
    retry_failed: bool = False
    progress: Any = None


class Runner:
    """Does the runs of some regimes in one sweep, which grows with the number of replications asked for.

    Attributes:
        made: replications asked for last.
    """

    def __init__(
        self, regimes: Sequence[Regime], folder: Path, execution: Execution, command: str | None, overrides: list[str],
        tables: Sequence[str] = ("segments", "firms", "ledger"), shared: Mapping[str, Sequence[Any]] | None = None,
    ):  # fmt: skip
        self.made = 0
        self._scenarios = scenarios_of(regimes, shared)
        self._folder, self._execution, self._command, self._overrides, self._tables = folder, execution, command, overrides, tables

    def run(self, replications: int) -> None:
        """Make so many replications of every regime; what is there already is not made again.

        Raises:
            CxsimError: as `cxsim.sweep`.
        """
        from cxsim.sweeps.api import execute

        how = self._execution
        if self.made and how.progress is None and sys.stderr is not None and sys.stderr.isatty():
            print(f"{self.made:,} replications are not precise enough; making {replications:,}.", file=sys.stderr)
        execute(
            self._scenarios, self._folder, monthly=True, executor=how.executor, workers=how.workers, address=how.address,
            retry_failed=how.retry_failed and not self.made, progress=how.progress, command=self._command, overrides=self._overrides,
            tables=self._tables, replications=replications, grow=True,
        )  # fmt: skip
        self.made = replications

    def made_of(self) -> dict[str, Any]:
        """What the runs were made with, as their record has it."""
        from cxsim.sweeps.manifest import read as read_manifest

        record = read_manifest(self._folder)
        made_of = {key: record[key] for key in ("seed", "code", "fixed")}
        return {**made_of, "design": record["design"]["digest"]}


def check_place(folder: Path) -> None:
    """Refuse a folder that holds something that is no such work.

    Raises:
        ResultsError: it does.
    """
    if folder.exists() and not folder.is_dir():
        raise ResultsError(f"{folder}: it is no folder; give another name with name=NAME.")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / SWEEP).is_dir():
        raise ResultsError(f"{folder}: it holds something else; give another name with name=NAME.")


def kept_answer(comparison: Comparison | Robustness, folder: Path) -> Path | None:
    """The folder of an equal answer written earlier, if there is one."""
    from cxsim.analysis.answer import Answer
    from cxsim.analysis.files import is_answer

    for path in sorted(folder.glob(f"{ANSWER}*")):
        if not is_answer(path):
            continue
        with contextlib.suppress(ResultsError):
            there = Answer.load(path)
            if there.settings == comparison.described() and list(there.findings) == list(comparison.findings):
                return path
    return None


@contextlib.contextmanager
def placed(folder: str | os.PathLike[str] | None) -> Iterator[Path]:
    """The folder to work in: the one given, or a temporary one that is gone afterwards.

    Raises:
        ResultsError: as `check_place`.
    """
    if folder is not None:
        place = Path(folder).expanduser()
        check_place(place)
        yield place
        return
    with tempfile.TemporaryDirectory(prefix="cxsim-compare-") as scratch:
        yield Path(scratch)
