"""A run on disk: tables as Parquet, the configuration as YAML, provenance as JSON, figures as SVG and PNG.

A results folder appears in one move when everything in it is written, and is never changed or replaced afterwards.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cxsim.config.errors import CxsimError, ResultsError
from cxsim.results.columns import TABLES, Column
from cxsim.results.drawing import Draw, here
from cxsim.results.frames import digest, typed
from cxsim.results.provenance import FORMAT

if TYPE_CHECKING:
    import pandas as pd

    from cxsim.config.run import Config
    from cxsim.results.run import Run

CONFIG, PROVENANCE, FIGURES = "config.yaml", "provenance.json", "figures"
UNFINISHED = ".partial"
ANOTHER = "results_dir=FOLDER or name=NAME"
"""How another results folder is asked for."""


def check_writable(folder: str | os.PathLike[str], another: str = ANOTHER) -> None:
    """See, before anything is simulated, that a results folder could be made.

    Args:
        folder: the folder.
        another: how another one is given, for the message.

    Raises:
        ResultsError: if it could not, with the reason.
    """
    parent = Path(folder).absolute().parent
    while not parent.exists() and parent != parent.parent:
        parent = parent.parent
    probe = _unfinished(parent / Path(folder).name)
    try:
        # Asking for permission bits would not see a read-only or a full file system; trying does.
        probe.mkdir()
        probe.rmdir()
    except OSError as error:
        raise _unwritable(folder, error, another) from None


def write_run(run: Run, folder: str | os.PathLike[str], draw: Draw = here) -> Path:
    """Write a run into ``folder``, or into ``folder-2``, ``folder-3``, ... if that one is taken.

    Everything is written into a hidden folder beside it, which is then renamed: a run that is interrupted leaves no
    folder that reads as complete. Folders that hold anything are left as they are.

    Args:
        run: the run.
        folder: where to; folders above it are made. An empty folder counts as free.
        draw: what draws the figures; in this process by default, see :func:`cxsim.results.drawing.apart`.

    Returns:
        The folder that was written.

    Raises:
        ResultsError: if it cannot be written.
    """
    from cxsim.config.load import to_yaml
    from cxsim.results.run import Run

    # The market need not go where figures are drawn.
    drawn = Run(run.config, dict(run.tables), started=run.started, duration=run.duration)

    def fill(partial: Path) -> None:
        with draw(functools.partial(figure_tasks, drawn, partial / FIGURES)) if run.config.figures else contextlib.nullcontext():
            for name, frame in run.tables.items():
                _write_table(partial / f"{name}.parquet", name, frame, run)
            (partial / CONFIG).write_text(to_yaml(run.config), encoding="utf-8")
        # Last, because a folder without it does not count as a run.
        record = json.dumps(run.provenance, indent=2)
        (partial / PROVENANCE).write_text(f"{record}\n", encoding="utf-8")

    return write_folder(folder, fill)


def figure_tasks(run: Run, folder: Path) -> list[Callable[[], object]]:
    """Tasks that draw the figures of a run into a folder."""
    from cxsim.results import figures

    return [functools.partial(figures.save, run, folder, [name]) for name in figures.FIGURES]


def write_folder(folder: str | os.PathLike[str], fill: Callable[[Path], None]) -> Path:
    """Make a folder appear in one move, complete, under the name wanted or the first free one after it.

    Args:
        folder: where to; folders above it are made. An empty folder counts as free; one that holds anything is left as it is.
        fill: writes all that belongs there into the (hidden, temporary) folder that it is given.

    Returns:
        The folder that was written: ``folder``, or ``folder-2``, ``folder-3``, ...

    Raises:
        ResultsError: if it cannot be written. Nothing is left then.
    """
    wanted = Path(folder).absolute()
    partial = _unfinished(wanted)
    try:
        try:
            partial.mkdir(parents=True)
            fill(partial)
            return _move(partial, wanted)
        except OSError as error:
            raise _unwritable(folder, error) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _unfinished(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.{secrets.token_hex(4)}{UNFINISHED}")


def _unwritable(folder: str | os.PathLike[str], error: OSError, another: str = ANOTHER) -> ResultsError:
    reason = error.strerror or str(error)
    return ResultsError(f"results folder {folder}: it cannot be written ({reason}). Give another with {another}.")


def _candidates(folder: Path) -> Iterator[Path]:
    yield folder
    number = 2
    while True:
        yield folder.with_name(f"{folder.name}-{number}")
        number += 1


def _move(partial: Path, wanted: Path) -> Path:
    """Rename to the first free name; the rename itself decides, so that two runs ending at once cannot mix."""
    for target in _candidates(wanted):
        if target.is_dir() and not target.is_symlink():
            # Only an empty folder can be removed this way.
            with contextlib.suppress(OSError):
                target.rmdir()
        if os.path.lexists(target):
            continue
        try:
            partial.rename(target)
        except OSError as error:
            if error.errno in (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR) or isinstance(error, FileExistsError):
                continue
            raise
        return target
    raise AssertionError("names do not run out")


def schema(name: str) -> list[tuple[Column, dict[str, str]]]:
    """The columns of a table with what is stored about each: unit, meaning, range and source."""
    described = []
    for column in TABLES[name]:
        facts = {"unit": column.unit, "meaning": column.meaning, "low": column.low, "high": column.high,
                 "source": column.source}  # fmt: skip
        described.append((column, {key: str(fact) for key, fact in facts.items() if fact not in (None, "")}))
    return described


def _write_table(path: Path, name: str, frame: pd.DataFrame, run: Run) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(frame, preserve_index=False)
    fields = [table.schema.field(column.name).with_metadata(facts) for column, facts in schema(name)]
    # Times and machines stay in the provenance file, so that equal runs give equal bytes here.
    kept = ("format", "cxsim", "git", "name", "seed", "replications", "config_hash", "tables_hash")
    about = json.dumps({"table": name, **{key: run.provenance[key] for key in kept}})
    metadata = {**(table.schema.metadata or {}), b"cxsim": about.encode()}
    pq.write_table(table.cast(pa.schema(fields, metadata=metadata)), path, compression="zstd")


def read_run(folder: str | os.PathLike[str]) -> tuple[Config, dict[str, pd.DataFrame], dict[str, Any]]:
    """Configuration, tables and provenance of a run on disk.

    Raises:
        ResultsError: if the folder is no finished run, or its tables are not those that were written.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise ResultsError(f"results folder {folder}: there is no such folder.")
    needed = [*(f"{name}.parquet" for name in TABLES), CONFIG, PROVENANCE]
    missing = [name for name in needed if not (folder / name).is_file()]
    if missing:
        raise ResultsError(f"results folder {folder}: not a finished run; missing: {', '.join(missing)}.")
    record = _read_provenance(folder)
    config = _read_config(folder)
    tables = {name: _read_table(folder, name) for name in TABLES}
    if digest(tables) != record["tables_hash"]:
        raise ResultsError(f"results folder {folder}: the tables have changed since they were written.")
    return config, tables, record


def _read_provenance(folder: Path) -> dict[str, Any]:
    path = folder / PROVENANCE
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(record, Mapping) or not {"format", "tables_hash", "started", "duration"} <= set(record):
            raise ValueError("it is not a provenance record")
    except (OSError, ValueError) as error:
        raise ResultsError(f"{path}: it cannot be read ({error}).") from None
    if record["format"] != FORMAT:
        raise ResultsError(f"{path}: given format {record['format']}; this cxsim reads format {FORMAT}.")
    return dict(record)


def _read_config(folder: Path) -> Config:
    import yaml

    from cxsim.config.load import from_mapping

    path = folder / CONFIG
    try:
        return from_mapping(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, yaml.YAMLError, CxsimError) as error:
        raise ResultsError(f"{path}: it cannot be read ({error}).") from None


def _read_table(folder: Path, name: str) -> pd.DataFrame:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = folder / f"{name}.parquet"
    try:
        return typed(name, pq.read_table(path).to_pandas())
    except (OSError, ValueError, TypeError, pa.ArrowException) as error:
        raise ResultsError(f"{path}: it cannot be read ({error}).") from None
