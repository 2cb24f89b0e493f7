"""The store of a sweep: which runs are done, and where their rows lie.

A sweep's folder holds ``sweep.json`` (the record), ``config.yaml``, the datasets ``runs``, ``failures`` and, where asked
for, ``monthly`` as folders of Parquet parts, and while a sweep is at work a journal. Rows go to the journal as they come;
a full journal, and what a dead process left of one, becomes parts. A run counts as done when its row is in a part or in
a whole entry of a journal, and never twice.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cxsim.config.errors import ResultsError
from cxsim.results.measure import Measure
from cxsim.sweeps import journal, lock, manifest, parts
from cxsim.sweeps.columns import KINDS
from cxsim.sweeps.journal import Journal
from cxsim.sweeps.scenarios import Scenarios
from cxsim.sweeps.worker import Outcome

if TYPE_CHECKING:
    import pyarrow as pa

ROLL_AT = 64 << 20
"""Bytes at which a journal becomes parts."""
SLICE = 1 << 20
"""Bytes of a journal that are made into rows at once; bounds what the parent ever holds in memory."""
TORN = "torn"


class Store:
    """A sweep's folder, open for work by this process alone.

    Args:
        folder: where.
        record: the sweep's record.
        scenarios: its points.
        asked: how many replications of each point are asked for now, if fewer than the record's.

    Attributes:
        folder: where.
        manifest: the sweep's record.
        schemas: the Arrow schema of each of its datasets.
        set_aside: files that were found damaged and put into ``torn``.
    """

    def __init__(self, folder: Path, record: Mapping[str, Any], scenarios: Scenarios, asked: int | None = None):
        self.folder = folder
        self.manifest = dict(record)
        self.replications = int(record["replications"])
        self._asked = min(asked or self.replications, self.replications)
        self.total = len(scenarios) * self._asked
        self.set_aside: list[str] = []
        self.measures = {name: Measure.parse(name, given) for name, given in record["measures"].items()}
        self.schemas = {kind: manifest.schema(record, kind) for kind in KINDS if kind in record["columns"]}
        # A flag a run: 100 MB for 10^8 runs, whatever has been done.
        self._done = np.zeros(int(record["runs"]), dtype=bool)
        self._failed: set[int] = set()
        self._journal: Journal | None = None

    # --- what is done -----------------------------------------------------------------------------------------------

    @property
    def done(self) -> int:
        """Runs that need not be done again, failures included."""
        return int(np.count_nonzero(self._done.reshape(-1, self.replications)[:, : self._asked]))

    @property
    def failed(self) -> int:
        """Runs that are done and failed."""
        return sum(number % self.replications < self._asked for number in self._failed)

    def pending(self) -> Iterator[int]:
        """Numbers of the runs still to be done, in order: point x replications + replication."""
        block = 1 << 12
        for start in range(0, len(self._done), block):
            numbers = np.flatnonzero(~self._done[start : start + block]) + start
            yield from numbers[numbers % self.replications < self._asked].tolist()

    def retry_failed(self) -> None:
        """Count failed runs as not done, and forget how they failed.

        Raises:
            ResultsError: the folder cannot be written.
        """
        with self._writing():
            for path in parts.names(self.folder / "failures"):
                path.unlink()
        self._done[list(self._failed)] = False
        self._failed.clear()

    # --- writing ----------------------------------------------------------------------------------------------------

    def add(self, outcome: Outcome) -> None:
        """Keep what a task gave; what was there already, from a worker that was thought lost, is not kept twice.

        Raises:
            ResultsError: it cannot be written; what was written before is safe.
        """
        if self._done[list(outcome.indices)].any():
            return
        with self._writing():
            if self._journal is None:
                self._journal = Journal(self.folder / f"journal-{secrets.token_hex(6)}.bin")
            if outcome.tables:
                self._journal.append(outcome.tables)
            self._count(outcome.tables)
            if self._journal.size >= ROLL_AT:
                self._roll()

    def finish(self) -> None:
        """Turn the journal into parts.

        Raises:
            ResultsError: it cannot be written; the journal keeps the rows, and the same command goes on from there.
        """
        with self._writing():
            self._roll()

    def close(self) -> None:
        """Leave the journal as it is for the next process to take up."""
        if self._journal is not None:
            self._journal.close()
            self._journal = None

    def _roll(self) -> None:
        if self._journal is None:
            return
        self._journal.sync()
        self._journal.close()
        path, self._journal = self._journal.path, None
        self._into_parts(path)

    def _into_parts(self, path: Path, fresh: np.ndarray | None = None) -> None:
        """Write a journal's rows as parts, then remove it. Between the two a row is there twice, and is counted once.

        Args:
            path: the journal.
            fresh: runs that no part has yet; rows of others are left out. Without it all rows are taken.
        """
        made = {kind: parts.Part(self.folder / kind, schema) for kind, schema in self.schemas.items()}
        try:
            for entries in _slices(journal.read(path)):
                for kind, part in made.items():
                    found = [_table(entry[kind], self.schemas[kind]) for entry in entries if kind in entry]
                    if found:
                        part.add(_sorted(found, fresh, self.replications))
            for part in made.values():
                part.finish()
        except BaseException:
            for part in made.values():
                part.drop()
            raise
        path.unlink()

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = error.strerror or str(error)
            raise ResultsError(
                f"{self.folder}: it cannot be written ({reason}). {self.done:,} of {self.total:,} runs are kept; "
                "make room and give the same command again to go on from there."
            ) from error

    def _count(self, tables: Mapping[str, bytes]) -> None:
        for kind in ("failures", "runs"):
            if kind in tables:
                self._mark(kind, self._numbers(_table(tables[kind], self.schemas[kind])))

    def _mark(self, kind: str, numbers: np.ndarray) -> None:
        self._done[numbers] = True
        if kind == "failures":
            self._failed.update(numbers.tolist())
        else:
            self._failed.difference_update(numbers.tolist())

    def _numbers(self, table: pa.Table) -> np.ndarray:
        return table["point"].to_numpy() * self.replications + table["replication"].to_numpy()

    # --- taking up --------------------------------------------------------------------------------------------------

    def take_up(self) -> None:
        """See what earlier processes have left: parts that are whole, parts that are torn, journals.

        Raises:
            ResultsError: the folder cannot be read or written.
        """
        with self._writing():
            for path in self.folder.glob("**/.*.partial"):
                path.unlink()
            for kind in self.schemas:
                for path in parts.names(self.folder / kind):
                    if not parts.is_whole(path):
                        self._set_aside(path)
            self._see_parts()
            for path in sorted(self.folder.glob("journal-*.bin")):
                self._into_parts(path, ~self._done)
                self._see_parts()

    def _see_parts(self) -> None:
        """Count the runs in parts; a run of which some table's rows are missing is not done, and its rows are taken out."""
        found = {kind: np.zeros(len(self._done), dtype=bool) for kind in self.schemas}
        for kind, seen in found.items():
            for path in parts.names(self.folder / kind):
                numbers = parts.runs_of(path, self.replications)
                if len(numbers) and not 0 <= numbers.min() <= numbers.max() < len(self._done):
                    self._set_aside(path)  # whole, and of another sweep
                    continue
                if seen[numbers].any():  # two processes did the same, where a file system knows no locks
                    self._replace(path, kind, ~seen[numbers])
                seen[numbers] = True
        kept = [kind for kind in found if kind != "failures"]
        done = np.logical_and.reduce([found[kind] for kind in kept])
        for kind in kept:
            if not np.array_equal(done, found[kind]):
                self._keep_only(kind, done)
        self._failed = set(np.flatnonzero(found["failures"] & ~done).tolist())
        self._done = done | found["failures"]

    def _keep_only(self, kind: str, wanted: np.ndarray) -> None:
        for path in parts.names(self.folder / kind):
            kept = wanted[parts.runs_of(path, self.replications)]
            if not kept.all():
                self._replace(path, kind, kept)

    def _replace(self, path: Path, kind: str, kept: np.ndarray) -> None:
        import pyarrow.parquet as pq

        if kept.any():
            parts.write(path.parent, pq.read_table(path, schema=self.schemas[kind], partitioning=None).filter(kept))
        path.unlink()

    def _set_aside(self, path: Path) -> None:
        aside = self.folder / TORN
        aside.mkdir(exist_ok=True)
        path.rename(aside / f"{path.parent.name}-{secrets.token_hex(3)}-{path.name}")
        self.set_aside.append(f"{path.parent.name}/{path.name}")


