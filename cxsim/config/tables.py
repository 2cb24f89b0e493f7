"""Tables of firms: names, customer shares, prices, margins and satisfaction, read from CSV."""

from __future__ import annotations

import csv
import dataclasses
import functools
import math
import re
from collections.abc import Iterator
from pathlib import Path

from cxsim.config import paths
from cxsim.config.errors import TableError, nearest

COLUMNS = ("name", "share", "price", "margin", "satisfaction")
REQUIRED = ("name", "share")
SHARE_TOLERANCE = 0.02
_NAME = re.compile(r"[\w-]+")

_RANGES: dict[str, tuple[float, float]] = {
    "share": (0.0, 1.0),
    "price": (0.0, 1e9),
    "margin": (-1.0, 1.0),
    "satisfaction": (0.0, 1.0),
}


@dataclasses.dataclass(frozen=True)
class FirmRow:
    """One firm as a table gives it.

    Attributes:
        name: the firm's name.
        share: share of those customers who have a supplier, 0 to 1; the shares of a table sum to 1.
        price: new-customer price in £/month, ``None`` where the table leaves it empty.
        margin: operating profit as a share of revenue, -1 to 1, ``None`` where empty.
        satisfaction: mean satisfaction of its customers, 0 to 1, ``None`` where empty.
    """

    name: str
    share: float
    price: float | None = None
    margin: float | None = None
    satisfaction: float | None = None


def firms_tables() -> dict[str, Path]:
    """The tables of firms that come with cxsim, by name."""
    return {path.stem: path for path in sorted(_folder().glob("*.csv"))}


def read_firms_table(name_or_path: str | Path) -> list[FirmRow]:
    """Read a table of firms.

    Empty lines and lines that begin with ``#`` are skipped. Shares that miss 1 by up to 0.02 are taken as rounded
    and scaled to sum to 1.

    Args:
        name_or_path: the name of a table that comes with cxsim, or the path of a CSV file.

    Returns:
        The firms in the order of the table.

    Raises:
        TableError: no such table, a column missing or unknown, a cell that is not a number or out of range, names
            that repeat, or shares that do not sum to 1.
    """
    path = _find(str(name_or_path))
    try:
        stamp = path.stat()
        return list(_read(path, stamp.st_mtime_ns, stamp.st_size))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise TableError(f"{path}: the table of firms cannot be read ({reason}).") from error


def _folder() -> Path:
    return paths.conf_dir() / "market" / "firms"


def _find(given: str) -> Path:
    try:
        if _NAME.fullmatch(given) and (path := _folder() / f"{given}.csv").is_file():
            return path
        path = Path(given).expanduser()
        if path.exists():
            return path.absolute()
    except (OSError, RuntimeError, ValueError):
        pass  # a path that cannot even be asked for is a path that does not exist
    known = firms_tables()
    names = f" Tables that come with cxsim: {', '.join(known)}." if known else ""
    hint = nearest(given, known)
    raise TableError(f"{given}: there is no such table of firms, neither by that name nor at that path.{hint}{names}")


@functools.lru_cache(maxsize=64)
def _read(path: Path, _changed_at: int, _size: int) -> tuple[FirmRow, ...]:
    """Rows of the file; the two stamps make the cache forget a file that has changed."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = _cells(path, file)
        _, header = next(lines, (0, []))
        _check_header(path, header)
        rows = [_row(path, number, dict(zip(header, cells, strict=True))) for number, cells in lines]
    if not rows:
        raise TableError(f"{path}: the table of firms holds no firm; give at least one row.")
    return _normalised(path, rows)


def _cells(path: Path, file: Iterator[str]) -> Iterator[tuple[int, list[str]]]:
    """Line numbers and stripped cells of every line that says something, short lines filled up with empty cells."""
    width = 0
    reader = csv.reader(file, strict=True)
    for cells in reader:
        stripped = [cell.strip() for cell in cells]
        if not any(stripped) or stripped[0].startswith("#"):
            continue
        width = width or len(stripped)
        if any(stripped[width:]):
            raise TableError(
                f"{path}, line {reader.line_num}: {len(stripped)} cells, and the header has {width}; "
                "put text that holds a comma in double quotes."
            )
        yield reader.line_num, (stripped + [""] * width)[:width]


def _check_header(path: Path, header: list[str]) -> None:
    allowed = f"Allowed: {', '.join(COLUMNS)}; {' and '.join(REQUIRED)} are required."
    for column in header:
        if column not in COLUMNS:
            raise TableError(f"{path}: unknown column {column!r}.{nearest(column, COLUMNS)} {allowed}")
        if header.count(column) > 1:
            raise TableError(f"{path}: the column {column} appears twice. {allowed}")
    for column in REQUIRED:
        if column not in header:
            raise TableError(f"{path}: the column {column} is missing. {allowed}")


def _row(path: Path, line: int, cells: dict[str, str]) -> FirmRow:
    if not cells["name"]:
        raise TableError(f"{path}, line {line}, column name: empty; give the firm a name.")
    values = {column: _value(path, line, column, cells.get(column, "")) for column in _RANGES}
    share = values.pop("share")
    if share is None:
        raise TableError(f"{path}, line {line}, column share: empty; give a share from 0 to 1.")
    return FirmRow(cells["name"], share, **values)


def _value(path: Path, line: int, column: str, cell: str) -> float | None:
    if not cell:
        return None
    low, high = _RANGES[column]
    where = f"{path}, line {line}, column {column}: given {cell!r}; allowed: "
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or "_" in cell:
        raise TableError(f"{where}a number from {low:g} to {high:g}, written like 0.25.")
    if not low <= value <= high:
        raise TableError(f"{where}{low:g} to {high:g}.")
    return value


def _normalised(path: Path, rows: list[FirmRow]) -> tuple[FirmRow, ...]:
    seen: set[str] = set()
    for row in rows:
        if row.name in seen:
            raise TableError(f"{path}: the firm {row.name!r} appears twice; give each firm one row.")
        seen.add(row.name)
    total = math.fsum(row.share for row in rows)
    if abs(total - 1.0) > SHARE_TOLERANCE + 1e-9:
        raise TableError(
            f"{path}: the shares sum to {total:.6g}, not to 1 (within {SHARE_TOLERANCE}); "
            "shares are parts of 1, and what is left over belongs in a row of its own."
        )
    return tuple(dataclasses.replace(row, share=row.share / total) for row in rows)
