"""The customer-equity planner: at each review it surveys a panel and sets, lever by lever, what is worth most to it."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from cxsim.config.run import Config
from cxsim.customers.jobs import JobTerms
from cxsim.firms import review
from cxsim.firms.breach import ENFORCEMENT_RECORD, NO_LIMIT, Enforcement
from cxsim.firms.desk import desk
from cxsim.firms.equity import Panel
from cxsim.firms.outlook import OUTLOOK_RECORD, OWN_NUMBERS, Outlook
from cxsim.firms.programmes import credits_of, sees_all
from cxsim.firms.review import QUALITY, Sheet, sheet
from cxsim.firms.service import log_spread
from cxsim.firms.strategy import Strategy
from cxsim.firms.table import (
    ANNOUNCEMENT,
    BARRIER,
    DARK,
    DISCLOSURE,
    GAMING,
    HIDDEN,
    INSIGHT,
    LEVER,
    LEVER_NAMES,
    OVERPROMISE,
    PERSONAL,
    PREMIUM,
    PRICE,
    SERVICE,
    AllLevers,
)

if TYPE_CHECKING:
    from cxsim.firms.firm import Firm
    from cxsim.market.model import Market

_ORDER = {
    "price": PRICE,
    "quality": QUALITY,
    "service": SERVICE,
    "loyalty_premium": PREMIUM,
    "hidden_fee": HIDDEN,
    "exit_barrier": BARRIER,
    "overpromise": OVERPROMISE,
    "personalisation": PERSONAL,
    "disclosure": DISCLOSURE,
    "score_gaming": GAMING,
    "dark_pattern": DARK,
    "announcement": ANNOUNCEMENT,
}
"""Levers in the order in which a review tries them."""


@functools.lru_cache(64)
def _columns(allowed: tuple[str, ...]) -> np.ndarray:
    """Columns of the levers allowed, in the order in which a review tries them."""
    return np.array([lever for name, lever in _ORDER.items() if name in allowed], np.int64)


class EquityPlanner(Strategy):
    """Maximises expected customer equity (Rust, Lemon and Zeithaml 2004) less expected fines (Becker 1968).

    Args:
        levers: the levers it may use; ``None`` takes ``firms.levers`` of the configuration. Which levers a planner may use makes it
            value-creating or extractive; an unrestricted one decides for itself.
    """

    def __init__(self, levers: Sequence[str] | None = None):
        self._levers = None if levers is None else tuple(levers)

    def review(self, firm: Firm, market: Market) -> Mapping[str, Any]:
        """See :meth:`cxsim.firms.strategy.Strategy.review`."""
        return Plan(firm, market).improve(self.allowed(market))

    def may_collude(self, market: Market) -> bool:
        """Whether collusion is among the levers it may use."""
        return "collusion" in self.allowed(market)

    def allowed(self, market: Market) -> Sequence[str]:
        """The levers it may use."""
        return self._levers if self._levers is not None else market.planner_levers


class Plan:
    """One review of one firm: its levers as they stand, what it learns, and the search for better ones.

    Attributes:
        levers, quality: the firm's, copies; after :meth:`improve` as planned.
    """

    def __init__(self, firm: Firm, market: Market):
        self.firm, self.market = firm, market
        self.levers = market.table.levers[firm.slot].copy()
        self.quality = market.table.quality[firm.slot].copy()

    @functools.cached_property
    def panel(self) -> Panel:
        """The survey that the review starts from."""
        return ask_panel(self.firm, self.market)

    @functools.cached_property
    def outlook(self) -> Outlook:
        """The numbers the firm reckons with."""
        return outlook_of(self.firm, self.market)

    @functools.cached_property
    def enforcement(self) -> Enforcement:
        """What it believes it faces from the regulator."""
        return enforcement_on(self.firm, self.market)

    def reach(self, lever: str) -> tuple[float, float]:
        """Lowest and highest value that the review may set a lever to."""
        limits, column = self.market.limits, LEVER[lever]
        bounds = float(limits.low[column]), float(limits.high[column]), float(limits.step[column])
        low, high = review.reach(column, float(self.levers[column]), *bounds, float(limits.price_cap), self.levers)
        return low, high

    def improve(self, allowed: Sequence[str]) -> AllLevers:
        """Try each allowed lever in turn, on top of what has been planned already; returns all levers."""
        plan_together([self.firm], allowed, self.market, self.levers[None], self.quality[None])
        return AllLevers(self.levers, self.quality)


def plan_together(firms: Sequence[Firm], allowed: Sequence[str], market: Market, levers: np.ndarray, quality: np.ndarray) -> None:
    """Have some firms with panels of one size improve their plans; ``levers`` and ``quality``, a row a firm, are overwritten."""
    Room(firms, allowed, market, levers, quality).plan(market, acts=False)


class Room:
    """What reviews of some planners of one kind take beside the market as it is: laid out once, for as long as nothing of it changes.

    Args:
        firms: with panels of one size, who may use the same levers and see returns in the same way.
        allowed: the levers that they may use.
        market: theirs.
        levers, quality: a row a firm, which plans are written into.
    """

    def __init__(self, firms: Sequence[Firm], allowed: Sequence[str], market: Market, levers: np.ndarray, quality: np.ndarray):
        self.firms, self.levers, self.quality = firms, levers, quality
        self._slots, self._order = np.array([firm.slot for firm in firms]), _columns(tuple(allowed))
        self._silo = 0.0 if firms[0].strategy.plain_equity else float(market.config.firms.silo)
        self._credits = credits_of(firms, market) if sees_all(firms[0], market) else None
        self._desk = market.sheets.desk(firms[0], market)

    def plan(self, market: Market, *, acts: bool) -> int:
        """Have the firms plan and, if they act, do it; see :func:`cxsim.firms.review.plan`."""
        passage, limits, first = market.passage, market.limits, self.firms[0]
        _, traits, state = passage.people
        credit = credits_of(self.firms, market) if self._credits is None else self._credits
        refused: int = market.plan.call(
            self._slots, self._order, traits, state, market.offered, passage.rules(market.population), _firms(market), _today(market),
            passage.reviewing, *passage.offering[1:], *market.sheets.of(first, market), (limits.low, limits.high, limits.step),
            self.levers, self.quality, credit, self._silo, self._desk, acts,
        )  # fmt: skip
        return refused


def ask_panel(firm: Firm, market: Market) -> Panel:
    """Survey a fresh panel of the firm's size."""
    population, place = market.population, desk(*_desk_size(firm, market))
    count = review.ask(
        firm.slot, population.traits, population.state, market.offers, population.rules, review.Firms(*_firms(market)),
        _setting(market), JobTerms(*market.passage.offering[-1]), place,
    )  # fmt: skip
    panel = review.panel_on.py_func(place)
    rows = {name: getattr(panel, name)[:count] for name in Panel._fields[:-1]}
    return Panel(**rows, weights=panel.weights[:, :count].T)