@contextlib.contextmanager
def opened(
    folder: Path, record: Mapping[str, Any], scenarios: Scenarios, grow: bool = False, waiting: Callable[[str], None] | None = None
) -> Iterator[Store]:
    """A store to work with: a new folder, or one that holds the same sweep, finished or not.

    Where another process is at work on the same sweep, it is waited for; what it leaves undone, should it die, is there to do.

    Args:
        folder: where.
        record: the sweep's record.
        scenarios: its points.
        grow: whether the sweep that is there may have another number of replications: more are added, and those beyond the
            number asked for now are left as they are.
        waiting: told once, with who is at work, when there is somebody to wait for.

    Raises:
        ResultsError: the folder holds something else, or it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / manifest.NAME).is_file():
            manifest.check_same(folder, manifest.read(folder), record, scenarios, grow)  # before any waiting, which would be in vain
        elif any(not _ours(path) for path in folder.iterdir()):
            raise ResultsError(f"{folder}: it holds something that is no sweep; give another name, or an empty folder.")
    except OSError as error:
        raise _unwritable(folder, error) from error
    with _locked(folder, waiting):
        if (folder / manifest.NAME).is_file():
            there = manifest.read(folder)
            manifest.check_same(folder, there, record, scenarios, grow)
            if there["replications"] < record["replications"]:
                there = manifest.grown(folder, there, int(record["replications"]))
        else:
            try:
                manifest.write(folder, record, scenarios)
            except OSError as error:
                raise _unwritable(folder, error) from error
            there = dict(record)
        store = Store(folder, there, scenarios, int(record["replications"]))
        store.take_up()
        try:
            yield store
        finally:
            store.close()


@contextlib.contextmanager
def _locked(folder: Path, waiting: Callable[[str], None] | None) -> Iterator[None]:
    try:
        held = lock.held(folder, waiting)
        held.__enter__()
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        yield
    finally:
        held.__exit__(None, None, None)


def _ours(path: Path) -> bool:
    """Whether a file is what a sweep that died at its very start leaves."""
    return path.name in {lock.NAME, manifest.CONFIG} or path.name.endswith(".partial")


def _unwritable(folder: Path, error: OSError) -> ResultsError:
    reason = error.strerror or str(error)
    return ResultsError(f"{folder}: it cannot be written ({reason}). Give another place with results_dir=FOLDER or name=NAME.")


def _slices(entries: Iterable[dict[str, bytes]]) -> Iterator[list[dict[str, bytes]]]:
    taken: list[dict[str, bytes]] = []
    size = 0
    for entry in entries:
        taken.append(entry)
        size += sum(map(len, entry.values()))
        if size >= SLICE:
            yield taken
            taken, size = [], 0
    if taken:
        yield taken


def _table(data: bytes, wanted: pa.Schema) -> pa.Table:
    import pyarrow as pa

    with pa.ipc.open_stream(data) as reader:
        return reader.read_all().cast(wanted)


def _sorted(tables: list[pa.Table], fresh: np.ndarray | None, replications: int) -> pa.Table:
    """Rows in the order of points and replications, each run once, so that equal rows make equal parts."""
    import pyarrow as pa

    table = pa.concat_tables(tables)
    numbers = table["point"].to_numpy() * replications + table["replication"].to_numpy()
    months = table["month"].to_numpy() if "month" in table.column_names else np.zeros(len(table), dtype=np.int64)
    rows = np.lexsort((months, numbers))
    if fresh is not None:
        rows = rows[fresh[numbers[rows]]]
    return table.take(rows).combine_chunks()
