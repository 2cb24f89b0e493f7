"""What agent sets over numbered places have in common: Mesa's ``AgentSet`` interface without an object per agent.

Mesa's own set holds weak references, which views made on demand would not survive. A set here holds places instead:
whole numbers, of which those below the number of customers are rows, and the rest ordinary agents. Views come into
being only where a caller needs an object.
"""

from __future__ import annotations

import abc
import math
import operator
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Set
from typing import Any, Literal, Self

import numpy as np

from cxsim.config.errors import BadValueError
from cxsim.customers.mesa_support import Agent, AgentSet, GroupBy
from cxsim.customers.view import Book, PopulationError

Places = range | np.ndarray

_NOTHING_TO_DO = ("step", "advance")


class RowSet(AgentSet):
    """Base of the sets of customers and of all agents.

    Subclasses say which places they hold and which agent sits in a place; everything else follows from that.

    Attributes:
        random: Mesa's random number generator, from which shuffles are derived.
    """

    _book: Book
    _full: bool
    """Whether this is the model's own set, whose members and order nobody may change."""

    # -- what subclasses say -----------------------------------------------------------------------

    @abc.abstractmethod
    def _places(self) -> Places:
        """The places held, in order."""

    @abc.abstractmethod
    def _agent(self, place: int) -> Any:
        """Who sits in a place."""

    @abc.abstractmethod
    def _pick(self, places: np.ndarray) -> AgentSet:
        """A set that holds these places and is nobody's own."""

    @abc.abstractmethod
    def _keep(self, agents: Iterable[Any]) -> None:
        """Hold these agents from now on, in this order."""

    @abc.abstractmethod
    def _ordinary(self) -> list[Any]:
        """The agents that are no customers."""

    def _gather(self, agents: Iterable[Any]) -> AgentSet:
        from cxsim.customers.union import gather

        return gather(self._book, agents, self.random)

    # The abstract base class of sets asks for this where it has to make a set; it is always called on an instance.
    _from_iterable = _gather

    # -- reading -----------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._places())

    def __getitem__(self, item: int | slice) -> Any:
        """The agent in a position, or a list of agents for a slice."""
        if isinstance(item, slice):
            return [self._agent(place) for place in numbers(self._places()[item])]
        return self._agent(int(self._places()[operator.index(item)]))

    def to_list(self) -> list[Any]:
        """All agents of the set as a list, which keeps its views alive."""
        return list(self)

    @property
    def _agents(self) -> dict[Any, None]:
        # Read by methods of later Mesa versions that are not overridden here.
        return dict.fromkeys(self)

    def do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> Self:
        """Call a method, by name, or a function, with the agent first, on each agent.

        Returns:
            The set itself.
        """
        self._call(method, args, kwargs, self)
        return self

    def shuffle_do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> Self:
        """Do the same in random order.

        Returns:
            The set itself.
        """
        self._call(method, args, kwargs, self.shuffle())
        return self

    def map(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Call a method, by name, or a function, with the agent first, on each agent; a list of the results."""
        if isinstance(method, str):
            return [getattr(agent, method)(*args, **kwargs) for agent in self]
        return [method(agent, *args, **kwargs) for agent in self]

    def _call(self, method: str | Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], order: Iterable[Any]) -> None:
        for agent in self._concerned(method, args, kwargs, order):
            if isinstance(method, str):
                getattr(agent, method)(*args, **kwargs)
            else:
                method(agent, *args, **kwargs)

    def _concerned(self, method: str | Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], order: Any) -> Iterable[Any]:
        # Mesa's empty step and advance would cost a view per customer and do nothing.
        idle = method in _NOTHING_TO_DO and getattr(self._book.kind, str(method)) is getattr(Agent, str(method)) and not args and not kwargs
        return order._ordinary() if idle and isinstance(order, RowSet) else order

    # -- choosing ----------------------------------------------------------------------------------

    def select(
        self,
        filter_func: Callable[[Any], bool] | np.ndarray | None = None,
        at_most: int | float = math.inf,
        inplace: bool = False,
        agent_type: type | tuple[type, ...] | None = None,
    ) -> AgentSet:
        """Agents that pass a filter, at most so many, in the order of the set.

        Args:
            filter_func: called with each agent; or an array of booleans, one per agent of the set, which makes no
                views.
            at_most: a number of agents, or a share of the set if it is a float up to 1.
            inplace: change this set; refused for the model's own sets.
            agent_type: class that the agents must be of.

        Returns:
            A set that holds places, so that it does not lose its customers.

        Raises:
            BadValueError: an array that does not fit the set.
            PopulationError: ``inplace`` on one of the model's own sets.
        """
        if filter_func is None and agent_type is None and at_most == math.inf:
            return self if inplace else self.copy()
        if isinstance(at_most, float) and at_most <= 1.0:
            at_most = int(len(self) * at_most)
        most = len(self) if at_most == math.inf else max(0, math.ceil(at_most))
        places = array(self._places())
        if isinstance(filter_func, np.ndarray):
            if filter_func.dtype != np.bool_ or filter_func.shape != places.shape:
                raise BadValueError("select", filter_func, f"a function, or an array of {len(places):,} booleans")
            places = places[filter_func]
            filter_func = None
        if agent_type is not None:
            places = places[self._of_type(places, agent_type)]
        if filter_func is not None:
            places = np.fromiter(self._passing(places, filter_func, most), dtype=np.int64)
        chosen = self._pick(places[:most])
        return self._replace(chosen) if inplace else chosen

    def _passing(self, places: np.ndarray, passes: Callable[[Any], bool], most: int) -> Iterator[int]:
        found = 0
        for place in places.tolist():
            if found >= most:
                return
            if passes(self._agent(place)):
                found += 1
                yield place

    def _of_type(self, places: np.ndarray, agent_type: type | tuple[type, ...]) -> np.ndarray:
        customers = places < self._book.population.n
        fits = np.full(len(places), issubclass(self._book.kind, agent_type))
        for position in np.flatnonzero(~customers):
            fits[position] = isinstance(self._agent(int(places[position])), agent_type)
        return fits

    def shuffle(self, inplace: bool = False) -> AgentSet:
        """The same agents in random order."""
        order = np.random.Generator(np.random.PCG64(self.random.getrandbits(128)))
        shuffled = self._pick(order.permutation(array(self._places())))
        return self._replace(shuffled) if inplace else shuffled

    def sort(self, key: Callable[[Any], Any] | str, ascending: bool = False, inplace: bool = False) -> AgentSet:
        """The same agents in order of an attribute, or of what a function says; equals keep their order."""
        ordered = self._pick(array(self._places())[self._order(key, ascending)])
        return self._replace(ordered) if inplace else ordered

    def _order(self, key: Callable[[Any], Any] | str, ascending: bool) -> np.ndarray:
        if isinstance(key, str):
            key = operator.attrgetter(key)
        found = [key(agent) for agent in self]
        return np.array(sorted(range(len(found)), key=found.__getitem__, reverse=not ascending), dtype=np.int64)

    def groupby(self, by: Callable[[Any], Any] | str, result_type: Literal["agentset", "list"] = "agentset") -> GroupBy:
        """Agents by an attribute or by what a function says, in order of first appearance.

        Args:
            by: name of an attribute, or a function of the agent.
            result_type: whether groups are sets or lists.
        """
        found = self.get(by) if isinstance(by, str) else [by(agent) for agent in self]
        groups: dict[Any, list[int]] = defaultdict(list)
        for place, group in zip(numbers(self._places()), found, strict=True):
            groups[group].append(place)
        return self._grouped({group: np.array(places, dtype=np.int64) for group, places in groups.items()}, result_type)

    def _grouped(self, groups: dict[Any, np.ndarray], result_type: str) -> GroupBy:
        sets = {group: self._pick(places) for group, places in groups.items()}
        return Groups(sets if result_type == "agentset" else {group: list(members) for group, members in sets.items()})

    # -- changing ----------------------------------------------------------------------------------

    def _replace(self, agents: Iterable[Any]) -> Self:
        self._refuse_change("replaced or reordered")
        self._keep(agents)
        return self

    def _update(self, agents: Iterable[Any]) -> Self:
        return self._replace(agents)

    def _refuse_change(self, what: str) -> None:
        if self._full:
            raise PopulationError(
                f"{self!r}: the model's own set cannot be {what} in place, because the model counts on it. "
                "Work on what select(), shuffle(), sort() or copy() return."
            )

    def copy(self) -> AgentSet:
        """A set of the same agents that may be changed."""
        return self._pick(array(self._places()))

    __copy__ = copy

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__.copy()

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    # -- as mathematical sets ----------------------------------------------------------------------

    def _members_of(self, other: Iterable[Any]) -> np.ndarray:
        held = other if isinstance(other, Set) else set(other)
        return np.fromiter((agent in held for agent in self), dtype=np.bool_, count=len(self))

    def __and__(self, other: Any) -> AgentSet:
        if not isinstance(other, Iterable):
            return NotImplemented
        return self._pick(array(self._places())[self._members_of(other)])

    __rand__ = __and__

    def __sub__(self, other: Any) -> AgentSet:
        if not isinstance(other, Iterable):
            return NotImplemented
        return self._pick(array(self._places())[~self._members_of(other)])

    def __rsub__(self, other: Any) -> AgentSet:
        if not isinstance(other, Iterable):
            return NotImplemented
        return self._gather(agent for agent in other if agent not in self)

    def __or__(self, other: Any) -> AgentSet:
        if not isinstance(other, Iterable):
            return NotImplemented
        return self._gather([*self, *other])

    def __ror__(self, other: Any) -> AgentSet:
        if not isinstance(other, Iterable):
            return NotImplemented
        return self._gather([*other, *self])

    def __xor__(self, other: Any) -> AgentSet:
        if not isinstance(other, Iterable):
            return NotImplemented
        other = list(other)
        return self._gather([*(self - other), *(agent for agent in other if agent not in self)])

    __rxor__ = __xor__


class Groups(GroupBy):
    """Groups of agents; aggregates of sets of customers are taken on the columns."""

    def agg(self, attr_name: str, func: Callable[..., Any]) -> dict[Any, Any]:
        """The function's value for the attribute in each group."""
        return {
            name: group.agg(attr_name, func) if isinstance(group, AgentSet) else func([getattr(agent, attr_name) for agent in group])
            for name, group in self.groups.items()
        }


def array(places: Places) -> np.ndarray:
    """Places as an array; NumPy itself would go through a range number by number."""
    return np.arange(places.start, places.stop) if isinstance(places, range) else places


def numbers(places: Places) -> Iterable[int]:
    """Places as Python's own whole numbers."""
    return places if isinstance(places, range) else places.tolist()
