"""Whether a customer reconsiders this month, and what she then chooses.

Two stages (Hortaçsu, Madanizadeh and Puller 2017): most customers do not look at all; those who do choose by a logit over their own
firm, the rivals they see and doing without (McFadden 1974). The taste shock for a firm belongs to (customer, month, firm), so that it is
the same in every regime and whoever else is in the market.
"""

from __future__ import annotations

import numpy as np

from cxsim.compiled import compiled
from cxsim.customers.fastmath import exp32, log32
from cxsim.customers.tables import LANES
from cxsim.randomness.philox import philox, unit
from cxsim.randomness.streams import Purpose

_F = np.float32
_ZERO, _ONE = _F(0.0), _F(1.0)
_CHOICE = np.uint64(int(Purpose.CHOICE))
_NEVER = _F(-1e30)
_NOBODY = np.uint16(0)


@compiled(disjoint=True)
def appraise(first, count, traits, state, offers, rules, block):
    """What each customer of the block would pay by staying, and what staying is worth to her."""
    for i in range(count):
        row = np.uint64(first + i)
        slot = np.uint16(state.supplier[row])
        value = traits.willingness_to_pay[row]
        data_premium = offers.personal[slot] * value * (_ONE - traits.vigilance[row])
        extra = offers.premium[slot] + data_premium
        established = state.tenure[row] >= rules.intro
        appeal, fee, felt = offers.appeal[slot], offers.hidden[slot], offers.felt[slot]
        bill = offers.price[slot] + (extra if established else _ZERO)
        known = felt if state.aware[row] | traits.foresees[row] > 0 else _ZERO
        liking = value * (state.satisfaction[row] + rules.loyalty * state.trust[row])
        block.bill[i] = bill
        block.hidden[i] = fee
        block.felt[i] = felt
        block.liking[i] = appeal
        block.personal[i] = data_premium if established else _ZERO
        block.worth[i] = liking + appeal - bill - known if slot > _NOBODY else value * rules.outside


@compiled(disjoint=True)
def reconsider(first, count, traits, state, offers, rules, luck, block):
    """Mark who reconsiders: by attention, disappointment, a dear bill, a jump of the bill, or a renewal date."""
    per_reference = _ONE / rules.reference
    for i in range(count):
        row = np.uint64(first + i)
        slot = np.uint16(state.supplier[row])
        tenure = state.tenure[row]
        attention = traits.attention[row]
        gap = max(state.expectation[row] - state.satisfaction[row], _ZERO)
        excess = max(block.bill[i] * per_reference - _ONE, _ZERO)
        premium, rise_new, rise_old = offers.premium[slot], offers.rise_new[slot], offers.rise_old[slot]
        graduates = premium * per_reference if tenure == rules.intro else _ZERO
        rise = graduates + (rise_old if tenure > rules.intro else rise_new)
        chance = attention + rules.dissatisfaction * gap + rules.price_attention * excess * excess
        chance = chance + rules.shock * rise + rules.renewal[np.uint16(tenure if tenure > 0 else np.int16(0))]
        stranded = tenure < 0 or not rules.can_do_without
        without = _ONE if stranded else attention
        block.going[i] = luck.looks[i] < (chance if slot > _NOBODY else without)


