"""A market's state on a day, taken out and put back.

A market is made of what its configuration and seed settle (ranges, constants, the luck of every draw) and of what has happened since. A
snapshot holds the second, and the first is made anew; so a snapshot can also be put back under another configuration, which is how
several futures start from one day. What each class holds is listed below, and a test walks through a lived-in market to see that nothing
is left out.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from cxsim.config.checks import import_user_class
from cxsim.config.errors import CheckpointError
from cxsim.config.essence import PROSE
from cxsim.config.run import Config
from cxsim.config.shapes import is_user_class
from cxsim.config.start import check_follows, differing, of_the_run
from cxsim.customers.mesa_support import mesa
from cxsim.customers.tables import MAX_TENURE, Offers
from cxsim.firms.firm import Firm
from cxsim.firms.registry import make_strategy, strategies_for
from cxsim.firms.strategy import Strategy
from cxsim.market.plain import copied
from cxsim.market.recorder import MonthRecord
from cxsim.market.reform import reform, traits_of
from cxsim.regulator.policy import Policy
from cxsim.regulator.registry import make_policy
from cxsim.regulator.regulator import Case, Decision, Regulator

if TYPE_CHECKING:
    from cxsim.market.model import Market

REBUILT = {
    "Market": {
        "config", "streams", "renewal_rate", "limits", "shared_outlook", "sheets", "service", "planner_levers", "chance_seen",
        "panel_stride", "_customers", "_firms", "_reviewers", "_shown", "_kept", "passage", "swings", "plan",
        # held under headings of their own
        "population", "table", "by_slot", "book", "offered", "recorder", "cartel", "franchise", "regulator",
    },
    "FirmTable": {"outcomes"},
    "MonthBook": set(),
    "Cartel": {"_market"},
    "Franchise": {"term", "bidders"},
    "Firm": {"slot", "name", "strategy", "strategy_name"},
    "Regulator": {"config", "enforcement", "policy", "open_cases", "decisions"},
}  # fmt: skip
"""Attributes, by class, that configuration and seed settle or that are held under another heading. All others are state, those that a
user has added included."""


@dataclasses.dataclass(frozen=True)
class Snapshot:
    """A market's state between two months.

    Attributes:
        config: the configuration it has lived under.
        seed, replication: which luck.
        month: the month that comes next; negative in the burn-in.
        state: all that has happened, as plain values (see :mod:`cxsim.market.plain`); shares nothing with the market.
        records: the reported months so far, ``None`` where they were left out. Records never change and are shared.
    """

    config: Config
    seed: int
    replication: int
    month: int
    state: Mapping[str, Any]
    records: tuple[MonthRecord, ...] | None

    def users_code(self) -> list[str]:
        """Strategies and policies of the user's own that it takes to go on, as ``module:Class``."""
        named = [*(firm["strategy_name"] for firm in self.state["firms"]), self.config.regulator.policy]
        return sorted({name for name in named if is_user_class(name)})


# --- taking out ----------------------------------------------------------------------------------------------------------


def take(market: Market, history: bool = True) -> Snapshot:
    """The state of a market between two months; the market is left as it is.

    Args:
        market: the market.
        history: whether to keep the reported months so far.

    Raises:
        CheckpointError: something of the user's own in it cannot be kept; the message says what, and what to do.
    """
    _check_agents(market)
    held: dict[str, Any] = {
        "market": _state(market, "Market") | {name: getattr(market, name) for name in _counted(market)},
        "luck": {"random": market.random.getstate(), "rng": market.rng.bit_generator.state},
        "table": _state(market.table, "FirmTable"),
        "book": _state(market.book, "MonthBook"),
        "offers": market.offers._asdict(),
        "population": _population(market),
        "firms": [_firm(market, firm) for firm in market.by_slot if firm is not None],
        "cartel": _state(market.cartel, "Cartel"),
        "franchise": None if market.franchise is None else _state(market.franchise, "Franchise"),
        "regulator": _regulator(market),
    }
    records = tuple(market.recorder.records) if history else None
    return Snapshot(market.config, market.streams.seed, market.streams.replication, market.month, copied(held, "the market"), records)


def _state(thing: Any, kind: str) -> dict[str, Any]:
    """What has happened to one of the market's objects, as plain values.

    Raises:
        CheckpointError: it has an attribute that is none.
    """
    known = REBUILT[kind] | (_mesas() if kind == "Market" else _MESA_AGENT)
    return copied({name: value for name, value in vars(thing).items() if name not in known}, getattr(thing, "name", f"the {kind}"))


_MESA_AGENT = frozenset({"model", "unique_id", "pos"})


@functools.cache
def _mesas() -> frozenset[str]:
    """Names of the attributes that Mesa gives to every model; they differ between its versions."""
    return frozenset({*vars(mesa.Model()), "remove_all_agents"})


