"""Whether a customer reconsiders this month, and what she then chooses.

Two stages (Hortaçsu, Madanizadeh and Puller 2017): most customers do not look at all; those who do choose by a logit over their own
firm, the rivals they see and doing without (McFadden 1974). The taste shock for a firm belongs to (customer, month, firm), so that it is
the same in every regime and whoever else is in the market.
"""

from __future__ import annotations

import numpy as np

from cxsim.compiled import compiled
from cxsim.customers.fastmath import exp32, log32
from cxsim.randomness.philox import philox, unit
from cxsim.randomness.streams import Purpose

_F = np.float32
_ZERO, _ONE = _F(0.0), _F(1.0)
_CHOICE = np.uint64(int(Purpose.CHOICE))
_NEVER = _F(-1e30)


@compiled()
def appraise(first, count, traits, state, offers, rules, paid, worth):
    """What each customer of the block would pay by staying, and what staying is worth to her (both £/month)."""
    for i in range(count):
        row = np.uint64(first + i)
        slot = np.uint32(state.supplier[row])
        value = traits.willingness_to_pay[row]
        personal = offers.personal[slot] * value * (_ONE - traits.vigilance[row])
        extra = offers.premium[slot] + personal
        bill = offers.price[slot] + (extra if state.tenure[row] >= rules.intro else _ZERO)
        known = offers.hidden[slot] if state.aware[row] else _ZERO
        liking = value * (state.satisfaction[row] + rules.loyalty * state.trust[row])
        paid[i] = bill
        worth[i] = liking + offers.appeal[slot] - bill - known if slot > 0 else value * rules.outside


@compiled()
def reconsider(first, count, traits, state, offers, rules, paid, luck, going):
    """Mark who reconsiders: by attention, disappointment, a dear bill, a jump of the bill, or a renewal date."""
    for i in range(count):
        row = np.uint64(first + i)
        slot = np.uint32(state.supplier[row])
        tenure = state.tenure[row]
        gap = max(state.expectation[row] - state.satisfaction[row], _ZERO)
        excess = max(paid[i] / rules.reference - _ONE, _ZERO)
        graduates = offers.premium[slot] / rules.reference if tenure == rules.intro else _ZERO
        rise = graduates + (offers.rise_old[slot] if tenure > rules.intro else offers.rise_new[slot])
        chance = traits.attention[row] + rules.dissatisfaction * gap + rules.price_attention * excess * excess
        chance = chance + rules.shock * rise + rules.renewal[np.uint32(max(tenure, np.int16(0)))]
        without = traits.attention[row] if rules.can_do_without and tenure >= 0 else _ONE
        going[i] = luck[i] < (chance if slot > 0 else without)


@compiled()
def gather(count, going, chosen_rows):
    """Positions in the block of those who reconsider; returns how many."""
    n = 0
    for i in range(count):
        chosen_rows[n] = i
        n += 1 if going[i] else 0
    return n


