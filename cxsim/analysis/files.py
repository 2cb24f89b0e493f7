"""Answers on disk.

The words and what describes the tables are JSON, tables are Parquet and CSV, figures SVG and PNG, configurations YAML.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import hashlib
import json
import os
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cxsim.analysis.answer import Answer, Picture, Table
from cxsim.config.errors import BadValueError, CxsimError, ResultsError
from cxsim.results.columns import Column
from cxsim.results.drawing import Draw, here
from cxsim.results.files import write_folder

if TYPE_CHECKING:
    import pandas as pd

ANSWER, TABLES, FIGURES, CONFIGS = "answer.json", "tables", "figures", "configs"
FORMAT = 1
WORDS = ("kind", "title", "question", "findings", "method", "limits", "settings", "command", "code", "duration", "record")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


def is_answer(folder: str | os.PathLike[str]) -> bool:
    """Whether a folder holds a finished answer."""
    return Path(folder, ANSWER).is_file()


def write_answer(answer: Answer, folder: str | os.PathLike[str], draw: Draw = here) -> Path:
    """Write an answer into a new folder, in one move.

    Args:
        answer: the answer.
        folder: where to.
        draw: what draws the figures; in this process by default, see :func:`cxsim.results.drawing.apart`.

    Returns:
        The folder that was written, as for :func:`~cxsim.results.files.write_folder`.

    Raises:
        BadValueError: a name of a table, figure or configuration that would not do as a file's name.
        ResultsError: if it cannot be written.
    """
    for name in [*answer.tables, *answer.figures, *answer.configs]:
        if not _NAME.fullmatch(name):
            raise BadValueError("name", name, "letters, digits, '_', '.' and '-', beginning with a letter or digit")

    def fill(partial: Path) -> None:
        from cxsim.config.load import to_yaml

        for place in (TABLES, FIGURES, CONFIGS):
            (partial / place).mkdir()
        hashes = {}
        pictures = {partial / FIGURES / name: picture for name, picture in answer.figures.items()}
        with draw(functools.partial(_tasks, pictures)) if pictures else contextlib.nullcontext():
            for name, table in answer.tables.items():
                hashes[name] = _write_table(partial / TABLES / f"{name}.parquet", table)
                table.frame.to_csv(partial / TABLES / f"{name}.csv", index=False)
            for name, config in answer.configs.items():
                (partial / CONFIGS / f"{name}.yaml").write_text(to_yaml(config), encoding="utf-8")
        files = {name: [f"{FIGURES}/{name}.{kind}" for kind in ("svg", "png")] for name in answer.figures}
        # Last, because a folder without it does not count as an answer.
        (partial / ANSWER).write_text(json.dumps(_described(answer, files, hashes), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

    return write_folder(folder, fill)


def read_answer(folder: str | os.PathLike[str]) -> Answer:
    """Read an answer from its folder.

    Raises:
        ResultsError: if the folder holds no finished answer, one of another format, or tables that have changed since.
    """
    folder = Path(folder)
    about = _read(folder)
    try:
        tables = {name: _read_table(folder / TABLES / f"{name}.parquet", entry) for name, entry in about["tables"].items()}
        figures = {
            name: Picture(entry["title"], entry["caption"], files=tuple(_inside(folder, file) for file in entry["files"]))
            for name, entry in about["figures"].items()
        }
        configs = {name: _read_config(folder / CONFIGS / f"{name}.yaml") for name in about["configs"]}
        words = {name: about[name] for name in WORDS}
        started = datetime.fromisoformat(about["started"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ResultsError(f"{folder / ANSWER}: it is not the description of an answer ({error!r}).") from None
    return Answer(**words, tables=tables, figures=figures, configs=configs, started=started, folder=folder)


def _tasks(pictures: Mapping[Path, Picture]) -> list[Callable[[], object]]:
    return [functools.partial(_draw, picture, path) for path, picture in pictures.items()]


def _draw(picture: Picture, path: Path) -> None:
    from cxsim.results.figures.style import house, save

    if picture.draw is None:
        raise BadValueError(f"figure {path.name}", None, "a figure that can be drawn")
    with house():
        save(picture.draw(), path)


def _described(answer: Answer, files: Mapping[str, list[str]], hashes: Mapping[str, str]) -> dict[str, Any]:
    words = {name: getattr(answer, name) for name in WORDS}
    tables = {
        name: {"title": table.title, "note": table.note, "main": table.main, "rows": len(table.frame),
               "sha256": hashes[name], "columns": [dataclasses.asdict(column) for column in table.columns]}
        for name, table in answer.tables.items()
    }  # fmt: skip
    figures = {name: {"title": picture.title, "caption": picture.caption, "files": files[name]} for name, picture in answer.figures.items()}
    return {
        "format": FORMAT,
        **words,
        "started": answer.started.isoformat(timespec="seconds"),
        "tables": tables,
        "figures": figures,
        "configs": list(answer.configs),
    }


def _write_table(path: Path, table: Table) -> str:
    """Write a table; the SHA-256 of the file comes back."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    made = pa.Table.from_pandas(table.frame, preserve_index=False)
    fields = [made.schema.field(column.name).with_metadata({"unit": column.unit, "meaning": column.meaning}) for column in table.columns]
    pq.write_table(made.cast(pa.schema(fields, metadata=made.schema.metadata)), path, compression="zstd")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _read(folder: Path) -> dict[str, Any]:
    path = folder / ANSWER
    if not folder.is_dir():
        raise ResultsError(f"folder {folder}: there is no such folder.")
    if not path.is_file():
        raise ResultsError(f"folder {folder}: no finished answer; {ANSWER} is missing.")
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ResultsError(f"{path}: it cannot be read ({error}).") from None
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        found = about.get("format") if isinstance(about, dict) else None
        raise ResultsError(f"{path}: given format {found}; this cxsim reads format {FORMAT}.")
    return about


def _inside(folder: Path, file: str) -> Path:
    """A file of the folder; a description that names one elsewhere is not one that we wrote."""
    path = folder / file
    if folder.resolve() not in path.resolve().parents or not path.is_file():
        raise ResultsError(f"{folder / ANSWER}: it names the file {file!r}, which the folder does not hold.")
    return path


def _read_table(path: Path, entry: Mapping[str, Any]) -> Table:
    frame = _frame(path)
    if hashlib.sha256(path.read_bytes()).hexdigest() != entry["sha256"]:
        raise ResultsError(f"{path}: the table has changed since it was written.")
    return Table(entry["title"], frame, tuple(Column(**column) for column in entry["columns"]), entry["note"], bool(entry["main"]))


def _frame(path: Path) -> pd.DataFrame:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.read_table(path).to_pandas()
    except (OSError, ValueError, pa.ArrowException) as error:
        raise ResultsError(f"{path}: it cannot be read ({error}).") from None


def _read_config(path: Path) -> Any:
    import yaml

    from cxsim.config.load import from_mapping

    try:
        return from_mapping(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, yaml.YAMLError, CxsimError) as error:
        raise ResultsError(f"{path}: it cannot be read ({error}).") from None
