"""The market: a Mesa model in which a month passes."""

from __future__ import annotations

import dataclasses
import math
import os
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd

from cxsim.compiled import Standing
from cxsim.config.checks import expand_levers
from cxsim.config.errors import BadValueError
from cxsim.config.load import load, with_values
from cxsim.config.run import Config
from cxsim.customers import agentset
from cxsim.customers.jobs import give_and_take, job_done
from cxsim.customers.mesa_support import mesa
from cxsim.customers.population import Population, mixing_stride
from cxsim.customers.tables import Offered, Offers, offered_by
from cxsim.firms import review
from cxsim.firms.cartel import Cartel
from cxsim.firms.firm import Firm
from cxsim.firms.limits import Limits
from cxsim.firms.operations import service_settings
from cxsim.firms.planner import Sheets, shared_outlook
from cxsim.firms.programmes import set_levers
from cxsim.firms.projects import Projects, outcome
from cxsim.firms.registry import make_strategy, strategies_for
from cxsim.firms.start import FirmStart, give_appeal, give_overhead, learn, seat, starting_firms
from cxsim.firms.table import BOLDNESS, DISCLOSURE, NUMBER, PRICE, FirmTable
from cxsim.firms.turn import Turn, decisions
from cxsim.market import accounts, entry, first_time
from cxsim.market.failings import Failings, news, reputation_after
from cxsim.market.franchise import Franchise, take_over
from cxsim.market.ledger import F, MonthBook, R
from cxsim.market.offers import Swings, prepare
from cxsim.market.passage import Passage
from cxsim.market.recorder import Recorder
from cxsim.randomness.streams import Purpose, Streams
from cxsim.regulator.registry import make_policy
from cxsim.regulator.regulator import Decision, Regulator

_FRONTIER, _FUNDING, _ENFORCEMENT = NUMBER["frontier"], R["funding"], R["enforcement"]
LEAST_REFERENCE = 1e-6
"""Share of its start value below which the normal price never falls: what is free has no scale."""

VIOLATION_THRESHOLD = 0.005
"""Severity (breach relative to price) from which a firm counts as breaking a rule in the column ``violations``."""


