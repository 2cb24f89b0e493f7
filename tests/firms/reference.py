"""A customer's worth to a firm by brute force: her chances written out with NumPy, her future a Markov chain solved by matrix inverse."""

from __future__ import annotations

import numpy as np

from cxsim.firms.breach import expected_penalty
from cxsim.firms.service import overload, waiting_share
from cxsim.firms.table import (
    ANNOUNCEMENT,
    BARRIER,
    DARK,
    DISCLOSURE,
    GAMING,
    HIDDEN,
    INSIGHT,
    OVERPROMISE,
    PERSONAL,
    PREMIUM,
    PRICE,
    SERVICE,
)


def chances_and_margins(levers, quality, base, panel, o):
    """Monthly chances of leaving when new and when established, of being won, and the margins, per panel member."""
    arrivals = o.problem_rate * max(0.0, 1 + o.problem_slope * (0.5 - quality.mean()))
    capacity = levers[SERVICE] * o.problem_rate
    backlog = waiting_share(arrivals, capacity, o.load_sigma)
    load = backlog + arrivals * (1 - backlog)
    crowding = o.crowding * min(o.crowding_limit, overload(capacity, load, o.load_sigma))
    cost = (
        o.unit_cost + o.quality_cost * (quality**2).mean() + o.service_cost * levers[SERVICE] + o.contact_cost * backlog
        + o.barrier_cost * levers[BARRIER] + o.insight_cost * levers[INSIGHT] ** 2 + o.gaming_cost * levers[GAMING] ** 2
        + o.disclosure_cost * levers[DISCLOSURE] + o.announcement_cost * levers[ANNOUNCEMENT]
    )  # fmt: skip
    hidden = levers[HIDDEN]
    noticed = panel.vigilance * (1 - np.exp(-hidden / o.notice_scale))
    discover = (1 - (1 - noticed) * (1 - (levers[DISCLOSURE] if hidden > 0 else 0.0))) * (panel.foresees == 0)
    aware = np.where(discover > 0, discover / np.maximum(discover + o.forgetting, 1e-300), 0.0)
    knows = np.where(panel.foresees > 0, 1.0, aware)
    felt_fee, avoids = min(hidden, o.avoidance), hidden > o.avoidance
    value = np.maximum(panel.value, 1e-20)
    holding, found, pressed_in_vain = extras(levers, panel, o)
    acting = np.minimum(1.0, panel.attention + backlog)
    lived = base - o.problem * backlog - crowding - aware * o.harm * felt_fee / value - o.hassle * levers[BARRIER] / value * acting
    lived -= o.backlash * max(0.0, 2 * levers[DARK] - 1) * pressed_in_vain
    lived -= np.minimum(1.0, o.harm * o.extra_price / value) * found
    score = lived + o.proxy_bias * (quality.mean() - base + o.gaming_gain * levers[GAMING])
    surprise = -o.promise_pull * levers[OVERPROMISE]
    felt = o.disconfirmation * (surprise if surprise > 0 else o.loss_aversion * surprise)
    loss = o.trust_loss * (1 - o.disclosure_relief * levers[DISCLOSURE])
    shocks = loss * (discover * (1 - aware) + found)
    lasting = 0.0 if o.trust_speed == 0 else o.trust_speed / (o.trust_speed + shocks)  # trust that never heals is lost to the first shock
    trust = lived * np.where(shocks > 0, lasting, 1.0)
    extra = levers[PREMIUM] + levers[PERSONAL] * o.data_headroom * levers[INSIGHT] * panel.value * (1 - panel.vigilance)
    here = panel.value * (np.minimum(1, score + felt) + o.loyalty * trust) + o.appeal - levers[PRICE] - knows * felt_fee

    def leaves(worth, bill):
        look = panel.attention + o.dissatisfaction * max(0.0, -surprise - felt)
        look = np.minimum(1, look + o.price_attention * np.maximum(0, bill / o.reference - 1) ** 2)
        other = panel.rest_here - levers[BARRIER] * o.inverse_horizon / panel.noise
        return look / (1 + np.exp(np.clip(worth / panel.noise - other, -700, 700)))

    promise = levers[OVERPROMISE] + (panel.weight * base).sum()
    hearsay = (1 - o.credulity) * score + o.credulity * promise
    hearsay = hearsay + o.talk_weight * credibility(levers, panel.weight @ score, o) * np.maximum(0.0, levers[ANNOUNCEMENT] - hearsay)
    belief = o.transparency * (base + score - lived) + (1 - o.transparency) * hearsay
    offer = panel.value * belief + o.appeal - levers[PRICE] - panel.entry_cost - np.where(panel.foresees > 0, felt_fee, 0.0)
    won = panel.attention_elsewhere * o.seen / (1 + np.exp(np.clip(panel.rest_elsewhere - offer / panel.noise, -700, 700)))
    wanted = o.enrolment_plain if o.extra_price > 0 else 0.0
    margin = levers[PRICE] + hidden * np.where(avoids, 1 - knows, 1.0) - cost + o.extra_price * (wanted + holding)
    minded = panel.value * (score - o.outside) + o.appeal - levers[PRICE] - o.extra_price * holding
    minded -= knows * felt_fee + (1 - knows) * hidden
    margin = margin + o.customer_weight * minded
    extra_counted = (1 - o.customer_weight) * extra
    return leaves(here, levers[PRICE]), leaves(here - extra, levers[PRICE] + extra), won, margin, margin + extra_counted


