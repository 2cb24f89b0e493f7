"""The market written plainly in Mesa: an object for every customer and every firm, a method for every mechanism.

Written from the model's description (docs/model.md, sections 7.1 to 7.8), as somebody would who has Mesa and no reason to hurry.
"""

from __future__ import annotations

import math
from typing import Any

import mesa
import numpy as np

from benchmarks.market import Business, Person, businesses, people
from benchmarks.plain_firm import Account, Firm
from cxsim.config.run import Config
from cxsim.customers.tables import SUMS


class Customer(mesa.Agent):
    """Somebody who wants a job done: she looks around now and then, lives with her supplier, and speaks up."""

    def __init__(self, model: PlainMarket, person: Person):
        super().__init__(model)
        self.profile = person.profile
        self.segment = person.segment
        self.willingness_to_pay = person.willingness_to_pay
        self.choice_noise = person.choice_noise
        self.vigilance = person.vigilance
        self.attention = person.attention
        self.switching_cost = person.switching_cost
        self.foresees = bool(person.foresees)
        self.wants_extra = bool(person.wants_extra)
        self.supplier: Any = model.suppliers[person.supplier]  # a firm, or None
        self.tenure = person.tenure
        self.satisfaction = person.satisfaction
        self.expectation = person.expectation
        self.trust = person.trust
        self.experience = 0.0
        self.aware = bool(person.aware)
        self.problem = bool(person.problem)
        self.extra = bool(person.extra)
        self.near: list[Customer] = []
        self.far: list[Customer] = []
        self.remember()

    def remember(self) -> None:
        """Keep what others will hear of her: her situation at the end of last month."""
        self.last_supplier = self.supplier
        self.last_satisfaction = self.satisfaction

    def step(self) -> None:
        """One month: perhaps look around, then live with the supplier."""
        friend = self.meet_a_friend()
        looks = self.random.random() < self.chance_of_looking()
        gain = self.choose(friend) if looks else 0.0
        if self.supplier is None:
            self.do_without(gain)
            return
        self.meet_problems()
        shaken = self.notice()
        outcome, harm = self.use(looks)
        if self.model.extra_price > 0:
            shaken, hurt = self.deal_with_extra(shaken)
            harm = min(1.0, harm + hurt)
        disappointment = self.feel(friend)
        complains, reports = self.speak_up(shaken, disappointment)
        self.add_up(outcome, harm, gain, complains, reports)
        self.tenure += 1

    def meet_a_friend(self) -> Customer:
        """One acquaintance a month, near or far (Watts and Strogatz 1998)."""
        far = self.random.random() < self.model.behaviour.long_links
        return self.random.choice(self.far if far else self.near)

    # --- choosing ---------------------------------------------------------------------------------------------------

    def established(self) -> bool:
        """Whether she is past the months for which the new-customer price holds."""
        return self.tenure >= self.model.rules.intro_months

    def personal_premium(self) -> float:
        """What data on her let her firm charge, £/month."""
        if not self.established():
            return 0.0
        return self.supplier.personal * self.willingness_to_pay * (1 - self.vigilance)

    def bill(self) -> float:
        """All that her firm bills her, hidden fees apart, £/month."""
        bill = self.supplier.price
        if self.established():
            bill += self.supplier.loyalty_premium + self.personal_premium()
        return bill

    def knows_of_fee(self) -> bool:
        """Whether she has noticed the hidden fee, or is one of those who foresee fees."""
        return self.aware or self.foresees

    def chance_of_looking(self) -> float:
        """By attention, disappointment, a dear bill, a jump of the bill, or a renewal date."""
        rules, behaviour = self.model.rules, self.model.behaviour
        if self.supplier is None:
            return self.attention if rules.outside_option is not None and self.tenure >= 0 else 1.0
        reference = rules.reference_price
        chance = self.attention
        chance += behaviour.dissatisfaction_attention * max(0, self.expectation - self.satisfaction)
        chance += rules.price_attention * max(0, self.bill() / reference - 1) ** 2
        chance += behaviour.price_shock_attention * self.rise_of_bill()
        if rules.renewal_months and self.tenure > 0 and self.tenure % rules.renewal_months == 0:
            chance += rules.renewal_attention
        return chance

    def rise_of_bill(self) -> float:
        """By how much her bill has just risen, relative to the normal price."""
        rules = self.model.rules
        if self.tenure > rules.intro_months:
            return self.supplier.rise_for_established
        rise = self.supplier.rise_for_new
        if self.tenure == rules.intro_months:
            rise += self.supplier.loyalty_premium / rules.reference_price
        return rise

    def choose(self, friend: Customer) -> float:
        """Take an option by the logit (McFadden 1974); returns the gain from having had a choice, less the cost of moving (£)."""
        options = self.options(friend)
        if not options:
            return 0.0
        noise = self.choice_noise
        best = max(options.values())
        weights = [math.exp((worth - best) / noise) for worth in options.values()]
        chosen = self.random.choices(list(options), weights)[0]
        logsum = best + noise * math.log(sum(weights))
        gain = logsum - options[chosen]
        if chosen is not self.supplier:
            gain -= self.move_to(chosen)
        return gain

    def options(self, friend: Customer) -> dict[Firm | None, float]:
        """What she compares, and what each option is worth to her (£/month)."""
        rules = self.model.rules
        barrier = self.supplier.exit_barrier if self.supplier else 0.0
        options: dict[Firm | None, float] = {}
        if self.supplier:
            options[self.supplier] = self.worth_of_staying()
        if rules.outside_option is not None:
            options[None] = self.willingness_to_pay * rules.outside_option - barrier / rules.switching_horizon
        for firm in self.model.firms:
            if firm is not self.supplier and self.random.random() < self.model.chance_seen:
                leaving = (self.switching_cost + barrier) / rules.switching_horizon
                worth = self.willingness_to_pay * self.belief(firm, friend)
                fee = firm.felt_fee if self.foresees else 0.0
                options[firm] = worth + firm.appeal - firm.price - fee - leaving
        return options

    def worth_of_staying(self) -> float:
        """What her present supplier is worth to her (£/month)."""
        liking = self.satisfaction + self.model.behaviour.loyalty * self.trust
        worth = self.willingness_to_pay * liking + self.supplier.appeal - self.bill()
        return worth - self.supplier.felt_fee if self.knows_of_fee() else worth

    def belief(self, firm: Firm, friend: Customer | None) -> float:
        """What she expects of a firm: some truth, some hearsay, and what a friend who is there says."""
        heard = firm.hearsay
        if friend is not None and friend.last_supplier is firm:
            heard += self.model.behaviour.friend_weight * (friend.last_satisfaction - heard)
        transparency = self.model.rules.transparency
        return transparency * firm.quality_for[self.profile] + (1 - transparency) * heard

    def move_to(self, firm: Firm | None) -> float:
        """Leave, and join a firm or do without; returns what moving costs (£)."""
        cost = 0.0
        if self.supplier:
            cost += self.supplier.exit_barrier
            account = self.supplier.accounts[self.segment]
            account.leavers += 1
            account.barrier_cost += self.supplier.exit_barrier
        else:
            self.model.without[self.segment].leavers += 1
        self.supplier = firm
        self.tenure = 0
        self.aware = self.problem = self.extra = False
        if firm is None:
            self.trust = 0.0
            self.model.without[self.segment].joiners += 1
            return cost
        self.trust = self.model.behaviour.initial_trust
        self.satisfaction = self.expectation = min(max(self.belief(firm, None), 0.0), 1.0)
        account = firm.accounts[self.segment]
        account.joiners += 1
        account.switching_cost += self.switching_cost
        return cost + self.switching_cost

    # --- living with a supplier -------------------------------------------------------------------------------------

    def do_without(self, gain: float) -> None:
        """A month without a supplier."""
        self.experience = self.trust = 0.0
        self.tenure = 0
        account = self.model.without[self.segment]
        account.customers += 1
        account.new_customers += 1
        account.satisfaction += self.satisfaction
        account.surplus += gain + self.willingness_to_pay * (self.model.rules.outside_option or 0.0)

    def meet_problems(self) -> None:
        """A problem arrives unless one is open; service resolves it or leaves it for next month."""
        arrives = self.problem or self.random.random() < self.supplier.problem_rate
        self.problem = arrives and self.random.random() >= self.supplier.resolved

    def notice(self) -> bool:
        """Discover a hidden charge or forget a known one; returns whether something shook her trust this month."""
        firm, behaviour = self.supplier, self.model.behaviour
        chance = firm.exposed
        if not self.knows_of_fee():
            fresh = 1 - (1 - self.vigilance * firm.noticing) * (1 - firm.told)
            chance = 1 - (1 - fresh) * (1 - firm.exposed)
        shaken = self.random.random() < chance
        remembers = self.aware and self.random.random() >= behaviour.forgetting
        self.aware = (shaken or remembers) and firm.hidden_fee > 0
        if shaken:
            self.trust *= firm.trust_kept
        else:
            self.trust += behaviour.trust_speed * (self.satisfaction - self.trust)
        return shaken

    def use(self, looks: bool) -> tuple[float, float]:
        """Experience what the firm delivers; returns the outcome of the job and what harm and hassle took away."""
        firm, behaviour = self.supplier, self.model.behaviour
        outcome = firm.quality_for[self.profile]
        harm = 0.0
        if self.aware:
            harm += behaviour.harm_weight * firm.felt_fee / self.willingness_to_pay
        if looks or self.problem:
            harm += behaviour.hassle_weight * firm.exit_barrier / self.willingness_to_pay
        harm = min(1.0, harm)
        lived = outcome - harm - firm.crowding
        if self.problem:
            lived -= behaviour.problem_weight
        luck = self.random.triangular(-1, 1) * math.sqrt(6)
        self.experience = min(max(lived + behaviour.experience_noise * luck, 0.0), 1.0)
        return outcome, harm

    def deal_with_extra(self, shaken: bool) -> tuple[bool, float]:
        """Take an optional extra, wanted or under pressure, or notice an unwanted one and cancel it.

        Returns whether something shook her trust this month, and what she was hurt.
        """
        firm, model, hurt = self.supplier, self.model, 0.0
        if not self.extra:
            if self.random.random() < model.rules.extra_offers:
                self.extra = self.wants_extra or self.random.random() < firm.pressed
                hurt = 0.0 if self.wants_extra else firm.anger
        elif not self.wants_extra:
            chance = 1 - (1 - self.vigilance * model.extra_noticing) * (1 - firm.disclosure)
            if shaken or self.random.random() < chance:
                self.extra = False
                hurt = model.behaviour.harm_weight * model.extra_price / self.willingness_to_pay
                if not shaken:
                    self.trust *= firm.trust_kept
                    shaken = True
        hurt = min(1.0, hurt)
        self.experience = max(0.0, self.experience - hurt)
        return shaken, hurt

    def feel(self, friend: Customer) -> float:
        """Satisfaction and expectation follow the month; returns her disappointment."""
        behaviour = self.model.behaviour
        surprise = self.experience - self.expectation
        felt = surprise if surprise > 0 else behaviour.loss_aversion * surprise
        target = self.experience + behaviour.disconfirmation_weight * felt
        satisfaction = self.satisfaction + behaviour.satisfaction_speed * (target - self.satisfaction)
        expectation = self.expectation + behaviour.expectation_speed * surprise
        expectation += behaviour.promise_weight * (self.supplier.promise - self.expectation)
        if friend.last_supplier is not None and friend.last_supplier is not self.supplier:
            expectation += behaviour.word_of_mouth * (friend.last_satisfaction - self.expectation)
        self.satisfaction = min(max(satisfaction, 0.0), 1.0)
        self.expectation = min(max(expectation, 0.0), 1.0)
        return -surprise

    def speak_up(self, shaken: bool, disappointment: float) -> tuple[bool, bool]:
        """Whether she complains to the firm (Hirschman 1970), and to the regulator as well."""
        behaviour = self.model.behaviour
        if not (self.problem or shaken or disappointment > behaviour.complaint_threshold):
            return False, False
        chance = behaviour.complaint_rate * self.model.readiness[self.segment] * self.supplier.quiet
        complains = self.random.random() < chance
        return complains, complains and self.random.random() < behaviour.complaint_to_regulator

    def add_up(self, outcome: float, harm: float, gain: float, complains: bool, reports: bool) -> None:
        """Put the month into the firm's account of her segment."""
        personal = self.personal_premium()
        worth = self.willingness_to_pay * self.experience + self.supplier.appeal
        account = self.supplier.accounts[self.segment]
        account.customers += 1
        account.new_customers += not self.established()
        account.experience += self.experience
        account.job_outcome += outcome
        account.harm += harm
        account.satisfaction += self.satisfaction
        account.trust += self.trust
        account.problems += self.problem
        account.personal += personal
        knows, regrets = self.knows_of_fee(), self.extra and not self.wants_extra
        fee = self.supplier.felt_fee if knows else self.supplier.hidden_fee
        account.surplus += gain + worth - self.bill() - fee
        if regrets:
            account.surplus -= self.model.extra_price
        account.avoiders += knows and self.supplier.felt_fee < self.supplier.hidden_fee
        account.extras += self.extra
        account.unwanted_extras += regrets
        account.complaints += complains
        account.to_regulator += reports


