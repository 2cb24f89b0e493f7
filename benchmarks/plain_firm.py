"""Firms of the market written plainly in Mesa: they make an offer, keep accounts, and take stock."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import mesa
import numpy as np

from benchmarks.market import Business, seasonal_price

if TYPE_CHECKING:
    from benchmarks.plain_mesa import PlainMarket


@dataclasses.dataclass(slots=True)
class Account:
    """What a month added up to for the customers of one segment at one firm."""

    customers: int = 0
    new_customers: int = 0
    experience: float = 0.0
    job_outcome: float = 0.0
    harm: float = 0.0
    satisfaction: float = 0.0
    trust: float = 0.0
    problems: int = 0
    personal: float = 0.0
    surplus: float = 0.0
    complaints: int = 0
    to_regulator: int = 0
    joiners: int = 0
    leavers: int = 0
    switching_cost: float = 0.0
    barrier_cost: float = 0.0
    avoiders: int = 0
    extras: int = 0
    unwanted_extras: int = 0
    recovered: int = 0


class Firm(mesa.Agent):
    """A firm that changes its price with the season and serves as well as its capacity allows.

    Practices of service, failings and bold projects are left out: they do nothing unless a configuration asks for them, and are no part of
    what customers cost.
    """

    def __init__(self, model: PlainMarket, business: Business):
        super().__init__(model)
        for field in dataclasses.fields(business):
            setattr(self, field.name, getattr(business, field.name))
        behaviour = model.behaviour
        self.satisfaction = self.job_outcome
        self.exposed = 0.0
        self.mean_quality = sum(self.quality) / len(self.quality)
        self.quality_for = [float(weights @ np.array(self.quality)) for weights in model.profile_weights]
        self.personal = self.personalisation * self.insight * behaviour.data_headroom
        self.accounts: list[Account] = []

    def step(self) -> None:
        """Review the price when it is the firm's turn, then make this month's offer."""
        if (self.model.month + self.turn) % self.model.rules.review_months == 0:
            self.price = seasonal_price(self.list_price, self.model.month, self.number)
        self.make_offer()

    def make_offer(self) -> None:
        """What the firm is to customers this month."""
        rules, behaviour = self.model.rules, self.model.behaviour
        reference = rules.reference_price
        self.accounts = [Account() for _ in self.model.readiness]
        self.promise = min(max(self.job_outcome + self.overpromise, 0.0), 1.0)
        self.hearsay = (1 - behaviour.credulity) * self.reputation + behaviour.credulity * self.promise
        self.noticing = 1 - math.exp(-self.hidden_fee / (behaviour.notice_scale * reference))
        self.told = self.disclosure if self.hidden_fee > 0 else 0.0
        self.felt_fee = self.hidden_fee
        if behaviour.avoidance_cost is not None:
            self.felt_fee = min(self.hidden_fee, behaviour.avoidance_cost * reference)
        self.pressed, self.anger = self.pressure()
        self.trust_kept = 1 - behaviour.trust_loss * (1 - behaviour.disclosure_relief * self.disclosure)
        self.quiet = math.exp(-self.exit_barrier / (behaviour.sludge_scale * reference))
        self.rise_for_new = max(0.0, self.price - self.price_last) / reference
        rise = self.price + self.loyalty_premium - self.price_last - self.premium_last
        self.rise_for_established = max(0.0, rise) / reference
        self.plan_service()

    def pressure(self) -> tuple[float, float]:
        """Chance that who does not want the extra takes it when asked, and the experience that being pressed costs her."""
        behaviour, dark = self.model.behaviour, self.dark_pattern
        plain, mild, aggressive = behaviour.enrolment_plain, behaviour.enrolment_mild, behaviour.enrolment_aggressive
        if dark <= 0.5:
            taken = plain + (mild - plain) * 2 * dark
        else:
            taken = mild + (aggressive - mild) * (2 * dark - 1)
        return max(0.0, (taken - plain) / (1 - plain)), behaviour.backlash * max(0.0, 2 * dark - 1)

    def plan_service(self) -> None:
        """How likely problems are and how fast they are solved; load above capacity crowds everybody."""
        rules, behaviour = self.model.rules, self.model.behaviour
        slope = max(0.0, 1 + rules.problem_quality_slope * (0.5 - self.mean_quality))
        self.problem_rate = min(1.0, rules.problem_rate * slope)
        load = self.open_problems + self.problem_rate * max(0.0, self.customers - self.open_problems)
        sigma = math.sqrt(math.log1p(rules.load_variation**2))
        load *= self.random.lognormvariate(-0.5 * sigma**2, sigma)
        capacity = self.service * rules.problem_rate * self.customers
        self.resolved = min(1.0, capacity / load) if load > 0 else 1.0
        over = load / capacity - 1 if capacity > 0 else math.inf * (load > 0)
        self.crowding = behaviour.crowding_weight * min(behaviour.crowding_limit, max(0.0, over))

    def take_stock(self) -> None:
        """See how the month went; reputation follows customers' satisfaction."""
        self.customers = sum(account.customers for account in self.accounts)
        self.open_problems = sum(account.problems for account in self.accounts)
        if self.customers:
            self.satisfaction = sum(account.satisfaction for account in self.accounts) / self.customers
            self.job_outcome = sum(account.job_outcome for account in self.accounts) / self.customers
            self.reputation += self.model.behaviour.reputation_speed * (self.satisfaction - self.reputation)
        self.price_last, self.premium_last = self.price, self.loyalty_premium
        self.exposed = 0.0