class Market(mesa.Model):
    """One simulated market.

    Args:
        config: the run's configuration; ``None`` takes the defaults of the command line.
        rng: seed of all luck; ``None`` takes ``config.seed``.
        replication: number of the replication; each has luck of its own, shared by all regimes.
        values: further settings by dotted key, as in ``Market(config, **{"market.n_firms": 4})``.

    Attributes:
        month: month about to be simulated; negative during the burn-in.
        population: customers as columns.
        table: firms as rows.
        regulator: the regulator.
        recorder: what the reported months showed.
        offered: the same as ``offers``, in few arrays.
        passage: passes the months.
        swings: firms' luck with their service load.
        plan: :func:`cxsim.firms.review.plan`, for this market's firms.
        programmes: experience programmes under way, by slot, see :class:`~cxsim.firms.programmes.Programme`.
    """

    violation_threshold = VIOLATION_THRESHOLD

    def __init__(self, config: Config | None = None, rng: int | None = None, replication: int = 0, **values: Any):
        first_time.prepare()
        config = load() if config is None else config
        if not isinstance(config, Config):
            raise BadValueError("config", config, "a configuration, such as cxsim.load() gives")
        config = with_values(config, values) if values else config
        seed = _seed(config.seed if rng is None else rng)
        super().__init__(rng=seed)
        self.config = config
        self.month = -config.burn_in
        self.streams = Streams(seed, replication)
        self.reference_price = config.market.reference_price
        self.renewal_rate = config.market.renewal_attention / config.market.renewal_months if config.market.renewal_months else 0.0
        self.limits = Limits(config)
        self.shared_outlook = shared_outlook(config)
        self.sheets = Sheets()
        self.service = service_settings(config)
        self.planner_levers = expand_levers(config.firms.levers)
        self.recorder = Recorder(self)
        self.book = MonthBook(len(config.customers.segments), 1)

        self.population = Population(config, self.streams)
        self.panel_stride = mixing_stride(self.population.n)
        self.passage, self.plan = Passage(config, self.population), Standing(review.plan)
        self.swings = Swings(config, self.streams)
        self._customers = agentset.CustomerSet(self, self.population)
        agentset.adopt(self)

        self.table = FirmTable(len(config.market.outcomes))
        self.by_slot: list[Firm | None] = [None]
        self._turns: dict[int, int] = {}
        starts = starting_firms(config)
        self._seat_all(starts, strategies_for(config, len(starts)))
        give_appeal(self.table, config, [start.share for start in starts])
        give_overhead(self.table, config, [start.share for start in starts])
        self._arrange()
        self.franchise = _franchise(config)
        self.cartel = Cartel(self)
        self.regulator = Regulator(self, make_policy(config))
        self._settle_in(starts)
        self._due: list[tuple[int, float]] = []  # entry costs to be booked next month: slot, pounds
        self.programmes: dict[int, tuple[Any, ...]] = {}  # under way, by slot; see cxsim.firms.programmes.Programme
        self._projects: list[tuple[int, float]] = []  # costs of bold projects to be booked this month
        self._shown: tuple[Any, Any] = None, None  # rules of behaviour, and the prices that they say are normal and seen

    # --- the month -------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """One month: firms review, the regulator acts, customers choose and live, books are closed, the month is recorded."""
        self._open_month()
        self.population.begin_month(self.month)
        self._review_levers()
        self._enforce()
        self._spread_news()
        self._pass_month()
        self._entry_and_exit()
        self.month += 1
        self.running = self.month < self.config.months

    def _open_month(self) -> None:
        """Make room for what the month leaves behind, and open its book."""
        self._kept = kept = self.recorder.room(kept=self.month >= 0)
        self.book = MonthBook.over(kept.flows, kept.costs, kept.regulator)

    def _review_levers(self) -> None:
        """Firms whose turn it is review their levers, all on the same view of the market."""
        if self.franchise is not None and self.franchise.is_due(self.month):
            self._hand_over()
        turn = self._reviewers[self.month % self.config.market.review_months]
        if not turn:
            return
        self.cartel.review()
        if not turn.act(self):
            for firm, levers in zip(turn.firms, decisions(turn.firms, self), strict=True):
                agreed = self.cartel.agreed_price(firm.slot)
                set_levers(self, firm, levers if agreed is None else {**levers, "price": self._approach(firm, agreed)})
        for firm in turn.firms:
            self._try_project(firm)

    def _try_project(self, firm: Firm) -> None:
        """Beyond what small steps reach, a firm gets only by projects that may fail."""
        table, slot = self.table, firm.slot
        if table.numbers.item(_FRONTIER, slot) >= 1.0:
            return
        settings = self.config.market
        luck = self.streams.uniforms(Purpose.PROJECT, self.month, 1, first=int(table.key[slot]))[0]
        projects = Projects(settings.easy_quality, settings.bold_success, settings.bold_gain, settings.bold_cost)
        table.frontier[slot], cost = outcome(float(table.frontier[slot]), float(table.levers[slot, BOLDNESS]), luck, projects)
        if cost > 0.0:
            self._projects.append((slot, cost * float(table.revenue[slot])))

    def _approach(self, firm: Firm, price: float) -> float:
        step = self.config.firms.price_step * self.config.market.reference_price
        return float(np.clip(price, firm.price - step, firm.price + step))

    def _turn(self, firm: Firm) -> int:
        return self._turns.get(firm.slot, int(self.table.key[firm.slot]))

    def _enforce(self) -> None:
        """The regulator acts; fines and redress are booked, customers hear of it, cartels that are found out end."""
        regulator, entries = self.regulator, self.book.regulator
        decisions = regulator.act()
        entries[_FUNDING], entries[_ENFORCEMENT] = regulator.funded, regulator.spent
        self._redress = np.zeros(len(self.table))
        for decision in decisions:
            if decision.found:
                self._punish(decision)

    def _punish(self, decision: Decision) -> None:
        kept = self.regulator.keep(decision.fine)
        self.book.firms[decision.slot, F["fine_retained"]] += kept
        self.book.firms[decision.slot, F["fine"]] += decision.fine - kept
        self._redress[decision.slot] += decision.redress
        self.table.exposed[decision.slot] = self.config.regulator.publicity
        if self.table.cartel[decision.slot] and self.regulator.enforcement.against_collusion:
            self.cartel.end()

    def _spread_news(self) -> None:
        """Failings happen, are told or hidden, and come out; customers who hear think less of the firm."""
        settings, customers, table = self.config.market, self.config.customers, self.table
        if settings.failing_rate <= 0.0:
            return
        luck = self.streams.uniforms_by_key(Purpose.FAILING, self.month, table.key)
        failings = Failings(settings.failing_rate, settings.truth_hazard, customers.failing_heard, customers.cover_up_penalty)
        found = news(
            table.active, table.secrets, table.levers[:, DISCLOSURE], luck, failings, customers.trust_loss, customers.disclosure_relief
        )
        table.secrets, table.news_heard, table.news_loss = found.hidden, found.heard, np.where(found.heard > 0, 1.0 - found.kept, 0.0)
        table.reputation = reputation_after(table.reputation, found)

    def _pass_month(self) -> None:
        """Customers choose and live, books are closed, and the month is recorded unless it belongs to the burn-in."""
        self._show_prices()
        if self._due or self._projects:
            self._book_ventures()
        held, self._held = self._held, np.empty(len(self._held))
        swings = self.swings.of(self.month, self.table)
        billed = self.passage.go(self, swings, self._redress, self._held, self._kept)
        if self.month >= 0:
            self.recorder.record(self.book, held, self._kept)
        self._move_reference_price(billed)

    def _show_prices(self) -> None:
        """Tell customers what price is normal, and the chance that they see a given rival."""
        rules, today = self.population.rules, (self.reference_price, self.chance_seen)
        if self._shown[0] is not rules or self._shown[1] != today:
            reference, seen = np.float32(today[0]), np.float32(today[1])
            if rules.reference != reference or rules.seen != seen:
                self.population.rules = rules = rules._replace(reference=reference, seen=seen)
            self._shown = rules, today

    def _book_ventures(self) -> None:
        """Book what entering the market and bold projects cost."""
        for slot, amount in self._due:
            self.book.firms[slot, F["entry"]] += amount
        for slot, amount in self._projects:
            self.book.firms[slot, F["overhead"]] += amount
        self._due, self._projects = [], []

    def _prepare(self) -> Offered:
        return prepare(
            self.config, self.population.profiles, self.table, self.reference_price, None, self.passage.offering, self.passage.offer
        )

    def _move_reference_price(self, billed: float) -> None:
        """What customers take as normal follows what they are billed, premiums included, hidden fees not (nobody compares those)."""
        if not math.isnan(billed):
            settings = self.config.market
            moved = self.reference_price + settings.reference_price_speed * (billed - self.reference_price)
            self.reference_price = max(moved, LEAST_REFERENCE * settings.reference_price)

    def _entry_and_exit(self) -> None:
        for slot in entry.leavers(self):
            self._leave(slot)
        newcomers = entry.named_entrants(self)
        free = entry.free_entrant(self)
        for start in [*newcomers, *([free] if free else [])]:
            if int(self.table.active.sum()) < entry.MAX_FIRMS:
                self._enter(start)

    # --- firms come and go -----------------------------------------------------------------------------------------

    def _seat(self, start: FirmStart, strategy: str) -> Firm:
        return self._seat_all([start], [strategy])[0]

    def _seat_all(self, starts: list[FirmStart], strategies: list[str]) -> list[Firm]:
        slots = seat(starts, self.config, self.table, self.limits, self.streams)
        firms = [
            Firm(self, slot, start.name, make_strategy(strategy, self.config), strategy)
            for slot, start, strategy in zip(slots, starts, strategies, strict=True)
        ]
        self.by_slot += firms
        return firms

    def _enter(self, start: FirmStart) -> None:
        taken = {firm.name for firm in self.by_slot if firm is not None}
        if start.name in taken:  # a name decides a firm's luck, so no two may share one
            free = next(name for name in (f"{start.name} {number}" for number in range(2, len(taken) + 3)) if name not in taken)
            start = dataclasses.replace(start, name=free)
        service = entry.typical_service(self)
        strategies = strategies_for(self.config, len(self.table))
        firm = self._seat(start, strategies[-1])
        firm.set_levers({"service": service})
        table, settings = self.table, self.config.market
        weight = np.where(table.active, table.customers, 0.0)
        known = float(weight @ table.reputation / weight.sum()) if weight.sum() > 0 else settings.initial_quality
        table.reputation[firm.slot] = known
        table.appeal[firm.slot] = table.appeal[table.active].min()  # a name that nobody knows yet
        profiles = self.population.profiles
        done = job_done(firm.quality[None], profiles.weights, *give_and_take(self.config))
        table.job_outcome[firm.slot] = float(profiles.share @ done[:, 0])
        table.price_last[firm.slot], table.premium_last[firm.slot] = firm.price, firm.loyalty_premium
        self._due.append((firm.slot, settings.entry_cost * 12.0 * settings.reference_price * settings.population))
        self._arrange()
        self.offered = self._prepare()

    def _leave(self, slot: int) -> None:
        firm = self.firm_in_slot(slot)
        self.table.active[slot] = False
        self.population.displace(slot)
        self.table.customers[slot] = 0.0
        self.table.open_problems[slot] = 0.0
        self._held = self._count_held()
        firm.remove()
        self._arrange()
        self.offered = self._prepare()

    def _hand_over(self) -> None:
        """A franchise term has ended: the tender's winner takes over customers and quality."""
        assert self.franchise is not None
        cost = self.franchise.tender(self)
        old = next(iter(self.firms), None)
        if old is None:
            return
        new = self._seat(FirmStart(f"Franchisee {self.franchise.number + 1}", 0.0, price=old.price), old.strategy_name)
        take_over(old, new, cost)
        old.remove()
        self._arrange()
        self._open_month()
        self.offered = self._prepare()

    def _arrange(self) -> None:
        """After a change of firms: the list of firms, their turns for reviews, their places on the circle, who is seen."""
        self._firms = [firm for firm in self.by_slot if firm is not None and self.table.active[firm.slot]]
        if not self._turns:  # at the start turns are dealt evenly, by lasting key; who comes later takes the turn of its own key
            order = sorted(self._firms, key=lambda firm: int(self.table.key[firm.slot]))
            self._turns = {firm.slot: position for position, firm in enumerate(order)}
        every = self.config.market.review_months
        self._reviewers = [Turn([firm for firm in self._firms if (month + self._turn(firm)) % every == 0]) for month in range(every)]
        for position, firm in enumerate(self._firms):
            self.table.position[firm.slot] = position / len(self._firms)
        seen, rivals = self.config.market.rivals_seen, len(self._firms) - 1
        self.chance_seen = 1.0 if seen is None or rivals < 1 else min(1.0, seen / rivals)

    def _settle_in(self, starts: list[FirmStart]) -> None:
        table = self.table
        shares = np.array([0.0] + [start.share for start in starts])
        log_share = np.log(shares, out=np.full(len(shares), -np.inf), where=shares > 0)
        profiles = self.population.profiles
        table.job_outcome[:] = profiles.share @ job_done(table.quality, profiles.weights, *give_and_take(self.config))
        table.reputation[:] = table.job_outcome
        self.offered = self._prepare()
        self.population.settle_in(log_share, table.key, self.offered.quality, self.config.customers.initial_trust)
        counts = np.bincount(self.population.columns["supplier"], minlength=len(table)) * self.population.scale
        table.customers[:] = counts
        table.customers[0] = 0.0
        income = table.levers[:, PRICE]
        table.revenue[:] = income * table.customers
        table.cost[:] = table.unit_cost * table.customers
        table.annual_revenue[:] = 12.0 * table.revenue
        table.price_last[:] = table.levers[:, PRICE]
        table.premium_last[:] = table.levers[:, 1]
        table.satisfaction[:] = table.job_outcome
        table.fee_payers[:] = 1.0
        accounts.judge(table.levers, table.numbers, table.active, table.cartel, self.sheets.standing(self.regulator.enforcement))
        table.annual_gain *= 12.0
        self._held = self._count_held()
        self.offered = self._prepare()

    def _count_held(self) -> np.ndarray:
        columns = self.population.columns
        return np.bincount(columns["segment"], weights=columns["supplier"] > 0, minlength=len(self.population.segment_names))

    # --- what others look at ---------------------------------------------------------------------------------------

    @property
    def offers(self) -> Offers:
        """What each firm was to customers in the last month; the next month is written over it."""
        return self.offered.by_name()

    @offers.setter
    def offers(self, offers: Offers) -> None:
        self.offered = offered_by(offers)

    @property
    def customers(self) -> Any:
        """All customers as a Mesa AgentSet over columns."""
        return self._customers

    @property
    def firms(self) -> list[Firm]:
        """The active firms."""
        return self._firms

    def firm_in_slot(self, slot: int) -> Any:
        """The firm in a slot, ``None`` for slot 0."""
        return self.by_slot[slot]

    def profile_job_name(self, profile: int) -> str:
        """Name of the job to be done of a profile."""
        return str(self.config.market.jobs[int(self.population.profiles.job[profile])]["name"])

    def margins(self) -> np.ndarray:
        """Present margin per customer and month by slot (£)."""
        return accounts.mean_margin(self.table)

    def learn(self, slot: int) -> None:
        """Bring what a firm knows in line with its insight."""
        learn(self.table, slot, self.streams)

    def frames(self) -> dict[str, pd.DataFrame]:
        """The result tables of the reported months so far."""
        return self.recorder.frames()

    # --- checkpoints -----------------------------------------------------------------------------------------------

    def save(self, path: str | os.PathLike[str], history: bool = True) -> Path:
        """Write a checkpoint between two months; see :func:`cxsim.market.checkpoint.save`."""
        from cxsim.market import checkpoint

        return checkpoint.save(self, path, history)

    @classmethod
    def restore(cls, path: str | os.PathLike[str], *, allow_user_code: bool = False, **values: Any) -> Self:
        """The market that a checkpoint was taken of, ready to go on; see :func:`cxsim.market.checkpoint.restore`."""
        from cxsim.market import checkpoint

        return checkpoint.restore(path, allow_user_code=allow_user_code, kind=cls, **values)  # type: ignore[return-value]


def _seed(given: Any) -> int:
    """A seed from a whole number or from a NumPy generator."""
    if isinstance(given, np.random.Generator | np.random.BitGenerator):
        return int(np.random.default_rng(given).integers(2**62))
    if not isinstance(given, int | np.integer) or isinstance(given, bool) or not 0 <= given < 2**63:
        raise BadValueError("seed", given, "a whole number from 0 to 9,223,372,036,854,775,807, or a NumPy generator")
    return int(given)


def _franchise(config: Config) -> Franchise | None:
    term = config.market.franchise_months
    return None if term is None else Franchise(term, config.market.franchise_bidders, -config.burn_in)
