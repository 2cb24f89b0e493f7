"""A customer's attributes as descriptors over columns: what each means, its range, and how it is read and written.

A field serves one row (a view's attribute) and many rows (the set's ``get``, ``set``, ``agg``, ``sort`` and
``groupby``) by the same rules, so that both always agree. Writes are checked, because the month works on the columns
without looking at their values.
"""

from __future__ import annotations

import abc
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from cxsim.config.errors import BadValueError, nearest
from cxsim.customers.mesa_support import Agent

if TYPE_CHECKING:
    import pandas as pd

    from cxsim.customers.view import Book

Rows = int | slice | np.ndarray
"""Which rows of a column: one, all (a slice), or an array of row numbers."""

_LARGEST = float(np.finfo(np.float32).max)
_NAMED = 5


class Field:
    """A number held in the column of the same name.

    Args:
        meaning: one sentence.
        low, high: the closed range that may be written.
    """

    def __init__(self, meaning: str, low: float = -_LARGEST, high: float = _LARGEST):
        self.__doc__ = meaning
        self.low = low
        self.high = high
        self.name = ""
        self._small = low >= -(2**15) and high < 2**15

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, view: Any, owner: type | None = None) -> Any:
        return self if view is None else view._book.population.columns[self.name].item(view.index)

    def __set__(self, view: Any, value: Any) -> None:
        column = view._book.population.columns[self.name]
        # What models write in their loops, tested without making an array; everything else takes the long way.
        given, held = type(value), column.dtype.kind
        plain = (held == "f" and given in (float, int)) or (held in "iu" and given is int and self._small)
        if plain and self.low <= value <= self.high:
            column[view.index] = value
        else:
            self.write(view._book, view.index, value)

    def raw(self, book: Book, rows: Rows) -> np.ndarray:
        """What the column holds for the rows: a view of it for a slice, else a copy."""
        return book.population.columns[self.name][rows]

    def decode(self, book: Book, codes: list[Any]) -> list[Any]:
        """The attribute's values, as plain Python objects, for what the column holds."""
        return codes

    def values(self, book: Book, rows: Rows) -> list[Any]:
        """The attribute of each row, as plain Python objects."""
        return self.decode(book, self.raw(book, rows).tolist())

    def array(self, book: Book, rows: Rows) -> np.ndarray:
        """The attribute of each row in 64 bits (a copy), so that sums neither round nor overflow."""
        raw = self.raw(book, rows)
        wide = {"f": np.float64, "i": np.int64, "u": np.int64}.get(raw.dtype.kind)
        return raw.copy() if wide is None else raw.astype(wide)

    def table_column(self, book: Book, rows: Rows) -> Any:
        """The attribute of each row, as a column of a data frame (a copy)."""
        return self.raw(book, rows).copy()

    def write(self, book: Book, rows: Rows, value: Any) -> None:
        """Write one value to all rows, or one to each.

        Raises:
            BadValueError: the value is no number, is out of range, or does not fit the number of rows; nothing is
                written.
        """
        column = book.population.columns[self.name]
        column[rows] = self.checked(book, column[rows], value)

    def bounds(self, book: Book) -> tuple[float, float]:
        """Lowest and highest value that may be written."""
        return self.low, self.high

    def checked(self, book: Book, target: np.ndarray, value: Any) -> np.ndarray:
        """The value as an array that fits ``target`` in shape and type."""
        try:
            given = np.asarray(value)
        except ValueError:  # a ragged list
            given = np.asarray(None)
        low, high = self.bounds(book)
        least, most = _holds(target.dtype)
        low, high = max(low, least), min(high, most)
        whole = target.dtype.kind in "iub"
        if given.shape not in ((), target.shape):
            raise BadValueError(self._key(), value, f"one number, or one for each of the {target.size:,} customers")
        if given.dtype.kind not in "biuf" or not self._fits(given, low, high, whole):
            raise BadValueError(self._key(), value, _range_in_words(low, high, whole))
        return given.astype(target.dtype)

    def _fits(self, given: np.ndarray, low: float, high: float, whole: bool) -> bool:
        inside = np.isfinite(given) & (given >= low) & (given <= high)
        return bool(np.all(inside & (given == np.floor(given)) if whole else inside))

    def _key(self) -> str:
        return f"customer.{self.name}"


class ProfileField(Field):
    """The number of the customer's profile: which variant of a job, and so what matters to her."""

    def bounds(self, book: Book) -> tuple[float, float]:
        """Only profiles that some customer had at the start have a quality to look up."""
        return 0, book.highest_profile


class Coded(Field, abc.ABC):
    """An attribute that a column holds as a small whole number standing for something else."""

    column = ""

    @abc.abstractmethod
    def word(self, book: Book, code: int) -> Any:
        """What a code stands for."""

    def __get__(self, view: Any, owner: type | None = None) -> Any:
        return self if view is None else self.word(view._book, view._book.population.columns[self.column].item(view.index))

    def __set__(self, view: Any, value: Any) -> None:
        self.write(view._book, view.index, value)

    def raw(self, book: Book, rows: Rows) -> np.ndarray:
        """The codes of the rows."""
        return book.population.columns[self.column][rows]

    def decode(self, book: Book, codes: list[Any]) -> list[Any]:
        """What each code stands for."""
        words = {code: self.word(book, code) for code in set(codes)}
        return [words[code] for code in codes]

    def array(self, book: Book, rows: Rows) -> np.ndarray:
        """What each row's code stands for, as an array of objects."""
        values = self.values(book, rows)
        objects = np.empty(len(values), dtype=object)
        objects[:] = values
        return objects

    def table_column(self, book: Book, rows: Rows) -> pd.Categorical | np.ndarray:
        """What each row's code stands for, as categories in the order of the codes; objects where one has no name."""
        import pandas as pd

        codes, positions = np.unique(self.raw(book, rows), return_inverse=True)
        words = self.decode(book, codes.tolist())
        if None in words:
            return self.array(book, rows)
        number = {word: place for place, word in enumerate(dict.fromkeys(words))}
        places = np.array([number[word] for word in words], dtype=np.int64)
        return pd.Categorical.from_codes(places[positions], categories=list(number))


