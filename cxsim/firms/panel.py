"""Surveying customers: whom a firm asks, and what it learns of their options.

Half of the panel are the firm's own customers and half are not, as far as there are any; weights bring them back to the market's
proportions. Rows are visited from a keyed start in keyed steps, so that the panel owes nothing to the order of customers.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cxsim.compiled import compiled
from cxsim.customers.fastmath import exp64, log64

_FLOOR = 1e-300
NO_OPTION = -1e9
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
    """Scratch of a survey: the options of each member, in taste scales; float64 rows unless said."""

    supplier: np.ndarray  # int64, her present slot
    profile: np.ndarray  # int64
    hurdle: np.ndarray  # cost of moving anywhere
    fence: np.ndarray  # cost of getting away from where she is, zero for the firm's own customers
    staying: np.ndarray  # worth of her present supplier as she lives it, for customers of rivals
    worth: np.ndarray  # slots x members: what prospects believe of each rival
    best: np.ndarray  # worth of the best rival
    rivals: np.ndarray  # sum of all rivals' terms of the logit, each relative to the best one
    meeting: np.ndarray  # sum of their squares
    home: np.ndarray  # the term of her present supplier
    fellow: np.ndarray  # terms of fellow cartel members, each times its margin


@compiled(makes_arrays=True)
def survey(
    slot, rows, own, own_share, seen, renewal, traits, state, offers, rules, known, outcome_weights, bend, fellows, margins, panel
):
    """Fill ``panel`` for the customers in ``rows``, the first ``own`` of whom are the firm's own.

    Args:
        own_share: share of all people who are with the firm.
        seen: chance that a rival enters a comparison.
        renewal: mean added chance per month of reconsidering from renewal dates.
        known: booleans by outcome, what the firm knows to matter.
        outcome_weights: profiles x outcomes.
        bend: profiles x outcomes: what a change is worth at present relative to the outcome's weight, where outcomes do not simply add up.
        fellows, margins: by slot, who else is in the firm's cartel and what it earns per customer.
    """
    count, slots = rows.shape[0], offers.price.shape[0]
    room, whole = np.empty((8, count)), np.empty((2, count), np.int64)
    options = Options(
        whole[0], whole[1], room[0], room[1], room[2], np.empty((slots, count)), room[3], room[4], room[5], room[6], room[7]
    )  # fmt: skip
    interview(slot, rows, own, own_share, renewal, traits, state, offers, rules, panel, options)
    weigh_rivals(slot, offers, rules, fellows, margins, panel, options)
    add_options_up(own, seen, rules, panel, options)
    believe(known, outcome_weights, bend, options.profile, panel.weights.T)


@compiled(disjoint=True)
def interview(slot, rows, own, own_share, renewal, traits, state, offers, rules, panel, options):
    """What members say of themselves and of where they are."""
    count = rows.shape[0]
    per_own, per_other = own_share / max(own, 1), (1.0 - own_share) / max(count - own, 1)
    horizon, reference = np.float64(rules.inverse_horizon), np.float64(rules.reference)
    for m in range(count):
        row = rows[m]
        here = m < own
        supplier, tenure = np.int64(state.supplier[row]), state.tenure[row]
        value, noise = np.float64(traits.willingness_to_pay[row]), np.float64(traits.choice_noise[row])
        established, vigilance = tenure >= rules.intro, np.float64(traits.vigilance[row])
        moving = np.float64(traits.switching_cost[row]) * horizon
        fence = 0.0 if here else np.float64(offers.barrier[supplier]) * horizon
        attention = min(1.0, traits.attention[row] + renewal)
        options.supplier[m], options.profile[m] = supplier, np.int64(traits.profile[row])
        options.hurdle[m], options.fence[m] = moving / noise, fence / noise
        panel.weight[m] = per_own if here else per_other
        panel.status[m] = (1 if established else 0) if here else 2
        panel.value[m], panel.noise[m], panel.vigilance[m] = value, noise, vigilance
        panel.foresees[m] = traits.foresees[row]
        panel.attention[m], panel.entry_cost[m] = attention, moving + fence
        panel.base[m] = offers.quality[options.profile[m], slot]
        if supplier == 0:
            options.staying[m] = NO_OPTION
            panel.attention_elsewhere[m] = attention if rules.can_do_without and tenure >= 0 else 1.0
        elif not here:
            extra = offers.premium[supplier] + offers.personal[supplier] * value * (1.0 - vigilance)
            bill = offers.price[supplier] + (extra if established else 0.0)
            fee = offers.felt[supplier] if state.aware[row] | traits.foresees[row] else 0.0
            liking = value * (state.satisfaction[row] + rules.loyalty * state.trust[row])
            options.staying[m] = (liking + offers.appeal[supplier] - bill - fee) / noise
            gap = max(0.0, state.expectation[row] - state.satisfaction[row])
            dear = max(bill / reference - 1.0, 0.0)
            look = attention + rules.dissatisfaction * gap + rules.price_attention * dear * dear
            panel.attention_elsewhere[m] = min(1.0, look)


@compiled(disjoint=True)
def weigh_rivals(slot, offers, rules, fellows, margins, panel, options):
    """The terms of the logit of all rivals, as prospects see them, relative to the best one."""
    count, slots = options.profile.shape[0], offers.price.shape[0]
    options.best[:] = NO_OPTION
    options.rivals[:], options.meeting[:], options.home[:], options.fellow[:] = 0.0, 0.0, 0.0, 0.0
    transparency = np.float64(rules.transparency)
    for k in range(1, slots):
        if offers.active[k] and k != slot:
            heard = (1.0 - transparency) * offers.hearsay[k]
            front, felt = np.float64(offers.appeal[k]) - offers.price[k], np.float64(offers.felt[k])
            for m in range(count):
                belief = transparency * offers.quality[options.profile[m], k] + heard
                worth = (panel.value[m] * belief + front - panel.foresees[m] * felt) / panel.noise[m]
                options.worth[k, m] = worth
                options.best[m] = max(options.best[m], worth)
    for k in range(1, slots):
        if offers.active[k] and k != slot:
            margin = margins[k] if fellows[k] else 0.0
            for m in range(count):
                term = exp64(options.worth[k, m] - options.best[m])
                options.rivals[m] += term
                options.meeting[m] += term * term
                options.home[m] += term if options.supplier[m] == k else 0.0
                options.fellow[m] += term * margin


@compiled(disjoint=True)
def add_options_up(own, seen, rules, panel, options):
    """Log-sums of a member's options beside the firm, when she is here and when she is elsewhere.

    Elsewhere, an own customer is expected with rivals in proportion to their terms: the chance that a second draw meets the first is the
    chance that a rival of the comparison is the one that she is with.
    """
    outside, can = np.float64(rules.outside), rules.can_do_without
    for m in range(options.best.shape[0]):
        rivals, best, hurdle, fence = options.rivals[m], options.best[m], options.hurdle[m], options.fence[m]
        noticed, per_rivals = rivals * seen, 1.0 / max(rivals, _FLOOR)
        all_rivals = best + log64(max(noticed, _FLOOR)) if noticed > 0.0 else NO_OPTION
        without = panel.value[m] * outside / panel.noise[m] if can else NO_OPTION
        rest_here = _log_add(without, all_rivals - hurdle)
        panel.rest_here[m] = rest_here
        panel.fellow_margin[m] = options.fellow[m] * per_rivals * exp64(all_rivals - hurdle - rest_here)
        here = m < own
        at_one = (options.meeting[m] * per_rivals if here else options.home[m]) * per_rivals
        lived = options.staying[m]
        staying = all_rivals + log64(max(at_one, _FLOOR)) if here else lived
        others = all_rivals + log64(max(1.0 - at_one, _FLOOR)) - hurdle - fence
        rest_elsewhere = _log_add(staying, _log_add(without - fence, others))
        panel.rest_elsewhere[m] = rest_elsewhere
        attention, known = panel.attention[m], panel.attention_elsewhere[m]
        stranded = rest_elsewhere <= NO_OPTION
        panel.attention_elsewhere[m] = (1.0 if stranded else attention) if here else known


@compiled(makes_arrays=True)
def believe(known, outcome_weights, bend, profile, weights):
    """What the firm believes that outcomes are worth to each member: what it knows is all that matters; ``weights``: outcomes x members."""
    profiles, outcomes = outcome_weights.shape
    sure = np.zeros(profiles)
    for j in range(outcomes):
        if known[j]:
            sure += outcome_weights[:, j]
    for j in range(outcomes):
        for m in range(profile.shape[0]):
            which = profile[m]
            worth = outcome_weights[which, j] * bend[which, j]
            weights[j, m] = worth / sure[which] if known[j] and sure[which] > 0.0 else 0.0


@compiled(inline="always")
def _log_add(a, b):
    """ln(e^a + e^b); what is hopeless stays at the floor."""
    high, low = max(a, b), min(a, b)
    return max(high + log64(1.0 + exp64(low - high)), NO_OPTION)
