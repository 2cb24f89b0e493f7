"""Designs: which values of which parameters a sweep goes through, point by point."""

from __future__ import annotations

import dataclasses
import functools
import json
import math
import numbers
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cxsim.config.errors import BadValueError, CxsimError, TableError, shown
from cxsim.config.keys import coerce, index, locate
from cxsim.config.presets import GROUPS
from cxsim.config.scalars import each_once, plain
from cxsim.sweeps.ids import digest

if TYPE_CHECKING:
    import pandas as pd

MOST_RUNS = 1_000_000_000
"""Runs that one sweep can hold; its parent keeps a byte for each."""
MOST_LISTED = 1_000
"""Values of one parameter that the record lists; the dataset has them all."""
NOT_SWEPT = ("name", "results_dir", "figures", "replications", "threads", "allow_user_code")


class DesignError(CxsimError):
    """A design that cannot be run: no points, a missing value, or something that is no design."""


@dataclasses.dataclass(frozen=True)
class Design:
    """Points in the space of parameters.

    Attributes:
        kind: how it was made, in words for the record: ``"factorial"``, ``"table"``, ``"latin hypercube"`` ...
        columns: keys of parameters and groups of presets, in the order of the columns of the dataset.
        levels: for each column its values. A crossed design goes through every combination, the last column
            fastest; otherwise the n-th point takes the n-th value of every column.
        crossed: whether the levels are combined.
        about: what else is known of how it was made, such as bounds and seed, as plain values.
        joined: how many of a crossed design's last columns go together, the n-th value of one with the n-th of the others.
    """

    kind: str
    columns: tuple[str, ...]
    levels: tuple[Sequence[Any], ...]
    crossed: bool
    about: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    joined: int = 0

    def __post_init__(self) -> None:
        for column in self.columns:
            _check_key(column)
            if self.columns.count(column) > 1:
                raise DesignError(f"{column}: it appears twice in the design; give each parameter one column.")
        if (points := self._points()) > MOST_RUNS:
            raise DesignError(f"design: {points:,} points ({self._sizes()}); at most {MOST_RUNS:,} are possible, so give fewer values.")
        if not points:
            raise DesignError(f"design: it has no points ({self._sizes()}); give at least one value of each parameter.")
        for column, values in zip(self.columns, self.levels, strict=True):
            _check_values(column, values)

    @property
    def crossed_columns(self) -> tuple[str, ...]:
        """The columns whose values are combined with all others; the rest go together."""
        return self.columns[: len(self.columns) - self.joined] if self.crossed else ()

    def __len__(self) -> int:
        return self._points()

    def _points(self) -> int:
        alone = len(self.crossed_columns)
        together = len(self.levels[alone]) if alone < len(self.levels) else 1
        return math.prod(len(values) for values in self.levels[:alone]) * together

    def __getitem__(self, point: int) -> dict[str, Any]:
        """The values of one point by key; points are worked out when asked for, so a design of 10^8 takes no room."""
        if not 0 <= point < len(self):
            raise IndexError(point)
        alone = len(self.crossed_columns)
        chosen = []
        if alone < len(self.levels):
            point, row = divmod(point, len(self.levels[alone]))
            chosen = [plain(values[row]) for values in reversed(self.levels[alone:])]
        for values in reversed(self.levels[:alone]):
            point, position = divmod(point, len(values))
            chosen.append(plain(values[position]))
        return dict(zip(self.columns, reversed(chosen), strict=True))

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (self[point] for point in range(len(self)))

    @functools.cached_property
    def digest(self) -> str:
        """SHA-256 of columns and values: equal for designs with the same points in the same order."""
        values = [_listed(level) for level in self.levels]
        return digest([list(self.columns), len(self.crossed_columns), values])

    def described(self) -> dict[str, Any]:
        """The design for the record: the levels of a crossed one, the bounds and size of a sample or table."""
        said: dict[str, Any] = {"kind": self.kind, "columns": list(self.columns), "points": len(self), **self.about}
        if self.crossed:
            said["levels"] = {column: _briefly(level) for column, level in zip(self.crossed_columns, self.levels, strict=False)}
        return {**said, "digest": self.digest}

    def _sizes(self) -> str:
        return ", ".join(f"{key}: {len(level)} values" for key, level in zip(self.columns, self.levels, strict=True)) or "no columns"


