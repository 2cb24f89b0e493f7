"""Surveying customers: whom a firm asks, and what it learns of their options.

Half of the panel are the firm's own customers and half are not, as far as there are any; weights bring them back to the market's
proportions. Rows are visited from a keyed start in keyed steps, so that the panel owes nothing to the order of customers.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cxsim.compiled import compiled
from cxsim.customers.fastmath import exp32, log32
from cxsim.firms.equity import Panel

_F = np.float32
_ZERO, _ONE = _F(0.0), _F(1.0)
_FLOOR = _F(1e-30)
NO_OPTION = _F(-1e9)
"""Worth, in taste scales, of an option that is not there."""


@compiled()
def pick(supplier, slot, start, stride, own_wanted, else_wanted, rows):
    """Collect rows of own and of other customers into ``rows``; returns how many of each. Own customers come first."""
    n = supplier.shape[0]
    own, others = 0, 0
    row = start
    last = rows.shape[0] - 1
    for _ in range(n):
        if supplier[row] == slot:
            if own < own_wanted:
                rows[own] = row
                own += 1
        elif others < else_wanted:
            rows[last - others] = row
            others += 1
        if own == own_wanted and others == else_wanted:
            break
        row += stride
        if row >= n:
            row -= n
    for k in range(others):  # close the gap left where fewer were found than wanted
        rows[own + k] = rows[last - others + 1 + k]
    return own, others


class Options(NamedTuple):
    """Scratch of a survey: the options of each member, in taste scales; float32 rows unless said."""

    supplier: np.ndarray  # int64, her present slot
    profile: np.ndarray  # int64
    hurdle: np.ndarray  # cost of moving anywhere
    fence: np.ndarray  # cost of getting away from where she is, zero for the firm's own customers
    staying: np.ndarray  # worth of her present supplier as she lives it, for customers of rivals
    best: np.ndarray  # worth of the best rival
    rivals: np.ndarray  # sum of all rivals' terms of the logit, each relative to the best one
    meeting: np.ndarray  # sum of their squares
    home: np.ndarray  # the term of her present supplier
    fellow: np.ndarray  # terms of fellow cartel members, each times its margin
    worth: np.ndarray  # slots x members: what prospects believe of each rival


@compiled()
def survey(slot, own, others, own_share, seen, renewal, traits, state, offers, rules, known, outcome_weights, desk):
    """Fill the desk's panel for the customers in its ``rows``: the first ``own`` are the firm's own, then come ``others``.

    Args:
        own_share: share of all people who are with the firm.
        seen: chance that a rival enters a comparison.
        renewal: mean added chance per month of reconsidering from renewal dates.
        known: booleans by outcome, what the firm knows to matter.
        outcome_weights: profiles x outcomes.
        desk: see :class:`~cxsim.firms.desk.Desk`; its ``margins`` say who else is in the firm's cartel and what it earns per customer, its
            ``bend`` what a change of each outcome is worth.
    """
    panel, room = panel_on(desk), desk.options
    options = Options(desk.whole[0], desk.whole[1], room[0], room[1], room[2], room[3], room[4], room[5], room[6], room[7], desk.rivals)
    interview(slot, desk.rows, own, others, own_share, renewal, traits, state, offers, rules, panel, options)
    weigh_rivals(slot, offers, rules, desk.margins, panel, options)
    add_options_up(own, seen, rules, panel, options)
    believe(known, outcome_weights, desk.bend, options.profile, desk.weights)


@compiled(inline="always")
def panel_on(desk):
    """The panel whose rows lie on a desk."""
    rows = desk.members
    return Panel(
        rows[0], desk.status, rows[1], rows[2], rows[3], rows[4], rows[5], rows[6], rows[7], rows[8], rows[9], rows[10], rows[11],
        desk.weights,
    )  # fmt: skip


@compiled(disjoint=True, finite=True)
def interview(slot, rows, own, others, own_share, renewal, traits, state, offers, rules, panel, options):
    """What members say of themselves and of where they are."""
    per_own, per_other = _F(own_share / max(own, 1)), _F((1.0 - own_share) / max(others, 1))
    horizon, per_reference, more = rules.inverse_horizon, _ONE / rules.reference, _F(renewal)
    for m in range(rows.shape[0]):
        row = rows[m]
        here = m < own
        supplier, tenure, profile = np.int64(state.supplier[row]), state.tenure[row], np.int64(traits.profile[row])
        value, noise, vigilance = traits.willingness_to_pay[row], traits.choice_noise[row], traits.vigilance[row]
        established = tenure >= rules.intro
        moving = traits.switching_cost[row] * horizon
        fence = _ZERO if here else offers.barrier[supplier] * horizon
        attention, per_noise = min(_ONE, traits.attention[row] + more), _ONE / noise
        options.supplier[m], options.profile[m] = supplier, profile
        options.hurdle[m], options.fence[m] = moving * per_noise, fence * per_noise
        panel.weight[m] = per_own if here else (per_other if m < own + others else _ZERO)
        panel.status[m] = (1 if established else 0) if here else 2
        panel.value[m], panel.noise[m], panel.vigilance[m] = value, noise, vigilance
        panel.foresees[m] = _F(traits.foresees[row])
        panel.attention[m], panel.entry_cost[m] = attention, moving + fence
        panel.base[m] = offers.quality[profile, slot]
        extra = offers.premium[supplier] + offers.personal[supplier] * value * (_ONE - vigilance)
        bill = offers.price[supplier] + (extra if established else _ZERO)
        fee = offers.felt[supplier] if state.aware[row] | traits.foresees[row] > 0 else _ZERO
        liking = value * (state.satisfaction[row] + rules.loyalty * state.trust[row])
        gap = max(_ZERO, state.expectation[row] - state.satisfaction[row])
        dear = max(bill * per_reference - _ONE, _ZERO)
        look = min(_ONE, attention + rules.dissatisfaction * gap + rules.price_attention * dear * dear)
        nowhere = supplier == 0
        without = attention if rules.can_do_without and tenure >= 0 else _ONE
        options.staying[m] = NO_OPTION if nowhere else (liking + offers.appeal[supplier] - bill - fee) * per_noise
        panel.attention_elsewhere[m] = without if nowhere else look


@compiled(disjoint=True, finite=True)
def weigh_rivals(slot, offers, rules, margins, panel, options):
    """The terms of the logit of all rivals, as prospects see them, relative to the best one."""
    count, slots = options.profile.shape[0], offers.price.shape[0]
    transparency = rules.transparency
    for m in range(count):
        options.best[m] = NO_OPTION
        options.rivals[m], options.meeting[m], options.home[m], options.fellow[m] = _ZERO, _ZERO, _ZERO, _ZERO
    for k in range(1, slots):
        if offers.active[k] and k != slot:
            heard = (_ONE - transparency) * offers.hearsay[k]
            front, felt = offers.appeal[k] - offers.price[k], offers.felt[k]
            for m in range(count):
                belief = transparency * offers.quality[options.profile[m], k] + heard
                worth = (panel.value[m] * belief + front - panel.foresees[m] * felt) / panel.noise[m]
                options.worth[k, m] = worth
                options.best[m] = max(options.best[m], worth)
    for k in range(1, slots):
        if offers.active[k] and k != slot:
            margin = margins[k]
            for m in range(count):
                term = exp32(options.worth[k, m] - options.best[m])
                options.rivals[m] += term
                options.meeting[m] += term * term
                options.home[m] += term if options.supplier[m] == k else _ZERO
                options.fellow[m] += term * margin


@compiled(disjoint=True, finite=True)
def add_options_up(own, seen, rules, panel, options):
    """Log-sums of a member's options beside the firm, when she is here and when she is elsewhere.

    Elsewhere, an own customer is expected with rivals in proportion to their terms: the chance that a second draw meets the first is the
    chance that a rival of the comparison is the one that she is with.
    """
    outside, can, chance = rules.outside, rules.can_do_without, _F(seen)
    for m in range(options.best.shape[0]):
        rivals, best, hurdle, fence = options.rivals[m], options.best[m], options.hurdle[m], options.fence[m]
        noticed, per_rivals = rivals * chance, _ONE / max(rivals, _FLOOR)
        met = best + log32(max(noticed, _FLOOR))
        all_rivals = met if noticed > _ZERO else NO_OPTION
        alone = panel.value[m] * outside / panel.noise[m]
        without = alone if can else NO_OPTION
        rest_here = _log_add(without, all_rivals - hurdle)
        panel.rest_here[m] = rest_here
        panel.fellow_margin[m] = options.fellow[m] * per_rivals * exp32(all_rivals - hurdle - rest_here)
        here = m < own
        at_one = (options.meeting[m] * per_rivals if here else options.home[m]) * per_rivals
        with_rival = all_rivals + log32(max(at_one, _FLOOR))
        staying = with_rival if here else options.staying[m]
        others = all_rivals + log32(max(_ONE - at_one, _FLOOR)) - hurdle - fence
        rest_elsewhere = _log_add(staying, _log_add(without - fence, others))
        panel.rest_elsewhere[m] = rest_elsewhere
        attention, known = panel.attention[m], panel.attention_elsewhere[m]
        stranded = rest_elsewhere <= NO_OPTION
        panel.attention_elsewhere[m] = (_ONE if stranded else attention) if here else known


@compiled(disjoint=True)
def believe(known, outcome_weights, bend, profile, weights):
    """What the firm believes that outcomes are worth to each member: what it knows is all that matters; ``weights``: outcomes x members.

    ``bend``, what a change of each outcome is worth relative to its weight, becomes what the firm believes that it is worth.
    """
    profiles, outcomes = outcome_weights.shape
    for p in range(profiles):
        total = 0.0
        for j in range(outcomes):
            total += outcome_weights[p, j] if known[j] else 0.0
        sure = 1.0 / total if total > 0.0 else 0.0
        for j in range(outcomes):
            bend[p, j] = outcome_weights[p, j] * bend[p, j] * sure if known[j] else 0.0
    for j in range(outcomes):
        if known[j]:
            for m in range(profile.shape[0]):
                weights[j, m] = _F(bend[profile[m], j])
        else:
            for m in range(profile.shape[0]):
                weights[j, m] = _ZERO


@compiled(inline="always")
def _log_add(a, b):
    """ln(e^a + e^b); what is hopeless stays at the floor."""
    high, low = max(a, b), min(a, b)
    return max(high + log32(_ONE + exp32(low - high)), NO_OPTION)
