"""The cartel: firms that weigh each other's profit fully when setting price, while that holds together.

Members keep to the joint price only while the discounted gain beats deviating once (Friedman 1971) and the expected fine. Where the joint
price cannot be held, the highest price between the competitive and the joint one that can be held is taken (partial collusion, as in
Compte, Jenny and Rey 2002). A finding by the regulator ends the cartel, a member that would gain by deviating ends it too, and prices
then return to what each member wants on its own.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cxsim.compiled import compiled
from cxsim.customers.fastmath import exp64
from cxsim.firms.breach import expected_penalty
from cxsim.firms.planner import enforcement_on
from cxsim.firms.reply import best_price
from cxsim.firms.table import PREMIUM, PRICE
from cxsim.randomness.streams import Purpose

if TYPE_CHECKING:
    from cxsim.market.model import Market

SAMPLE = 256
"""Customers whom the cartel's reckoning is based on."""

_NOBODY = np.zeros(0, np.int64)
_GRID = (24, 2000)
"""Fewest and most prices tried in a search; one per taste scale between."""

_SHARES_OF_JOINT = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)


class Habit(NamedTuple):
    """How the sampled customers come to reconsider; one row per customer unless said, float64."""

    attention: np.ndarray  # chance per month while the bill is no dearer than normal
    noise: np.ndarray  # taste scale, £
    extra: np.ndarray  # what she pays on top of the price, £/month
    eagerness: float  # added chance per squared relative excess of the bill over the normal price
    reference: float  # the normal price, £/month


@compiled(makes_arrays=True)
def expected_customers(prices, worth, own, habit, months, out):
    """Share of the market that each slot serves once ``prices`` have been in force for some months.

    Args:
        prices: by slot, in pounds.
        worth: sample x slots: worth of each slot before price, in pounds; minus infinity where a slot is not on offer.
        own: slot each sampled customer is with.
        habit: see :class:`Habit`; whoever has a dear bill looks sooner.
        out: by slot, overwritten.
    """
    out[:] = 0.0
    count, slots = worth.shape
    odds = np.empty(slots)
    for i in range(count):
        noise = habit.noise[i]
        once = habit.attention[i]
        if own[i] > 0:
            excess = max(0.0, (prices[own[i]] + habit.extra[i]) / habit.reference - 1.0)
            once = min(1.0, once + habit.eagerness * excess * excess)
        look = 1.0 - (1.0 - once) ** months
        top = -np.inf
        for k in range(slots):
            odds[k] = (worth[i, k] - prices[k]) / noise
            top = max(top, odds[k])
        total = 0.0
        for k in range(slots):
            odds[k] = exp64(odds[k] - top) if odds[k] - top > -700.0 else 0.0
            total += odds[k]
        for k in range(slots):
            out[k] += look * odds[k] / total / count
        out[own[i]] += (1.0 - look) / count


@dataclasses.dataclass
class Prospect:
    """What the members reckon with: demand and margins as they stand.

    Attributes:
        worth, own, habit: see :func:`expected_customers`.
        months, months_soon: the firms' horizon, and a review period.
        markup: by slot, margin per customer beyond the price itself (fees and premiums less cost), in pounds.
        competitive: by slot, the price without a cartel.
    """

    worth: np.ndarray
    own: np.ndarray
    habit: Habit
    markup: np.ndarray
    competitive: np.ndarray
    population: float
    months: float
    months_soon: float

    def profits(self, prices: np.ndarray, *, soon: bool = False) -> np.ndarray:
        """Monthly profit of each slot (£) at ``prices``, once customers had the firms' horizon to react or, ``soon``, a review period."""
        served = np.empty(len(prices))
        expected_customers(prices, self.worth, self.own, self.habit, self.months_soon if soon else self.months, served)
        return served * (prices + self.markup) * self.population

    def best_reply(self, prices: np.ndarray, slot: int, among: np.ndarray, bounds: tuple[float, float], *, soon: bool = False) -> float:
        """The price of ``slot`` that maximises the summed profit of the slots in ``among``, to a millionth of the bounds' distance."""
        low, high = bounds
        # Sharp demand has several humps: the grid has to be as fine as the sharpest taste.
        points = int(np.clip((high - low) / self.habit.noise.min(), *_GRID))
        counts = np.zeros(len(prices), dtype=np.bool_)
        counts[among] = True
        months = self.months_soon if soon else self.months
        return float(best_price(slot, prices, counts, self.worth, self.own, self.habit, self.markup, months, low, high, points))