def _counted(market: Market) -> list[str]:
    """Those of Mesa's attributes that count something, such as ``steps``."""
    return [name for name in sorted(_mesas()) if name != "_seed" and type(getattr(market, name, None)) in (int, float, bool)]


def _check_agents(market: Market) -> None:
    others = [
        kind.__name__ for kind, agents in market.agents_by_type.items() if kind not in (Firm, Regulator) and agents is not market.customers
        and len(agents)
    ]  # fmt: skip
    if others:
        raise CheckpointError(
            f"agents of your own ({', '.join(others)}) cannot be kept in a checkpoint; remove them first and add them again afterwards."
        )


def _population(market: Market) -> dict[str, Any]:
    population = market.population
    return {
        "columns": dict(population.columns),
        "supplier_before": population.state.supplier_before,
        "satisfaction_before": population.state.satisfaction_before,
        "reference": population.rules.reference,
        "seen": population.rules.seen,
        "own": copied(market.customers._book.own, "customers, attributes of their own"),
    }


def _firm(market: Market, firm: Firm) -> dict[str, Any]:
    where = f"strategy {firm.strategy_name} of {firm.name}"
    made = type(make_strategy(firm.strategy_name, market.config))
    return {
        "name": firm.name,
        "strategy_name": firm.strategy_name,
        "memory": _memory(firm.strategy, made, where, "firms.strategy"),
        "own": _state(firm, "Firm"),
    }


def _memory(thing: Any, made: type, where: str, key: str) -> dict[str, Any]:
    """What a strategy or policy remembers, as plain values."""
    kind = type(thing)
    if kind is not made:
        raise CheckpointError(
            f"{where}: it is a {kind.__module__}.{kind.__qualname__} by now, which the configuration does not name, so that it could not "
            f"be made again; name it in {key} as module:Class."
        )
    if any(vars(base).get("__slots__") for base in kind.__mro__) and kind.state in (Strategy.state, Policy.state):
        raise CheckpointError(f"{where}: it has __slots__, which its state() does not give; write state() and restore(state).")
    state = thing.state()
    if not isinstance(state, Mapping):
        raise CheckpointError(f"{where}: its state() gave a {type(state).__name__}; allowed: a mapping from names to plain values.")
    try:
        return copied(dict(state), where)
    except CheckpointError as error:
        raise CheckpointError(f"{error} Write state() and restore(state) for {kind.__name__}.") from None
    except RecursionError:
        raise CheckpointError(f"{where}: something in its state contains itself; write state() and restore(state).") from None


def _regulator(market: Market) -> dict[str, Any]:
    regulator, name = market.regulator, market.config.regulator.policy
    return {
        "money": _state(regulator, "Regulator"),
        "open_cases": [dataclasses.asdict(case) for case in regulator.open_cases],
        "decisions": [dataclasses.asdict(decision) for decision in regulator.decisions],
        "memory": _memory(regulator.policy, type(make_policy(market.config)), f"policy {name}", "regulator.policy"),
    }


# --- putting back --------------------------------------------------------------------------------------------------------


def resume(snapshot: Snapshot, config: Config | None = None, kind: type[Market] | None = None) -> Market:
    """A market in the state of a snapshot; it goes on exactly as the one that the snapshot was taken of.

    Args:
        snapshot: the state; it can be put back as often as wanted.
        config: the configuration from here on, where it is to be another one (see :mod:`cxsim.market.reform`).
        kind: the class to make, ``Market`` or one derived from it that is made with the same arguments.

    Raises:
        ContradictionError: the new configuration differs in something that is settled when a run starts.
        CheckpointError: the snapshot does not fit the market that its configuration makes.
    """
    from cxsim.market.model import Market

    old, new = snapshot.config, snapshot.config if config is None else config
    check_follows(new, old)
    market = (Market if kind is None else kind)(new, rng=snapshot.seed, replication=snapshot.replication)
    changed = any(key not in of_the_run() and key.rpartition(".")[2] not in PROSE for key in differing(old, new))
    drawn = traits_of(market.population) if changed else {}
    _put(market, snapshot)
    if changed:
        reform(market, old, drawn)
    return market


def _put(market: Market, snapshot: Snapshot) -> None:
    state = copied(snapshot.state, "the snapshot")
    _set(market, state["market"])
    market.running = market.month < market.config.months
    market.random.setstate(state["luck"]["random"])
    market.rng.bit_generator.state = state["luck"]["rng"]
    slots = _put_table(market, state["table"])
    _set(market.book, state["book"])
    _put_firms(market, state["firms"], snapshot.config)
    _put_population(market, state["population"], slots)
    _set(market.cartel, state["cartel"])
    if market.franchise is not None and state["franchise"] is not None:
        _set(market.franchise, state["franchise"])
    _put_regulator(market, state["regulator"], snapshot.config)
    market._arrange()
    market.offers = Offers(**state["offers"])
    market.recorder.records = list(snapshot.records or ())