def _desk_size(firm: Firm, market: Market) -> tuple[int, int, int, int, int]:
    """The size of the desk for the firm's panel, as :func:`cxsim.firms.desk.desk` asks for it."""
    table = market.table
    wanted = round(float(market.config.firms.panel_size) * float(table.levers[firm.slot, INSIGHT]))
    members = min(market.population.n, max(review.SMALLEST_PANEL, wanted))
    return members, len(table), table.outcomes, len(market.population.profiles.share), len(LEVER_NAMES)


def outlook_of(firm: Firm, market: Market) -> Outlook:
    """The numbers the firm reckons with: its own cost, horizon and bias, and everybody's behaviour as research knows it."""
    firms, setting = review.Firms(*_firms(market)), _setting(market)
    return Outlook(*review.own_outlook(firm.slot, firms, setting, market.service), *_shared(firm, market)[OWN_NUMBERS:])


def enforcement_on(firm: Firm, market: Market) -> Enforcement:
    """What the firm believes it faces from the regulator."""
    standing = market.regulator.enforcement
    terms = np.array(standing)
    review.believe_in_enforcement(firm.slot, review.Firms(*_firms(market)), terms)
    own: Any = {name: float(terms[place]) for place, name in enumerate(Enforcement._fields) if name in review.OWN_TERMS}
    return standing._replace(**own)


def _firms(market: Market) -> tuple[Any, ...]:
    """See :class:`cxsim.firms.review.Firms`."""
    table = market.table
    return table.levers, table.quality, table.known, table.key, table.cartel, table.numbers


def _setting(market: Market) -> review.Setting:
    """See :class:`cxsim.firms.review.Setting`."""
    return review.Setting(*_today(market), *market.passage.reviewing)


def _today(market: Market) -> tuple[Any, ...]:
    """The day's part of it."""
    limits, franchise = market.limits, market.franchise
    left, payment = (np.inf, 0.0) if franchise is None else (float(franchise.months_left(market.month)), float(franchise.payment))
    return (
        float(market.reference_price), float(market.chance_seen), float(market.renewal_rate), left, payment, market.month & 0xFFFFFFFF,
        float(limits.price_cap), float(limits.quality_floor), float(limits.quality_step),
    )  # fmt: skip


def _shared(firm: Firm, market: Market) -> Outlook:
    """What is the same in the outlook of all firms, but for those that count profit alone."""
    shared = market.shared_outlook
    return shared._replace(customer_weight=0.0) if firm.strategy.plain_equity else shared


