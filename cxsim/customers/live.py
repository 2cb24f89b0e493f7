"""A month with one's supplier: problems, noticing, experience, satisfaction, trust, voice."""

from __future__ import annotations

import numpy as np

from cxsim.compiled import compiled
from cxsim.customers.tables import MAX_TENURE
from cxsim.randomness.philox import philox, unit
from cxsim.randomness.streams import Purpose

_F = np.float32
_ZERO, _ONE = _F(0.0), _F(1.0)
_C = np.uint64(int(Purpose.MONTH_C))
_NO_COUNTER = np.uint64(0)
_NOBODY = np.uint16(0)
_LEAST_VALUE = _F(1e-20)
_LAST_TENURE = np.int16(MAX_TENURE)


@compiled(disjoint=True)
def meet_problems(first, count, state, offers, luck):
    """A problem arrives unless one is open; service resolves it or leaves it for next month (failure demand)."""
    for i in range(count):
        row = np.uint64(first + i)
        slot = np.uint16(state.supplier[row])
        met = state.problem[row] > 0 or luck.arrives[i] < offers.problem_rate[slot]
        state.problem[row] = 1 if met and luck.resolves[i] >= offers.resolved[slot] else 0


@compiled(disjoint=True)
def notice(first, count, traits, state, offers, rules, luck, block):
    """Discover a hidden charge (by vigilance, disclosure or a public fine) or forget a known one; trust falls at once, heals slowly."""
    for i in range(count):
        row = np.uint64(first + i)
        slot = np.uint16(state.supplier[row])
        by_oneself = _ONE - (_ONE - traits.vigilance[row] * offers.noticing[slot]) * (_ONE - offers.told[slot])
        aware = state.aware[row] > 0
        fresh = _ZERO if aware or traits.foresees[row] > 0 else by_oneself  # what was foreseen is no discovery
        chance = _ONE - (_ONE - fresh) * (_ONE - offers.exposed[slot])
        event = luck.discovers[i] < chance
        remembered = aware and luck.forgets[i] >= rules.forgetting
        trust = state.trust[row]
        healed = trust + rules.trust_speed * (state.satisfaction[row] - trust)
        shaken = trust * offers.trust_kept[slot]
        state.aware[row] = 1 if (event or remembered) and block.hidden[i] > _ZERO else 0
        state.trust[row] = (shaken if event else healed) if slot > _NOBODY else _ZERO
        block.shaken[i] = event


@compiled(disjoint=True)
def experience(first, count, traits, state, offers, rules, luck, block):
    """x = sum of w q, less harm, hassle, problem and crowding, plus the month's luck; kept within 0 and 1."""
    for i in range(count):
        row = np.uint64(first + i)
        slot = np.uint16(state.supplier[row])
        per_value = _ONE / max(traits.willingness_to_pay[row], _LEAST_VALUE)
        done = offers.quality[traits.profile[row], slot]
        open_problem = state.problem[row] > 0
        noticed = rules.harm * block.felt[i] * per_value if state.aware[row] > 0 else _ZERO
        hassle = rules.hassle * offers.barrier[slot] * per_value if block.going[i] or open_problem else _ZERO
        hurt = min(noticed + hassle, _ONE)
        trouble = rules.problem if open_problem else _ZERO
        lived = done - hurt - trouble - offers.crowding[slot] + rules.noise * luck.bell[i]
        block.outcome[i] = done
        block.harm[i] = hurt
        state.experience[row] = min(max(lived, _ZERO), _ONE) if slot > _NOBODY else _ZERO


@compiled(disjoint=True)
def deal_with_extras(first, count, month, key0, key1, traits, state, offers, rules, block):
    """Where there is an extra: who is asked takes it or not, who holds it unwanted may notice and cancel.

    Noticing (by vigilance, because the firm tells, or because something else has just been discovered) hurts in proportion to the charge
    and costs trust; being pressed in an aggressive way hurts at once.
    """
    for i in range(count):
        row = np.uint64(first + i)
        slot = np.uint16(state.supplier[row])
        a, b, c, _ = philox(row, month, _C, _NO_COUNTER, key0, key1)
        holds, wants = slot > _NOBODY and state.extra[row] > 0, traits.wants_extra[row] > 0
        asked = slot > _NOBODY and not holds and unit(a) < rules.extra_offers
        takes = asked and (wants or unit(b) < offers.pressed[slot])
        chance = _ONE - (_ONE - traits.vigilance[row] * rules.extra_noticing) * (_ONE - offers.open_about_extra[slot])
        notices = holds and not wants and (block.shaken[i] or unit(c) < chance)
        regret = rules.harm * rules.extra_price / max(traits.willingness_to_pay[row], _LEAST_VALUE)
        hurt = min((offers.anger[slot] if asked and not wants else _ZERO) + (regret if notices else _ZERO), _ONE)
        state.trust[row] *= offers.trust_kept[slot] if notices and not block.shaken[i] else _ONE
        block.shaken[i] = block.shaken[i] or notices
        block.harm[i] = min(block.harm[i] + hurt, _ONE)
        state.experience[row] = max(state.experience[row] - hurt, _ZERO)
        state.extra[row] = 1 if takes or (holds and not notices) else 0


