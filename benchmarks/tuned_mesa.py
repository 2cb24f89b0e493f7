"""The plain Mesa market tuned by hand: the same objects, but the customer's month is one long method.

Attributes that are read often become local names, what is the same for everybody is worked out once a month, random numbers come straight
from the generator, and acquaintances are drawn by number. It shows how far one gets in Mesa without giving up an object per customer.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from benchmarks.plain_firm import Account, Firm
from benchmarks.plain_mesa import Customer, PlainMarket

_ROOT_6 = math.sqrt(6)


class Month(NamedTuple):
    """What every customer's month needs, looked up once."""

    random: Any
    firms: list[Firm]
    rules: Any
    behaviour: Any
    chance_seen: float
    readiness: list[float]
    extra_price: float
    extra_noticing: float


class TunedCustomer(Customer):
    """A customer whose month is one method."""

    def live(self, month: Month) -> None:
        """One month: perhaps look around, then live with the supplier."""
        random, firms, rules, behaviour, chance_seen, readiness, extra_price, extra_noticing = month
        segment, value, firm = self.segment, self.willingness_to_pay, self.supplier
        satisfaction, expectation, trust = self.satisfaction, self.expectation, self.trust
        tenure, aware, problem, foresees, extra = self.tenure, self.aware, self.problem, self.foresees, self.extra
        reference = rules.reference_price
        friend = self.far[int(random() * 4)] if random() < behaviour.long_links else self.near[int(random() * 8)]
        friends_firm, friends_word = friend.last_supplier, friend.last_satisfaction

        # Whether she looks around.
        if firm is None:
            bill = barrier = 0.0
            chance = self.attention if rules.outside_option is not None and tenure >= 0 else 1.0
        else:
            barrier, bill = firm.exit_barrier, firm.price
            chance = self.attention
            rise = firm.rise_for_new
            if tenure >= rules.intro_months:
                bill += firm.loyalty_premium + firm.personal * value * (1 - self.vigilance)
                if tenure > rules.intro_months:
                    rise = firm.rise_for_established
                else:
                    rise += firm.loyalty_premium / reference
            if expectation > satisfaction:
                chance += behaviour.dissatisfaction_attention * (expectation - satisfaction)
            if bill > reference:
                chance += rules.price_attention * (bill / reference - 1) ** 2
            chance += behaviour.price_shock_attention * rise
            if rules.renewal_months and tenure and tenure % rules.renewal_months == 0:
                chance += rules.renewal_attention
        looks = random() < chance

        # What she takes.
        gain = 0.0
        if looks:
            noise, transparency = self.choice_noise, rules.transparency
            options: list[Firm | None] = []
            worths: list[float] = []
            if firm is not None:
                staying = value * (satisfaction + behaviour.loyalty * trust) + firm.appeal - bill
                options.append(firm)
                worths.append(staying - firm.felt_fee if aware or foresees else staying)
            if rules.outside_option is not None:
                options.append(None)
                worths.append(value * rules.outside_option - barrier / rules.switching_horizon)
            leaving = (self.switching_cost + barrier) / rules.switching_horizon
            for rival in firms:
                if rival is firm or random() >= chance_seen:
                    continue
                heard = rival.hearsay
                if friends_firm is rival:
                    heard += behaviour.friend_weight * (friends_word - heard)
                belief = transparency * rival.quality_for[self.profile] + (1 - transparency) * heard
                options.append(rival)
                worth = value * belief + rival.appeal - rival.price - leaving
                worths.append(worth - rival.felt_fee if foresees else worth)
            if options:
                best = max(worths)
                weights = [math.exp((worth - best) / noise) for worth in worths]
                total = sum(weights)
                left, position = random() * total, 0
                while left >= weights[position] and position < len(weights) - 1:
                    left -= weights[position]
                    position += 1
                gain = best + noise * math.log(total) - worths[position]
                if options[position] is not firm:
                    gain -= self.move_to(options[position])
                    firm = self.supplier
                    satisfaction, expectation, trust = self.satisfaction, self.expectation, self.trust
                    tenure, aware, problem, extra = 0, False, False, False
        if firm is None:
            self.do_without(gain)
            return

        # Problems, and what she notices.
        problem = (problem or random() < firm.problem_rate) and random() >= firm.resolved
        chance = firm.exposed
        if not (aware or foresees):
            chance = 1 - (1 - self.vigilance * firm.noticing) * (1 - firm.told) * (1 - chance)
        shaken = random() < chance
        aware = (shaken or (aware and random() >= behaviour.forgetting)) and firm.hidden_fee > 0
        trust = trust * firm.trust_kept if shaken else trust + behaviour.trust_speed * (satisfaction - trust)

        # What she lives through and how she feels about it.
        outcome = firm.quality_for[self.profile]
        harm = behaviour.harm_weight * firm.felt_fee / value if aware else 0.0
        if looks or problem:
            harm += behaviour.hassle_weight * firm.exit_barrier / value
        harm = min(harm, 1.0)
        lived = outcome - harm - firm.crowding + behaviour.experience_noise * _ROOT_6 * (random() + random() - 1)
        if problem:
            lived -= behaviour.problem_weight
        lived = 0.0 if lived < 0.0 else min(lived, 1.0)
        if extra_price > 0:
            hurt = 0.0
            if not extra:
                if random() < rules.extra_offers:
                    extra = self.wants_extra or random() < firm.pressed
                    hurt = 0.0 if self.wants_extra else min(firm.anger, 1.0)
            elif not self.wants_extra and (shaken or random() < 1 - (1 - self.vigilance * extra_noticing) * (1 - firm.disclosure)):
                extra = False
                hurt = min(behaviour.harm_weight * extra_price / value, 1.0)
                if not shaken:
                    trust *= firm.trust_kept
                    shaken = True
            if hurt:
                harm = min(harm + hurt, 1.0)
                lived = max(lived - hurt, 0.0)
        surprise = lived - expectation
        felt = surprise if surprise > 0 else behaviour.loss_aversion * surprise
        satisfaction += behaviour.satisfaction_speed * (lived + behaviour.disconfirmation_weight * felt - satisfaction)
        hopes = expectation + behaviour.expectation_speed * surprise + behaviour.promise_weight * (firm.promise - expectation)
        if friends_firm is not None and friends_firm is not firm:
            hopes += behaviour.word_of_mouth * (friends_word - expectation)
        satisfaction = 0.0 if satisfaction < 0.0 else min(satisfaction, 1.0)
        hopes = 0.0 if hopes < 0.0 else min(hopes, 1.0)

        # Whether she complains, and what the month was worth.
        account = firm.accounts[segment]
        if problem or shaken or -surprise > behaviour.complaint_threshold:
            luck, chance = random(), behaviour.complaint_rate * readiness[segment] * firm.quiet
            if luck < chance:
                account.complaints += 1
                if luck < chance * behaviour.complaint_to_regulator:
                    account.to_regulator += 1
        bill = firm.price
        if tenure >= rules.intro_months:
            personal = firm.personal * value * (1 - self.vigilance)
            account.personal += personal
            bill += firm.loyalty_premium + personal
        else:
            account.new_customers += 1
        account.customers += 1
        account.experience += lived
        account.job_outcome += outcome
        account.harm += harm
        account.satisfaction += satisfaction
        account.trust += trust
        account.problems += problem
        surplus = gain + value * lived + firm.appeal - bill
        if aware or foresees:
            surplus -= firm.felt_fee
            if firm.felt_fee < firm.hidden_fee:
                account.avoiders += 1
        else:
            surplus -= firm.hidden_fee
        if extra:
            account.extras += 1
            if not self.wants_extra:
                account.unwanted_extras += 1
                surplus -= extra_price
        account.surplus += surplus

        self.experience, self.satisfaction, self.expectation, self.trust = lived, satisfaction, hopes, trust
        self.aware, self.problem, self.extra, self.tenure = aware, problem, extra, tenure + 1


class TunedMarket(PlainMarket):
    """The same market with tuned customers."""

    customer_class = TunedCustomer

    def live_month(self) -> None:
        """The customers' part of the month."""
        self.without = [Account() for _ in self.readiness]
        month = Month(
            self.random.random, self.firms, self.rules, self.behaviour, self.chance_seen, self.readiness, self.extra_price,
            self.extra_noticing,
        )  # fmt: skip
        everybody = list(self.customers)
        for customer in everybody:
            customer.last_supplier, customer.last_satisfaction = customer.supplier, customer.satisfaction
        for customer in everybody:
            customer.live(month)
