"""What a customer's month costs, by version, number of customers, of firms and of threads."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numba
import numpy as np

from benchmarks.rows import Row, row
from benchmarks.timing import estimate, interleaved, ratio
from benchmarks.versions import ENGINE, PLAIN, TUNED, C, Version, by_engine, settled
from cxsim.market.model import Market

MONTH, WHOLE, RATIO, AGAINST_C, FIRMS = "customers' month", "whole month", "times cxsim", "times C", "firms"
NANO = "ns per customer-month"
FIVE = 5
THREADS = (1, 2, 4)
FIRM_COUNTS = (2, 5, 10, 20)
AS_IS, NOBODY_LOOKS = "cxsim", "cxsim, nobody looks around"
OBJECTS_MOST = 100_000

NO_LOOKING: dict[str, Any] = {
    "market.attention": 0.0, "market.price_attention": 0.0, "market.renewal_attention": 0.0,
    "customers.dissatisfaction_attention": 0.0, "customers.price_shock_attention": 0.0,
}  # fmt: skip
"""Settings under which no customer with a supplier ever looks around."""

Say = Callable[[str], None]


def usable_threads(wanted: Sequence[int] = THREADS) -> list[int]:
    """The thread counts that Numba can give here."""
    return [count for count in wanted if count <= numba.config.NUMBA_NUM_THREADS]


def by_size(versions: Sequence[Version], sizes: Sequence[int], rounds: int, say: Say) -> Iterator[Row]:
    """Every version and thread count at every size; and how many times as long as the engine the others take.

    Ratios are to one thread of the engine, for versions in Mesa to more threads too; beside C it is the engine's time that is counted in
    times of the other.
    """
    for customers in sizes:
        say(f"{customers:,} customers")
        markets = {threads: settled(customers, threads=threads) for threads in usable_threads()}
        work = {(ENGINE, threads): by_engine(market) for threads, market in markets.items()}
        frees = []
        for version in versions:
            if customers <= version.largest:
                work[version.name, 1], free = version.month(markets[1])
                frees.append(free)
        seconds = interleaved({f"{name}/{threads}": call for (name, threads), call in work.items()}, rounds)
        for free in frees:
            free()
        gc.collect()
        taken = {key: seconds[f"{key[0]}/{key[1]}"] / customers * 1e9 for key in work}
        for (name, threads), nanoseconds in taken.items():
            yield row(MONTH, name, estimate(nanoseconds), NANO, customers, FIVE, threads)
        for version in versions:
            if (version.name, 1) not in taken:
                continue
            theirs = taken[version.name, 1]
            for threads in markets if version.name in (PLAIN, TUNED) else (1,):
                if version.name == C:
                    yield row(AGAINST_C, ENGINE, ratio(taken[ENGINE, threads], theirs), "x", customers, FIVE, threads)
                else:
                    yield row(RATIO, version.name, ratio(theirs, taken[ENGINE, threads]), "x", customers, FIVE, threads)


def whole_months(sizes: Sequence[int], rounds: int, say: Say) -> Iterator[Row]:
    """A month with all that the market does around its customers; in plain Mesa that is offers and stock-taking only."""
    from benchmarks.plain_mesa import PlainMarket

    for customers in sizes:
        if customers > OBJECTS_MOST:
            continue
        say(f"whole months, {customers:,} customers")
        market = settled(customers)
        plain = PlainMarket.like(market, seed=1)
        seconds = interleaved({ENGINE: market.step, PLAIN: plain.step}, rounds)
        plain.free()
        for name, values in seconds.items():
            yield row(WHOLE, name, estimate(values / customers * 1e9), NANO, customers, FIVE, 1)
        yield row(WHOLE, f"{PLAIN}, {RATIO}", ratio(seconds[PLAIN], seconds[ENGINE]), "x", customers, FIVE, 1)


def by_firms(customers: int, rounds: int, say: Say) -> Iterator[Row]:
    """The engine with few and many firms, with customers as they are and with customers who never look around."""
    say(f"firms, {customers:,} customers")
    work = {}
    for firms in FIRM_COUNTS:
        work[AS_IS, firms] = by_engine(settled(customers, firms))
        work[NOBODY_LOOKS, firms] = by_engine(settled(customers, firms, **NO_LOOKING))
    seconds = interleaved({f"{name}/{firms}": call for (name, firms), call in work.items()}, rounds)
    for name, firms in work:
        yield row(FIRMS, name, estimate(seconds[f"{name}/{firms}"] / customers * 1e9), NANO, customers, firms, 1)
    few, many = FIRM_COUNTS[0], FIRM_COUNTS[-1]
    for name in (AS_IS, NOBODY_LOOKS):
        times = ratio(seconds[f"{name}/{many}"], seconds[f"{name}/{few}"])
        yield row(FIRMS, f"{name}: {many} firms against {few}", times, "x", customers, None, 1)


def same_bits(customers: int, months: int = 3) -> tuple[bool, list[int]]:
    """Whether all thread counts that can be had here give the same customers and sums, bit for bit; and those counts."""
    found = []
    for threads in usable_threads():
        market = settled(customers, threads=threads)
        for _ in range(months):
            market.step()
        found.append(_bits(market))
    return all(bits == found[0] for bits in found), usable_threads()


def _bits(market: Market) -> list[bytes]:
    columns = [np.ascontiguousarray(values).tobytes() for values in market.population.columns.values()]
    return columns + [record.sums.tobytes() for record in market.recorder.records]