class Cartel:
    """The cartel of a market, if any: at most one at a time.

    Attributes:
        members: slots of the members; empty while there is none.
        target: the agreed price by slot.
        advantage: by slot, what a member gains a month over competing (£), expected fines taken off.
        share_of_joint: how far the agreed prices go from the competitive (0) to the joint-profit ones (1).
        cooldown_until: month before which no new cartel forms.
    """

    def __init__(self, market: Market):
        self._market = market
        self.members: tuple[int, ...] = ()
        self.target = np.zeros(0)
        self.advantage: dict[int, float] = {}
        self.share_of_joint = 0.0
        self._joint = np.zeros(0)
        self._formed = market.month
        self._before: dict[int, float] = {}  # by slot, the price before the last cartel
        # No cartel before firms have had time to find what they would charge without one.
        self.cooldown_until = market.month + market.config.firms.cartel_cooldown

    def willing(self) -> np.ndarray:
        """Slots of firms whose strategy may collude."""
        market = self._market
        slots = [firm.slot for firm in market.firms if firm.strategy.may_collude(market)]
        return np.array(slots, dtype=np.int64) if slots else _NOBODY

    def review(self) -> None:
        """Form a cartel if it would hold, or end the present one if it no longer does; called in months with reviews.

        Members meet as often as a firm reviews its levers; one that leaves the market ends the cartel at once.
        """
        market = self._market
        if self.members:
            meeting = (market.month - self._formed) % market.config.market.review_months == 0
            if any(not market.table.active[slot] for slot in self.members) or (meeting and not self._renew()):
                self.end()
            return
        if market.month >= self.cooldown_until and len(candidates := self.willing()) >= 2:
            self._form(candidates)

    def agreed_price(self, slot: int) -> float | None:
        """The price that a member is to charge, ``None`` for a firm that is in no cartel."""
        return float(self.target[slot]) if slot in self.members else None

    def worth_of_going_on(self, slot: int) -> float:
        """What the cartel's future is worth to a firm beyond competing (£), within its horizon; zero for a firm in none."""
        return float(self._market.table.horizon[slot]) * self.advantage.get(slot, 0.0)

    def end(self) -> None:
        """The cartel is over: members go their own way, and no new one forms for a while."""
        table = self._market.table
        table.cartel[:] = False
        table.but_for_price[:] = 0.0
        self.members, self.advantage = (), {}
        self.cooldown_until = self._market.month + self._market.config.firms.cartel_cooldown

    def _form(self, candidates: np.ndarray) -> None:
        table = self._market.table
        self._formed = self._market.month
        competitive = table.levers[:, PRICE].copy()
        for slot in candidates:  # prices may still be coming down from an earlier cartel
            competitive[slot] = min(competitive[slot], self._before.get(int(slot), np.inf))
        if self._agree(candidates, competitive):
            self._before |= {int(slot): float(competitive[slot]) for slot in candidates}
            self.members = tuple(int(slot) for slot in candidates)
            table.cartel[candidates] = True
            table.but_for_price[candidates] = competitive[candidates]

    def _renew(self) -> bool:
        """Agree anew as the market stands; prices without the cartel stay those seen before it. Returns whether it holds."""
        table = self._market.table
        return self._agree(np.array(self.members), np.where(table.cartel, table.but_for_price, table.levers[:, PRICE]))

    def _agree(self, members: np.ndarray, competitive: np.ndarray) -> bool:
        """Set ``target`` to the highest prices up to the joint-profit ones that every member would keep to; whether there are any."""
        outlook = prospect(self._market, members, competitive, self._formed)
        joint = self._joint_prices(outlook, members, self._joint if self.members else competitive)
        self._joint = joint
        for share in _SHARES_OF_JOINT if self._market.config.firms.partial_collusion else (1.0,):
            prices = competitive + share * np.maximum(joint - competitive, 0.0)
            if np.all(prices <= competitive * (1.0 + 1e-9)):
                return False
            if all(self._keeps_to(outlook, prices, int(slot)) for slot in members):
                self.target, self.share_of_joint = prices, share
                return True
        return False

    def _joint_prices(self, outlook: Prospect, members: np.ndarray, start: np.ndarray) -> np.ndarray:
        """Best replies to the summed profit, one member after the other until none moves, from the prices last agreed or
        the competitive ones."""
        limits = self._market.limits
        prices = outlook.competitive.copy()
        prices[members] = start[members]  # by member, since firms may have entered since the prices were agreed
        high = min(limits.high[PRICE], limits.price_cap)
        for _ in range(30):
            before = prices.copy()
            for slot in members:
                prices[slot] = outlook.best_reply(prices, int(slot), members, (0.0, high))
            if np.max(np.abs(prices - before)) < 1e-5 * high:
                break
        return prices

    def _keeps_to(self, outlook: Prospect, prices: np.ndarray, slot: int) -> bool:
        """Incentive constraint: keeping to it for good, fined now and then, against deviating once and competing ever after."""
        market, limits = self._market, self._market.limits
        horizon = float(market.table.horizon[slot])
        patience = (1.0 - 1.0 / horizon) ** market.config.market.review_months
        deviation = prices.copy()
        bounds = (0.0, min(limits.high[PRICE], limits.price_cap))
        deviation[slot] = outlook.best_reply(prices, slot, np.array([slot]), bounds, soon=True)
        levers = market.table.levers[slot].copy()
        levers[PRICE] = prices[slot]
        terms = enforcement_on(market.firm_in_slot(slot), market)._replace(but_for_price=float(outlook.competitive[slot]))
        penalty = expected_penalty(levers, terms, float(market.table.fee_payers[slot]), float(market.table.trapped[slot]))
        kept = outlook.profits(prices)[slot] - penalty
        competing = outlook.competitive.copy()
        otherwise = outlook.profits(competing)[slot]
        self.advantage[slot] = float(kept - otherwise)
        return bool(kept > (1.0 - patience) * outlook.profits(deviation, soon=True)[slot] + patience * otherwise)


