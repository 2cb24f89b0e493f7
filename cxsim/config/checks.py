"""Values that are fine alone and cannot stand together, names of sets of levers, and users' own classes."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterable

from cxsim.config.customers import CustomersConfig
from cxsim.config.errors import BadValueError, ContradictionError, CxsimError, nearest
from cxsim.config.firms import EXTRACTION_LEVERS, LEVERS, VALUE_LEVERS, FirmsConfig
from cxsim.config.market import MarketConfig
from cxsim.config.run import Config
from cxsim.config.shapes import is_user_class
from cxsim.config.tables import read_firms_table

LEVER_SETS = {"value": VALUE_LEVERS, "extraction": EXTRACTION_LEVERS, "all": LEVERS}
_ROUNDING = 1 + 1e-9  # a start value typed as the rounded product of a maximum and the reference price is that maximum


def check(config: Config) -> None:
    """Refuse a configuration whose values contradict one another; each refusal says how to resolve it.

    Raises:
        ContradictionError: two values exclude each other.
        TableError: the table of firms that the market names cannot be used.
    """
    _check_outcomes(config.market)
    _check_firms(config.market)
    _check_entry(config.market)
    _check_start(config.market, config.customers, config.firms)
    _check_bans(config)
    _check_user_code(config)


def _check_outcomes(market: MarketConfig) -> None:
    known = set(market.outcomes)
    for job in market.jobs:
        for outcome in job["weights"]:
            if outcome not in known:
                raise ContradictionError(
                    f"market.jobs: the job {job['name']!r} weighs {outcome!r}, which is none of market.outcomes "
                    f"({', '.join(market.outcomes)}).{nearest(outcome, market.outcomes)}"
                )
    for basic in market.basics:
        if basic not in known:
            raise ContradictionError(
                f"market.basics: {basic!r} is none of market.outcomes ({', '.join(market.outcomes)}).{nearest(basic, market.outcomes)}"
            )


def _check_firms(market: MarketConfig) -> None:
    listed = None if market.firms_table is None else len(read_firms_table(market.firms_table))
    if market.n_firms is None and listed is None:
        raise ContradictionError(
            "market.n_firms: null means as many firms as market.firms_table names, and there is no table; "
            "give a number of firms or a table."
        )
    if listed is not None and listed > 200:
        raise ContradictionError(f"market.firms_table: it names {listed} firms; at most 200 are possible, merge some.")
    if market.franchise_months is None:
        return
    n_firms = listed if market.n_firms is None else market.n_firms
    if n_firms != 1:
        raise ContradictionError(
            f"market.franchise_months: a franchise has one supplier at a time, and there are {n_firms} firms; "
            "set market.n_firms=1, or market.franchise_months=null."
        )


def _check_entry(market: MarketConfig) -> None:
    if market.franchise_months is not None and market.entry != "none":
        raise ContradictionError(
            f"market.entry: given {market.entry!r}, and nobody can enter a market under franchise; "
            "set market.entry=none, or market.franchise_months=null."
        )
    if market.entry == "named" and not market.entrants:
        raise ContradictionError("market.entry: given 'named', and market.entrants names nobody; name entrants, or set market.entry=none.")


def _check_start(market: MarketConfig, customers: CustomersConfig, firms: FirmsConfig) -> None:
    """Refuse start values above the highest value that a firm may choose."""
    starts = firms.initial_levers
    relative = (
        ("initial_price", firms.initial_price, "firms.max_price", firms.max_price),
        ("initial_levers.loyalty_premium", starts.get("loyalty_premium"), "market.max_loyalty_premium", market.max_loyalty_premium),
        ("initial_levers.hidden_fee", starts.get("hidden_fee"), "market.max_hidden_fee", market.max_hidden_fee),
        ("initial_levers.exit_barrier", starts.get("exit_barrier"), "market.max_exit_barrier", market.max_exit_barrier),
    )
    for name, start, key, limit in relative:
        if start is not None and start > limit * market.reference_price * _ROUNDING:
            raise ContradictionError(
                f"firms.{name}: it starts at {start:g}, above the highest value {limit * market.reference_price:g} "
                f"({key} {limit:g} x market.reference_price {market.reference_price:g}); lower the start or raise {key}."
            )
    if starts.get("dark_pattern", 0.0) > 0 and market.extra_price == 0:
        raise ContradictionError(
            f"firms.initial_levers.dark_pattern: it starts at {starts['dark_pattern']:g}, and there is no extra to press on customers "
            "(market.extra_price is 0); set market.extra_price, or firms.initial_levers.dark_pattern=0."
        )
    if starts.get("announcement", 0.0) > 0 and customers.talk_weight == 0:
        raise ContradictionError(
            f"firms.initial_levers.announcement: it starts at {starts['announcement']:g}, and nobody listens to what firms announce "
            "(customers.talk_weight is 0); set customers.talk_weight, or firms.initial_levers.announcement=0."
        )
    overpromise = starts.get("overpromise", 0.0)
    if overpromise > firms.max_overpromise * _ROUNDING:
        raise ContradictionError(
            f"firms.initial_levers.overpromise: it starts at {overpromise:g}, above firms.max_overpromise "
            f"{firms.max_overpromise:g}; lower the start or raise firms.max_overpromise."
        )


def _check_bans(config: Config) -> None:
    bans = (
        ("market.ban_price_walking", config.market.ban_price_walking, "loyalty_premium"),
        ("regulator.ban_hidden_fees", config.regulator.ban_hidden_fees, "hidden_fee"),
        ("regulator.ban_exit_barriers", config.regulator.ban_exit_barriers, "exit_barrier"),
        ("regulator.ban_dark_patterns", config.regulator.ban_dark_patterns, "dark_pattern"),
    )
    for key, banned, lever in bans:
        start = config.firms.initial_levers.get(lever, 0.0)
        if banned and start > 0:
            raise ContradictionError(
                f"{key}: it bans what firms start with (firms.initial_levers.{lever} is {start:g}); "
                f"set firms.initial_levers.{lever}=0, or {key}=false."
            )


def _check_user_code(config: Config) -> None:
    if config.allow_user_code:
        return
    strategies = config.firms.strategy
    named = [("firms.strategy", name) for name in ([strategies] if isinstance(strategies, str) else strategies)]
    for key, name in [*named, ("regulator.policy", config.regulator.policy)]:
        if is_user_class(name):
            raise ContradictionError(f"{key}: {_not_allowed(name)}")


def _not_allowed(spec: str) -> str:
    return f"{spec!r} is code of your own, and that runs only with allow_user_code=true."


def expand_levers(levers: Iterable[str]) -> tuple[str, ...]:
    """The levers meant by a list in which ``value``, ``extraction`` and ``all`` stand for sets.

    Returns:
        Each lever once, in the order of `cxsim.config.firms.LEVERS`, whatever the order of the list.

    Raises:
        BadValueError: a word that is neither a lever nor a set of levers.
    """
    wanted: set[str] = set()
    for word in levers:
        if word not in LEVERS and word not in LEVER_SETS:
            known = (*LEVERS, *LEVER_SETS)
            raise BadValueError("firms.levers", word, ", ".join(known), nearest(str(word), known))
        wanted.update(LEVER_SETS.get(word, (word,)))
    return tuple(lever for lever in LEVERS if lever in wanted)


def import_user_class(spec: str, allowed: bool) -> type:
    """The class that ``module:Class`` names. Modules beside the working directory are found too.

    Args:
        spec: a module that Python can import, a colon, and the name of a class in it.
        allowed: the run's ``allow_user_code``; nothing at all is imported without it.

    Raises:
        ContradictionError: user code is not allowed.
        BadValueError: not of the form ``module:Class``, or no class of that name in the module.
        CxsimError: the module cannot be imported.
    """
    if not allowed:
        raise ContradictionError(_not_allowed(spec))
    if not isinstance(spec, str) or not is_user_class(spec):
        raise BadValueError("module:Class", spec, "a module and a class in it, for example my_strategies:Thrifty")
    module_name, _, class_name = spec.partition(":")
    if os.getcwd() not in sys.path and "" not in sys.path:
        sys.path.append(os.getcwd())  # last, so that no file there can stand in for an installed module
    try:
        found = importlib.import_module(module_name)
    except Exception as error:  # the module is the user's, and may fail in any way
        reason = f"{type(error).__name__}: {error}"
        raise CxsimError(f"{spec}: the module {module_name!r} cannot be imported ({reason}).") from error
    for part in class_name.split("."):
        if not hasattr(found, part):
            names = [name for name, value in vars(found).items() if isinstance(value, type)]
            raise BadValueError(spec, class_name, f"a class of the module {module_name!r}", nearest(class_name, names))
        found = getattr(found, part)
    if not isinstance(found, type):
        raise BadValueError(spec, class_name, f"a class of the module {module_name!r}, and this is none")
    return found