def factorial(grid: Mapping[str, Any]) -> Design:
    """Every combination of the values given.

    Args:
        grid: for each parameter or group of presets the values to go through; a single value is a list of one.

    Returns:
        The design; the last parameter changes fastest.

    Raises:
        CxsimError: an unknown parameter, a value out of range, no values at all, or one of them twice.

    Example:
        >>> len(factorial({"market.n_firms": [1, 2, 4], "regulator": ["none", "cma"]}))
        6
    """
    if not isinstance(grid, Mapping):
        raise DesignError(f"design: given {shown(grid)}; allowed: a mapping from parameters to values.")
    levels = {str(key): _values(grid[key]) for key in grid}
    for key, values in levels.items():
        each_once(key, values)
    return Design("factorial", tuple(levels), tuple(levels.values()), True)


def table(points: Any) -> Design:
    """The rows of a table, one point each.

    Args:
        points: a DataFrame, or the path of a CSV or Parquet file, with a column for each parameter.

    Raises:
        CxsimError: the file cannot be read, has no rows or columns, an unknown column, an empty cell or a value
            that its parameter does not take.
    """
    frame = _read(points) if isinstance(points, str | os.PathLike) else points
    columns = [str(column) for column in frame.columns]
    if not columns or not len(frame):
        raise DesignError("design: the table has no rows; give at least one." if columns else "design: the table has no columns.")
    about = {"table": Path(points).name} if isinstance(points, str | os.PathLike) else {}
    return Design("table", tuple(columns), tuple(_column(frame.iloc[:, place]) for place in range(len(columns))), False, about)


def cross(grid: Any, points: Any) -> Design:
    """Every combination of a grid with the points of another design, such as each regime with the same sample of ranges.

    Args:
        grid: a mapping (factorial) or a design whose values are all combined.
        points: any design, or what `as_design` takes; its points are the last to change.

    Raises:
        CxsimError: a parameter in both, or neither is a grid.

    Example:
        >>> from cxsim.sweeps import latin_hypercube
        >>> len(cross({"regulator": ["none", "cma"]}, latin_hypercube({"market.attention": (0.1, 0.6)}, n=8)))
        16
    """
    first, last = as_design(grid), as_design(points)
    if not first.crossed or first.joined:
        raise DesignError(f"design: a {first.kind} cannot be the first of two that are crossed; give the grid first.")
    kind = f"{first.kind} x {last.kind}" if first.columns and last.columns else first.kind if first.columns else last.kind
    joined = len(last.columns) - len(last.crossed_columns)
    return Design(kind, first.columns + last.columns, (*first.levels, *last.levels), True, {**first.about, **last.about}, joined)


def as_design(given: Any) -> Design:
    """What a user may give for a design, as one: a `Design`, a mapping (factorial), a SALib problem, a DataFrame or a file.

    Raises:
        DesignError: none of these.
    """
    if isinstance(given, Design):
        return given
    if isinstance(given, Mapping):
        if {"names", "bounds"} <= set(given):
            raise DesignError("design: a SALib problem says ranges and not yet points; make them with cxsim.sweeps.salib(problem, n=...).")
        return factorial(given)
    if isinstance(given, str | os.PathLike) or (hasattr(given, "columns") and hasattr(given, "iloc")):
        return table(given)
    raise DesignError(
        f"design: given {shown(given)}; allowed: a mapping from parameters to values, a DataFrame, the path of a CSV or "
        "Parquet file, or a design from cxsim.sweeps."
    )


def _check_key(column: str) -> None:
    if column in NOT_SWEPT:
        raise DesignError(f"{column}: it belongs to the whole sweep and not to its points; give it beside the design.")
    if column not in GROUPS:
        locate(column, GROUPS)


