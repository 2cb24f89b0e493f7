"""Surveying customers: whom a firm asks, and what it learns of their options.

Half of the panel are the firm's own customers and half are not, as far as there are any; weights bring them back to the market's
proportions. Rows are visited from a keyed start in keyed steps, so that the panel owes nothing to the order of customers.
"""

from __future__ import annotations

import numpy as np

from cxsim.compiled import compiled
from cxsim.customers.fastmath import exp64

_FLOOR = 1e-300
_NONE = -1e9
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


@compiled()
def survey(
    slot, rows, own, own_share, seen, renewal, traits, state, offers, rules, known, outcome_weights, fellows, margins, panel
):
    """Fill ``panel`` for the customers in ``rows``, the first ``own`` of whom are the firm's own.

    Args:
        own_share: share of all people who are with the firm.
        seen: chance that a rival enters a comparison.
        renewal: mean added chance per month of reconsidering from renewal dates.
        known: booleans by outcome, what the firm knows to matter.
        outcome_weights: profiles x outcomes.
        fellows, margins: by slot, who else is in the firm's cartel and what it earns per customer.
    """
    count = rows.shape[0]
    slots = offers.price.shape[0]
    not_own = count - own
    worth = np.empty(slots)
    for m in range(count):
        row = rows[m]
        profile = np.int64(traits.profile[row])
        value = np.float64(traits.willingness_to_pay[row])
        noise = np.float64(traits.choice_noise[row])
        supplier = np.int64(state.supplier[row])
        here = supplier == slot
        panel.weight[m] = own_share / own if here else (1.0 - own_share) / not_own
        panel.status[m] = (0 if state.tenure[row] < rules.intro else 1) if here else 2
        panel.value[m] = value
        panel.noise[m] = noise
        panel.vigilance[m] = traits.vigilance[row]
        panel.foresees[m] = traits.foresees[row]
        panel.attention[m] = min(1.0, traits.attention[row] + renewal)
        moving = np.float64(traits.switching_cost[row]) * rules.inverse_horizon
        fence = 0.0 if here else np.float64(offers.barrier[supplier]) * rules.inverse_horizon
        panel.entry_cost[m] = moving + fence

        top = _NONE
        for k in range(1, slots):
            worth[k] = _NONE
            if offers.active[k] and k != slot:
                belief = rules.transparency * offers.quality[profile, k] + (1.0 - rules.transparency) * offers.hearsay[k]
                foreseen = panel.foresees[m] * offers.felt[k]
                worth[k] = (value * belief + offers.appeal[k] - offers.price[k] - foreseen) / noise
                top = max(top, worth[k])
        rivals, squares, fellow = 0.0, 0.0, 0.0
        if top > _NONE:
            for k in range(1, slots):
                if worth[k] > _NONE:
                    term = exp64(worth[k] - top)
                    rivals += term
                    squares += term * term
                    if fellows[k]:
                        fellow += term * margins[k]
        without = value * rules.outside / noise if rules.can_do_without else _NONE
        log_rivals = top + np.log(max(rivals * seen, _FLOOR)) if rivals * seen > 0.0 else _NONE
        hurdle = moving / noise
        panel.rest_here[m] = _log_add(without, log_rivals - hurdle)
        panel.fellow_margin[m] = 0.0
        if fellow != 0.0:
            panel.fellow_margin[m] = fellow / rivals * exp64(log_rivals - hurdle - panel.rest_here[m])
        if here:
            at_home = squares / (rivals * rivals) if rivals > 0.0 else 0.0  # chance that two meet at one rival: she is at one of them
            staying = log_rivals + np.log(max(at_home, _FLOOR))
            others = log_rivals + np.log(max(1.0 - at_home, _FLOOR)) - hurdle
            panel.rest_elsewhere[m] = _log_add(without, _log_add(staying, others))
            panel.attention_elsewhere[m] = panel.attention[m] if panel.rest_elsewhere[m] > _NONE else 1.0
        else:
            own_part = exp64(worth[supplier] - top) / rivals if supplier > 0 and worth[supplier] > _NONE else 0.0
            others = log_rivals + np.log(max(1.0 - own_part, _FLOOR)) - hurdle - fence / noise
            _elsewhere(m, row, supplier, without, without - fence / noise, others, traits, state, offers, rules, panel)

        panel.base[m] = offers.quality[profile, slot]
        sure = 0.0
        for j in range(known.shape[0]):
            panel.weights[m, j] = outcome_weights[profile, j] if known[j] else 0.0
            sure += panel.weights[m, j]
        if sure > 0.0:  # what it knows is all that the firm believes to matter
            for j in range(known.shape[0]):
                panel.weights[m, j] /= sure


@compiled()
def _elsewhere(m, row, supplier, without, leaving, others, traits, state, offers, rules, panel):
    """The options of a customer of a rival (or of nobody): her own supplier as she lives it, the others as prospects see them.

    Args:
        without: worth of doing without, in taste scales; ``leaving`` is the same less the cost of getting away.
        others: log-sum of the other rivals, moving included.
    """
    value, noise = panel.value[m], panel.noise[m]
    if supplier == 0:
        panel.rest_elsewhere[m] = _log_add(without, others)
        look = panel.attention[m] if rules.can_do_without and state.tenure[row] >= 0 else 1.0
    else:
        established = state.tenure[row] >= rules.intro
        extra = offers.premium[supplier] + offers.personal[supplier] * value * (1.0 - panel.vigilance[m])
        bill = offers.price[supplier] + (extra if established else 0.0)
        known = offers.felt[supplier] if state.aware[row] | traits.foresees[row] else 0.0
        liking = value * (state.satisfaction[row] + rules.loyalty * state.trust[row])
        staying = (liking + offers.appeal[supplier] - bill - known) / noise
        panel.rest_elsewhere[m] = _log_add(staying, _log_add(leaving, others))
        gap = max(0.0, state.expectation[row] - state.satisfaction[row])
        dear = max(bill / rules.reference - 1.0, 0.0)
        look = panel.attention[m] + rules.dissatisfaction * gap + rules.price_attention * dear * dear
    panel.attention_elsewhere[m] = min(1.0, look)


@compiled(inline="always")
def _log_add(a, b):
    """ln(e^a + e^b); what is hopeless stays at the floor."""
    high, low = max(a, b), min(a, b)
    return max(high + np.log(1.0 + exp64(low - high)), _NONE)
