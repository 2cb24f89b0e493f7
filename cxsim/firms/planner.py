"""The customer-equity planner: at each review it surveys a panel and sets, lever by lever, what is worth most to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from cxsim.config.run import Config
from cxsim.customers.jobs import give_and_take, marginal_worth
from cxsim.firms.breach import NO_LIMIT, Enforcement
from cxsim.firms.equity import PACKED_ROWS, Outlook, Panel, pack
from cxsim.firms.operations import practice_cost, practices_of, productivity, service_settings, solved_share
from cxsim.firms.panel import pick, survey
from cxsim.firms.search import Draft, improve_each
from cxsim.firms.strategy import Strategy
from cxsim.firms.table import (
    BARRIER,
    DARK,
    DISCLOSURE,
    GAMING,
    HIDDEN,
    LEVER_NAMES,
    OVERPROMISE,
    PERSONAL,
    PREMIUM,
    PRICE,
    SERVICE,
)
from cxsim.randomness.streams import Purpose

if TYPE_CHECKING:
    from cxsim.firms.firm import Firm
    from cxsim.market.model import Market

POINTS = 5
"""Points of the even grid on which a lever with a wide range is first tried."""

FEW_POINTS = 3
"""The same for levers that move in small steps."""

_ORDER = {
    "price": PRICE,
    "service": SERVICE,
    "loyalty_premium": PREMIUM,
    "hidden_fee": HIDDEN,
    "exit_barrier": BARRIER,
    "overpromise": OVERPROMISE,
    "personalisation": PERSONAL,
    "disclosure": DISCLOSURE,
    "score_gaming": GAMING,
    "dark_pattern": DARK,
}
_EXTRACTIVE = frozenset({PREMIUM, HIDDEN, BARRIER, OVERPROMISE, PERSONAL, DARK})


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
        return Plan(firm, market).improve(self._allowed(market))

    def may_collude(self, market: Market) -> bool:
        """Whether collusion is among the levers it may use."""
        return "collusion" in self._allowed(market)

    def _allowed(self, market: Market) -> Sequence[str]:
        return self._levers if self._levers is not None else market.planner_levers


class Plan:
    """One review: a panel, an outlook, and the search for better levers."""

    def __init__(self, firm: Firm, market: Market):
        self.firm, self.market = firm, market
        table = market.table
        self.levers = table.levers[firm.slot].copy()
        self.quality = table.quality[firm.slot].copy()
        self.panel = ask_panel(firm, market)
        self.outlook = outlook_of(firm, market)
        self.enforcement = enforcement_on(firm, market)
        packed = np.empty((PACKED_ROWS, len(self.panel.weight)))
        pack(self.panel, packed)
        self.draft = Draft(self.levers, self.quality, np.ascontiguousarray(self.panel.weights.T), packed)

    def improve(self, allowed: Sequence[str]) -> dict[str, Any]:
        """Try each allowed lever in turn; returns all levers by name."""
        limits = self.market.limits
        trials: list[tuple[int, float, float, int]] = []
        if "price" in allowed:
            trials.append((PRICE, *self._price_range(), POINTS))
        if "quality" in allowed:
            for outcome in np.flatnonzero(self.market.table.known[self.firm.slot]).tolist():
                present = float(self.quality[outcome])
                low = min(max(limits.quality_floor, present - limits.quality_step), present)
                high = min(float(self.market.table.frontier[self.firm.slot]), present + limits.quality_step)
                trials.append((len(LEVER_NAMES) + outcome, low, high, FEW_POINTS))
        for name, column in _ORDER.items():
            if name in allowed and column != PRICE:
                trials.append((column, *self._range(column), POINTS if column in _EXTRACTIVE else FEW_POINTS))
        if trials:
            lever, low, high, points = zip(*trials, strict=True)
            improve_each(
                np.array(lever, np.int64), np.array(low), np.array(high), np.array(points, np.int64), float(limits.price_cap),
                self.draft, self.outlook, self.enforcement,
            )  # fmt: skip
        return {name: float(self.levers[column]) for column, name in enumerate(LEVER_NAMES)} | {"quality": self.quality}

    def _price_range(self) -> tuple[float, float]:
        limits, present = self.market.limits, self.levers[PRICE]
        high = min(limits.high[PRICE], limits.price_cap)
        step = limits.step[PRICE]
        return min(max(0.0, present - step), high), min(present + step, high)

    def _range(self, column: int) -> tuple[float, float]:
        limits, present = self.market.limits, self.levers[column]
        high = limits.high[column]
        if column in _EXTRACTIVE:  # conduct can be stopped at once, and is taken up in steps
            return limits.low[column], min(high, max(present, 0.0) + limits.step[column])
        return max(limits.low[column], present - limits.step[column]), min(high, present + limits.step[column])


def ask_panel(firm: Firm, market: Market) -> Panel:
    """Survey a fresh panel of the firm's size."""
    population, table, slot = market.population, market.table, firm.slot
    columns = population.columns
    n = population.n
    wanted = min(n, max(32, round(market.config.firms.panel_size * float(table.levers[slot, LEVER_NAMES.index("insight")]))))
    own_count = round(table.customers[slot] / population.scale)
    own_wanted = min(own_count, max(wanted // 2, wanted - (n - own_count)))
    else_wanted = min(wanted - own_wanted, n - own_count)
    luck = market.streams.uniforms(Purpose.PANEL, market.month, 1, first=int(table.key[slot]))[0]
    rows = np.empty(max(own_wanted + else_wanted, 1), np.int64)
    start = min(int(luck[0] * n), n - 1)
    own, others = pick(columns["supplier"], slot, start, market.panel_stride, own_wanted, else_wanted, rows)
    rows = rows[: own + others]
    count, outcomes = len(rows), table.outcomes
    panel = Panel(
        np.empty(count), np.empty(count, np.int8), *(np.empty(count) for _ in range(11)), np.empty((outcomes, count)).T
    )  # fmt: skip
    own_share = own_count / n if others else 1.0
    if own == 0:
        own_share = 0.0
    fellows = table.cartel & (np.arange(len(table)) != slot) if table.cartel[slot] else np.zeros(len(table), np.bool_)
    survey(
        slot, rows, own, own_share, market.chance_seen, market.renewal_rate, population.traits, population.state, market.offers,
        population.rules, table.known[slot], population.profiles.weights, fellows, market.margins(), panel,
    )  # fmt: skip
    _bend(panel, table.quality[slot], population.profiles.weights, columns["profile"][rows], market.config)
    return panel


def _bend(panel: Panel, quality: np.ndarray, weights: np.ndarray, profile: np.ndarray, config: Config) -> None:
    """Where outcomes do not simply add up, a change is worth what it adds at the present quality, not the outcome's weight."""
    slope = marginal_worth(quality, weights, *give_and_take(config))
    if slope is not weights:
        panel.weights[:] *= np.divide(slope, weights, out=np.zeros_like(slope), where=weights > 0)[profile]


def outlook_of(firm: Firm, market: Market) -> Outlook:
    """The numbers the firm reckons with: its own cost, horizon and bias, and everybody's behaviour as research knows it."""
    shared = market.shared_outlook
    table, settings = market.table, service_settings(market.config)
    practice = practices_of(table.levers[firm.slot : firm.slot + 1])
    horizon = float(table.horizon[firm.slot])
    if market.franchise is not None:
        horizon = max(1.0, min(horizon, market.franchise.months_left(market.month)))
    return shared._replace(
        horizon=horizon,
        discount=1.0 - 1.0 / horizon,
        unit_cost=float(market.table.unit_cost[firm.slot]) + (market.franchise.payment if market.franchise is not None else 0.0),
        appeal=float(market.table.appeal[firm.slot]),
        proxy_bias=float(market.table.proxy_bias[firm.slot]),
        reference=float(market.reference_price),
        seen=float(market.chance_seen),
        productivity=float(productivity(practice, table.morale[firm.slot : firm.slot + 1], settings)[0]),
        solving=float(solved_share(practice, settings)[0]),
        practice_cost=float(practice_cost(practice, settings, shared.service_cost, shared.reference)[0]),
    )


def shared_outlook(config: Config) -> Outlook:
    """What is the same for all firms."""
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
        load_variation=market.load_variation,
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
        proxy_bias=firms.proxy_bias,
        productivity=1.0,
        solving=1.0,
        practice_cost=0.0,
        extra_price=market.extra_price * reference,
        extra_offers=market.extra_offers,
        enrolment_plain=customers.enrolment_plain,
        enrolment_mild=customers.enrolment_mild,
        enrolment_aggressive=customers.enrolment_aggressive,
        backlash=customers.backlash,
    )


def enforcement_on(firm: Firm, market: Market) -> Enforcement:
    """What the firm believes it faces from the regulator."""
    table, slot = market.table, firm.slot
    return market.regulator.enforcement._replace(
        investigation=float(table.perceived_detection[slot]),
        but_for_price=float(table.but_for_price[slot]) if table.cartel[slot] else 0.0,
        customers=float(table.customers[slot]),
        turnover=float(table.annual_revenue[slot]),
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
