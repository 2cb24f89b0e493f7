"""Why something happened: one month, or one customer, looked at from inside a run that is simulated again.

A run keeps totals, not people. Because every draw belongs to (seed, purpose, month, customer), simulating again gives the same people doing
the same things, and so what a total hides can be looked up afterwards: who left whom and why, what firms changed, what one customer lived
through.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cxsim.config.errors import BadValueError
from cxsim.results.moves import LOOKED, MOVED, Moves, watch

if TYPE_CHECKING:
    from cxsim.config.run import Config
    from cxsim.market.model import Market

Tick = Callable[[], object]
NOBODY = "no supplier"


@dataclasses.dataclass(frozen=True)
class MonthExplained:
    """What lay behind one month of one replication.

    Attributes:
        month: the month, from zero.
        people: real customers in the market.
        flows: a row per pair of suppliers between which customers moved, most first: ``origin``, ``target`` (names, or
            ``no supplier``), ``customers`` (real), ``reason`` (the word of :data:`~.moves.MOVED` that spoke most for the move in most
            cases), ``worth`` (mean gain that the movers saw, £/month).
        looked: a row per word of :data:`~.moves.LOOKED`: ``reason``, ``customers`` (real people whom it made look around), ``moved``
            (those of them who then moved).
        moved: a row per word of :data:`~.moves.MOVED`: ``reason``, ``customers`` (movers for whom it spoke most), ``worth`` (mean over
            all movers from one supplier, £/month; below zero where it spoke for staying).
        levers: a row per lever that a firm changed in the month: ``firm``, ``lever``, ``before``, ``after``.
        events: sentences about the regulator, cartels, entry and exit.
    """

    month: int
    people: float
    flows: pd.DataFrame
    looked: pd.DataFrame
    moved: pd.DataFrame
    levers: pd.DataFrame
    events: list[str]


def explain_month(config: Config, month: int, replication: int = 0, tick: Tick | None = None) -> MonthExplained:
    """Simulate up to a month again and look at what customers, firms and the regulator did in it.

    Args:
        config: the run's configuration.
        month: the month to explain, from 0 to ``config.months - 1``.
        replication: which replication.
        tick: called after every simulated month; may raise to stop.

    Raises:
        BadValueError: a month that the run does not report.
    """
    if not 0 <= month < config.months:
        raise BadValueError("month", month, f"a whole number from 0 to {config.months - 1}")
    market = _market(config, replication)
    caught: list[Moves] = []
    watch(market, caught.append, lambda at: at == month)
    while market.month < month:
        market.step()
        if tick is not None:
            tick()
    before = _Standing(market)
    market.step()
    if tick is not None:
        tick()
    moves, scale = caught[0], market.population.scale
    names = _names(market)
    return MonthExplained(
        month,
        market.population.n * scale,
        _flows(moves, names, scale),
        _looked(moves, scale),
        _moved(moves, scale),
        _changes(before, market),
        _events(before, market, month),
    )


def _market(config: Config, replication: int) -> Market:
    from cxsim.market.model import Market

    return Market(config, rng=config.seed, replication=replication)


def _names(market: Market) -> list[str]:
    return [firm.name if firm is not None else NOBODY for firm in market.by_slot]


def _flows(moves: Moves, names: list[str], scale: float) -> pd.DataFrame:
    moved = moves.moved
    frame = pd.DataFrame(
        {
            "origin": np.array(names, dtype=object)[moves.before["supplier"][moved]],
            "target": np.array(names, dtype=object)[moves.after[moved]],
            "reason": moves.main_reason()[moved],
            "worth": np.sum(list(moves.worth.values()), axis=0)[moved],
        }
    )
    groups = frame.groupby(["origin", "target"], sort=False)
    flows = pd.DataFrame(
        {
            "customers": groups.size() * scale,
            "reason": groups["reason"].agg(lambda words: words.mode().iloc[0]),
            "worth": groups["worth"].mean(),
        }
    ).reset_index()
    return flows.sort_values("customers", ascending=False, kind="stable", ignore_index=True)[
        ["origin", "target", "customers", "reason", "worth"]
    ]


def _looked(moves: Moves, scale: float) -> pd.DataFrame:
    rows = [(name, why.sum() * scale, why[moves.moved].sum() * scale) for name, why in moves.why_looked.items()]
    return pd.DataFrame(rows, columns=["reason", "customers", "moved"])


def _moved(moves: Moves, scale: float) -> pd.DataFrame:
    left = moves.moved & (moves.before["supplier"] > 0)
    reason = moves.main_reason()[left]
    rows = [(name, (reason == name).sum() * scale, float(part[left].mean()) if left.any() else 0.0) for name, part in moves.worth.items()]
    return pd.DataFrame(rows, columns=["reason", "customers", "worth"])


class _Standing:
    """Firms, cartel and regulator before a month."""

    def __init__(self, market: Market):
        self.levers = {firm.name: _numbers(market, firm.slot) for firm in market.firms}
        self.cartel = set(market.cartel.members)
        self.names = _names(market)


def _numbers(market: Market, slot: int) -> dict[str, float]:
    firm = market.by_slot[slot]
    assert firm is not None
    return {name: float(np.mean(value)) for name, value in firm.levers.items()}


def _changes(before: _Standing, market: Market) -> pd.DataFrame:
    rows = []
    for firm in market.firms:
        now = _numbers(market, firm.slot)
        for lever, value in before.levers.get(firm.name, now).items():
            if abs(now[lever] - value) > 1e-9 * max(1.0, abs(value)):
                rows.append((firm.name, lever, value, now[lever]))
    return pd.DataFrame(rows, columns=["firm", "lever", "before", "after"])


def _events(before: _Standing, market: Market, month: int) -> list[str]:
    names = _names(market)
    told = []
    for case in market.regulator.open_cases:
        if case.opened == month:
            told.append(f"The regulator opened a case on {names[case.slot]}.")
    for decision in market.regulator.decisions:
        if decision.month != month:
            continue
        if not decision.found:
            told.append(f"A case on {names[decision.slot]} ended without a finding.")
        else:
            redress = f", and £{decision.redress:,.0f} of redress" if decision.redress > 0 else ""
            told.append(f"{names[decision.slot]} was found to break the rules and fined £{decision.fine:,.0f}{redress}.")
    cartel = set(market.cartel.members)
    if cartel and not before.cartel:
        told.append(f"A cartel formed: {', '.join(names[slot] for slot in sorted(cartel))}.")
    if before.cartel and not cartel:
        told.append("The cartel ended.")
    active = {firm.name for firm in market.firms}
    told += [f"{name} entered the market." for name in sorted(active - set(before.names))]
    told += [f"{name} left the market." for name in before.levers if name not in active]
    return told


@dataclasses.dataclass(frozen=True)
class CustomerFollowed:
    """One customer's run.

    Attributes:
        index: her number, from 0.
        traits: what she is: ``segment``, ``job`` (words), ``willingness_to_pay`` (£/month), ``attention``, ``vigilance`` (1/month),
            ``switching_cost`` (£).
        months: a row per reported month: ``month``, ``supplier`` (name or ``no supplier``), ``tenure`` (months), ``paid`` (price and
            premiums), ``hidden_fee`` and ``extra`` (an optional extra; £/month), ``experience``, ``satisfaction``, ``expectation``,
            ``trust`` (0 to 1), ``aware`` (knows of a hidden charge), ``unwanted`` (pays for an extra she does not want), ``problem``
            (one is open), ``looked`` (looked around), ``why_looked`` (the likeliest word of :data:`~.moves.LOOKED`), ``moved_from``
            (where she left a supplier), ``why_moved`` (word of :data:`~.moves.MOVED`) and ``gain`` (what moving was worth to her,
            £/month). Words are empty where there is nothing to say.
    """

    index: int
    traits: dict[str, str | float]
    months: pd.DataFrame


def follow_customer(config: Config, index: int, replication: int = 0, tick: Tick | None = None) -> CustomerFollowed:
    """Simulate a run again and keep what happened to one customer.

    Args:
        config: the run's configuration.
        index: her number, from 0 to ``config.market.n_customers - 1``.
        replication: which replication.
        tick: called after every simulated month; may raise to stop.

    Raises:
        BadValueError: no customer has that number.
    """
    if not 0 <= index < config.market.n_customers:
        raise BadValueError("customer", index, f"a whole number from 0 to {config.market.n_customers - 1}")
    market = _market(config, replication)
    columns, rows = market.population.columns, []
    caught: list[Moves] = []
    watch(market, caught.append, lambda at: at >= 0)
    while market.running:
        month = market.month
        market.step()
        if tick is not None:
            tick()
        if month >= 0:
            rows.append(_lived(market, caught.pop(), index))
    customer = market.customers[index]
    traits = {"segment": customer.segment, "job": customer.job or ""}
    numbers = {name: float(columns[name][index]) for name in ("willingness_to_pay", "attention", "vigilance", "switching_cost")}
    return CustomerFollowed(index, {**traits, **numbers}, pd.DataFrame(rows))


def _lived(market: Market, moves: Moves, index: int) -> dict[str, object]:
    columns, offers, names = market.population.columns, market.offers, _names(market)
    slot = int(columns["supplier"][index])
    old = int(moves.before["supplier"][index])
    moved = int(moves.after[index]) != old
    looked = bool(moves.looked[index])
    tenure = max(int(columns["tenure"][index]), 0)
    established = tenure > int(market.population.rules.intro)  # tenure has grown at the end of the month
    value = float(columns["willingness_to_pay"][index])
    fee, felt = float(offers.hidden[slot]), float(offers.felt[slot])
    avoids = felt < fee and bool(columns["aware"][index] or columns["foresees"][index])
    holds = slot > 0 and bool(columns["extra"][index])
    extra = float(offers.premium[slot]) + float(offers.personal[slot]) * value * (1.0 - float(columns["vigilance"][index]))
    return {
        "month": moves.month,
        "supplier": names[slot],
        "tenure": tenure,
        "paid": float(offers.price[slot]) + (extra if established else 0.0) if slot else 0.0,
        "hidden_fee": fee if slot and not avoids else 0.0,
        "extra": float(market.population.rules.extra_price) if holds else 0.0,
        **{name: float(columns[name][index]) for name in ("experience", "satisfaction", "expectation", "trust")},
        "aware": bool(columns["aware"][index]),
        "unwanted": holds and not columns["wants_extra"][index],
        "problem": bool(columns["problem"][index]),
        "looked": looked,
        "why_looked": max(LOOKED, key=lambda name: float(moves.why_looked[name][index])) if looked else "",
        "moved_from": names[old] if moved else "",
        "why_moved": (max(MOVED, key=lambda name: float(moves.worth[name][index])) if old else "no supplier") if moved else "",
        "gain": float(sum(part[index] for part in moves.worth.values())) if moved else 0.0,
    }


NOTABLE = {
    "most moves": "changed supplier most often",
    "longest loyal": "never left and paid the most in premiums and hidden fees",
    "most problems": "had an open problem in most months",
    "average": "is like most others: moved, paid and met problems about as often as the typical customer",
}
"""Customers worth following, with what each of them did."""


def notable_customers(config: Config, replication: int = 0, tick: Tick | None = None) -> dict[str, int]:
    """Numbers of customers who are worth following, by the words of :data:`NOTABLE`."""
    market = _market(config, replication)
    n = market.population.n
    columns = market.population.columns
    moved, extracted, troubled = np.zeros(n), np.zeros(n), np.zeros(n)

    def seen(moves: Moves) -> None:
        nonlocal moved, extracted, troubled
        slot = columns["supplier"]
        moved = moved + (moves.moved & (moves.before["supplier"] > 0))
        stayed = np.where(moves.moved, 0.0, moves.paid - market.offers.price[moves.before["supplier"]])
        extracted = extracted + np.where(slot > 0, market.offers.hidden[slot] + np.maximum(stayed, 0.0), 0.0)
        troubled = troubled + columns["problem"]

    watch(market, seen, lambda at: at >= 0)
    while market.running:
        market.step()
        if tick is not None:
            tick()
    loyal = np.where(moved == 0, extracted, extracted.min() - 1.0)
    apart = sum(np.abs(part - np.median(part)) / max(float(part.std()), 1e-9) for part in (moved, extracted, troubled))
    picks = (moved.argmax(), loyal.argmax(), troubled.argmax(), np.argmin(apart))
    return dict(zip(NOTABLE, map(int, picks), strict=True))
