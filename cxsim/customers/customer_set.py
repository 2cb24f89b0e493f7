"""The customers of a model as a Mesa agent set that works on columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Literal, TypeGuard

import numpy as np

from cxsim.config.errors import BadValueError
from cxsim.customers.fields import Rows
from cxsim.customers.mesa_support import GroupBy
from cxsim.customers.rowset import Places, RowSet, array, numbers
from cxsim.customers.view import Book, Customer, PopulationError, view, views

if TYPE_CHECKING:
    import pandas as pd


class CustomerSet(RowSet):
    """All customers of a model, or a selection of them: an ``AgentSet`` without agents.

    What needs no objects is done on the columns: ``get``, ``set``, ``agg``, ``sort`` and ``groupby`` by the name of
    an attribute, ``select`` by an array of booleans, ``shuffle``. Iterating, indexing and callables make a
    :class:`Customer` view when its turn comes.
    Selections are of the same kind, and light: an array of rows. The model's own set cannot be changed or reordered;
    selections can.

    Args:
        model: the model that the customers belong to.
        population: holds ``columns`` (attribute name to contiguous array, one row per customer), ``n`` and
            ``segment_names``.
        kind: class of the views, :class:`Customer` or a subclass with behaviour of its own.

    Raises:
        BadValueError: ``kind`` is no subclass of :class:`Customer`.
    """

    def __init__(self, model: Any, population: Any, kind: type[Customer] = Customer):
        if not (isinstance(kind, type) and issubclass(kind, Customer)):
            raise BadValueError("kind", kind, "Customer or a subclass of it")
        self._fill(Book(model, population, kind), range(population.n), model.random, full=True)

    def _fill(self, book: Book, rows: Places, random: Any, full: bool = False) -> None:
        self._book = book
        self._rows = rows
        self._full = full
        self._mask: np.ndarray | None = None
        self.random = random

    @classmethod
    def of_rows(cls, book: Book, rows: Places, random: Any) -> CustomerSet:
        """A selection of rows; for use inside the package."""
        made = object.__new__(cls)
        made._fill(book, rows, random)
        return made

    # -- places ------------------------------------------------------------------------------------

    def _places(self) -> Places:
        return self._rows

    def _agent(self, place: int) -> Customer:
        return view(self._book.kind, self._book, place)

    def _pick(self, places: np.ndarray) -> CustomerSet:
        return CustomerSet.of_rows(self._book, places, self.random)

    def _ordinary(self) -> list[Any]:
        return []

    def _keep(self, agents: Iterable[Any]) -> None:
        self._keep_rows(self._rows_of(agents))

    def _keep_rows(self, rows: Places) -> None:
        self._rows = rows
        self._mask = None

    def _rows_of(self, agents: Iterable[Any]) -> np.ndarray:
        if self._kin(agents):
            return array(agents._rows)
        return np.array(list(dict.fromkeys(self._row(agent) for agent in agents)), dtype=np.int64)

    def _row(self, agent: Any) -> int:
        if isinstance(agent, Customer) and agent._book is self._book:
            return agent.index
        raise PopulationError(f"{agent!r}: only customers of the same model can be members of {self!r}.")

    def _where(self) -> Rows:
        return slice(None) if isinstance(self._rows, range) else self._rows

    def mask(self) -> np.ndarray:
        """Which rows of the columns are in the set, an array of booleans of the model's number of customers."""
        if self._mask is None:
            mask = np.zeros(self._book.population.n, dtype=np.bool_)
            mask[self._where()] = True
            self._mask = mask
        return self._mask

    @property
    def rows(self) -> np.ndarray:
        """Rows of the columns in the order of the set (a copy)."""
        return array(self._rows).copy()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self):,} customers>"

    # -- reading -----------------------------------------------------------------------------------

    def __iter__(self) -> Iterator[Customer]:
        return views(self._book.kind, self._book, numbers(self._rows))

    def __contains__(self, agent: object) -> bool:
        if not (isinstance(agent, Customer) and agent._book is self._book):
            return False
        return isinstance(self._rows, range) or bool(self.mask()[agent.index])

    def __eq__(self, other: object) -> bool:
        if self._kin(other):
            return np.array_equal(self.mask(), other.mask())
        return super().__eq__(other)

    __hash__ = None  # type: ignore[assignment]

    def _kin(self, other: object) -> TypeGuard[CustomerSet]:
        return isinstance(other, CustomerSet) and other._book is self._book

    def _members_of(self, other: Iterable[Any]) -> np.ndarray:
        return other.mask()[self._where()] if self._kin(other) else super()._members_of(other)

    def __or__(self, other: Any) -> Any:
        if not self._kin(other):
            return super().__or__(other)
        theirs = array(other._rows)
        return self._pick(np.concatenate([array(self._rows), theirs[~self.mask()[theirs]]]))

    def __xor__(self, other: Any) -> Any:
        return (self - other) | (other - self) if self._kin(other) else super().__xor__(other)

    def get(
        self,
        attr_names: str | list[str],
        handle_missing: Literal["error", "default"] = "error",
        default_value: Any = None,
    ) -> list[Any]:
        """Values of one attribute, or a list of values of several attributes, for each customer.

        Args:
            attr_names: a name, or a list of names.
            handle_missing: ``"error"``, or ``"default"`` to fill in where a customer lacks the attribute.
            default_value: what is filled in.

        Returns:
            Plain Python objects, in the order of the set.

        Raises:
            AttributeError: a customer lacks the attribute.
            ValueError: another word for ``handle_missing``.
        """
        if handle_missing not in ("error", "default"):
            raise ValueError(f"handle_missing: given {handle_missing!r}; allowed: 'error', 'default'")
        if not isinstance(attr_names, str):
            columns = [self.get(name, handle_missing, default_value) for name in attr_names]
            return [list(row) for row in zip(*columns, strict=True)] if columns else [[] for _ in range(len(self))]
        field = self._book.field(attr_names)
        if field is not None:
            return field.values(self._book, self._where())
        if handle_missing == "error":
            return [getattr(customer, attr_names) for customer in self]
        return [getattr(customer, attr_names, default_value) for customer in self]

    def array(self, name: str) -> np.ndarray:
        """Values of one attribute as an array: 64-bit numbers, or objects for names and firms. A copy.

        Raises:
            AttributeError: a customer lacks the attribute.
        """
        field = self._book.field(name)
        return np.array(self.get(name)) if field is None else field.array(self._book, self._where())

    def agg(self, attribute: str, func: Callable[..., Any] | Iterable[Callable[..., Any]]) -> Any:
        """What a function, or each of several, makes of the values of an attribute.

        The functions get an array (see :meth:`array`) rather than Mesa's list, or a list for an attribute that is in
        no column.
        """
        values = self.get(attribute) if self._book.field(attribute) is None else self.array(attribute)
        return func(values) if callable(func) else [each(values) for each in func]

    def to_frame(self) -> pd.DataFrame:
        """The columns as a table, one row per customer, indexed by ``unique_id``.

        Segments and jobs are given by name, suppliers by slot (0 is doing without).
        """
        import pandas as pd

        where = self._where()
        names = list(dict.fromkeys(["segment", "job", *self._book.population.columns]))
        fields = {name: field for name in names if (field := self._book.field(name)) is not None}
        index = pd.Index(self.array("unique_id"), name="unique_id")
        return pd.DataFrame({name: field.table_column(self._book, where) for name, field in fields.items()}, index=index)

    def _order(self, key: Callable[[Any], Any] | str, ascending: bool) -> np.ndarray:
        field = self._book.field(key) if isinstance(key, str) else None
        if field is None:
            return super()._order(key, ascending)
        values = field.array(self._book, self._where())
        if values.dtype == object:
            listed = values.tolist()
            return np.array(sorted(range(len(listed)), key=listed.__getitem__, reverse=not ascending), dtype=np.int64)
        if ascending:
            return np.argsort(values, kind="stable")
        # Sorting backwards from the end keeps equals in their order, as Python's reverse sort does.
        return len(values) - 1 - np.argsort(values[::-1], kind="stable")[::-1]

    def groupby(self, by: Callable[[Any], Any] | str, result_type: Literal["agentset", "list"] = "agentset") -> GroupBy:
        """Customers by an attribute or by what a function says, in order of first appearance.

        Args:
            by: name of an attribute, or a function of the customer.
            result_type: whether groups are sets or lists.
        """
        field = self._book.field(by) if isinstance(by, str) else None
        if field is None:
            return super().groupby(by, result_type)
        codes, member = np.unique(field.raw(self._book, self._where()), return_inverse=True)
        names = field.decode(self._book, codes.tolist())
        number = {name: place for place, name in enumerate(dict.fromkeys(names))}  # profiles may share a job
        member = np.array([number[name] for name in names], dtype=np.int64)[member]
        together = np.argsort(member, kind="stable")
        stops = np.cumsum(np.bincount(member, minlength=len(number)))
        parts = dict(zip(number, np.split(together, stops[:-1]), strict=bool(number)))
        rows = array(self._rows)
        groups = {name: rows[part] for name, part in sorted(parts.items(), key=lambda item: item[1][0])}
        return self._grouped(groups, result_type)

    # -- writing -----------------------------------------------------------------------------------

    def set(self, attr_name: str, value: Any) -> CustomerSet:
        """Write an attribute of all customers of the set.

        Args:
            attr_name: name of the attribute.
            value: one value for all; for an attribute in a column also an array with one for each, in the order of
                the set.

        Returns:
            The set itself.

        Raises:
            BadValueError: a value that the attribute cannot have; nothing is written.
        """
        field = self._book.field(attr_name)
        if field is None:
            for customer in self:
                setattr(customer, attr_name, value)
        else:
            field.write(self._book, self._where(), value)
        return self

    def add(self, agent: Any) -> None:
        """Add a customer of the same model to a selection; nothing happens if it is there already.

        Raises:
            PopulationError: an agent that is no customer of the model.
        """
        if agent not in self:
            row = self._row(agent)
            self._refuse_change("added to")
            self._keep_rows(np.append(self._rows, row))

    def discard(self, agent: Any) -> None:
        """Drop a customer from a selection; nothing happens if it is not there.

        Raises:
            PopulationError: the set is the model's own: the population is conserved.
        """
        if agent in self:
            self._refuse_change("removed from")
            rows = array(self._rows)
            self._keep_rows(rows[rows != agent.index])

    def remove(self, agent: Any) -> None:
        """Drop a customer from a selection.

        Raises:
            KeyError: it is not there.
            PopulationError: the set is the model's own: the population is conserved.
        """
        if agent not in self:
            raise KeyError(agent)
        self.discard(agent)