class Fixed(Coded):
    """A coded attribute that cannot be written."""

    reason = ""

    def write(self, book: Book, rows: Rows, value: Any) -> None:
        """Refuse.

        Raises:
            BadValueError: always.
        """
        raise BadValueError(self._key(), value, f"nothing, {self.reason}")


class SegmentField(Fixed):
    """The name of the customer's segment. Fixed: customers are kept and summed in the order of their segments."""

    column = "segment"
    reason = "because customers are kept in the order of their segments; change customers.segments in the configuration"

    def word(self, book: Book, code: int) -> str:
        """The segment's name."""
        return str(book.population.segment_names[code])


class JobField(Fixed):
    """The name of the job that the customer wants done, ``None`` if the model does not say."""

    column = "profile"
    reason = "because a customer's job follows from her profile; write profile"

    def word(self, book: Book, code: int) -> str | None:
        """The name of the profile's job."""
        name_of = getattr(book.model, "profile_job_name", None)
        return None if name_of is None else name_of(code)


class SupplierField(Coded):
    """The firm that serves the customer, ``None`` for doing without.

    Writing takes a firm, its slot or ``None`` and moves the customer, no more: tenure, trust and the rest stay as
    they are. In a data collector use ``slot``: Mesa copies what it collects, and a firm brings its whole market
    along.
    """

    column = "supplier"

    def word(self, book: Book, code: int) -> Any:
        """The firm in the slot."""
        return None if code == 0 else book.model.firm_in_slot(code)

    def table_column(self, book: Book, rows: Rows) -> np.ndarray:
        """The slots: firms themselves have no place in a table."""
        return self.raw(book, rows).copy()

    def write(self, book: Book, rows: Rows, value: Any) -> None:
        """Write one supplier to all rows, or one to each.

        Raises:
            BadValueError: something is neither a firm of this market, nor a slot that holds one, nor ``None``;
                nothing is written.
        """
        column = book.population.columns[self.column]
        target = column[rows]
        firms = {int(firm.slot): firm for firm in book.model.firms}
        if isinstance(value, Sequence | np.ndarray) and not isinstance(value, str):
            if np.shape(target) != (len(value),):
                raise BadValueError(self._key(), value, f"one supplier, or one for each of the {target.size:,} customers")
            column[rows] = [self._slot(firms, each) for each in value]
        else:
            column[rows] = self._slot(firms, value)

    def _slot(self, firms: dict[int, Any], value: Any) -> int:
        if value is None:
            return 0
        slot = value if isinstance(value, int | np.integer) and not isinstance(value, bool) else None
        if slot is None and isinstance(value, Agent):
            slot = getattr(value, "slot", None)
            slot = slot if slot in firms and firms[slot] is value else None
        if slot is not None and (slot == 0 or slot in firms):
            return int(slot)
        names = [str(getattr(firm, "name", slot)) for slot, firm in firms.items()]
        hint = nearest(value, names) if isinstance(value, str) else ""
        named = ", ".join(names[:_NAMED]) + (", ..." if len(names) > _NAMED else "")
        allowed = f"an active firm of this market ({named}), the slot of one, or null for doing without"
        raise BadValueError(self._key(), value, allowed, hint)


class SlotField(SupplierField):
    """Slot of the firm that serves the customer, 0 for doing without; written as ``supplier`` is."""

    def word(self, book: Book, code: int) -> int:
        """The slot itself."""
        return code

    def array(self, book: Book, rows: Rows) -> np.ndarray:
        """The slots in 64 bits."""
        return self.raw(book, rows).astype(np.int64)


class IdField(Field):
    """Mesa's number of the agent, unique in its model."""

    def __get__(self, view: Any, owner: type | None = None) -> Any:
        return self if view is None else view._book.first_id + view.index

    def __set__(self, view: Any, value: Any) -> None:
        raise BadValueError(self._key(), value, "nothing, because ids are given once, by the model")

    def raw(self, book: Book, rows: Rows) -> np.ndarray:
        """The ids of the rows."""
        return book.first_id + np.arange(book.population.n)[rows]

    def write(self, book: Book, rows: Rows, value: Any) -> None:
        """Refuse.

        Raises:
            BadValueError: always.
        """
        raise BadValueError(self._key(), value, "nothing, because ids are given once, by the model")


def _holds(kind: np.dtype) -> tuple[float, float]:
    if kind.kind == "b":
        return 0, 1
    limits = np.iinfo(kind) if kind.kind in "iu" else np.finfo(kind)
    return float(limits.min), float(limits.max)


def _range_in_words(low: float, high: float, whole: bool) -> str:
    number = "a whole number" if whole else "a finite number"
    if high < _LARGEST:
        return f"{number} from {low:,.10g} to {high:,.10g}"
    return f"{number} of {low:,.10g} or more" if low > -_LARGEST else number
