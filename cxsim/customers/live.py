"""A month with one's supplier: problems, noticing, experience, satisfaction, trust, voice."""

from __future__ import annotations

import numpy as np

from cxsim.compiled import compiled
from cxsim.customers.tables import MAX_TENURE

_F = np.float32
_ZERO, _ONE = _F(0.0), _F(1.0)


@compiled()
def meet_problems(first, count, state, offers, arrives, resolves):
    """A problem arrives unless one is open; service resolves it or leaves it for next month (failure demand)."""
    for i in range(count):
        row = np.uint64(first + i)
        slot = np.uint32(state.supplier[row])
        met = state.problem[row] > 0 or arrives[i] < offers.problem_rate[slot]
        state.problem[row] = 1 if met and resolves[i] >= offers.resolved[slot] else 0


@compiled()
def notice(first, count, traits, state, offers, rules, discovers, forgets, shaken):
    """Discover a hidden charge (by vigilance, disclosure or a public fine) or forget a known one; trust falls at once, heals slowly."""
    for i in range(count):
        row = np.uint64(first + i)
        slot = np.uint32(state.supplier[row])
        by_oneself = _ONE - (_ONE - traits.vigilance[row] * offers.noticing[slot]) * (_ONE - offers.told[slot])
        fresh = by_oneself if state.aware[row] == 0 else _ZERO
        chance = _ONE - (_ONE - fresh) * (_ONE - offers.exposed[slot])
        event = discovers[i] < chance
        remembered = state.aware[row] > 0 and forgets[i] >= rules.forgetting
        trust = state.trust[row]
        healed = trust + rules.trust_speed * (state.satisfaction[row] - trust)
        state.aware[row] = 1 if (event or remembered) and offers.hidden[slot] > _ZERO else 0
        state.trust[row] = (trust * offers.trust_kept[slot] if event else healed) if slot > 0 else _ZERO
        shaken[i] = event


@compiled()
def experience(first, count, traits, state, offers, rules, going, luck, outcome, harm):
    """x = sum of w q, less harm, hassle, problem and crowding, plus the month's luck; kept within 0 and 1."""
    for i in range(count):
        row = np.uint64(first + i)
        slot = np.uint32(state.supplier[row])
        value = max(traits.willingness_to_pay[row], _F(1e-20))
        done = offers.quality[traits.profile[row], slot]
        noticed = rules.harm * offers.hidden[slot] / value if state.aware[row] else _ZERO
        acting = going[i] or state.problem[row] > 0
        hassle = rules.hassle * offers.barrier[slot] / value if acting else _ZERO
        hurt = min(noticed + hassle, _ONE)
        trouble = rules.problem if state.problem[row] else _ZERO
        lived = done - hurt - trouble - offers.crowding[slot] + rules.noise * luck[i]
        outcome[i] = done
        harm[i] = hurt
        state.experience[row] = min(max(lived, _ZERO), _ONE) if slot > 0 else _ZERO


@compiled()
def feel(first, count, state, offers, rules, friend, disappointment):
    """Satisfaction follows experience and asymmetric disconfirmation; expectation follows experience, promise and a friend's word."""
    for i in range(count):
        row = np.uint64(first + i)
        slot = np.uint32(state.supplier[row])
        lived = state.experience[row]
        hoped = state.expectation[row]
        surprise = lived - hoped
        felt = max(surprise, _ZERO) + rules.loss_aversion * min(surprise, _ZERO)
        target = lived + rules.disconfirmation * felt
        satisfied = state.satisfaction[row] + rules.satisfaction_speed * (target - state.satisfaction[row])
        pal = friend[i]
        elsewhere = state.supplier_before[pal] != slot and state.supplier_before[pal] > 0
        told = rules.word_of_mouth * (state.satisfaction_before[pal] - hoped) if elsewhere else _ZERO
        hopes = hoped + rules.expectation_speed * surprise + rules.promise_weight * (offers.promise[slot] - hoped) + told
        disappointment[i] = -surprise
        if slot > 0:
            state.satisfaction[row] = min(max(satisfied, _ZERO), _ONE)
            state.expectation[row] = min(max(hopes, _ZERO), _ONE)