def _check_values(column: str, values: Sequence[Any]) -> None:
    """Refuse what can be told without composing: missing values, presets that are not there, values out of range."""
    array = values if isinstance(values, np.ndarray) else None
    if array is not None and array.dtype.kind == "f" and not np.isfinite(array).all():
        row = int(np.flatnonzero(~np.isfinite(array))[0])
        raise DesignError(f"{column}: point {row} of the design has no finite number ({array[row]}); fill it in or drop the row.")
    if column in GROUPS:
        for value in values:
            if not isinstance(value, str):
                raise BadValueError(column, value, "the name of a preset")
        return
    if column not in index():
        return  # a part of a list or mapping is checked with the whole
    if array is not None and array.dtype.kind in "fiu":
        # Ends and one that is not whole stand for all: a range is an interval.
        broken = array[array != np.floor(array)][:1] if array.dtype.kind == "f" else array[:0]
        for value in (array.min(), array.max(), *broken):
            coerce(column, plain(value))
        return
    for value in values:
        if isinstance(value, float) and not math.isfinite(value):
            raise DesignError(f"{column}: the design has a value that is no finite number ({value}); fill it in or drop it.")
        coerce(column, plain(value))


def _values(given: Any) -> Any:
    if isinstance(given, np.ndarray):
        if given.ndim != 1:
            raise DesignError(f"design: an array of shape {given.shape}; allowed: one dimension for each parameter.")
        return given
    if isinstance(given, str | bytes | Mapping | numbers.Number | None | bool):
        return [given]
    try:
        return list(given)
    except TypeError:
        raise DesignError(f"design: given {shown(given)}; allowed: a list of values for each parameter.") from None


def _briefly(values: Sequence[Any]) -> list[Any] | dict[str, Any]:
    if len(values) <= MOST_LISTED:
        return _listed(values)
    return {"first": plain(values[0]), "last": plain(values[-1]), "values": len(values)}


def _listed(values: Sequence[Any]) -> list[Any]:
    return values.tolist() if isinstance(values, np.ndarray) else [plain(value) for value in values]


def _column(series: pd.Series) -> Any:
    values = series.to_numpy()
    if values.dtype.kind in "fiub":
        return values
    missing = np.flatnonzero(series.isna().to_numpy())
    if len(missing):
        raise DesignError(f"{series.name}: row {int(missing[0])} of the table is empty; fill it in (null is none) or drop the row.")
    return [_cell(value) for value in series.tolist()]


def _cell(value: Any) -> Any:
    """A cell of text as the value it spells; lists and mappings are spelt as JSON."""
    if not isinstance(value, str):
        return plain(value)
    text = value.strip()
    if text in {"null", "true", "false"} or text[:1] in {"[", "{"}:
        try:
            return json.loads(text)
        except ValueError:
            return value
    try:
        return int(text) if text.lstrip("+-").isdecimal() else float(text) if text[:1] in "+-.0123456789" and text else value
    except ValueError:
        return value


def _read(path: str | os.PathLike[str]) -> pd.DataFrame:
    import pandas as pd

    found = Path(path).expanduser()
    if not found.is_file():
        raise TableError(f"{path}: there is no such table of points; give a CSV or Parquet file, or a mapping.")
    try:
        if found.suffix == ".parquet":
            return pd.read_parquet(found)
        # Only an empty cell is missing: "null" and "none" are words of the parameters' own.
        how: dict[str, Any] = {"keep_default_na": False, "na_values": [""], "encoding": "utf-8-sig", "skipinitialspace": True}
        heads = pd.read_csv(found, header=None, nrows=1, dtype=str, **how).iloc[0].tolist()
        frame = pd.read_csv(found, **how)
        # Of two columns with one name pandas calls the second something else, which would hide the mistake.
        return frame.set_axis(heads, axis=1) if len(set(heads)) < len(heads) == frame.shape[1] else frame
    except Exception as error:  # whatever a reader makes of a file that is not what its name says
        raise TableError(f"{path}: the table of points cannot be read ({' '.join(str(error).split())}).") from error