@compiled(disjoint=True)
def gather(count, going, position):
    """Positions in the block of those who reconsider, and how many they are; filled up to whole lanes with the first of them."""
    n = 0
    for i in range(count):
        position[n] = np.uint16(i)
        n += 1 if going[i] else 0
    for j in range(n, -(-n // LANES) * LANES):
        position[j] = position[0]
    return n


@compiled(disjoint=True)
def compare(first, n, month, key0, key1, traits, state, offers, rules, friend, block, choosers):
    """Choose for the ``n`` customers gathered, option by option; see :class:`~cxsim.customers.tables.Choosers`."""
    wide = -(-n // LANES) * LANES
    line_up(first, wide, month, key0, key1, traits, state, offers, rules, friend, block, choosers)
    for slot in range(1, offers.price.shape[0]):
        if offers.active[slot]:
            draw_tastes(first, wide, month, key0, key1, offers.key[slot], choosers)
            look_at_firm(wide, slot, offers, rules, choosers)
            weigh(wide, slot, choosers)
    if rules.can_do_without:
        draw_tastes(first, wide, month, key0, key1, offers.key[0], choosers)
        look_at_doing_without(wide, offers, rules, choosers)
        weigh(wide, 0, choosers)
    for j in range(n):  # by how much the log-sum of all options exceeds the worth of what was chosen (Small and Rosen 1981)
        logsum = (choosers.top[j] + log32(choosers.total[j])) / choosers.per_noise[j]
        block.gain[choosers.position[j]] = logsum - choosers.best_worth[j] if choosers.score[j] > _NEVER else _ZERO


@compiled(disjoint=True)
def line_up(first, wide, month, key0, key1, traits, state, offers, rules, friend, block, choosers):
    """Bring together what the choice of each needs; staying is the first option."""
    for j in range(wide):
        i = choosers.position[j]
        row = np.uint64(first) + np.uint64(i)
        pal = friend[i]
        slot = np.uint16(state.supplier[row])
        noise = traits.choice_noise[row]
        staying = block.worth[i]
        nowhere = slot == _NOBODY and not rules.can_do_without
        a, _, _, _ = philox(row, month, _CHOICE, np.uint64(offers.key[slot]), key0, key1)
        choosers.own[j] = slot
        choosers.profile[j] = traits.profile[row]
        choosers.value[j] = traits.willingness_to_pay[row]
        choosers.per_noise[j] = _ONE / noise
        choosers.foresees[j] = _F(traits.foresees[row])
        choosers.leaving[j] = (traits.switching_cost[row] + offers.barrier[slot]) * rules.inverse_horizon
        choosers.friend_slot[j] = np.uint16(state.supplier_before[pal])
        choosers.friend_word[j] = state.satisfaction_before[pal]
        choosers.top[j] = _NEVER if nowhere else staying / noise
        choosers.total[j] = _ONE
        choosers.score[j] = _NEVER if nowhere else staying / noise - log32(-log32(unit(a)))
        choosers.best[j] = slot
        choosers.best_worth[j] = staying


@compiled(disjoint=True)
def draw_tastes(first, wide, month, key0, key1, firm_key, choosers):
    """The taste shock (standard Gumbel) of each for one option, and the draw that decides whether she sees it."""
    for j in range(wide):
        row = np.uint64(first) + np.uint64(choosers.position[j])
        a, b, _, _ = philox(row, month, _CHOICE, np.uint64(firm_key), key0, key1)
        choosers.taste[j] = unit(a)
        choosers.sight[j] = unit(b)
    for j in range(wide):
        choosers.taste[j] = -log32(-log32(choosers.taste[j]))


@compiled(disjoint=True)
def look_at_firm(wide, slot, offers, rules, choosers):
    """One more firm: what prospects believe of it, a friend's word included, less its price and the cost of moving."""
    hearsay, price, appeal, felt = offers.hearsay[slot], offers.price[slot], offers.appeal[slot], offers.felt[slot]
    this = np.uint16(slot)
    for j in range(wide):
        told = rules.friend_weight * (choosers.friend_word[j] - hearsay)
        heard = hearsay + (told if choosers.friend_slot[j] == this else _ZERO)
        belief = rules.transparency * offers.quality[choosers.profile[j], this] + (_ONE - rules.transparency) * heard
        worth = choosers.value[j] * belief + appeal - price - choosers.foresees[j] * felt - choosers.leaving[j]
        scaled = worth * choosers.per_noise[j]
        elsewhere, in_sight = choosers.own[j] != this, choosers.sight[j] < rules.seen
        choosers.worth[j] = worth
        choosers.scaled[j] = scaled if elsewhere and in_sight else _NEVER


@compiled(disjoint=True)
def look_at_doing_without(wide, offers, rules, choosers):
    """Doing without as one more option."""
    for j in range(wide):
        own = choosers.own[j]
        worth = choosers.value[j] * rules.outside - offers.barrier[own] * rules.inverse_horizon
        scaled = worth * choosers.per_noise[j]
        choosers.worth[j] = worth
        choosers.scaled[j] = scaled if own > _NOBODY else _NEVER


@compiled(disjoint=True)
def weigh(wide, slot, choosers):
    """Add the option to the log-sum, kept so that nothing overflows however small the taste scale, and take it if it is the best so far."""
    this = np.uint16(slot)
    for j in range(wide):
        scaled, top, total = choosers.scaled[j], choosers.top[j], choosers.total[j]
        rise = scaled - top
        small = exp32(-abs(rise))
        choosers.total[j] = total * small + _ONE if rise > _ZERO else total + small
        choosers.top[j] = max(top, scaled)
        here, score = scaled + choosers.taste[j], choosers.score[j]
        best, worth, best_worth = choosers.best[j], choosers.worth[j], choosers.best_worth[j]
        choosers.score[j] = max(here, score)
        choosers.best[j] = this if here > score else best
        choosers.best_worth[j] = worth if here > score else best_worth


@compiled(disjoint=True)
def settle(first, n, piece, chunks, traits, state, offers, rules, choosers, block, partial):
    """Carry out the choices: who joins starts anew, with hopes set by what she believed of the firm.

    Args:
        piece: that the block begins with; those who choose are in the order of rows.
        partial: pieces x slots x sums, added to.
    """
    for j in range(n):
        i = choosers.position[j]
        row = np.uint64(first) + np.uint64(i)
        old, new = choosers.own[j], choosers.best[j]
        if new == old:
            continue
        while chunks.stops[piece] <= first + i:
            piece += 1
        sums = partial[piece]
        sums[old, 13] += 1.0
        sums[old, 15] += offers.barrier[old]
        sums[new, 12] += 1.0
        block.moved[i] = offers.barrier[old]
        if new > 0:
            block.moved[i] += traits.switching_cost[row]
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
        state.extra[row] = 0
        data_premium = offers.personal[new] * traits.willingness_to_pay[row] * (_ONE - traits.vigilance[row])
        established = rules.intro <= 0
        block.personal[i] = data_premium if established else _ZERO
        block.bill[i] = offers.price[new] + (offers.premium[new] + data_premium if established else _ZERO)
        block.hidden[i] = offers.hidden[new]
        block.felt[i] = offers.felt[new]
        block.liking[i] = offers.appeal[new]