class Sheets:
    """The sheets and the desks that a market's reviews work on, each made when a review first asks for it; a copy starts with none."""

    def __init__(self) -> None:
        self._made: dict[Any, tuple[Any, Sheet]] = {}
        self._desks: dict[tuple[float, int], tuple[np.ndarray, ...]] = {}
        self._standing: tuple[Any, Any] = None, None

    def standing(self, enforcement: Enforcement) -> Sheet:
        """The regulator's settings, to judge firms by."""
        if self._standing[0] is not enforcement:
            self._standing = enforcement, sheet(enforcement, ENFORCEMENT_RECORD)
        judged: Sheet = self._standing[1]
        return judged

    def desk(self, firm: Firm, market: Market) -> tuple[np.ndarray, ...]:
        """The desk for a firm's panel, as a plain tuple."""
        key = float(market.table.levers[firm.slot, INSIGHT]), len(market.table)
        if key not in self._desks:
            self._desks[key] = tuple(desk(*_desk_size(firm, market)))
        return self._desks[key]

    def of(self, firm: Firm, market: Market) -> tuple[Sheet, Sheet]:
        """The sheet for a firm's outlook and the one for what it believes it faces from the regulator."""
        plain, shared, enforcement = firm.strategy.plain_equity, market.shared_outlook, market.regulator.enforcement
        outlook, terms = self._made.get(plain), self._made.get("terms")
        if outlook is None or outlook[0] is not shared:
            outlook = self._made[plain] = shared, sheet(_shared(firm, market), OUTLOOK_RECORD)
        if terms is None or terms[0] is not enforcement:
            terms = self._made["terms"] = enforcement, sheet(enforcement, ENFORCEMENT_RECORD)
        return outlook[1], terms[1]

    def __reduce__(self) -> tuple[type[Sheets], tuple[()]]:
        return Sheets, ()


def shared_outlook(config: Config) -> Outlook:
    """An outlook with what is the same for all firms; their own numbers are left at zero or one."""
    market, customers, firms = config.market, config.customers, config.firms
    reference = market.reference_price
    pull = customers.expectation_speed + customers.promise_weight
    return Outlook(
        discount=0.0,
        horizon=1.0,
        graduation=1.0 / market.intro_months,
        population=float(market.population),
        appeal=0.0,
        transparency=market.transparency,
        credulity=customers.credulity,
        inverse_horizon=1.0 / market.switching_horizon,
        reference=reference,
        dissatisfaction=customers.dissatisfaction_attention,
        price_attention=market.price_attention,
        loyalty=customers.loyalty,
        trust_speed=customers.trust_speed,
        trust_loss=customers.trust_loss,
        disclosure_relief=customers.disclosure_relief,
        notice_scale=customers.notice_scale * reference,
        avoidance=NO_LIMIT if customers.avoidance_cost is None else customers.avoidance_cost * reference,
        forgetting=customers.forgetting,
        harm=customers.harm_weight,
        hassle=customers.hassle_weight,
        problem=customers.problem_weight,
        crowding=customers.crowding_weight,
        crowding_limit=customers.crowding_limit,
        disconfirmation=customers.disconfirmation_weight,
        loss_aversion=customers.loss_aversion,
        promise_pull=customers.promise_weight / pull if pull > 0 else 0.0,
        problem_rate=market.problem_rate,
        problem_slope=market.problem_quality_slope,
        load_sigma=log_spread(market.load_variation),
        seen=1.0,
        data_headroom=customers.data_headroom,
        unit_cost=market.unit_cost,
        quality_cost=market.quality_cost,
        service_cost=market.service_cost,
        contact_cost=market.contact_cost,
        insight_cost=firms.insight_cost * reference,
        gaming_cost=firms.score_gaming_cost * reference,
        gaming_gain=firms.score_gaming_gain,
        disclosure_cost=firms.disclosure_cost * reference,
        barrier_cost=firms.barrier_cost,
        announcement_cost=firms.announcement_cost * reference,
        talk_weight=customers.talk_weight,
        credibility_loss=customers.credibility_loss,
        credibility_recovery=customers.credibility_recovery,
        proxy_bias=firms.proxy_bias,
        productivity=1.0,
        solving=1.0,
        practice_cost=0.0,
        credibility=1.0,
        extra_price=market.extra_price * reference,
        extra_offers=market.extra_offers,
        enrolment_plain=customers.enrolment_plain,
        enrolment_mild=customers.enrolment_mild,
        enrolment_aggressive=customers.enrolment_aggressive,
        backlash=customers.backlash,
        customer_weight=firms.customer_weight,
        outside=market.outside_option or 0.0,
    )


def standing_enforcement(config: Config) -> Enforcement:
    """The regulator's settings as firms and the regulator itself reckon with them."""
    regulator = config.regulator
    rules = set(regulator.rules)
    cap_share = regulator.fine_cap_share_of_turnover
    return Enforcement(
        investigation=0.0,
        detection=regulator.detection,
        severity_scale=regulator.severity_scale,
        fine_severity_scale=regulator.fine_severity_scale,
        share_of_turnover=regulator.fine_share_of_turnover,
        multiple_of_gain=regulator.fine_multiple_of_gain,
        cap=float(regulator.fine_cap) if regulator.fine_cap is not None else NO_LIMIT,
        cap_share=float(cap_share) if cap_share is not None else NO_LIMIT,
        redress_share=regulator.redress_share,
        against_hidden="hidden_fee" in rules,
        against_premium="loyalty_premium" in rules,
        against_barrier="exit_barrier" in rules,
        against_overpromise="overpromise" in rules,
        against_personal="personalisation" in rules,
        against_dark="dark_pattern" in rules,
        against_collusion="collusion" in rules,
        reference=config.market.reference_price,
        data_headroom=config.customers.data_headroom,
        extra_price=config.market.extra_price * config.market.reference_price,
        but_for_price=0.0,
        customers=0.0,
        turnover=0.0,
    )
