"""All agents of a model in one Mesa agent set: customers as columns, firms and the regulator as ordinary agents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Literal

import numpy as np

from cxsim.customers.customer_set import CustomerSet
from cxsim.customers.mesa_support import AgentSet, forget_counter
from cxsim.customers.rowset import Places, RowSet, array
from cxsim.customers.view import Book, Customer


class AgentUnion(RowSet):
    """Customers and ordinary agents: what ``model.agents`` is, and what comes of selecting, shuffling or sorting it.

    Customers come first, in the order of their rows, then ordinary agents in the order in which they joined. A
    selection that has only customers is a :class:`CustomerSet`, one without any is Mesa's own ``AgentSet``.

    Ordinary agents join and leave by Mesa's ``register_agent`` and ``deregister_agent``.
    """

    def __init__(self, customers: CustomerSet, others: Iterable[Any], next_id: int):
        self._book: Book = customers._book
        self._customers = customers
        self._others: dict[Any, None] = dict.fromkeys(others)
        self._order_kept: np.ndarray | None = None
        self._full = True
        self._without_customers = False
        self._next_id = next_id
        self.random = customers.random

    @classmethod
    def of_places(cls, book: Book, places: np.ndarray, others: list[Any], random: Any) -> AgentUnion:
        """A selection: places below the number of customers are rows, the rest positions in ``others``."""
        made = object.__new__(cls)
        ordinary = places >= book.population.n
        made._book = book
        made._customers = CustomerSet.of_rows(book, places[~ordinary], random)
        made._others = dict.fromkeys(others[place - book.population.n] for place in places[ordinary].tolist())
        made._order_kept = places.copy()
        made._order_kept[ordinary] = book.population.n + np.arange(len(made._others))
        made._full = False
        made._without_customers = False
        made.random = random
        return made

    # -- places ------------------------------------------------------------------------------------

    def _places(self) -> Places:
        if self._order_kept is not None:
            return self._order_kept
        first = self._book.population.n if self._without_customers else 0
        return range(first, self._book.population.n + len(self._others))

    def _agent(self, place: int) -> Any:
        n = self._book.population.n
        return self._customers._agent(place) if place < n else self._ordinary()[place - n]

    def _pick(self, places: np.ndarray) -> AgentSet:
        return pick(self._book, places, self._ordinary(), self.random)

    def _ordinary(self) -> list[Any]:
        return list(self._others)

    def _keep(self, agents: Iterable[Any]) -> None:
        places, others = places_of(self._book, agents)
        self.__dict__.update(AgentUnion.of_places(self._book, places, others, self.random).__dict__)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self._customers):,} customers and {len(self._others):,} others>"

    # -- reading -----------------------------------------------------------------------------------

    def __iter__(self) -> Iterator[Any]:
        if self._without_customers:
            return iter(self._ordinary())
        if self._order_kept is None:
            return chain(self._customers, self._ordinary())
        return self._merged(self._customers, self._ordinary())

    def _merged(self, customers: Iterable[Any], others: Iterable[Any]) -> Iterator[Any]:
        """What belongs to customers and what belongs to ordinary agents, in the order of the set."""
        rows, rest = iter(customers), iter(others)
        for ordinary in (array(self._places()) >= self._book.population.n).tolist():
            yield next(rest if ordinary else rows)

    def __contains__(self, agent: object) -> bool:
        if self._is_customer(agent):
            return not self._without_customers and agent in self._customers
        return agent in self._others

    def _is_customer(self, agent: object) -> bool:
        return isinstance(agent, Customer) and agent._book is self._book

    def get(
        self,
        attr_names: str | list[str],
        handle_missing: Literal["error", "default"] = "error",
        default_value: Any = None,
    ) -> list[Any]:
        """Values of one attribute, or a list of values of several, for each agent; see :meth:`CustomerSet.get`."""
        customers = [] if self._without_customers else self._customers.get(attr_names, handle_missing, default_value)
        others = AgentSet(self._others, self.random).get(attr_names, handle_missing, default_value)
        return [*customers, *others] if self._order_kept is None else list(self._merged(customers, others))

    def set(self, attr_name: str, value: Any) -> AgentUnion:
        """Write an attribute of all agents."""
        self._customers.set(attr_name, value)
        for agent in self._ordinary():
            setattr(agent, attr_name, value)
        return self

    def _concerned(self, *call: Any) -> Iterable[Any]:
        # Firms may leave the market because of what an agent before them did.
        agents = super()._concerned(*call)
        return (agent for agent in agents if agent in self) if self._full else agents

    # -- changing ----------------------------------------------------------------------------------

    def add(self, agent: Any) -> None:
        """Let an agent in: called by Mesa for each new agent of the model.

        Mesa up to 3.4.0 counts ids in a table that keeps every model alive for ever; there, the agent gets its id
        from here and the table's entry goes.
        """
        if agent in self:
            return
        if self._is_customer(agent) or not self._full:
            self._keep([*self, agent])
            return
        self._others[agent] = None
        if forget_counter(self._book.model):
            agent.unique_id = self._next_id
            self._next_id += 1

    def discard(self, agent: Any) -> None:
        """Let an ordinary agent go; nothing happens if it is not there.

        Raises:
            PopulationError: a customer, on the model's own set: the population is conserved.
        """
        if agent not in self:
            return
        if self._full and not self._is_customer(agent):
            del self._others[agent]
            return
        self._refuse_change("removed from")
        self._keep([each for each in self if each != agent])

    def remove(self, agent: Any) -> None:
        """Let an ordinary agent go.

        Raises:
            KeyError: it is not there.
            PopulationError: a customer, on the model's own set: the population is conserved.
        """
        if agent not in self:
            raise KeyError(agent)
        self.discard(agent)

    def remove_ordinary(self) -> None:
        """Remove all ordinary agents by the model's own ``remove_all_agents``; customers stay."""
        model = self._book.model
        self._without_customers = True
        try:
            type(model).remove_all_agents(model)
        finally:
            self._without_customers = False


def pick(book: Book, places: np.ndarray, others: list[Any], random: Any) -> AgentSet:
    """The set that fits the places: of customers, of ordinary agents, or of both."""
    ordinary = places >= book.population.n
    if not ordinary.any() and len(places):
        return CustomerSet.of_rows(book, places, random)
    if ordinary.all():
        return AgentSet([others[place - book.population.n] for place in places.tolist()], random)
    return AgentUnion.of_places(book, places, others, random)


def places_of(book: Book, agents: Iterable[Any]) -> tuple[np.ndarray, list[Any]]:
    """Places of agents, each once, and the ordinary agents among them."""
    others: list[Any] = []
    places: list[int] = []
    for agent in dict.fromkeys(agents):
        if isinstance(agent, Customer) and agent._book is book:
            places.append(agent.index)
        else:
            places.append(book.population.n + len(others))
            others.append(agent)
    return np.array(places, dtype=np.int64), others


def gather(book: Book, agents: Iterable[Any], random: Any) -> AgentSet:
    """The set of the given agents, each once, in their order."""
    return pick(book, *places_of(book, agents), random)