@compiled(disjoint=True)
def feel(first, count, state, offers, rules, friend, block):
    """Satisfaction follows experience and asymmetric disconfirmation; expectation follows experience, promise and a friend's word."""
    for i in range(count):
        row = np.uint64(first + i)
        slot = np.uint16(state.supplier[row])
        lived, hoped, before = state.experience[row], state.expectation[row], state.satisfaction[row]
        surprise = lived - hoped
        felt = max(surprise, _ZERO) + rules.loss_aversion * min(surprise, _ZERO)
        target = lived + rules.disconfirmation * felt
        satisfied = before + rules.satisfaction_speed * (target - before)
        pal = friend[i]
        pal_slot = np.uint16(state.supplier_before[pal])
        word = rules.word_of_mouth * (state.satisfaction_before[pal] - hoped)
        told = word if pal_slot != slot and pal_slot > _NOBODY else _ZERO
        hopes = hoped + rules.expectation_speed * surprise + rules.promise_weight * (offers.promise[slot] - hoped) + told
        block.disappointment[i] = -surprise
        state.satisfaction[row] = min(max(satisfied, _ZERO), _ONE) if slot > _NOBODY else before
        state.expectation[row] = min(max(hopes, _ZERO), _ONE) if slot > _NOBODY else hoped


@compiled(disjoint=True)
def make_ready(first, count, piece, chunks, block):
    """How ready each customer of the block is to complain: all of a segment alike; ``piece``: that the block begins with."""
    stop = first + count
    begin = first
    while begin < stop:
        end, readiness = min(chunks.stops[piece], stop), chunks.readiness[chunks.segments[piece]]
        for i in range(begin - first, end - first):
            block.readiness[i] = readiness
        begin = end
        piece += 1


@compiled(disjoint=True)
def speak_up(first, count, state, offers, rules, luck, block):
    """Voice (Hirschman 1970): the troubled, the deceived and the disappointed complain, some to the regulator; sludge silences."""
    for i in range(count):
        row = np.uint64(first + i)
        slot = np.uint16(state.supplier[row])
        upset = state.problem[row] > 0 or block.shaken[i] or block.disappointment[i] > rules.complaint_threshold
        chance = rules.complaint * block.readiness[i] * offers.quiet[slot]
        speaks = upset and slot > _NOBODY and luck.speaks[i] < chance
        block.complains[i] = _ONE if speaks else _ZERO
        block.reports[i] = _ONE if speaks and luck.speaks[i] < chance * rules.to_regulator else _ZERO


@compiled(disjoint=True)
def recover(first, count, state, offers, rules, luck, block):
    """Service recovery: a complaint that meets staff with discretion restores part of satisfaction, and none of the trust.

    Whose complaint is dealt with is decided by the same draw as who complains, from its other end than who goes to the regulator.
    """
    for i in range(count):
        row = np.uint64(first + i)
        slot = np.uint16(state.supplier[row])
        before = state.satisfaction[row]
        chance = rules.complaint * block.readiness[i] * offers.quiet[slot]
        helped = block.complains[i] > _ZERO and luck.speaks[i] >= chance * (_ONE - offers.discretion[slot])
        block.recovered[i] = _ONE if helped else _ZERO
        state.satisfaction[row] = before + rules.recovery * (_ONE - before) if helped else before


@compiled(disjoint=True)
def net_worth(first, count, traits, state, rules, block):
    """Consumer surplus of the month in pounds: experienced worth less all that was paid, plus the gain from having had a choice.

    For those who chose, the gain is the log-sum above the worth expected of what was chosen, so that the whole is the log-sum corrected by
    what was not foreseen (Train 2015).
    """
    for i in range(count):
        row = np.uint64(first + i)
        value = traits.willingness_to_pay[row]
        fee = block.felt[i] if state.aware[row] | traits.foresees[row] > 0 else block.hidden[i]
        lived = value * state.experience[row] + block.liking[i] - block.bill[i] - fee
        without = value * rules.outside
        block.surplus[i] = block.gain[i] - block.moved[i] + (lived if state.supplier[row] > 0 else without)


