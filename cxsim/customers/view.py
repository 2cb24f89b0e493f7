"""One customer: a Mesa agent that is a view of one row of the population's columns, made on demand."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import Any, NoReturn

from cxsim.config.errors import CxsimError
from cxsim.customers.fields import Field, IdField, JobField, ProfileField, SegmentField, SlotField, SupplierField
from cxsim.customers.mesa_support import Agent
from cxsim.customers.tables import MAX_TENURE


class PopulationError(CxsimError):
    """Something that would add, remove or reorder customers of a model; its population is conserved."""


class Book:
    """What all views and sets of one model's customers share.

    Attributes:
        model: the model that the customers belong to.
        population: holds ``columns`` (attribute name to array, one row per customer), ``n`` and ``segment_names``.
        kind: the class of the views.
        first_id: ``unique_id`` of row 0.
        own: attributes that customers have beyond the columns: row to name to value. They live as long as the model.
    """

    def __init__(self, model: Any, population: Any, kind: type[Customer]):
        self.model = model
        self.population = population
        self.kind = kind
        self.first_id = 1
        self.own: dict[int, dict[str, Any]] = {}
        self._highest_profile: int | None = None

    @property
    def highest_profile(self) -> int:
        """Largest profile number that a customer has, looked up once."""
        if self._highest_profile is None:
            self._highest_profile = int(self.population.columns["profile"].max(initial=0))
        return self._highest_profile

    def field(self, name: str) -> Field | None:
        """The field of that name if the views read it from columns, ``None`` for everything else."""
        held = lookup(self.kind, name)
        if held is _MISSING and name in self.population.columns:
            held = Field("A column of the population.")
            held.name = name
        return held if isinstance(held, Field) else None


class Own:
    """An attribute of customers with a default; values given to customers are kept beside the columns."""

    def __init__(self, name: str, default: Any):
        self.name = name
        self.default = default

    def __get__(self, view: Any, owner: type | None = None) -> Any:
        if view is None:
            return self.default
        mine = view._book.own.get(view.index)
        return self.default if mine is None else mine.get(self.name, self.default)

    def __set__(self, view: Any, value: Any) -> None:
        view._book.own.setdefault(view.index, {})[self.name] = value

    def __delete__(self, view: Any) -> None:
        try:
            del view._book.own[view.index][self.name]
        except KeyError:
            raise AttributeError(self.name) from None


class Customer(Agent):
    """A customer: a Mesa agent that reads and writes row ``index`` of its model's columns.

    Views are made whenever one is asked for and thrown away after use; two views of one row are equal and hash alike,
    but need not be one object. Attributes of your own (``customer.mood = 1``) belong to the row: every view of it
    sees them, until the model is gone. Give them defaults as class attributes of a subclass and pass that to
    :class:`~cxsim.customers.agentset.CustomerSet`. ``__init__`` of a subclass is not called.

    Since views do not last, an ordinary Mesa ``AgentSet`` made of them would soon be empty; use
    ``customers.select(...)`` or a list.

    Args:
        model: a model with customers.
        index: the row, from 0; negative numbers count from the end.

    Raises:
        PopulationError: no index given (Mesa's way of making new agents), or a model without customers as columns.
        IndexError: no such row.
    """

    __slots__ = ("_book", "index")

    segment = SegmentField("Name of the customer's segment.")
    job = JobField("Name of the job that the customer wants done.")
    profile = ProfileField("Number of the customer's profile: the variant of a job, with the weights of what matters to her.")
    willingness_to_pay = Field("Worth of having the job done fully, £/month.", 0)
    choice_noise = Field("Scale of the taste shocks in her choices, £/month.", 1e-9)
    vigilance = Field("Chance per month of noticing a large hidden charge.", 0, 1)
    attention = Field("Baseline chance per month of reconsidering her supplier.", 0, 1)
    switching_cost = Field("Cost of changing supplier, £.", 0)
    foresees = Field("Whether she foresees hidden fees, 0 or 1.", 0, 1)
    wants_extra = Field("Whether she wants the optional extra, 0 or 1.", 0, 1)
    supplier = SupplierField("The firm that serves her, None for doing without.")
    slot = SlotField("Slot of the firm that serves her, 0 for doing without.")
    tenure = Field("Months with the supplier; -1 for a customer whose supplier has just gone.", -1, MAX_TENURE)
    satisfaction = Field("Satisfaction, 0 to 1.", 0, 1)
    expectation = Field("Experience expected, 0 to 1.", 0, 1)
    trust = Field("Trust in the supplier, 0 to 1.", 0, 1)
    experience = Field("Experience in the last month, 0 to 1.", 0, 1)
    aware = Field("Whether she knows of a hidden charge, 0 or 1.", 0, 1)
    problem = Field("Whether a problem is open, 0 or 1.", 0, 1)
    extra = Field("Whether she pays for the optional extra, 0 or 1.", 0, 1)
    unique_id = IdField("Mesa's number of the agent, unique in its model.")
    pos = Own("pos", None)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Turn plain class attributes into defaults of attributes that each customer may have for herself."""
        for name, default in list(vars(cls).items()):
            plain = not hasattr(type(default), "__get__") and not name.startswith("__")
            if plain and not hasattr(Agent, name):
                setattr(cls, name, Own(name, default))
        super().__init_subclass__(**kwargs)

    def __init__(self, model: Any, index: int | None = None):
        book = getattr(model.agents, "_book", None)
        if index is None:
            raise PopulationError(_CONSERVED.format("a new customer", "added"))
        if book is None:
            raise PopulationError(f"customer {index}: {type(model).__name__} has no customers as columns.")
        _set_book(self, book)
        _set_index(self, range(book.population.n)[operator.index(index)])

    @property
    def model(self) -> Any:
        """The model that the customer belongs to."""
        return self._book.model

    def __getattr__(self, name: str) -> Any:
        if name not in _SLOTS:
            mine = self._book.own.get(self.index)
            if mine is not None and name in mine:
                return mine[name]
            columns = self._book.population.columns
            if name in columns:
                return columns[name].item(self.index)
        raise AttributeError(f"a customer has no attribute {name!r}", name=name, obj=self)

    def __setattr__(self, name: str, value: Any) -> None:
        held = lookup(type(self), name)
        if isinstance(held, Field):
            held.__set__(self, value)
        elif held is not _MISSING:
            if name in _SLOTS or not hasattr(type(held), "__set__"):
                raise AttributeError(f"{name!r} of a customer cannot be changed; make a subclass", name=name, obj=self)
            object.__setattr__(self, name, value)
        elif (field := self._book.field(name)) is not None:
            field.__set__(self, value)
        else:
            self._book.own.setdefault(self.index, {})[name] = value

    def __delattr__(self, name: str) -> None:
        held = lookup(type(self), name)
        if held is not _MISSING:
            object.__delattr__(self, name)
        else:
            Own(name, None).__delete__(self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Customer):
            return NotImplemented
        return self.index == other.index and self._book is other._book

    def __hash__(self) -> int:
        # By row alone, so that the order of Python sets of customers is the same in every process.
        return hash(self.index)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.index}>"

    def __dir__(self) -> Iterator[str]:
        return iter({*super().__dir__(), *self._book.population.columns, *self._book.own.get(self.index, ())})

    def __reduce__(self) -> tuple[Any, ...]:
        return view, (type(self), self._book, self.index)

    def remove(self) -> NoReturn:
        """Refuse: the population is conserved.

        Raises:
            PopulationError: always.
        """
        raise PopulationError(_CONSERVED.format(f"customer {self.index}", "removed"))

    @classmethod
    def create_agents(cls, model: Any, n: int, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: the population is conserved.

        Raises:
            PopulationError: always.
        """
        raise PopulationError(_CONSERVED.format(f"{n} new customers", "added"))

    @classmethod
    def from_dataframe(cls, model: Any, df: Any, **kwargs: Any) -> NoReturn:
        """Refuse: the population is conserved.

        Raises:
            PopulationError: always.
        """
        raise PopulationError(_CONSERVED.format(f"{len(df)} new customers", "added"))


_CONSERVED = (
    "{}: cannot be {}, because the population of a model is conserved. For a customer who does without, set "
    "customer.supplier to None; for another number of customers, set market.n_customers."
)
_SLOTS = frozenset(Customer.__slots__)
_set_book = vars(Customer)["_book"].__set__
_set_index = vars(Customer)["index"].__set__


def view(kind: type[Customer], book: Book, index: int) -> Customer:
    """A view of one row, without any check."""
    made = object.__new__(kind)
    _set_book(made, book)
    _set_index(made, index)
    return made


def views(kind: type[Customer], book: Book, rows: Any) -> Iterator[Customer]:
    """Views of many rows, one after the other, each made when its turn comes."""
    new = object.__new__
    for index in rows:
        made = new(kind)
        _set_book(made, book)
        _set_index(made, index)
        yield made


_MISSING = object()


def lookup(kind: type, name: str) -> Any:
    """What a class or its bases hold under a name, descriptors unbound; a sentinel if nothing."""
    for base in kind.__mro__:
        held = vars(base).get(name, _MISSING)
        if held is not _MISSING:
            return held
    return _MISSING