@compiled()
def speak_up(first, count, state, offers, rules, readiness, luck, shaken, disappointment, complains, reports):
    """Voice (Hirschman 1970): the troubled, the deceived and the disappointed complain, some to the regulator; sludge silences."""
    for i in range(count):
        row = np.uint64(first + i)
        slot = np.uint32(state.supplier[row])
        upset = state.problem[row] > 0 or shaken[i] or disappointment[i] > rules.complaint_threshold
        chance = rules.complaint * readiness * offers.quiet[slot]
        speaks = upset and slot > 0 and luck[i] < chance
        complains[i] = _ONE if speaks else _ZERO
        reports[i] = _ONE if speaks and luck[i] < chance * rules.to_regulator else _ZERO


@compiled()
def net_worth(first, count, traits, state, offers, rules, moved, choice_gain, personal, surplus):
    """Consumer surplus of the month in pounds: experienced worth less all that was paid, plus the gain from having had a choice.

    For those who chose, the gain is the log-sum above the worth expected of what was chosen, so that the whole is the log-sum corrected by
    what was not foreseen (Train 2015).
    """
    for i in range(count):
        row = np.uint64(first + i)
        slot = np.uint32(state.supplier[row])
        value = traits.willingness_to_pay[row]
        data_premium = offers.personal[slot] * value * (_ONE - traits.vigilance[row])
        established = state.tenure[row] >= rules.intro
        personal[i] = data_premium if established else _ZERO
        bill = offers.price[slot] + (offers.premium[slot] + data_premium if established else _ZERO)
        lived = value * state.experience[row] + offers.appeal[slot] - bill - offers.hidden[slot]
        surplus[i] = choice_gain[i] - moved[i] + (lived if slot > 0 else value * rules.outside)


@compiled()
def tally(first, count, state, rules, block, sums):
    """Add the block to the sums by slot, then let tenure grow.

    Args:
        block: this block's outcome, harm, personal premium, surplus, complaints and reports, one row each.
    """
    for slot in range(sums.shape[0]):
        add_up(first, count, slot, rules.intro, state.supplier, state.tenure, sums)
        add_state(first, count, slot, state.supplier, state.experience, sums, 2)
        add_state(first, count, slot, state.supplier, state.satisfaction, sums, 5)
        add_state(first, count, slot, state.supplier, state.trust, sums, 6)
        add_state(first, count, slot, state.supplier, state.problem, sums, 7)
        for row, column in ((0, 3), (1, 4), (2, 8), (3, 9), (4, 10), (5, 11)):
            add_block(first, count, slot, state.supplier, block[row], sums, column)
    for i in range(count):
        row = np.uint64(first + i)
        state.tenure[row] = min(state.tenure[row] + 1, MAX_TENURE) if state.supplier[row] > 0 else 0


@compiled(free_order=True)
def add_up(first, count, slot, intro, supplier, tenure, sums):
    """Count customers, and new ones, of a slot."""
    all_here, new_here = 0, 0
    for i in range(count):
        here = supplier[np.uint64(first + i)] == slot
        all_here += here
        new_here += here and tenure[np.uint64(first + i)] < intro
    sums[slot, 0] += all_here
    sums[slot, 1] += new_here


@compiled(free_order=True)
def add_state(first, count, slot, supplier, values, sums, column):
    """Add a column of the customers' state over the customers of a slot."""
    total = _ZERO
    for i in range(count):
        total += _F(values[np.uint64(first + i)]) if supplier[np.uint64(first + i)] == slot else _ZERO
    sums[slot, column] += total


@compiled(free_order=True)
def add_block(first, count, slot, supplier, values, sums, column):
    """Add a row of the block's results over the customers of a slot."""
    total = _ZERO
    for i in range(count):
        total += values[i] if supplier[np.uint64(first + i)] == slot else _ZERO
    sums[slot, column] += total