def _set(thing: Any, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(thing, name, value)


def _put_table(market: Market, held: Mapping[str, np.ndarray]) -> int:
    slots = len(held["key"])
    for name, given in held.items():
        made = getattr(market.table, name)
        axis = 1 if name == "numbers" else 0
        wanted = tuple(slots if place == axis else length for place, length in enumerate(made.shape))
        if given.shape != wanted or given.dtype != made.dtype:
            raise _unfit(f"the firms' {name}", f"{given.dtype} of shape {given.shape}", f"{made.dtype} of shape {wanted}")
        setattr(market.table, name, given)
    return slots


def _put_firms(market: Market, firms: list[dict[str, Any]], old: Config) -> None:
    table = market.table
    names = [firm["name"] for firm in firms]
    started = [firm.name for firm in market.by_slot if firm is not None]
    if len(names) != len(table) - 1 or names[: len(started)] != started:
        raise _unfit("the firms at the start", ", ".join(names[: len(started)]), f"{', '.join(started)}, as the configuration says")
    new_names, old_names = strategies_for(market.config, len(names)), strategies_for(old, len(names))
    for slot, held in enumerate(firms, start=1):
        place = 0 if market.franchise is not None else slot - 1  # who wins a franchise decides as the one before
        kept = new_names[place] == old_names[place]
        name = held["strategy_name"] if kept else new_names[place]
        if slot >= len(market.by_slot):
            market.by_slot.append(Firm(market, slot, held["name"], make_strategy(name, market.config), name))
        firm = market.by_slot[slot]
        assert firm is not None
        firm.strategy, firm.strategy_name = make_strategy(name, market.config), name
        if kept:
            firm.strategy.restore(held["memory"])
        _set(firm, held["own"])
        if not table.active[slot]:
            firm.remove()


def _put_population(market: Market, held: Mapping[str, Any], slots: int) -> None:
    population = market.population
    # The compiled month looks things up by these without asking whether they are there.
    ranges = {"supplier": (0, slots - 1), "profile": (0, len(population.profiles.share) - 1), "tenure": (-1, MAX_TENURE)}
    for name, column in population.columns.items():
        given = held["columns"].get(name)
        if given is None or given.shape != column.shape or given.dtype != column.dtype:
            found = "nothing" if given is None else f"{given.dtype} of shape {given.shape}"
            raise _unfit(f"the column {name}", found, f"{column.dtype} of shape {column.shape}")
        if name in ranges:
            _check_range(f"the column {name}", given, *ranges[name])
        if name == "segment" and not np.array_equal(given, column):
            raise _unfit("the column segment", "another order", "customers in the order of their segments")
        column[:] = given
    population.columns.update({name: column for name, column in held["columns"].items() if name not in population.columns})
    _check_range("the suppliers of the month before", held["supplier_before"], 0, slots - 1)
    population.state.supplier_before[:] = held["supplier_before"]
    population.state.satisfaction_before[:] = held["satisfaction_before"]
    population.rules = population.rules._replace(reference=held["reference"], seen=held["seen"])
    market.customers._book.own.update(held["own"])


def _put_regulator(market: Market, held: dict[str, Any], old: Config) -> None:
    regulator = market.regulator
    _set(regulator, held["money"])
    regulator.open_cases = [Case(**case) for case in held["open_cases"]]
    regulator.decisions = [Decision(**decision) for decision in held["decisions"]]
    if market.config.regulator.policy == old.regulator.policy:
        regulator.policy.restore(held["memory"])


def _check_range(what: str, given: np.ndarray, low: int, high: int) -> None:
    if not low <= given.min() <= given.max() <= high:
        raise _unfit(what, f"{given.min()} to {given.max()}", f"{low} to {high}")


def _unfit(what: str, given: str, wanted: str) -> CheckpointError:
    return CheckpointError(f"checkpoint: {what}: it holds {given}; the market that its configuration makes has {wanted}.")


def check_users_code(snapshot: Snapshot, allowed: bool) -> None:
    """See that a snapshot from elsewhere brings no code to be run, unless the user allows it.

    Raises:
        CheckpointError: it names code of the user's own, and that was not allowed.
    """
    named = snapshot.users_code()
    if named and not allowed:
        raise CheckpointError(
            f"checkpoint: to go on it takes code of your own ({', '.join(named)}), which runs only if you allow it: allow_user_code=True."
        )
    for name in named:
        import_user_class(name, allowed)