@compiled(disjoint=True)
def regret_extras(first, count, traits, state, rules, block):
    """Take the price of unwanted extras off consumer surplus; a wanted one is worth its price."""
    for i in range(count):
        row = np.uint64(first + i)
        block.surplus[i] -= rules.extra_price if state.extra[row] > traits.wants_extra[row] else _ZERO


@compiled(disjoint=True)
def tally(first, count, piece, chunks, traits, state, offers, rules, block, partial):
    """Add the block to the sums by piece and slot, then let tenure grow; ``piece``: that the block begins with."""
    stop = first + count
    begin = first
    while begin < stop:
        end = min(chunks.stops[piece], stop)
        for slot in range(partial.shape[1]):
            sums = partial[piece, slot]
            add_slot(first, begin, end, np.int16(slot), state, rules.intro, block, sums)
            if offers.felt[slot] < offers.hidden[slot]:
                add_avoiders(begin, end, np.int16(slot), traits, state, sums)
            if rules.extra_price > _ZERO:
                add_extras(begin, end, np.int16(slot), traits, state, sums)
            if rules.recovery > _ZERO:
                add_recovered(first, begin, end, np.int16(slot), state, block, sums)
        begin = end
        piece += 1
    for i in range(count):
        row = np.uint64(first + i)
        longer = min(np.int16(state.tenure[row] + np.int16(1)), _LAST_TENURE)
        state.tenure[row] = longer if state.supplier[row] > 0 else np.int16(0)


@compiled(disjoint=True, free_order=True)
def add_slot(first, begin, end, slot, state, intro, block, sums):
    """Add up the customers of one slot in rows ``begin`` to ``end``, in the order of :data:`~cxsim.customers.tables.SUMS`."""
    customers = newcomers = lived = outcome = harm = satisfaction = _ZERO
    trust = problems = personal = surplus = complaints = reports = _ZERO
    for row in range(np.uint64(begin), np.uint64(end)):
        i = row - np.uint64(first)
        one = _ONE if state.supplier[row] == slot else _ZERO
        customers += one
        newcomers += one if state.tenure[row] < intro else _ZERO
        lived += one * state.experience[row]
        outcome += one * block.outcome[i]
        harm += one * block.harm[i]
        satisfaction += one * state.satisfaction[row]
        trust += one * state.trust[row]
        problems += one * _F(state.problem[row])
        personal += one * block.personal[i]
        surplus += one * block.surplus[i]
        complaints += one * block.complains[i]
        reports += one * block.reports[i]
    sums[0] += customers
    sums[1] += newcomers
    sums[2] += lived
    sums[3] += outcome
    sums[4] += harm
    sums[5] += satisfaction
    sums[6] += trust
    sums[7] += problems
    sums[8] += personal
    sums[9] += surplus
    sums[10] += complaints
    sums[11] += reports


@compiled(disjoint=True, free_order=True)
def add_avoiders(begin, end, slot, traits, state, sums):
    """Count the customers of a slot who know of its fee, where avoiding it is cheaper than paying."""
    avoiders = _ZERO
    for row in range(np.uint64(begin), np.uint64(end)):
        avoiders += _ONE if state.supplier[row] == slot and state.aware[row] | traits.foresees[row] > 0 else _ZERO
    sums[16] += avoiders


@compiled(disjoint=True, free_order=True)
def add_extras(begin, end, slot, traits, state, sums):
    """Count the extras of a slot's customers, and the unwanted ones among them."""
    extras = unwanted = _ZERO
    for row in range(np.uint64(begin), np.uint64(end)):
        one = _ONE if state.supplier[row] == slot else _ZERO
        extras += one if state.extra[row] > 0 else _ZERO
        unwanted += one if state.extra[row] > traits.wants_extra[row] else _ZERO
    sums[17] += extras
    sums[18] += unwanted


@compiled(disjoint=True, free_order=True)
def add_recovered(first, begin, end, slot, state, block, sums):
    """Count the complaints of a slot's customers that were dealt with by staff who could put things right."""
    recovered = _ZERO
    for row in range(np.uint64(begin), np.uint64(end)):
        recovered += block.recovered[row - np.uint64(first)] if state.supplier[row] == slot else _ZERO
    sums[19] += recovered
