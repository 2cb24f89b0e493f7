"""Tables of a run put together from its replications: contract checked, order fixed, repeated words stored once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from cxsim.results.columns import COUNTERS, FLAGS, TABLES, WORDS
from cxsim.results.tables import Frames, Lazy, category, frame


def combine(replications: Sequence[Mapping[str, pd.DataFrame]]) -> Mapping[str, pd.DataFrame]:
    """One table of each kind from the tables of every replication; what a recorder gave is put together when it is first asked for.

    Args:
        replications: for each replication in order, its tables by name, without the column ``replication``.

    Returns:
        Tables by name with the columns of :mod:`cxsim.results.columns`, ``replication`` first.

    Raises:
        ValueError: if a table or a column of the contract is missing, or one is there that the contract does not name.
    """
    recorded = [frames for frames in replications if isinstance(frames, Frames)]
    if recorded and len(recorded) == len(replications):
        return Stacked(recorded)
    tables = {}
    for name in TABLES:
        parts = []
        for number, frames in enumerate(replications):
            if name not in frames:
                raise ValueError(f"replication {number} has no table {name}; it has: {', '.join(frames) or 'none'}.")
            parts.append(frames[name].assign(replication=number))
        tables[name] = typed(name, pd.concat(parts, ignore_index=True))
    return tables


class Stacked(Lazy):
    """Tables as :func:`typed` gives them, put together from the columns of replications without frames in between.

    Args:
        replications: what their recorders gave.
    """

    def __init__(self, replications: Sequence[Frames]):
        super().__init__()
        self._parts = replications

    def make(self, name: str) -> pd.DataFrame:
        """Put one table together.

        Raises:
            ValueError: if the columns are not those of the contract.
        """
        parts = [part.columns(name) for part in self._parts]
        for part in parts:
            _check_columns(name, ["replication", *part])
        rows = [len(part["month"]) for part in parts]
        made: dict[str, Any] = {"replication": np.repeat(np.arange(len(parts), dtype=np.int32), rows)}
        for column in list(parts[0]):
            values: list[Any] = [part[column] for part in parts]
            made[column] = category(values) if column in WORDS else np.concatenate(values).astype(_kind(column), copy=False)
        return frame({column.name: made[column.name] for column in TABLES[name]})

    def __getitem__(self, name: str) -> pd.DataFrame:
        table = super().__getitem__(name)
        if len(self._made) == len(TABLES):
            self._parts = ()  # their months fill more memory than the tables
        return table


def typed(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """A table with the columns, order and types of the contract.

    Words become categories in order of appearance and are empty, never missing, where there is none: a missing key
    would silently drop its rows from every ``groupby``.

    Raises:
        ValueError: if the columns are not those of the contract.
    """
    _check_columns(name, table)
    columns = {column.name: _typed(column.name, table[column.name]) for column in TABLES[name]}
    return pd.DataFrame(columns).reset_index(drop=True)


def _check_columns(name: str, given: Iterable[Any]) -> None:
    given, wanted = list(given), [column.name for column in TABLES[name]]
    missing = [column for column in wanted if column not in given]
    extra = [column for column in given if column not in wanted]
    if missing or extra:
        lists = {"missing": missing, "unknown": extra}
        faults = "; ".join(f"{word}: {', '.join(map(str, found))}" for word, found in lists.items() if found)
        raise ValueError(f"table {name} has not the columns of the contract; {faults}.")


def _typed(name: str, values: pd.Series) -> pd.Series:
    if name in WORDS:
        codes, words = _codes(values)
        return pd.Series(pd.Categorical.from_codes(codes, categories=words), index=values.index)
    return values.astype(_kind(name))


def _kind(name: str) -> type:
    return bool if name in FLAGS else np.int32 if name in COUNTERS else np.float64


def _codes(values: pd.Series) -> tuple[np.ndarray, list[str]]:
    """Codes and words in order of appearance, whatever order a categorical keeps its categories in."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        # Code -1 is a missing word; the empty word is put at the end for it to point to.
        codes, seen = pd.factorize(values.cat.codes.to_numpy())
        known = [*map(str, values.cat.categories), ""]
        words = [known[code] for code in seen]
    else:
        codes, seen = pd.factorize(values.where(values.notna(), "").astype(object))
        words = [str(word) for word in seen]
    if len(set(words)) == len(words):
        return codes, words
    # "" and a missing value are the same word.
    again, unique = pd.factorize(np.asarray(words, dtype=object))
    return again[codes], list(unique)


def digest(tables: Mapping[str, pd.DataFrame]) -> str:
    """SHA-256 of what the tables say, the same whatever file format or category codes carried them."""
    sha = hashlib.sha256()
    for name in TABLES:
        table = tables[name]
        for column in table:
            sha.update(f"{name}.{column}:{len(table)};".encode())
            values = table[column]
            if isinstance(values.dtype, pd.CategoricalDtype):
                codes, words = _codes(values)
                sha.update("\0".join(words).encode())
                sha.update(codes.astype("<i4").tobytes())
            else:
                # Adding zero makes -0.0 equal to 0.0; every NaN gets the same bits.
                numbers = values.to_numpy(dtype="<f8") + 0.0
                sha.update(np.where(np.isnan(numbers), np.nan, numbers).astype("<f8").tobytes())
    return sha.hexdigest()
