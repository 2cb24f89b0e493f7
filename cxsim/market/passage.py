"""How a month passes once firms and regulator have acted: firms' offers, customers' month, the books, and what is kept of it.

For one thread all that is one call of compiled code, because handing over some hundred arrays and numbers takes as long as a thousand
customers' month. Where that cannot be, :meth:`Passage.go` does the same with one call a step, to the same bits: on several threads, and for
a population that somebody watches or lives for.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from cxsim.compiled import Standing, compiled, record
from cxsim.config.run import Config
from cxsim.customers.month import Bench, empty_bench, month_on
from cxsim.customers.population import mixing_stride
from cxsim.customers.tables import Chunks, Offered, State, Traits, behaviour_of, offers_of
from cxsim.firms.operations import service_settings
from cxsim.market import accounts
from cxsim.market.offers import job_terms, offer_all, offer_terms, room_for_offers

if TYPE_CHECKING:
    from cxsim.customers.population import Population
    from cxsim.market.model import Market
    from cxsim.market.shelf import Kept


@compiled()
def pass_month(firms, offering, people, closing, kept):
    """Offers, the customers' month and the books, in that order; returns what :func:`~cxsim.market.accounts.close_month` does.

    Args:
        firms: levers, quality, numbers, who is active, who is in the cartel, and keys, of the firm table.
        offering: swings, normal price, settings of offers, of service and of jobs, and room for what is offered.
        people: a bench, chunks, luck, traits, state and rules of the population, and room for sums.
        closing: the arguments of :func:`~cxsim.market.accounts.close_month` that have not been named.
        kept: room for a copy of levers, mean quality, numbers and who is active and in the cartel, as the month leaves them; of no slots
            where nothing is recorded.
    """
    levers, quality, numbers, active, cartel, key = firms
    swings, reference_price, terms, service, jobs, fields, worth = offering
    bench, chunks, luck, traits, state, rules, partial, sums = people
    tastes, renewal, near = rules
    flows, costs, redress, payment, standing, account_terms, complaints, held = closing
    offer_all(levers, quality, numbers, swings, reference_price, terms, service, jobs, fields, worth)
    month, key0, key1 = luck
    month_on(
        Bench(*bench), Chunks(*chunks), month, key0, key1, Traits(*traits), State(*state), offers_of(fields, active, key, worth),
        behaviour_of(tastes, renewal, near), partial, sums,
    )  # fmt: skip
    billed = accounts.close_month(
        flows, costs, sums, levers, quality, numbers, active, cartel, redress, payment, standing, account_terms, service, complaints, held
    )  # fmt: skip
    keep(levers, quality, numbers, active, cartel, kept)
    return billed


@compiled()
def keep(levers, quality, numbers, active, cartel, kept):
    """Copy levers, the mean of quality over outcomes, numbers, and who is active and in the cartel."""
    levers_kept, quality_kept, numbers_kept, active_kept, cartel_kept = kept
    for slot in range(levers_kept.shape[0]):
        total = 0.0
        for outcome in range(quality.shape[1]):
            total += quality[slot, outcome]
        quality_kept[slot] = total / quality.shape[1]
        for lever in range(levers.shape[1]):
            levers_kept[slot, lever] = levers[slot, lever]
        for number in range(numbers.shape[0]):
            numbers_kept[number, slot] = numbers[number, slot]
        active_kept[slot], cartel_kept[slot] = active[slot], cartel[slot]


_own = threading.local()


def _bench() -> tuple[np.ndarray, ...]:
    """This thread's bench: months of two markets may pass at once in two threads, never in one."""
    try:
        bench: tuple[np.ndarray, ...] = _own.bench
    except AttributeError:
        bench = _own.bench = tuple(empty_bench.py_func())
    return bench


class Passage:
    """What passing a market's months takes, made once.

    Args:
        config: the market's configuration.
        population: its customers.

    Attributes:
        reviewing: what does not change of a :class:`~cxsim.firms.review.Setting`.
        in_one_call: whether a month passes in one call if nobody looks on; not where the configuration asks for several threads.
    """

    def __init__(self, config: Config, population: Population):
        self.in_one_call = config.threads == 1
        self.service = record(service_settings(config))
        self.offering: tuple[Any, ...] = record(offer_terms(config)), self.service, tuple(job_terms(config, population.profiles))
        self.accounting = record(accounts.account_terms(config, population.scale))
        self.reviewing = (
            *(int(word) for word in population.luck(0)[1:]), mixing_stride(population.n), float(population.scale),
            float(config.market.reference_price), float(config.market.service_cost), float(config.market.choice_noise),
        )  # fmt: skip
        self.people = tuple(population.chunks), tuple(population.traits), tuple(population.state)
        self.offer, self._close, self._keep = Standing(offer_all), Standing(accounts.close_month), Standing(keep)
        self._pass = Standing(pass_month)
        self._rules = population.rules, population.rules.in_arrays()
        self._offered: Offered | None = None
        self._partial = np.empty((0, 0, 0))

    def rules(self, population: Population) -> tuple[Any, ...]:
        """The customers' rules of behaviour in arrays, see :meth:`~cxsim.customers.tables.Behaviour.in_arrays`."""
        if self._rules[0] is not population.rules:
            self._rules = population.rules, population.rules.in_arrays()
        return self._rules[1]

    def _room(self, market: Market) -> Offered:
        """Room for the month's offers, which are written over those of the month before as long as no firm has come."""
        table, offered = market.table, self._offered
        if offered is None or offered.key is not table.key:
            self._offered = offered = room_for_offers(table, market.population.profiles)
            self._partial = market.population.room_for_pieces(len(table))
        else:
            np.copyto(offered.active, table.active)
        return offered

    def go(self, market: Market, swings: np.ndarray, redress: np.ndarray, held: np.ndarray, kept: Kept) -> float:
        """Let the month pass.

        Args:
            market: its ``offered`` and its month's ``book`` are written.
            swings: this month's luck of firms with their service load, by slot.
            redress: what each firm owes its customers (£).
            held: people with a supplier by segment (simulated), overwritten.
            kept: what the month leaves behind, written.

        Returns:
            What customers were billed on average (£).
        """
        table, population, book, regulator = market.table, market.population, market.book, market.regulator
        market.offered = offered = self._room(market)
        offering = swings, float(market.reference_price), *self.offering, offered.fields, offered.quality
        payment = 0.0 if market.franchise is None else float(market.franchise.payment)
        standing = market.sheets.standing(regulator.enforcement)
        closing = redress, payment, standing, self.accounting
        firms = table.levers, table.quality, table.numbers, table.active, table.cartel
        if not self.in_one_call or "live_month" in vars(population):  # somebody watches it, or lives it for the population
            self.offer(table.levers, table.quality, table.numbers, *offering)
            np.copyto(kept.sums, population.live_month(market.month, offered.by_name()))
            billed: float = self._close(book.customers, book.firms, kept.sums, *firms, *closing, self.service, regulator.complaints, held)
            self._keep(*firms, kept.of_firms())
            return billed
        billed = self._pass.call(
            (*firms, table.key), offering,
            (_bench(), self.people[0], population.luck(market.month), *self.people[1:], self.rules(population), self._partial, kept.sums),
            (book.customers, book.firms, *closing, regulator.complaints, held), kept.of_firms(),
        )  # fmt: skip
        return billed
