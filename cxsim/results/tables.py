"""Tables as columns, before they are frames: words are kept as codes, and a frame is made of whole blocks when somebody asks for it."""

from __future__ import annotations

import abc
import functools
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
import pandas as pd

from cxsim.results.columns import FLAGS, TABLES, WORDS, Column

try:
    from pandas.api.internals import create_dataframe_from_blocks as _from_blocks
except ImportError:  # before pandas 3
    _from_blocks = None


class Words(NamedTuple):
    """A column of words.

    Attributes:
        codes: whole numbers, one a row.
        words: the word that each code stands for; several codes may stand for one word.
    """

    codes: np.ndarray
    words: tuple[str, ...]


class Layout:
    """How the columns of a table lie in memory: those of one kind side by side, in the table's order.

    Args:
        columns: the table's columns; the number of the replication is left out.
        whole: names of those that are whole numbers.

    Attributes:
        names: of all columns, in order.
        numbers, whole, flags, words: names of the columns of each kind, in order.
    """

    def __init__(self, columns: Sequence[Column], whole: Collection[str]):
        self.names = tuple(column.name for column in columns if column.name != "replication")
        self.whole = tuple(name for name in self.names if name in whole)
        self.flags = tuple(name for name in self.names if name in FLAGS)
        self.words = tuple(name for name in self.names if name in WORDS)
        self.numbers = tuple(name for name in self.names if name not in {*self.whole, *self.flags, *self.words})

    @functools.cached_property
    def places(self) -> tuple[np.ndarray, ...]:
        """Places among all columns of those of each block of a :class:`Table` and of each column of words."""
        blocks = [kind for kind in (self.numbers, self.whole, self.flags) if kind] + [(name,) for name in self.words]
        return tuple(np.array([self.names.index(name) for name in block]) for block in blocks)

    def rows_of(self, names: Sequence[str]) -> tuple[int, ...]:
        """Where some of the numbers lie in their block."""
        return tuple(self.numbers.index(name) for name in names)


class Table(Mapping[str, Any]):
    """The columns of one table in as few arrays as there are kinds of them.

    A frame of it takes the arrays over as they are, so they belong to one table, and of a table there is one frame.

    Args:
        layout: of the columns.
        blocks: one array for each kind of columns that the table has, shape (columns, rows): numbers (float64), whole numbers (int64),
            flags (bool).
        words: columns of words, in order.

    Attributes:
        layout, blocks, words: as given.
    """

    def __init__(self, layout: Layout, blocks: Sequence[np.ndarray], words: Sequence[Words] = ()):
        self.layout, self.blocks, self.words = layout, tuple(blocks), tuple(words)

    @functools.cached_property
    def _columns(self) -> dict[str, np.ndarray | Words]:
        rows = [*(row for block in self.blocks for row in block), *self.words]
        order = np.concatenate(self.layout.places)
        found = {self.layout.names[place]: row for place, row in zip(order, rows, strict=True)}
        return {name: found[name] for name in self.layout.names}

    def __getitem__(self, name: str) -> Any:
        return self._columns[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.layout.names)

    def __len__(self) -> int:
        return len(self.layout.names)


Columns = Mapping[str, np.ndarray | Words]
"""The columns of one table by name, in order and all of one length."""


Blocks = tuple[list[tuple[Any, np.ndarray]], tuple[str, ...]]
"""What pandas makes a frame of without copying: arrays, each with the places of its columns, and the names of all columns."""


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
        return frame(self.columns(name))


def spelt(values: Any) -> Any:
    """A column as pandas keeps it: words written out."""
    if not isinstance(values, Words):
        return values
    kind = _kind_of_words()
    if kind == np.dtype(object):  # before pandas 3, which takes far longer over an array of its own
        return plain(values)
    if _from_blocks is None or getattr(kind, "storage", "") != "pyarrow":
        return _known(values.words, kind).take(values.codes)
    from cxsim.results.letters import written_out

    return pd.arrays.ArrowStringArray(written_out(values.codes, values.words), dtype=kind)


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
    """A frame of columns (words, arrays of NumPy or pandas) of one length; numbers are copied, but those of a :class:`Table` taken over."""
    if _from_blocks is None:
        return pd.DataFrame({name: spelt(values) for name, values in columns.items()})
    blocks, names = _taken_over(columns) if isinstance(columns, Table) else _gathered(columns)
    # A view, because whoever names the columns of one frame does not mean those of all others.
    return _from_blocks(blocks, index=pd.RangeIndex(blocks[0][0].shape[-1]), columns=_names(names).view())


def _taken_over(table: Table) -> Blocks:
    """The arrays of a table as they are, and its words written out."""
    words = map(spelt, table.words)
    values = (*table.blocks, *(column[None] if isinstance(column, np.ndarray) else column for column in words))
    return list(zip(values, table.layout.places, strict=True)), table.layout.names


def _gathered(columns: Mapping[str, Any]) -> Blocks:
    """Columns of one kind copied into one array."""
    numbers: dict[np.dtype, tuple[list[np.ndarray], list[int]]] = {}
    blocks: list[tuple[Any, np.ndarray]] = []
    for place, values in enumerate(map(spelt, columns.values())):
        if isinstance(values, np.ndarray):
            together, places = numbers.setdefault(values.dtype, ([], []))
            together.append(values)
            places.append(place)
        else:
            blocks.append((values, np.array([place])))
    return blocks + [(np.array(together), np.array(places)) for together, places in numbers.values()], tuple(columns)


@functools.lru_cache(256)
def _names(names: tuple[str, ...]) -> pd.Index:
    return pd.Index(names)


@functools.cache
def _kind_of_words() -> Any:
    return pd.Series(["a"]).dtype


@functools.lru_cache(256)
def _known(names: tuple[str, ...], kind: Any) -> Any:
    return pd.array(list(names), dtype=kind)


@functools.lru_cache(256)
def _kinds(names: tuple[str, ...]) -> pd.CategoricalDtype:
    return pd.CategoricalDtype(list(names))