def credibility(levers, experienced, o):
    """Discounted mean of credibility over 3,000 months of announcing the same."""
    months = [o.credibility]
    for _ in range(3000):
        step = o.credibility_recovery * (1 - months[-1])
        step -= o.credibility_loss * max(0.0, levers[ANNOUNCEMENT] - min(max(experienced, 0.0), 1.0)) * months[-1]
        months.append(months[-1] + step)
    weights = o.discount ** np.arange(len(months))
    return weights @ months / weights.sum()


def extras(levers, panel, o):
    """Of all customers like the member, where it has settled: who holds an unwanted extra, who finds out in a month, who is pressed."""
    if o.extra_price <= 0:
        return np.zeros(len(panel.value)), np.zeros(len(panel.value)), np.zeros(len(panel.value))
    take_up = np.interp(levers[DARK], [0, 0.5, 1], [o.enrolment_plain, o.enrolment_mild, o.enrolment_aggressive])
    unwilling = 1 - o.enrolment_plain
    enrols = o.extra_offers * (take_up - o.enrolment_plain) / unwilling
    seen = panel.vigilance * (1 - np.exp(-o.extra_price / o.notice_scale))
    finds = 1 - (1 - seen) * (1 - levers[DISCLOSURE])
    # a two-state chain between without (enrols) and with (finds)
    holding = np.array([unwilling * enrols / (enrols + rate) if enrols > 0 else 0.0 for rate in finds])
    return holding, holding * finds, o.extra_offers * (unwilling - holding)


def chain_value(a_new, a_old, b, m_new, m_old, m_else, g, d):
    """Discounted worth of one customer in each state (new here, established here, elsewhere) after this month's choice."""
    moves = np.array(
        [
            [(1 - g) * (1 - a_new), g * (1 - a_old), (1 - g) * a_new + g * a_old],
            [0.0, 1 - a_old, a_old],
            [b, 0.0, 1 - b],
        ]
    )
    value = np.linalg.solve(np.eye(3) - d * moves, np.array([m_new, m_old, m_else]))
    choice = np.array([[1 - a_new, 0, a_new], [0, 1 - a_old, a_old], [b, 0, 1 - b]])
    return choice @ value


def equity(levers, quality, base, panel, outlook, enforcement):
    a_new, a_old, b, m_new, m_old = chances_and_margins(levers, quality, base, panel, outlook)
    total = 0.0
    for i, weight in enumerate(panel.weight):
        worth = chain_value(a_new[i], a_old[i], b[i], m_new[i], m_old[i], panel.fellow_margin[i], outlook.graduation, outlook.discount)
        total += weight * worth[panel.status[i]]
    own = np.where(panel.status < 2, panel.weight, 0.0)
    own = own / own.sum() if own.sum() > 0 else own
    hidden = levers[HIDDEN]
    noticed = 1 - (1 - panel.vigilance * (1 - np.exp(-hidden / outlook.notice_scale))) * (1 - (levers[DISCLOSURE] if hidden > 0 else 0.0))
    knows = np.where(panel.foresees > 0, 1.0, noticed / np.maximum(noticed + outlook.forgetting, 1e-300))
    paying = 1.0 - own @ knows if hidden > outlook.avoidance else 1.0
    trapped = own @ extras(levers, panel, outlook)[0]
    return total * outlook.population - outlook.horizon * expected_penalty(levers, enforcement, paying, trapped)