@compiled()
def compare(first, n, rows, month, key0, key1, traits, state, offers, rules, friend, worth, best_slot, best_worth, surplus):
    """Choose for the ``n`` customers in ``rows``.

    Writes the chosen slot, the worth (£/month, without taste) of what was chosen, and ``surplus``: by how much the log-sum of all options
    exceeds that worth (Small and Rosen 1981).
    """
    score = np.empty(n, np.float32)
    top, total = np.empty(n, np.float32), np.empty(n, np.float32)  # the log-sum so far is top + ln(total), in taste scales
    slots = offers.price.shape[0]
    for j in range(n):  # staying
        row = np.uint64(first + rows[j])
        slot = state.supplier[row]
        top[j] = worth[rows[j]] / traits.choice_noise[row]
        score[j] = top[j] + _taste(row, month, offers.key[np.uint32(slot)], key0, key1)
        total[j] = _ONE
        best_slot[j] = slot
        best_worth[j] = worth[rows[j]]
        if slot == 0 and not rules.can_do_without:
            score[j], top[j], total[j] = _NEVER, _NEVER, _ZERO
    for slot in range(1, slots):
        if not offers.active[slot]:
            continue
        for j in range(n):
            row = np.uint64(first + rows[j])
            own = np.uint32(state.supplier[row])
            value = traits.willingness_to_pay[row]
            heard = offers.hearsay[slot]
            pal = friend[rows[j]]
            if state.supplier_before[pal] == slot:
                heard += rules.friend_weight * (state.satisfaction_before[pal] - heard)
            seen_quality = offers.quality[traits.profile[row], slot]
            belief = rules.transparency * seen_quality + (_ONE - rules.transparency) * heard
            leaving = traits.switching_cost[row] * rules.inverse_horizon + offers.barrier[own] * rules.inverse_horizon
            offer = value * belief + offers.appeal[slot] - offers.price[slot] - leaving
            a, b, _, _ = philox(np.uint64(row), month, _CHOICE, np.uint64(offers.key[slot]), key0, key1)
            taste = -log32(-log32(unit(a)))
            considered = own != slot and unit(b) < rules.seen
            scaled = offer / traits.choice_noise[row]
            if considered:
                total[j], top[j] = _join(total[j], top[j], scaled)
            here = scaled + taste
            if considered and here > score[j]:
                score[j] = here
                best_slot[j] = slot
                best_worth[j] = offer
    for j in range(n):  # doing without, and the log-sum
        row = np.uint64(first + rows[j])
        own = np.uint32(state.supplier[row])
        noise = traits.choice_noise[row]
        if own > 0 and rules.can_do_without:
            offer = traits.willingness_to_pay[row] * rules.outside - offers.barrier[own] * rules.inverse_horizon
            here = offer / noise + _taste(row, month, offers.key[0], key0, key1)
            total[j], top[j] = _join(total[j], top[j], offer / noise)
            if here > score[j]:
                best_slot[j] = 0
                best_worth[j] = offer
        logsum = noise * (top[j] + log32(max(total[j], _F(1e-30))))
        surplus[rows[j]] = logsum - best_worth[j] if total[j] > _ZERO else _ZERO


@compiled(inline="always")
def _join(total, top, scaled):
    """Add one more option to a log-sum kept as top + ln(total), so that nothing overflows however small the taste scale."""
    rise = scaled - top
    small = exp32(-abs(rise))
    return (total * small + _ONE if rise > _ZERO else total + small), max(top, scaled)


@compiled(inline="always")
def _taste(row, month, firm_key, key0, key1):
    a, _, _, _ = philox(np.uint64(row), month, _CHOICE, np.uint64(firm_key), key0, key1)
    return -log32(-log32(unit(a)))


@compiled()
def settle(first, n, rows, traits, state, offers, rules, best_slot, moved, sums):
    """Carry out the choices: who joins starts anew, with hopes set by what she believed of the firm."""
    for j in range(n):
        i = rows[j]
        row = np.uint64(first + i)
        old = np.uint32(state.supplier[row])
        new = np.uint32(best_slot[j])
        if new == old:
            continue
        sums[old, 13] += 1.0
        sums[old, 15] += offers.barrier[old]
        sums[new, 12] += 1.0
        moved[i] = offers.barrier[old]
        if new > 0:
            moved[i] += traits.switching_cost[row]
            sums[new, 14] += traits.switching_cost[row]
            heard = offers.hearsay[new]
            belief = rules.transparency * offers.quality[traits.profile[row], new] + (_ONE - rules.transparency) * heard
            state.satisfaction[row] = min(max(belief, _ZERO), _ONE)
            state.expectation[row] = state.satisfaction[row]
        state.supplier[row] = np.int16(new)
        state.tenure[row] = 0
        state.trust[row] = rules.initial_trust if new > 0 else _ZERO
        state.aware[row] = 0
        state.problem[row] = 0
