"""Customers as columns that behave as a Mesa agent set.

In a model, after ``super().__init__(rng=...)``::

    self._customers = CustomerSet(self, population)
    adopt(self)
"""

from __future__ import annotations

from typing import Any

from cxsim.customers.customer_set import CustomerSet
from cxsim.customers.mesa_support import forget_counter, next_unique_id, reserve_unique_ids
from cxsim.customers.union import AgentUnion
from cxsim.customers.view import Customer, PopulationError

__all__ = ["AgentUnion", "Customer", "CustomerSet", "PopulationError", "adopt", "free"]


def adopt(model: Any, customers: CustomerSet | None = None) -> None:
    """Enter customers into Mesa's bookkeeping of a model.

    From then on ``model.agents`` is an :class:`AgentUnion`, ``model.agents_by_type[Customer]`` the set of customers,
    and ``unique_id`` of customers and ordinary agents never collide: customers get the next free ones in the order of
    rows, 1 to n if no agent was made before. Also, Mesa keeps no finished model alive. Adopting twice changes
    nothing.

    Args:
        model: after ``mesa.Model.__init__``.
        customers: its customers; ``model._customers`` if not given.

    Raises:
        PopulationError: the customers are a selection, or those of another model.
    """
    if isinstance(model._all_agents, AgentUnion):
        return
    everyone = model._customers if customers is None else customers
    if not everyone._full or everyone._book.model is not model:
        raise PopulationError(f"{everyone!r}: a model adopts a CustomerSet(model, population) of its own, not a selection.")
    book = everyone._book
    book.first_id = next_unique_id(model)
    first_free = book.first_id + book.population.n
    reserve_unique_ids(model, first_free)
    model._agents_by_type = {book.kind: everyone, **model._agents_by_type}
    model._all_agents = AgentUnion(everyone, model._all_agents, first_free)
    model.remove_all_agents = model._all_agents.remove_ordinary


def free(model: Any) -> None:
    """Drop what Mesa keeps of a model for ever, if anything is left; the rest is for the garbage collector.

    A model that has adopted its customers needs no such call: every agent that joins clears up behind itself.
    """
    forget_counter(model)
