"""The versions of the customers' month that take part, each made from the same market."""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Callable
from typing import Any

from benchmarks import agreement
from benchmarks.c_month import CMonth, Library, NoCompilerError
from benchmarks.columns import ColumnsMonth
from benchmarks.market import engine
from benchmarks.plain_mesa import PlainMarket
from benchmarks.tuned_mesa import TunedMarket
from cxsim.market.model import Market

SETTLE = 23
"""Months before timing starts: no price has just moved, so that nobody looks around more than usual."""

ENGINE, PLAIN, TUNED, COLUMNS, FRAMES, C = "cxsim", "plain Mesa", "tuned Mesa", "NumPy columns", "mesa-frames", "C"


@dataclasses.dataclass(frozen=True)
class Version:
    """One way to live the customers' month.

    Attributes:
        name: what it is called in tables.
        largest: most customers that it is timed with.
        month: makes a call that lives one more month, and a call that lets go of the memory.
        outcomes: outcomes of the check against the engine, for a seed.
        made_by: compiler or library, for the page.
    """

    name: str
    largest: int
    month: Callable[[Market], tuple[Callable[[], object], Callable[[], None]]]
    outcomes: Callable[[int], agreement.Outcomes]
    made_by: str = ""


def available() -> tuple[list[Version], dict[str, str]]:
    """The versions that can be made here, and for each of the others why not."""
    found = [
        Version(PLAIN, 100_000, lambda market: _objects(PlainMarket, market), lambda seed: agreement.by_mesa(seed, PlainMarket)),
        Version(TUNED, 100_000, lambda market: _objects(TunedMarket, market), lambda seed: agreement.by_mesa(seed, TunedMarket)),
        _in_columns(COLUMNS, ColumnsMonth),
    ]
    missing: dict[str, str] = {}
    try:
        from benchmarks.frames import FramesMonth

        found.append(_in_columns(FRAMES, FramesMonth))
    except ImportError as error:
        missing[FRAMES] = str(error)
    try:
        library = _library()
        found.append(_in_columns(C, lambda market, seed: CMonth(market, library), f"{library.compiler} {library.flags}"))
    except NoCompilerError as error:
        missing[C] = str(error)
    return found, missing


@functools.cache
def _library() -> Library:
    """Built once in a process."""
    return Library()


def settled(customers: int, firms: int = 5, threads: int = 1, **values: Any) -> Market:
    """The engine's market when timing starts."""
    return engine(customers, firms, threads, settle=SETTLE, **values)


def by_engine(market: Market) -> Callable[[], object]:
    """A call that lives one more month on the engine, with the offers as they stand."""
    months = itertools.count(market.month)
    return lambda: market.population.live_month(next(months), market.offers)


def _objects(kind: type[PlainMarket], market: Market) -> tuple[Callable[[], object], Callable[[], None]]:
    made = kind.like(market, seed=1)
    made.step()
    return made.live_month, made.free


def _in_columns(name: str, kind: Callable[[Market, int], Any], made_by: str = "") -> Version:
    """A version that keeps customers in columns and can stand in for the engine's month."""

    def month(market: Market) -> tuple[Callable[[], object], Callable[[], None]]:
        other, months = kind(market, 1), itertools.count(market.month)
        return lambda: other.live_month(next(months), market.offers), lambda: None

    return Version(name, 10_000_000, month, lambda seed: agreement.by_engine(seed, lambda market: kind(market, 1000 + seed)), made_by)


def share_looking(customers: int = 20_000, months: int = 12) -> float:
    """Share of customers who look around in a month of the market that is timed."""
    market = settled(customers)
    counted = ColumnsMonth(market)
    looked = 0
    for month in range(months):
        counted.live_month(market.month + month, market.offers)
        looked += counted.looked
    return looked / (customers * months)