def prospect(market: Market, members: np.ndarray, competitive: np.ndarray, sampled: int | None = None) -> Prospect:
    """Sample customers evenly and work out what each slot is worth to them, as the firms see it.

    Args:
        sampled: month that decides who is asked, by default the present one; a cartel asks the same people again, so that it does not
            break up because it happened to ask others.
    """
    population, table, offers, rules = market.population, market.table, market.offers, market.population.rules
    n = population.n
    luck = market.streams.uniform(Purpose.PANEL, market.month if sampled is None else sampled, 0)
    rows = (int(luck * n) + np.arange(min(SAMPLE, n)) * market.panel_stride) % n
    column = {name: values[rows] for name, values in population.columns.items()}
    value = column["willingness_to_pay"].astype(float)
    own = column["supplier"].astype(np.int64)
    belief = (
        market.config.market.transparency * offers.quality[column["profile"]] + (1.0 - market.config.market.transparency) * offers.hearsay
    )
    worth = value[:, None] * belief + offers.appeal
    moving = column["switching_cost"] * float(rules.inverse_horizon)
    worth -= moving[:, None] + (offers.barrier[own] * float(rules.inverse_horizon))[:, None]
    worth -= column["foresees"][:, None] * offers.felt.astype(float)
    worth[:, ~table.active] = -np.inf
    worth[:, 0] = value * float(rules.outside) if rules.can_do_without else -np.inf
    everyone = np.arange(len(rows))
    staying = value * (column["satisfaction"] + float(rules.loyalty) * column["trust"]) + offers.appeal[own]
    staying -= (column["aware"] | column["foresees"]) * offers.felt[own].astype(float)
    worth[everyone, own] = np.where(own > 0, staying, worth[:, 0])
    if not rules.can_do_without:  # somebody without a supplier must take one: give her a finite but hopeless option
        worth[:, 0] = np.where(own == 0, -1e12, worth[:, 0])
    once = np.clip(column["attention"].astype(float) + market.renewal_rate, 0.0, 1.0)
    premium = table.levers[own, PREMIUM] + offers.personal[own].astype(float) * value * (1.0 - column["vigilance"])
    habit = Habit(
        once,
        column["choice_noise"].astype(float),
        np.where((own > 0) & (column["tenure"] >= rules.intro), premium, 0.0),
        float(market.config.market.price_attention),
        float(market.reference_price),
    )
    some = table.customers > 0
    markup = np.where(some, market.margins() - table.levers[:, PRICE], -table.unit_cost)
    markup += np.where(some, 0.0, table.levers[:, PREMIUM])
    return Prospect(
        worth, own, habit, markup, competitive.copy(), float(market.config.market.population), float(np.max(table.horizon[members])),
        float(market.config.market.review_months),
    )  # fmt: skip
