"""What a planner weighed at a review: every candidate it could have chosen, what each was worth to it, and the fine it expected.

The plan is made again with the planner's own panel, outlook and search, lever by lever in its own order, so what is shown is what it saw
and the levers it ends with are those that it set. Nothing in the market changes.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from cxsim.firms.equity import equity
from cxsim.firms.planner import EquityPlanner, Plan
from cxsim.firms.strategy import Strategy
from cxsim.firms.table import LEVER

if TYPE_CHECKING:
    from cxsim.firms.firm import Firm
    from cxsim.market.model import Market

ORDER = ("price", "quality", "service", "loyalty_premium", "hidden_fee", "exit_barrier", "overpromise", "personalisation", "disclosure",
         "score_gaming", "dark_pattern", "announcement")  # fmt: skip
"""The order in which a planner tries its levers."""

POINTS = 9
"""Candidates shown between the lowest and the highest value within reach."""


@dataclasses.dataclass(frozen=True)
class Weighed:
    """One lever at one review.

    Attributes:
        lever: its name; for quality that of the outcome, as ``quality: easy``.
        before, after: its value before the review and the one chosen.
        value: the candidates, ascending, the two above among them.
        profit: for each candidate the expected discounted profit from customers, before fines (£, real population); what they are worth to
            customers is in it as far as the firm counts that (`firms.customer_weight`).
        fines: for each candidate the fines and redress expected over the firm's horizon (£).

    ``profit - fines`` is what the planner maximises; levers earlier in :data:`ORDER` are already as planned, later ones still as they were.
    """

    lever: str
    before: float
    after: float
    value: np.ndarray
    profit: np.ndarray
    fines: np.ndarray


@dataclasses.dataclass(frozen=True)
class Weighing:
    """One review of one firm.

    Attributes:
        firm, strategy: their names.
        month: the month of the review.
        horizon: months ahead that the firm values.
        detection: monthly chance of an investigation that the firm believes in.
        panel: customers it surveyed.
        levers: one entry per lever it may use; empty for a strategy that does not weigh candidates.
        rule: what the strategy does, in the words of its class; the first line of its documentation.
    """

    firm: str
    strategy: str
    month: int
    horizon: float
    detection: float
    panel: int
    levers: tuple[Weighed, ...]
    rule: str


def weigh(firm: Firm, market: Market) -> Weighing:
    """What ``firm`` weighs if it reviews its levers now; nothing is set.

    Args:
        firm: an active firm.
        market: its market as it stands at the review.
    """
    strategy = firm.strategy
    rule = (type(strategy).__doc__ or "").strip().partition("\n")[0]
    detection = float(market.table.perceived_detection[firm.slot])
    if not isinstance(strategy, EquityPlanner):
        return Weighing(firm.name, firm.strategy_name, market.month, float(firm.horizon), detection, 0, (), rule)
    plan = Plan(firm, market)
    allowed = strategy.allowed(market)
    weighed = [one for lever in ORDER if lever in allowed for one in (_quality(plan) if lever == "quality" else [_lever(plan, lever)])]
    return Weighing(
        firm.name, firm.strategy_name, market.month, plan.outlook.horizon, detection, len(plan.panel.weight), tuple(weighed), rule
    )


def _lever(plan: Plan, lever: str) -> Weighed:
    column = LEVER[lever]
    low, high = plan.reach(lever)
    levers, before = plan.levers.copy(), float(plan.levers[column])
    quality = plan.quality.copy()
    plan.improve([lever])

    def at(value: float) -> tuple[np.ndarray, np.ndarray]:
        trial = levers.copy()
        trial[column] = value
        if lever == "price":
            premium = LEVER["loyalty_premium"]
            trial[premium] = min(trial[premium], max(0.0, plan.market.limits.price_cap - value))
        return trial, quality

    return _weighed(plan, lever, before, float(plan.levers[column]), low, high, at)


def _quality(plan: Plan) -> list[Weighed]:
    """Each outcome that the firm knows; those planned before count for the later ones."""
    limits, config = plan.market.limits, plan.market.config
    started, levers = plan.quality.copy(), plan.levers.copy()
    plan.improve(["quality"])
    planned = plan.quality.copy()
    weighed = []
    quality = started.copy()
    for outcome in np.flatnonzero(plan.market.table.known[plan.firm.slot]).tolist():
        present = float(started[outcome])
        low = min(max(limits.quality_floor, present - limits.quality_step), present)
        held = quality.copy()

        def at(value: float, held: np.ndarray = held, outcome: int = outcome) -> tuple[np.ndarray, np.ndarray]:
            trial = held.copy()
            trial[outcome] = value
            return levers, trial

        name = f"quality: {config.market.outcomes[outcome]}"
        high = min(float(plan.market.table.frontier[plan.firm.slot]), present + limits.quality_step)
        weighed.append(_weighed(plan, name, present, float(planned[outcome]), low, high, at))
        quality[outcome] = planned[outcome]
    return weighed


def _weighed(
    plan: Plan, lever: str, before: float, after: float, low: float, high: float, at: Callable[[float], tuple[np.ndarray, np.ndarray]]
) -> Weighed:
    values = np.unique(np.append(np.linspace(low, max(low, high), POINTS), [before, after]))
    profit, net = np.empty(len(values)), np.empty(len(values))
    original = plan.market.table.quality[plan.firm.slot]
    unpunished = plan.enforcement._replace(investigation=0.0)
    for position, value in enumerate(values):
        levers, quality = at(float(value))
        base = plan.panel.base + plan.panel.weights @ (quality - original)
        mean, square = quality.mean(), (quality**2).mean()
        profit[position] = equity(levers, mean, square, base, plan.panel, plan.outlook, unpunished)
        net[position] = equity(levers, mean, square, base, plan.panel, plan.outlook, plan.enforcement)
    return Weighed(lever, before, after, values, profit, profit - net)


class Watched(Strategy):
    """A strategy that decides as the one it wraps does and keeps what was weighed at its last review.

    Args:
        strategy: the strategy to watch.
        wanted: whether to look at a review, by its month; looking takes longer than reviewing.

    Attributes:
        last: the last review looked at, ``None`` before it.
    """

    def __init__(self, strategy: Strategy, wanted: Callable[[int], bool] = lambda month: True):
        self.strategy = strategy
        self.wanted = wanted
        self.last: Weighing | None = None

    @property
    def plain_equity(self) -> bool:  # type: ignore[override]
        """As the wrapped strategy is."""
        return self.strategy.plain_equity

    def may_collude(self, market: Market) -> bool:
        """As the wrapped strategy says."""
        return self.strategy.may_collude(market)

    def review(self, firm: Firm, market: Market) -> Mapping[str, Any]:
        """As the wrapped strategy decides."""
        if self.wanted(market.month):
            firm.strategy = self.strategy
            try:
                self.last = weigh(firm, market)
            finally:
                firm.strategy = self
        return self.strategy.review(firm, market)
