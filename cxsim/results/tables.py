"""Tables as columns, before they are frames: words are kept as codes, and a frame is made of whole blocks when somebody asks for it."""

from __future__ import annotations

import abc
import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
import pandas as pd

from cxsim.results.columns import TABLES

try:
    from pandas.api.internals import create_dataframe_from_blocks as _from_blocks
except ImportError:  # before pandas 3
    _from_blocks = None


class Words(NamedTuple):
    """A column of words.

    Attributes:
        codes: whole numbers, one a row.
        words: the word that each code stands for; no word twice.
    """

    codes: np.ndarray
    words: tuple[str, ...]


Columns = Mapping[str, np.ndarray | Words]
"""The columns of one table by name, in order and all of one length."""


class Source(Protocol):
    """Something that tables can be worked out from."""

    def columns(self, name: str) -> Columns:
        """The columns of one table."""


class Lazy(Mapping[str, pd.DataFrame]):
    """The result tables by name, each made when it is first asked for and then kept."""

    def __init__(self) -> None:
        self._made: dict[str, pd.DataFrame] = {}

    @abc.abstractmethod
    def make(self, name: str) -> pd.DataFrame:
        """Make a table."""

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._made:
            if name not in TABLES:
                raise KeyError(name)
            self._made[name] = self.make(name)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(TABLES)

    def __len__(self) -> int:
        return len(TABLES)


class Frames(Lazy):
    """The tables of one replication.

    Args:
        source: what they are worked out from.
    """

    def __init__(self, source: Source):
        super().__init__()
        self._source = source

    def columns(self, name: str) -> Columns:
        """The columns of a table, without the cost of a frame."""
        return self._source.columns(name)

    def make(self, name: str) -> pd.DataFrame:
        """A table with its words written out."""
        return frame({name: spelt(values) for name, values in self.columns(name).items()})


def words(codes: np.ndarray, names: Sequence[str]) -> Words:
    """A column of words from codes and the names they stand for, which may hold a name twice."""
    places = {name: place for place, name in enumerate(dict.fromkeys(names))}
    if len(places) < len(names):
        codes = np.array([places[name] for name in names])[codes]
    return Words(codes, tuple(places))


def spelt(values: np.ndarray | Words) -> Any:
    """A column as pandas keeps it: words written out."""
    return values if isinstance(values, np.ndarray) else _letters(values.words).take(values.codes)


def plain(values: np.ndarray | Words) -> np.ndarray:
    """A column as an array, words as objects."""
    return values if isinstance(values, np.ndarray) else np.array(values.words, dtype=object)[values.codes]


def category(parts: Sequence[Words]) -> pd.Categorical:
    """Columns of words, one below the other, as one of categories: those that appear, in order of appearance."""
    known = {word: place for place, word in enumerate(dict.fromkeys(word for part in parts for word in part.words))}
    codes = np.concatenate([np.array([known[word] for word in part.words], np.intp)[part.codes] for part in parts])
    # Of several values given for one place NumPy keeps the last: backwards, that is where a code appears first.
    first = np.full(len(known), len(codes))
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    order = np.argsort(first, kind="stable")[: np.count_nonzero(first < len(codes))]
    names = list(known)
    place = np.full(len(known), -1, np.min_scalar_type(-len(order) - 2))  # as short as pandas keeps codes
    place[order] = np.arange(len(order))
    return pd.Categorical.from_codes(place[codes], dtype=_kinds(tuple(names[code] for code in order)), validate=False)


def frame(columns: Mapping[str, Any]) -> pd.DataFrame:
    """A frame of columns (arrays of NumPy or pandas) of one length; numbers are copied."""
    if _from_blocks is None:
        return pd.DataFrame(dict(columns))
    numbers: dict[np.dtype, tuple[list[np.ndarray], list[int]]] = {}
    blocks: list[tuple[Any, np.ndarray]] = []
    for place, values in enumerate(columns.values()):
        if isinstance(values, np.ndarray):
            together, places = numbers.setdefault(values.dtype, ([], []))
            together.append(values)
            places.append(place)
        else:
            blocks.append((values, np.array([place])))
    blocks += [(np.array(together), np.array(places)) for together, places in numbers.values()]
    rows = len(next(iter(columns.values())))
    # A copy, because whoever names the columns of one frame does not mean those of all others.
    return _from_blocks(blocks, index=pd.RangeIndex(rows), columns=_names(tuple(columns)).copy())


@functools.lru_cache(256)
def _names(names: tuple[str, ...]) -> pd.Index:
    return pd.Index(names)


@functools.lru_cache(256)
def _letters(names: tuple[str, ...]) -> Any:
    return pd.array(list(names), dtype=pd.Series(["a"]).dtype)


@functools.lru_cache(256)
def _kinds(names: tuple[str, ...]) -> pd.CategoricalDtype:
    return pd.CategoricalDtype(list(names))