class PlainMarket(mesa.Model):
    """The market: firms make offers, customers choose and live with their suppliers, firms take stock.

    Args:
        config: the parameters, as the engine takes them.
        everybody: the customers as they start.
        sellers: the firms as they start.
        profile_weights: what matters to whom, shape (profiles, outcomes).
        seed: seed of Mesa's generator.
        month: number of the first month.
    """

    customer_class = Customer

    def __init__(self, config: Config, everybody: list[Person], sellers: list[Business], profile_weights: Any, seed: int, month: int = 0):
        super().__init__(seed=seed)
        self.rules, self.behaviour = config.market, config.customers
        self.readiness = [float(segment.get("complaint", 1.0)) for segment in self.behaviour.segments]
        self.extra_price = self.rules.extra_price * self.rules.reference_price
        self.extra_noticing = 1 - math.exp(-self.rules.extra_price / self.behaviour.notice_scale)
        self.profile_weights = profile_weights
        self.month = month
        self.firms = [Firm(self, business) for business in sellers]
        self.suppliers: dict[int, Firm | None] = {0: None} | {firm.number: firm for firm in self.firms}
        seen = self.rules.rivals_seen
        self.chance_seen = 1.0 if seen is None or len(self.firms) < 2 else min(1.0, seen / (len(self.firms) - 1))
        self.without = [Account() for _ in self.readiness]
        self.introduce([self.customer_class(self, person) for person in everybody])

    @classmethod
    def like(cls, market: Any, seed: int, config: Config | None = None) -> PlainMarket:
        """The same people and firms as those of an engine's market; ``config`` replaces its parameters."""
        weights = market.population.profiles.weights
        return cls(config or market.config, people(market), businesses(market), weights, seed, market.month)

    def introduce(self, customers: list[Customer]) -> None:
        """Give everybody eight near acquaintances on a ring and four far ones."""
        order = self.random.sample(customers, len(customers))
        for place, customer in enumerate(order):
            customer.near = [order[(place + step) % len(order)] for step in (-4, -3, -2, -1, 1, 2, 3, 4)]
            customer.far = self.random.choices(order, k=4)

    @property
    def customers(self) -> Any:
        """All customers, as an AgentSet."""
        return self.agents_by_type[self.customer_class]

    def step(self) -> None:
        """One month."""
        self.agents_by_type[Firm].do("step")
        self.live_month()
        self.agents_by_type[Firm].do("take_stock")
        self.month += 1

    def live_month(self) -> None:
        """The customers' part of the month: all act on last month's state of others."""
        self.without = [Account() for _ in self.readiness]
        self.customers.do("remember")
        self.customers.do("step")

    def sums(self) -> np.ndarray:
        """What the month added up to, by segment, firm and kind of sum, in the engine's order."""
        accounts = np.zeros((len(self.readiness), len(self.firms) + 1, len(SUMS)))
        for slot, by_segment in enumerate([self.without, *(firm.accounts for firm in self.firms)]):
            for segment, account in enumerate(by_segment):
                accounts[segment, slot] = [getattr(account, name) for name in SUMS]
        return accounts

    def free(self) -> None:
        """Let the memory go: Mesa 3.3 counts agents in a table whose keys keep every model alive."""
        for customer in self.customers:
            customer.near = customer.far = []
        self.remove_all_agents()
        self.suppliers, self.firms = {}, []
        mesa.Agent._ids.pop(self, None)
